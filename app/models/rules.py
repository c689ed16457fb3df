"""Rules that the county may edit: categories, routing, deadlines, the working calendar."""

from datetime import date, time
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class Level(StrEnum):
    """Statutory levels are general and major; serious (较大) is local and optional (S3-38)."""

    GENERAL = "general"
    SERIOUS = "serious"
    MAJOR = "major"


class Hop(StrEnum):
    TRIAGE = "triage"
    SIGN_FOR = "sign_for"
    RECTIFY = "rectify"
    VERIFY = "verify"
    WHOLE = "whole"  # from the report to the archive, beside the hop that runs


class Unit(StrEnum):
    WORKING_HOURS = "working_hours"
    WORKING_DAYS = "working_days"
    CALENDAR_HOURS = "calendar_hours"
    CALENDAR_DAYS = "calendar_days"


class Category(Base):
    """What kind of hazard: about ten tiles with a picture, mapped to finer types at triage."""

    __tablename__ = "categories"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_en: Mapped[str]
    icon: Mapped[str] = mapped_column(doc="name in the icon sprite")
    default_level: Mapped[Level] = mapped_column(default=Level.GENERAL)
    position: Mapped[int]
    is_active: Mapped[bool] = mapped_column(default=True)


class RoutingRule(Base):
    """Category to competent department. `township_id` None = county rule (S3-19, S1-24)."""

    __tablename__ = "routing_rules"

    id: Mapped[int] = mapped_column(primary_key=True, doc="the number people quote: 规则 12")
    category_code: Mapped[str] = mapped_column(ForeignKey("categories.code"))
    township_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"))
    department_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))


class DeadlineRule(Base):
    """Hop x level x category -> time. The most specific matching row wins."""

    __tablename__ = "deadline_rules"
    __table_args__ = (CheckConstraint("amount > 0", name="positive"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    hop: Mapped[Hop]
    level: Mapped[Level | None]
    category_code: Mapped[str | None] = mapped_column(ForeignKey("categories.code"))
    amount: Mapped[int]
    unit: Mapped[Unit]


class CalendarDay(Base):
    """The county's own exceptions; the State Council's list comes from a library."""

    __tablename__ = "calendar_days"

    on: Mapped[date] = mapped_column(primary_key=True)
    is_workday: Mapped[bool]
    reason: Mapped[str]


class WorkingHours(Base):
    """Opening spans of a working day, wall clock of the county."""

    __tablename__ = "working_hours"
    __table_args__ = (CheckConstraint("opens < closes", name="order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    opens: Mapped[time]
    closes: Mapped[time]


class ReferenceVersion(Base):
    """One row; a new version whenever rules, calendar, bodies or grids are edited (by triggers).

    A random one, so that no two contents ever share it: not after a rollback, nor in a copy.
    """

    __tablename__ = "reference_version"
    __table_args__ = (CheckConstraint("id = 1", name="only"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    version: Mapped[UUID]
