"""Somebody was there and has looked: the record of a patrol, an inspection or a visit (S2-47)."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class Answered(StrEnum):
    FINE = "fine"
    ISSUE = "issue"
    NOT_APPLICABLE = "not_applicable"


class Visit(Base):
    """`id` was made by the phone. What stands in no answer was fine (`rest_fine`).

    A position is here only because the person has saved the visit with it; none is asked for.
    """

    __tablename__ = "visits"
    __table_args__ = (
        Index(None, "object_id", "occurred_at"),
        Index(None, "grid_id", "occurred_at"),
        Index("ix_visits_grid_seen", "grid_id", text("least(occurred_at, received_at)")),
        Index("ix_visits_unqualified", "occurred_at", postgresql_where=text("is_unqualified")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    sha256: Mapped[str] = mapped_column(doc="of the body as sent")
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    object_id: Mapped[UUID | None] = mapped_column(ForeignKey("supervised_objects.id"))
    grid_id: Mapped[UUID | None] = mapped_column(ForeignKey("grids.id"))
    checklist_version_id: Mapped[UUID] = mapped_column(ForeignKey("checklist_versions.id"))
    started_at: Mapped[datetime] = mapped_column(doc="device time, as sent")
    occurred_at: Mapped[datetime] = mapped_column(doc="device time at the end, as sent")
    received_at: Mapped[datetime]
    skew_seconds: Mapped[float | None] = mapped_column(doc="server minus device clock")
    asked: Mapped[list[str] | None] = mapped_column(
        JSONB(none_as_null=True), doc="codes that were meant for the place; None = the whole list"
    )
    rest_fine: Mapped[bool] = mapped_column(doc="其余都正常 was pressed")
    issue_count: Mapped[int] = mapped_column(doc="hazards, reports and what was not covered")
    is_unqualified: Mapped[bool] = mapped_column(
        default=False, doc="made without the qualification that the day asked for: does no task"
    )
    note: Mapped[str]
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    accuracy_m: Mapped[float | None]


class LastLook(Base):
    """When somebody from outside has last looked at an object: told by its visits (decision 34).

    A row of its own, so that no phone waits for a desk that is writing the object.
    """

    __tablename__ = "last_looks"

    object_id: Mapped[UUID] = mapped_column(ForeignKey("supervised_objects.id"), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(doc="on the spot; a clock that ran ahead is not told")


class VisitAnswer(Base):
    """What was said of one question, one by one; `member_id`: of which member of a bundle.

    `hazard_id` has no foreign key: visit and hazard arrive in any order.
    """

    __tablename__ = "visit_answers"
    __table_args__ = (Index(None, "hazard_id", postgresql_where=text("hazard_id is not null")),)

    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visits.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    answer: Mapped[Answered]
    member_id: Mapped[UUID | None] = mapped_column(ForeignKey("supervised_objects.id"))
    hazard_id: Mapped[UUID | None]
    is_discarded: Mapped[bool] = mapped_column(
        default=False,
        doc="the finding was thrown away on the phone, before the visit came or after it: no case",
    )
    note: Mapped[str] = mapped_column(default="")
