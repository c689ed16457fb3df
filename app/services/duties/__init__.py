"""Duties of bodies: what is due, what was done of it, and what was decided there (decision 66)."""

from app.services.duties.commands import (
    AskDuty,
    CorrectItem,
    CorrectRecord,
    DutyQuery,
    FinishItem,
    RecordDuty,
)
from app.services.duties.correcting import correct_item
from app.services.duties.drafting import Draft, LateBody, draft
from app.services.duties.items import FoundItem, finish
from app.services.duties.items import find as find_items
from app.services.duties.occurrences import Occurrence, Owing, Standing, find
from app.services.duties.reach import is_of_bodies
from app.services.duties.reading import WholeRecord, read
from app.services.duties.recording import correct, record
from app.services.duties.telling import remind

__all__ = [
    "AskDuty",
    "CorrectItem",
    "CorrectRecord",
    "Draft",
    "DutyQuery",
    "FinishItem",
    "FoundItem",
    "LateBody",
    "Occurrence",
    "Owing",
    "RecordDuty",
    "Standing",
    "WholeRecord",
    "correct",
    "correct_item",
    "draft",
    "find",
    "find_items",
    "finish",
    "is_of_bodies",
    "read",
    "record",
    "remind",
]
