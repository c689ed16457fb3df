"""Entered on the day itself, where the county asks for it (S2-47, F12; decision 67).

The day is that of the record on the phone, by the phone's own clock: from its first line to its
last. When it reached the server says how the signal was, and is nobody's fault.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Date, and_, cast, exists, func, or_
from sqlalchemy.orm import InstrumentedAttribute

from app import clock
from app.models.obligation import Duty, Obligation
from app.models.person import Post
from app.models.visit import Visit

ONE_NIGHT = timedelta(hours=6)  # a look that goes past midnight is entered while it is made


def is_late() -> ColumnElement[bool]:
    """Begun on one day, and finished on a later one by somebody whose duty it was (补录)."""
    begun, finished = (_day(column) for column in (Visit.started_at, Visit.occurred_at))
    asked = exists().where(
        Obligation.duty == Duty.ENTRY,
        Obligation.is_active,
        Obligation.starts_on <= begun,
        Post.role == Obligation.role,
        Post.person_id == Visit.person_id,
        Post.starts_on <= begun,
        or_(Post.ends_on.is_(None), Post.ends_on >= begun),
    )
    goes_on = Visit.occurred_at - Visit.started_at > ONE_NIGHT
    return and_(finished > begun, goes_on, asked.correlate(Visit))


def _day(column: InstrumentedAttribute[datetime]) -> ColumnElement[date]:
    return cast(func.timezone(clock.COUNTY_ZONE.key, column), Date)
