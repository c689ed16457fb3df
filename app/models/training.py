"""Trainings of the people on the grids, and who can do what after them (S1-16, S1-60, S4-35)."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, new_id


class Competence(StrEnum):
    """会检查、会记录、会报告 (S1-60)."""

    INSPECT = "inspect"
    RECORD = "record"
    REPORT = "report"


class Training(Base):
    """One training, held or planned. `mode` is kept in words: the county's list may change."""

    __tablename__ = "trainings"
    __table_args__ = (
        Index(None, "sponsor_id", "starts_on"),
        CheckConstraint("ends_on >= starts_on", name="order"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    title: Mapped[str]
    sponsor_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date] = mapped_column(doc="last day")
    mode: Mapped[str] = mapped_column(doc="集中授课, 现场观摩 … (S4-37)")
    topics: Mapped[str]
    created_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]


class TrainingRecord(Base):
    """What one person has shown at one training. Whether somebody is qualified is derived."""

    __tablename__ = "training_records"
    __table_args__ = (
        Index(None, "person_id"),
        CheckConstraint(
            "attended or not (can_inspect or can_record or can_report)", name="was_there"
        ),
    )

    training_id: Mapped[UUID] = mapped_column(ForeignKey("trainings.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    attended: Mapped[bool]
    can_inspect: Mapped[bool] = mapped_column(default=False)
    can_record: Mapped[bool] = mapped_column(default=False)
    can_report: Mapped[bool] = mapped_column(default=False)
    certificate_number: Mapped[str | None]
    valid_until: Mapped[date] = mapped_column(doc="last day of what was passed here")


class TrainingRule(Base):
    """One row; none before the county has decided anything: then the presets hold."""

    __tablename__ = "training_rules"
    __table_args__ = (
        CheckConstraint("id = 1", name="only"),
        CheckConstraint("not is_on or starts_on is not null", name="begins"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    is_on: Mapped[bool] = mapped_column(
        default=False, doc="nobody gets a post of `roles` without being qualified"
    )
    roles: Mapped[list[str]]
    starts_on: Mapped[date | None] = mapped_column(doc="first day on which that is asked for")
    modes: Mapped[list[str]] = mapped_column(doc="what a new training can choose from")
    valid_months: Mapped[int] = mapped_column(doc="proposed for what is passed")
