"""Visits: somebody was there and has looked; "nothing found" counts as much as a finding."""

from app.services.visits.asking import facts_of
from app.services.visits.commands import MakeVisit, SaidOfItem, VisitFilters, VisitQuery
from app.services.visits.making import MadeVisit, make, take
from app.services.visits.reading import FoundVisit, VisitPage, find, read
from app.services.visits.spots import spots

__all__ = [
    "FoundVisit",
    "MadeVisit",
    "MakeVisit",
    "SaidOfItem",
    "VisitFilters",
    "VisitPage",
    "VisitQuery",
    "facts_of",
    "find",
    "make",
    "read",
    "spots",
    "take",
]
