"""Tables and their enums. Importing this package makes Alembic see all of them."""

from app.models import (
    base,
    enterprise,
    event,
    grid,
    hazard,
    notification,
    organization,
    person,
    photo,
    rules,
)

__all__ = [
    "base",
    "enterprise",
    "event",
    "grid",
    "hazard",
    "notification",
    "organization",
    "person",
    "photo",
    "rules",
]
