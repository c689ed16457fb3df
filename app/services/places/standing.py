"""Grids in time: which stand on a day, and which have smaller ones under them."""

from datetime import date

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import aliased

from app.models.grid import Grid
from app.services.places import lives

_Part = aliased(Grid)


def is_in_force(day: date) -> ColumnElement[bool]:
    return (Grid.valid_from <= day) & is_not_over(day) & ~lives.is_at_rest(day)


def is_not_over(day: date) -> ColumnElement[bool]:
    """In force, or to come."""
    return or_(Grid.valid_to.is_(None), Grid.valid_to >= day)


def has_parts(day: date) -> ColumnElement[bool]:
    """Smaller grids hang under it that are not over by then."""
    part = select(_Part.id).where(
        _Part.parent_id == Grid.id, or_(_Part.valid_to.is_(None), _Part.valid_to >= day)
    )
    return exists(part.correlate(Grid))
