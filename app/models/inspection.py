"""Inspections: people of one or several desks look at places by a plan (S0-26, S3-32, S4-9)."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base
from app.models.visit import Answered


class InspectionKind(StrEnum):
    ROUTINE = "routine"  # 日常检查
    SPECIAL = "special"  # 专项检查
    JOINT = "joint"  # 联合检查
    ANNOUNCED = "announced_check"  # 明查
    UNANNOUNCED = "unannounced_check"  # 暗访
    NO_NOTICE = "no_notice_check"  # 四不两直


# Nobody on the ground knows of these before somebody stands at the door.
HIDDEN_KINDS = frozenset({InspectionKind.UNANNOUNCED, InspectionKind.NO_NOTICE})


class InspectionStatus(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    CALLED_OFF = "called_off"


class Inspection(Base):
    """`id` is the desk's own, so that to send the plan twice makes one inspection."""

    __tablename__ = "inspections"
    __table_args__ = (
        Index("ix_inspections_by_day", "starts_on", "id"),
        CheckConstraint("until >= starts_on", name="order"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    sha256: Mapped[str] = mapped_column(doc="of the plan as it was first sent")
    kind: Mapped[InspectionKind]
    status: Mapped[InspectionStatus]
    name: Mapped[str]
    plan: Mapped[str] = mapped_column(doc="方案: what is looked at, by whom, how")
    basis: Mapped[str] = mapped_column(doc="the document or order that it follows, in words")
    checklist_version_id: Mapped[UUID | None] = mapped_column(ForeignKey("checklist_versions.id"))
    starts_on: Mapped[date]
    until: Mapped[date] = mapped_column(doc="last day")
    lead_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    planned_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    planned_at: Mapped[datetime]
    conclusion: Mapped[str] = mapped_column(default="", doc="结论, said when it is closed")
    ended_at: Mapped[datetime | None] = mapped_column(doc="closed or called off")
    ended_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    end_reason: Mapped[str] = mapped_column(default="", doc="why it was called off")


class JoiningBody(Base):
    """A body beside the leading one (联合检查)."""

    __tablename__ = "joining_bodies"
    __table_args__ = (Index(None, "organization_id"),)

    inspection_id: Mapped[UUID] = mapped_column(ForeignKey("inspections.id"), primary_key=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), primary_key=True)


class Inspector(Base):
    """Who goes, for which of the bodies."""

    __tablename__ = "inspectors"
    __table_args__ = (Index(None, "person_id"),)

    inspection_id: Mapped[UUID] = mapped_column(ForeignKey("inspections.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))


class InspectionPlace(Base):
    """One place with what became of it: looked at, or left out for a reason, or still to do."""

    __tablename__ = "inspection_places"
    __table_args__ = (
        Index(None, "object_id"),
        Index(None, "accompanied_by_id", postgresql_where=text("accompanied_by_id is not null")),
    )

    inspection_id: Mapped[UUID] = mapped_column(ForeignKey("inspections.id"), primary_key=True)
    object_id: Mapped[UUID] = mapped_column(ForeignKey("supervised_objects.id"), primary_key=True)
    is_drawn: Mapped[bool] = mapped_column(doc="by lot (抽查)")
    looked_on: Mapped[date | None] = mapped_column(doc="the day on the spot, as told")
    recorded_at: Mapped[datetime | None] = mapped_column(doc="first told; unlike None: disclosed")
    recorded_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    note: Mapped[str] = mapped_column(default="")
    left_out_reason: Mapped[str | None] = mapped_column(doc="why nobody has looked")
    accompanied_by_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("people.id"),
        doc="陪同网格员: asked to go along; with a result, who did",
    )


class InspectionAnswer(Base):
    """What was not in order, or does not apply, at one place; all else of the list was fine.

    `code` None: found beside the list. `measure`: what is to be done about it (整改措施).
    """

    __tablename__ = "inspection_answers"
    __table_args__ = (Index(None, "object_id"),)

    inspection_id: Mapped[UUID] = mapped_column(ForeignKey("inspections.id"), primary_key=True)
    object_id: Mapped[UUID] = mapped_column(ForeignKey("supervised_objects.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str | None]
    answer: Mapped[Answered]
    note: Mapped[str]
    measure: Mapped[str]
    hazard_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("hazards.id"), unique=True, doc="the case that it has become"
    )
