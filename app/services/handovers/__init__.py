"""Hand-overs: who goes and who comes on a grid, with what waits there."""

from app.services.handovers.commands import HandOver
from app.services.handovers.making import hand_over
from app.services.handovers.pack import Pack
from app.services.handovers.reading import FoundHandover, Preview, of_grid, preview, read

__all__ = [
    "FoundHandover",
    "HandOver",
    "Pack",
    "Preview",
    "hand_over",
    "of_grid",
    "preview",
    "read",
]
