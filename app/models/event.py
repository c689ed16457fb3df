"""History: append-only (a trigger forbids change), chained per case, sealed in batches."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, new_id


class Event(Base):
    """`id` is the action id the phone made; `body_sha256` tells a repeat from a stranger."""

    __tablename__ = "events"
    __table_args__ = (UniqueConstraint("hazard_id", "position"), Index(None, "actor_id"))

    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    id: Mapped[UUID] = mapped_column(unique=True)
    hazard_id: Mapped[UUID] = mapped_column(ForeignKey("hazards.id"))
    position: Mapped[int] = mapped_column(doc="1, 2, … within the case")
    kind: Mapped[str] = mapped_column(doc="past tense: hazard.reported")
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), doc="None = the system")
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"))
    role: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(doc="server time")
    occurred_at: Mapped[datetime | None] = mapped_column(doc="device time, as sent")
    from_state: Mapped[str | None]
    to_state: Mapped[str | None]
    round: Mapped[int]
    data: Mapped[dict[str, Any]]
    body_sha256: Mapped[str]
    previous_hash: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class Seal(Base):
    """Events and audit entries under one hash, chained to the seal before; the head goes outside.

    Without events `from_seq` and `to_seq` are 0.
    """

    __tablename__ = "seals"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    from_seq: Mapped[int]
    to_seq: Mapped[int]
    count: Mapped[int]
    audit_count: Mapped[int] = mapped_column(server_default="0", doc="audit entries covered")
    audit_to_seq: Mapped[int] = mapped_column(server_default="0", doc="the last of them; 0 = none")
    at: Mapped[datetime]
    previous_hash: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class PublishedHead(Base):
    """When the head of a seal went to its second place; whether it is still there, nobody says."""

    __tablename__ = "published_heads"

    seal_id: Mapped[int] = mapped_column(ForeignKey("seals.id"), primary_key=True)
    at: Mapped[datetime]


class SealedEvent(Base):
    """Which seal covers which event; written once, so that late committers are sealed later."""

    __tablename__ = "sealed_events"

    seq: Mapped[int] = mapped_column(ForeignKey("events.seq"), primary_key=True)
    seal_id: Mapped[int] = mapped_column(ForeignKey("seals.id"))


class Change(Base):
    """What phones and desks must look at again; ordered by (xid, seq), see sync."""

    __tablename__ = "changes"
    __table_args__ = (Index("ix_changes_feed", "xid", "seq"),)

    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    xid: Mapped[int] = mapped_column(
        BigInteger, server_default=text("pg_current_xact_id()::text::bigint")
    )
    kind: Mapped[str] = mapped_column(doc="hazard, rules, notice, objects")
    hazard_id: Mapped[UUID | None]
    person_id: Mapped[UUID | None] = mapped_column(doc="whom a notice is for")
    left_grid_id: Mapped[UUID | None] = mapped_column(
        doc="grid that no longer has the case, or whose objects have changed"
    )
    at: Mapped[datetime] = mapped_column(
        server_default=text("now()"), doc="for how long it is kept"
    )


class FeedFloor(Base):
    """One row: up to this place changes may have been forgotten. Readers below begin anew."""

    __tablename__ = "feed_floor"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    xid: Mapped[int]
    seq: Mapped[int]


class Stranger(Base):
    """Same id, other content: kept aside for a person to look at, never dropped."""

    __tablename__ = "strangers"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(doc="hazard, action, photo")
    entity_id: Mapped[UUID]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    sha256: Mapped[str]
    body: Mapped[dict[str, Any]] = mapped_column(doc="the refused content; photos: sizes and type")
    looked_at: Mapped[datetime | None]
