"""Yearly assessment of bodies (年度考核), and what the county says of them in between.

S0-34, S0-37, S2-54, S3-33, S3-34, S3-41. Of bodies: nobody's work is counted here. Steps are
append-only and keep what stood before a result that had been told was changed (decision 72).
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
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
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, new_id


class PaperStatus(StrEnum):
    SELF = "self"  # 待自评
    SUBMITTED = "submitted"  # 已自评
    SHOWN = "shown"  # 结果已告知
    AGREED = "agreed"  # 无异议
    OBJECTED = "objected"  # 有说明
    FINAL = "final"  # 已定


class PaperStepKind(StrEnum):
    SUBMIT = "submit"
    ASSESS = "assess"
    SHOW = "show"
    AGREE = "agree"
    OBJECT = "object"
    FINISH = "finish"
    CORRECT = "correct"


class NoteKind(StrEnum):
    COMMENDATION = "commendation"  # 通报表彰
    CRITICISM = "criticism"  # 通报批评


class Assessment(Base):
    """One year of the county. `form` is as it was when the year was opened, whatever comes later.

    At most one of a year stands; one that was taken back stays, with the reason.
    """

    __tablename__ = "assessments"
    __table_args__ = (
        Index(
            "uq_assessments_year_standing",
            "year",
            unique=True,
            postgresql_where=text("withdrawn_at is null"),
        ),
        CheckConstraint("(withdrawn_at is null) = (withdrawn_by_id is null)", name="withdrawn"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(doc="of the body as sent")
    year: Mapped[int]
    form: Mapped[dict[str, Any]] = mapped_column(JSONB, doc="services/schemes/assessing.py")
    self_until: Mapped[date] = mapped_column(doc="last day for what bodies say of themselves")
    opened_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    opened_at: Mapped[datetime]
    withdrawn_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_because: Mapped[str] = mapped_column(default="")


class AssessmentPaper(Base):
    """One body in one year: what it says of itself, and what the county finds.

    `result`: services/assessments/commands.py. `facts`: as the system knew them when the result was
    told; until then they are reckoned when looked at.
    """

    __tablename__ = "assessment_papers"
    __table_args__ = (
        UniqueConstraint("assessment_id", "organization_id", name="uq_assessment_papers_body"),
        Index(None, "organization_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    assessment_id: Mapped[UUID] = mapped_column(ForeignKey("assessments.id"))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    status: Mapped[PaperStatus]
    version: Mapped[int] = mapped_column(doc="of the last step")
    said: Mapped[dict[str, Any]] = mapped_column(JSONB, doc="a sentence for each item, by its key")
    result: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    facts: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    shown_on: Mapped[date | None] = mapped_column(doc="from which the days to object count")


class AssessmentStep(Base):
    """Who did what to a paper, under an id of the desk; append-only."""

    __tablename__ = "assessment_steps"
    __table_args__ = (UniqueConstraint("paper_id", "version", name="uq_assessment_steps_version"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    paper_id: Mapped[UUID] = mapped_column(ForeignKey("assessment_papers.id"))
    version: Mapped[int] = mapped_column(doc="of the paper after it")
    kind: Mapped[PaperStepKind]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    text: Mapped[str] = mapped_column(doc="the objection, the answer to it, why it was corrected")
    before: Mapped[dict[str, Any] | None] = mapped_column(
        JSONB(none_as_null=True), doc="the result until then, if it had been told"
    )
    sha256: Mapped[str] = mapped_column(doc="of the body as sent")
    at: Mapped[datetime]


class BodyNote(Base):
    """通报表彰 or 通报批评 of a body. One that was wrong is taken back with a reason; both stay."""

    __tablename__ = "body_notes"
    __table_args__ = (
        Index(None, "organization_id", "said_on"),
        CheckConstraint("(withdrawn_at is null) = (withdrawn_by_id is null)", name="withdrawn"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    sha256: Mapped[str] = mapped_column(doc="of the body as sent")
    kind: Mapped[NoteKind]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    said_on: Mapped[date]
    text: Mapped[str]
    written_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    written_at: Mapped[datetime]
    withdrawn_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_because: Mapped[str] = mapped_column(default="")
