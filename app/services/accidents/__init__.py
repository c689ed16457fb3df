"""Accidents: reported at once, added to later, passed on within the hours of the national rule."""

from app.services.accidents.alarms import ring
from app.services.accidents.carrying import carry, open_on
from app.services.accidents.clocks import both
from app.services.accidents.commands import (
    AccidentQuery,
    ReportAccident,
    StepAccident,
    SupplementAccident,
)
from app.services.accidents.exporting import export
from app.services.accidents.grades import Grade, grade
from app.services.accidents.reading import (
    AccidentPage,
    FoundAccident,
    WholeAccident,
    find,
    photo_of,
    read,
    waiting,
)
from app.services.accidents.stepping import step
from app.services.accidents.taking import Taken, report, supplement

__all__ = [
    "AccidentPage",
    "AccidentQuery",
    "FoundAccident",
    "Grade",
    "ReportAccident",
    "StepAccident",
    "SupplementAccident",
    "Taken",
    "WholeAccident",
    "both",
    "carry",
    "export",
    "find",
    "grade",
    "open_on",
    "photo_of",
    "read",
    "report",
    "ring",
    "step",
    "supplement",
    "waiting",
]
