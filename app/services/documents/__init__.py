"""Papers made from the data: what hangs on walls and lies in pockets, always as of today."""

from app.services.documents.cards import Call, Card, Cards, cards
from app.services.documents.drawing import Drawing, Neighbour
from app.services.documents.network import Competent, Network, Node, network
from app.services.documents.notice import Notice, notice, public_notice
from app.services.documents.places import Place
from app.services.documents.work_cards import Verdict, WorkCards, verify, work_cards

__all__ = [
    "Call",
    "Card",
    "Cards",
    "Competent",
    "Drawing",
    "Neighbour",
    "Network",
    "Node",
    "Notice",
    "Place",
    "Verdict",
    "WorkCards",
    "cards",
    "network",
    "notice",
    "public_notice",
    "verify",
    "work_cards",
]
