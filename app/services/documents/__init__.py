"""Papers made from the data: what hangs on walls and lies in pockets, always as of today."""

from app.services.documents.drawing import Drawing, Neighbour
from app.services.documents.notice import Notice, notice, public_notice
from app.services.documents.places import Place

__all__ = ["Drawing", "Neighbour", "Notice", "Place", "notice", "public_notice"]
