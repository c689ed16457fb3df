"""Appeals: asked by an enterprise or for a place, answered by the body that has them."""

from app.services.appeals.carrying import carry, open_on
from app.services.appeals.commands import AppealFilters, AppealQuery, MakeAppeal, StepAppeal
from app.services.appeals.reading import AppealPage, FoundAppeal, WholeAppeal, find, read
from app.services.appeals.taking import Heard, hear, make, step

__all__ = [
    "AppealFilters",
    "AppealPage",
    "AppealQuery",
    "FoundAppeal",
    "Heard",
    "MakeAppeal",
    "StepAppeal",
    "WholeAppeal",
    "carry",
    "find",
    "hear",
    "make",
    "open_on",
    "read",
    "step",
]
