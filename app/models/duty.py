"""What bodies have done of their duties: meetings, supervision, summaries (F7 to F11, F13).

What is due when follows from the obligation and the calendar and is written nowhere (decision 66).
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base

_IS_OPEN = text("done_at is null")


class DutyRecord(Base):
    """As it stands now, under an id of its desk; what stood before is in its versions.

    Of a body, or of the line (a grid of a department) that owes it. Nobody's attendance is kept.
    """

    __tablename__ = "duty_records"
    __table_args__ = (
        CheckConstraint("(organization_id is null) <> (grid_id is null)", name="one"),
        Index(None, "obligation_key", "period_start"),
        Index(None, "organization_id"),
        Index(None, "grid_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    sha256: Mapped[str] = mapped_column(doc="of the body as first sent")
    obligation_key: Mapped[str] = mapped_column(ForeignKey("obligations.key"))
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"))
    grid_id: Mapped[UUID | None] = mapped_column(ForeignKey("grids.id"))
    period_start: Mapped[date] = mapped_column(doc="of the period that it counts for")
    period_end: Mapped[date] = mapped_column(doc="last day, as it was when it was recorded")
    held_on: Mapped[date] = mapped_column(doc="after the period = done late")
    subject: Mapped[str]
    text: Mapped[str] = mapped_column(doc="minutes, or what the paper says")
    participants: Mapped[str] = mapped_column(doc="how many, of what: never a list of names")
    figures: Mapped[dict[str, Any] | None] = mapped_column(
        JSONB(none_as_null=True), doc="of a summary or bulletin, as they were on that day"
    )
    instruction_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("instructions.id"), doc="of a supervision: what the late bodies were sent"
    )
    assessment_paper_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("assessment_papers.id"), doc="of a yearly assessment: the paper that was settled"
    )
    version: Mapped[int] = mapped_column(default=1)
    written_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), doc="of this version")
    written_for_id: Mapped[UUID] = mapped_column(
        ForeignKey("organizations.id"), doc="whose desk that is"
    )
    written_at: Mapped[datetime] = mapped_column(doc="of this version")


class DutyRecordVersion(Base):
    """What a record said until it was corrected; append-only."""

    __tablename__ = "duty_record_versions"

    record_id: Mapped[UUID] = mapped_column(ForeignKey("duty_records.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    held_on: Mapped[date]
    subject: Mapped[str]
    text: Mapped[str]
    participants: Mapped[str]
    written_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    written_at: Mapped[datetime]
    because: Mapped[str] = mapped_column(doc="why it was corrected")


class DutyHazard(Base):
    """A case that the meeting spoke about (S0-28)."""

    __tablename__ = "duty_hazards"
    __table_args__ = (Index(None, "hazard_id"),)

    record_id: Mapped[UUID] = mapped_column(ForeignKey("duty_records.id"), primary_key=True)
    hazard_id: Mapped[UUID] = mapped_column(ForeignKey("hazards.id"), primary_key=True)


class DutyItem(Base):
    """What was decided, who does it until when, and that it was done (S0-29).

    Done once, in a word of the body that had it or of the one that convened. As it stands now; what
    stood before is in its versions.
    """

    __tablename__ = "duty_items"
    __table_args__ = (
        CheckConstraint("(done_at is null) = (done_by_id is null)", name="done"),
        Index(None, "record_id"),
        Index("ix_duty_items_open", "organization_id", "due_on", postgresql_where=_IS_OPEN),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    record_id: Mapped[UUID] = mapped_column(ForeignKey("duty_records.id"))
    position: Mapped[int]
    text: Mapped[str]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    due_on: Mapped[date] = mapped_column(doc="as decided; a holiday runs on (due_days)")
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    done_for_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"))
    done_note: Mapped[str] = mapped_column(default="")


class DutyItemVersion(Base):
    """What an item said until it was corrected, and who corrected it; append-only."""

    __tablename__ = "duty_item_versions"

    item_id: Mapped[UUID] = mapped_column(ForeignKey("duty_items.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    due_on: Mapped[date]
    corrected_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    corrected_at: Mapped[datetime]
    because: Mapped[str]
