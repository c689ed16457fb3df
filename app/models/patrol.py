"""What has to be looked at until when: tasks of obligations and campaigns, and why some wait."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, new_id
from app.models.person import Role
from app.models.slot import SlotRole

_IS_OPEN, _IS_DROPPED = text("status = 'open'"), text("status = 'dropped'")
_IS_OPEN_SEAT = text("status = 'open' and slot is not null")


class TaskStatus(StrEnum):
    OPEN = "open"
    DONE = "done"
    MISSED = "missed"  # not done before the next one fell due, or before its period and duty ended
    DROPPED = "dropped"  # nobody must look any more: closed, bundled, no longer asked for


class PatrolTask(Base):
    """One look at one subject within one period. The plan makes it, not the last completion.

    Asked for by an obligation again and again, or by a campaign once.

    `subject_id` is the object, the grid or the person that is counted. `original_due_on` never
    moves; `due_on` is the day it has been put off to, `rollovers` how often.
    """

    __tablename__ = "patrol_tasks"
    __table_args__ = (
        UniqueConstraint("obligation_key", "subject_id", "period_start", "ordinal"),
        Index(
            "uq_patrol_tasks_campaign",
            "campaign_id",
            "subject_id",
            unique=True,
            postgresql_where=text("campaign_id is not null"),
        ),
        CheckConstraint("num_nonnulls(obligation_key, campaign_id) = 1", name="one_reason"),
        Index("ix_patrol_tasks_mine", "grid_id", "due_on", postgresql_where=_IS_OPEN),
        Index("ix_patrol_tasks_body", "organization_id", postgresql_where=_IS_OPEN),
        Index("ix_patrol_tasks_person", "person_id", postgresql_where=_IS_OPEN),
        Index("ix_patrol_tasks_seat", "slot_grid_id", postgresql_where=_IS_OPEN_SEAT),
        Index("ix_patrol_tasks_late", "due_on", postgresql_where=_IS_OPEN),
        Index("ix_patrol_tasks_dropped", "period_end", postgresql_where=_IS_DROPPED),
        Index("ix_patrol_tasks_board", "grid_id", "original_due_on"),
        Index(
            "ix_patrol_tasks_waiting",
            "object_id",
            "original_due_on",
            "id",
            postgresql_include=["due_on", "rollovers", "role", "campaign_id", "period_start"],
            postgresql_where=_IS_OPEN,
        ),
        Index("ix_patrol_tasks_object", "object_id", "period_start"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    obligation_key: Mapped[str | None] = mapped_column(ForeignKey("obligations.key"))
    campaign_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("campaigns.id"), doc="looked at once, because it was ordered"
    )
    role: Mapped[Role] = mapped_column(doc="whose duty")
    subject_id: Mapped[UUID]
    object_id: Mapped[UUID | None] = mapped_column(ForeignKey("supervised_objects.id"))
    grid_id: Mapped[UUID | None] = mapped_column(ForeignKey("grids.id"))
    organization_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("organizations.id"), doc="the body that looks at itself"
    )
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    slot: Mapped[SlotRole | None] = mapped_column(doc="the place whose holders must look …")
    slot_grid_id: Mapped[UUID | None] = mapped_column(ForeignKey("grids.id"), doc="… on this grid")
    checklist_version_id: Mapped[UUID | None] = mapped_column(ForeignKey("checklist_versions.id"))
    period_start: Mapped[date]
    period_end: Mapped[date] = mapped_column(doc="last day")
    ordinal: Mapped[int] = mapped_column(doc="1, 2, … where one day has several")
    original_due_on: Mapped[date]
    due_on: Mapped[date]
    is_provisional: Mapped[bool] = mapped_column(
        default=False, doc="the holiday calendar does not reach so far, every day counts"
    )
    rollovers: Mapped[int] = mapped_column(default=0)
    status: Mapped[TaskStatus] = mapped_column(default=TaskStatus.OPEN)
    done_visit_id: Mapped[UUID | None] = mapped_column(ForeignKey("visits.id"))
    done_on: Mapped[date | None] = mapped_column(doc="the day on the spot, by the phone's clock")
    closed_on: Mapped[date | None] = mapped_column(doc="when it was found missed or dropped")


class DelayReason(StrEnum):
    CLOSED = "closed"  # nobody there
    WEATHER = "weather"
    DANGER = "danger"  # cannot be entered safely
    AWAY = "away"  # leave, a meeting, other orders
    OTHER = "other"  # in words


class Postponement(Base):
    """A task was put off by a day. `reason` None: nobody has said why yet; it is asked for.

    `reason_id` is the id under which the phone sent the reason, `sha256` of its body. A second
    reason for the same day is a row beside the first and moves nothing.
    """

    __tablename__ = "postponements"
    __table_args__ = (
        Index(None, "task_id", "from_on"),
        Index(
            "uq_postponements_unsaid",
            "task_id",
            "from_on",
            unique=True,
            postgresql_where=text("reason_id is null"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    task_id: Mapped[UUID] = mapped_column(ForeignKey("patrol_tasks.id"))
    from_on: Mapped[date]
    to_on: Mapped[date]
    reason: Mapped[DelayReason | None]
    note: Mapped[str] = mapped_column(default="")
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), doc="who said why")
    occurred_at: Mapped[datetime | None] = mapped_column(doc="device time, as sent")
    received_at: Mapped[datetime]
    reason_id: Mapped[UUID | None] = mapped_column(unique=True)
    sha256: Mapped[str | None]
