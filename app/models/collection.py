"""What a phone has sent about an object that it collected on site (S2-23)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class Collection(Base):
    """One sending, under an id that the phone has made; a corrected one is a row of its own.

    What it said stands in the object and its history. The accuracy is kept here: it tells whoever
    confirms how far the position is to be believed.
    """

    __tablename__ = "collections"
    __table_args__ = (Index(None, "object_id", "seq"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    object_id: Mapped[UUID] = mapped_column(
        ForeignKey("supervised_objects.id", deferrable=True, initially="DEFERRED"),
        doc="written after this row, which claims the id",
    )
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    sha256: Mapped[str] = mapped_column(doc="of the body as sent")
    occurred_at: Mapped[datetime] = mapped_column(doc="device time, as sent")
    received_at: Mapped[datetime]
    skew_seconds: Mapped[float | None] = mapped_column(doc="server minus device clock")
    accuracy_m: Mapped[float | None] = mapped_column(doc="of the position, if one was sent")
