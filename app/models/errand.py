"""What a gridworker does beside looking: documents delivered, publicity, a call (S1-30, S1-31)."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base
from app.models.photo import PhotoRole, PhotoSource


class ErrandKind(StrEnum):
    DELIVERY = "delivery"  # 送达文书
    PUBLICITY = "publicity"  # 宣传
    CALL = "call"  # 走访


class DeliveryOutcome(StrEnum):
    SIGNED = "signed"  # 签收
    REFUSED = "refused"  # 拒收
    ABSENT = "absent"  # 不在


class Errand(Base):
    """One record of a service, under an id that the phone has made. Written once.

    At an object of the ledger, or at a `place` in words on a grid. No position is asked for.
    """

    __tablename__ = "errands"
    __table_args__ = (
        Index(None, "grid_id", "occurred_at"),
        Index(None, "object_id", "occurred_at"),
        Index(None, "person_id", "occurred_at"),
        Index("ix_errands_by_time", "occurred_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    sha256: Mapped[str] = mapped_column(doc="of the body as sent")
    kind: Mapped[ErrandKind]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    grid_id: Mapped[UUID] = mapped_column(ForeignKey("grids.id"), doc="of the object on that day")
    object_id: Mapped[UUID | None] = mapped_column(ForeignKey("supervised_objects.id"))
    place: Mapped[str] = mapped_column(doc="in words; empty where an object is named")
    topic: Mapped[str] = mapped_column(doc="title of the document, what was talked about")
    outcome: Mapped[DeliveryOutcome | None] = mapped_column(doc="of a delivery alone")
    receiver: Mapped[str | None] = mapped_column(doc="who received it")
    reached: Mapped[int | None] = mapped_column(doc="how many people; None = not said")
    note: Mapped[str] = mapped_column(doc="of what was not received: why")
    occurred_at: Mapped[datetime] = mapped_column(doc="device time, as sent")
    received_at: Mapped[datetime]
    skew_seconds: Mapped[float | None] = mapped_column(doc="server minus device clock")


class ErrandPhoto(Base):
    """A photo or a drawn signature that the record promises; where it was taken is not kept."""

    __tablename__ = "errand_photos"
    __table_args__ = (Index(None, "photo_id"),)

    errand_id: Mapped[UUID] = mapped_column(ForeignKey("errands.id"), primary_key=True)
    photo_id: Mapped[UUID] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(doc="hex")
    size: Mapped[int] = mapped_column(doc="bytes")
    role: Mapped[PhotoRole] = mapped_column(doc="document = the receipt")
    source: Mapped[PhotoSource]
    taken_at: Mapped[datetime] = mapped_column(doc="device time")
