"""Tables and their enums. Importing this package makes Alembic see all of them."""

from app.models import (
    audit,
    base,
    enterprise,
    event,
    grid,
    hazard,
    notification,
    organization,
    person,
    photo,
    recheck,
    rules,
    second_factor,
)

__all__ = [
    "audit",
    "base",
    "enterprise",
    "event",
    "grid",
    "hazard",
    "notification",
    "organization",
    "person",
    "photo",
    "recheck",
    "rules",
    "second_factor",
]
