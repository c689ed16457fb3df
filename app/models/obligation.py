"""Who must look at what, how often: the frequency rules of a scheme (F1-F13)."""

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base
from app.models.person import Role
from app.models.slot import SlotRole


class Duty(StrEnum):
    PATROL = "patrol"  # a gridworker's
    INSPECTION = "inspection"  # an authority's or an enterprise's own
    VISIT = "visit"  # a department's service contact (S4-23)
    MEETING = "meeting"
    SUPERVISION = "supervision"  # of late bodies (S3-28)
    SUMMARY = "summary"
    BULLETIN = "bulletin"
    EXCHANGE = "exchange"  # with the province (S2-15)
    ENTRY = "entry"  # on the same day (S2-47)
    ANNUAL = "annual"  # training plan, assessment, report


class Period(StrEnum):
    DAY = "day"
    WEEK = "week"
    DAYS_15 = "days_15"  # rolling from the plan's start (S3-5)
    HALF_MONTH = "half_month"  # 1st-15th, 16th-end
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Scope(StrEnum):
    """Of what `min_count` is counted."""

    OBJECT = "object"  # each supervised object that `applies_to` names
    PERSON = "person"
    GRID = "grid"
    ORGANIZATION = "organization"
    COUNTY = "county"


class Obligation(Base):
    """`applies_to` narrows objects: {"kinds": […], "is_key": true}; {} = all of the scope.

    What the county changes in a duty that runs waits in `coming` until its day: the tasks of the
    period that runs were made by what stands in the columns (decision 46).
    """

    __tablename__ = "obligations"
    __table_args__ = (
        CheckConstraint("min_count > 0", name="positive"),
        CheckConstraint("(coming is null) = (coming_on is null)", name="coming"),
    )

    key: Mapped[str] = mapped_column(primary_key=True, doc="e.g. F5")
    name: Mapped[str] = mapped_column(doc="as the county says it")
    role: Mapped[Role | None] = mapped_column(doc="whose duty; None = a body's or the system's")
    slot: Mapped[SlotRole | None] = mapped_column(
        doc="the place on a grid whose holders owe it (S0-22 to S0-25); None = all with the role"
    )
    duty: Mapped[Duty]
    min_count: Mapped[int]
    period: Mapped[Period]
    scope: Mapped[Scope]
    applies_to: Mapped[dict[str, Any]]
    checklist_key: Mapped[str | None]
    seed: Mapped[str] = mapped_column(doc="requirement number, e.g. S3-5; empty = the county's")
    basis: Mapped[str] = mapped_column(default="", doc="the words of the document it rests on")
    is_proposal: Mapped[bool] = mapped_column(
        default=False, doc="the document gives no number: in force until the county decides"
    )
    starts_on: Mapped[date] = mapped_column(doc="periods are counted from here")
    is_active: Mapped[bool] = mapped_column(default=True)
    switched_off_by: Mapped[str | None] = mapped_column(
        doc="key of the scheme that did; None while not active = the county itself (decision 24)"
    )
    coming: Mapped[dict[str, Any] | None] = mapped_column(
        JSONB(none_as_null=True), doc="columns as from `coming_on` on"
    )
    coming_on: Mapped[date | None] = mapped_column(doc="first day that no task was planned for")
