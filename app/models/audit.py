"""Audit: who changed people, places and rules, who read what is personal. Append-only."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, new_id


class AuditEntry(Base):
    """What happened outside the history of cases; sealed together with it (MLPS 8.1.4.3)."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index(None, "at", "seq"),
        Index(None, "actor_id", "seq"),
        Index(None, "subject_id", "seq"),
        Index(None, "kind", "seq"),
    )

    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    id: Mapped[UUID] = mapped_column(unique=True, default=new_id)
    at: Mapped[datetime] = mapped_column(doc="server time")
    kind: Mapped[str] = mapped_column(doc="past tense: person.edited")
    succeeded: Mapped[bool]
    actor_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("people.id"), doc="None = the system, or somebody who has not signed in"
    )
    address: Mapped[str | None] = mapped_column(doc="where the request came from")
    request: Mapped[str | None] = mapped_column(doc="X-Request-Id: the same as in the log")
    subject_kind: Mapped[str] = mapped_column(doc="person, post, grid, routing, photo …")
    subject_id: Mapped[str | None] = mapped_column(doc="id or code of what it was done to")
    data: Mapped[dict[str, Any]] = mapped_column(doc="before → after, numbers masked; a reason")
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class SealedAuditEntry(Base):
    """Which seal covers which entry."""

    __tablename__ = "sealed_audit_entries"

    seq: Mapped[int] = mapped_column(ForeignKey("audit_entries.seq"), primary_key=True)
    seal_id: Mapped[int] = mapped_column(ForeignKey("seals.id"))
