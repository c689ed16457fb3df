"""Reported situations (情况报告): no hazard, but others must know of it (S2, NC-R1 and NC-R2).

Each came out of one answer of a visit or an inspection. Steps are append-only.
"""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class SituationStatus(StrEnum):
    REPORTED = "reported"
    NOTED = "noted"  # 已知悉
    PASSED_ON = "passed_on"  # 转部门
    RAISED = "raised"  # 转上一级
    SETTLED = "settled"  # 已办结


class SituationStepKind(StrEnum):
    NOTE = "note"
    PASS_ON = "pass_on"  # noqa: S105 - a step
    RAISE = "raise"
    SETTLE = "settle"


class Situation(Base):
    """`id` follows from the record it came out of, so that a repeat makes none."""

    __tablename__ = "situations"
    __table_args__ = (
        ForeignKeyConstraint(
            ["version_id", "code"],
            ["checklist_items.version_id", "checklist_items.code"],
        ),
        Index("ix_situations_held", "holder_id", "status"),
        Index(None, "township_id"),
        Index(None, "village_id"),
        Index(None, "reporter_id"),
        Index("ix_situations_by_time", "received_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    visit_id: Mapped[UUID | None] = mapped_column(ForeignKey("visits.id"))
    inspection_id: Mapped[UUID | None] = mapped_column(ForeignKey("inspections.id"))
    version_id: Mapped[UUID] = mapped_column(doc="of the checklist that asked")
    code: Mapped[str] = mapped_column(doc="of the question")
    text: Mapped[str] = mapped_column(doc="as the reporter wrote it")
    place: Mapped[str] = mapped_column(doc="name of the object, of the member, or of the grid")
    reporter_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    grid_id: Mapped[UUID] = mapped_column(ForeignKey("grids.id"), doc="on the day it was reported")
    village_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"))
    township_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"))
    holder_id: Mapped[UUID] = mapped_column(
        ForeignKey("organizations.id"), doc="the body that has to say what becomes of it"
    )
    status: Mapped[SituationStatus]
    received_at: Mapped[datetime]


class SituationStep(Base):
    """What a desk has done with it, under an id that its sender has made."""

    __tablename__ = "situation_steps"
    __table_args__ = (Index(None, "situation_id", "seq"), Index(None, "target_id", "situation_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    situation_id: Mapped[UUID] = mapped_column(ForeignKey("situations.id"))
    kind: Mapped[SituationStepKind]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    target_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"), doc="to whom")
    text: Mapped[str]
    sha256: Mapped[str] = mapped_column(doc="of the body as sent")
    at: Mapped[datetime]
