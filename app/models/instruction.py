"""Instructions: what a desk tells those below it, who has read it, what came back (S0-5, S4-32).

Steps and feedback are append-only. The public notice board of a grid is something else (`notice`).
"""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, new_id


class InstructionStatus(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class StepKind(StrEnum):
    REMINDED = "reminded"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Instruction(Base):
    """`id` was made by the desk that writes it, so that a repeated tap sends nothing twice."""

    __tablename__ = "instructions"
    __table_args__ = (
        Index("ix_instructions_sent", "organization_id", "sent_at"),
        CheckConstraint("due_on is null or wants_feedback", name="due"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), doc="sender")
    sender_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    is_from_linked_leader: Mapped[bool] = mapped_column(doc="挂点领导: reached by the link alone")
    subject: Mapped[str]
    text: Mapped[str]
    wants_feedback: Mapped[bool]
    due_on: Mapped[date | None] = mapped_column(doc="last day for feedback")
    sha256: Mapped[str] = mapped_column(doc="of the body as sent")
    sent_at: Mapped[datetime]
    status: Mapped[InstructionStatus]


class Addressee(Base):
    """A body or a grid to which it went: resolved once, when it was sent.

    Who reads and answers are the people who hold its posts then: a successor finds it too.
    """

    __tablename__ = "instruction_addressees"
    __table_args__ = (
        UniqueConstraint(
            "instruction_id", "organization_id", name="uq_instruction_addressees_organization"
        ),
        UniqueConstraint("instruction_id", "grid_id", name="uq_instruction_addressees_grid"),
        Index(None, "organization_id"),
        Index(None, "grid_id"),
        CheckConstraint("(organization_id is null) <> (grid_id is null)", name="one"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    instruction_id: Mapped[UUID] = mapped_column(ForeignKey("instructions.id"))
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"))
    grid_id: Mapped[UUID | None] = mapped_column(ForeignKey("grids.id"))
    name: Mapped[str] = mapped_column(doc="as it was called when it was sent")
    read_at: Mapped[datetime | None] = mapped_column(doc="when the first of its people opened it")
    read_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    answered_at: Mapped[datetime | None] = mapped_column(doc="the first feedback")


class InstructionFeedback(Base):
    """What somebody answered, under an id of the phone; for all addressees that person is of."""

    __tablename__ = "instruction_feedback"
    __table_args__ = (Index(None, "instruction_id", "seq"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    instruction_id: Mapped[UUID] = mapped_column(ForeignKey("instructions.id"))
    addressee_ids: Mapped[list[str]]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    text: Mapped[str]
    sha256: Mapped[str] = mapped_column(doc="of the body as sent")
    occurred_at: Mapped[datetime] = mapped_column(doc="device time, as sent")
    received_at: Mapped[datetime]


class InstructionStep(Base):
    """What its sender did after sending: reminded, closed, withdrew."""

    __tablename__ = "instruction_steps"
    __table_args__ = (Index(None, "instruction_id", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    instruction_id: Mapped[UUID] = mapped_column(ForeignKey("instructions.id"))
    kind: Mapped[StepKind]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    reason: Mapped[str]
