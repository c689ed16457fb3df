"""Tables and their enums. Importing this package makes Alembic see all of them."""

from app.models import (
    audit,
    base,
    checklist,
    enrolment,
    event,
    grid,
    hazard,
    notification,
    obligation,
    organization,
    person,
    photo,
    recheck,
    rules,
    second_factor,
    supervised_object,
)

__all__ = [
    "audit",
    "base",
    "checklist",
    "enrolment",
    "event",
    "grid",
    "hazard",
    "notification",
    "obligation",
    "organization",
    "person",
    "photo",
    "recheck",
    "rules",
    "second_factor",
    "supervised_object",
]
