"""Appeals (诉求): what an enterprise, or a gridworker for a place, asks of the government.

S4-23, S4-30. Steps are append-only. Never anonymous: a tip about somebody is something else.
"""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class AppealStatus(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


class AppealStepKind(StrEnum):
    ASK = "ask"
    PASS_ON = "pass_on"  # noqa: S105 - a step
    ANSWER = "answer"
    CONFIRM = "confirm"
    ASK_AGAIN = "ask_again"


class Appeal(Base):
    """`id` was made by whoever asks, and is that of the first step too."""

    __tablename__ = "appeals"
    __table_args__ = (
        Index("ix_appeals_held", "holder_id", "status"),
        Index(None, "township_id"),
        Index(None, "asker_id"),
        Index(None, "enterprise_id"),
        Index("ix_appeals_by_time", "received_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    subject: Mapped[str]
    place: Mapped[str] = mapped_column(doc="the enterprise, or where it is, in words")
    asker_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    enterprise_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"))
    grid_id: Mapped[UUID] = mapped_column(ForeignKey("grids.id"))
    township_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"))
    holder_id: Mapped[UUID] = mapped_column(
        ForeignKey("organizations.id"), doc="the body that has to answer, or has answered"
    )
    status: Mapped[AppealStatus]
    received_at: Mapped[datetime]


class AppealStep(Base):
    """One word of the talk, under an id that its sender has made."""

    __tablename__ = "appeal_steps"
    __table_args__ = (Index(None, "appeal_id", "seq"), Index(None, "target_id", "appeal_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    appeal_id: Mapped[UUID] = mapped_column(ForeignKey("appeals.id"))
    kind: Mapped[AppealStepKind]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"))
    target_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"), doc="to whom")
    text: Mapped[str]
    sha256: Mapped[str] = mapped_column(doc="of the body as sent")
    at: Mapped[datetime]
