"""What the county obliges people to look at, how often: read, weighed, decided (F1 to F13)."""

from app.services.obligations.commands import DecideObligation
from app.services.obligations.deciding import decide
from app.services.obligations.effect import BusyGrid, Effect, ListUse, effect
from app.services.obligations.reading import Duties, FoundDuty, everything

__all__ = [
    "BusyGrid",
    "DecideObligation",
    "Duties",
    "Effect",
    "FoundDuty",
    "ListUse",
    "decide",
    "effect",
    "everything",
]
