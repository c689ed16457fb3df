"""What somebody on the spot says has changed of an object that is in the ledger (S1-62, S4-16)."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class Gone(StrEnum):
    """Why it is no more: in words of whoever stands before it."""

    CLOSED = "closed"  # 已关门
    DEMOLISHED = "demolished"  # 已拆除
    MOVED = "moved"  # 已搬走


class Verdict(StrEnum):
    ACCEPTED = "accepted"
    RETURNED = "returned"
    REPLACED = "replaced"  # its sender has said it anew


class ObjectProposal(Base):
    """One collection of an object that was confirmed already; the desk of its ground decides.

    `changes` and `seen` by column of the object. Once nobody needs them any more they stand as in
    the object's history: masked where personal.
    """

    __tablename__ = "object_proposals"
    __table_args__ = (
        Index("ix_object_proposals_live", "object_id", postgresql_where=text(
            "verdict is null or verdict = 'returned'"
        )),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(ForeignKey("collections.id"), primary_key=True)
    object_id: Mapped[UUID] = mapped_column(ForeignKey("supervised_objects.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    changes: Mapped[dict[str, Any]]
    seen: Mapped[dict[str, Any]] = mapped_column(doc="of the same columns, what the phone showed")
    gone: Mapped[Gone | None] = mapped_column(doc="it is no more; then nothing else is changed")
    note: Mapped[str]
    occurred_at: Mapped[datetime] = mapped_column(doc="device time, as sent")
    received_at: Mapped[datetime]
    verdict: Mapped[Verdict | None] = mapped_column(doc="None: it waits")
    word: Mapped[str] = mapped_column(default="", doc="why it was returned")
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
