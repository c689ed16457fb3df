"""Reported situations: known to those whom they concern, and answered (S2, NC-R1 and NC-R2)."""

from app.services.situations.arising import KINDS, id_of, of_inspection, of_visit
from app.services.situations.commands import SituationFilters, SituationQuery, StepSituation
from app.services.situations.reading import (
    FoundSituation,
    SituationPage,
    WholeSituation,
    find,
    known,
    read,
)
from app.services.situations.taking import step

__all__ = [
    "KINDS",
    "FoundSituation",
    "SituationFilters",
    "SituationPage",
    "SituationQuery",
    "StepSituation",
    "WholeSituation",
    "find",
    "id_of",
    "known",
    "of_inspection",
    "of_visit",
    "read",
    "step",
]
