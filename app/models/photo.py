"""Photos: what a manifest promises, and what has arrived. Either may come first."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, and_, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class PhotoRole(StrEnum):
    BEFORE = "before"
    AFTER = "after"
    DOCUMENT = "document"


class PhotoSource(StrEnum):
    CAMERA = "camera"
    ALBUM = "album"
    DRAWN = "drawn"  # a signature, by finger


class Derivatives(StrEnum):
    PENDING = "pending"
    READY = "ready"
    FAILED = "failed"


class ManifestEntry(Base):
    """One photo that a report or an action promises, with its hash taken at capture."""

    __tablename__ = "manifest_entries"
    __table_args__ = (Index(None, "hazard_id"), Index(None, "event_id"), Index(None, "sha256"))

    photo_id: Mapped[UUID] = mapped_column(primary_key=True)
    hazard_id: Mapped[UUID] = mapped_column(ForeignKey("hazards.id"))
    event_id: Mapped[UUID] = mapped_column(doc="the report's or action's id")
    sha256: Mapped[str] = mapped_column(doc="hex")
    size: Mapped[int] = mapped_column(doc="bytes")
    role: Mapped[PhotoRole]
    source: Mapped[PhotoSource]
    taken_at: Mapped[datetime] = mapped_column(doc="device time")
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    accuracy_m: Mapped[float | None]


IS_FAILED = text("derivatives = 'failed'")  # few are: the very words of the partial index


class Photo(Base):
    """Bytes that have arrived; the original is stored bit for bit under `key`."""

    __tablename__ = "photos"
    __table_args__ = (
        Index(None, "uploaded_by_id", "received_at"),
        Index("ix_photos_failed", "id", postgresql_where=IS_FAILED),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(doc="hex")
    size: Mapped[int] = mapped_column(doc="bytes")
    content_type: Mapped[str] = mapped_column(doc="by content, not by name")
    width: Mapped[int]
    height: Mapped[int]
    key: Mapped[str] = mapped_column(unique=True, doc="in the object store, made by the server")
    seq: Mapped[int] = mapped_column(doc="of the change that announced it; part of the receipt")
    received_at: Mapped[datetime]
    uploaded_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    derivatives: Mapped[Derivatives] = mapped_column(default=Derivatives.PENDING)
    exif_taken_at: Mapped[datetime | None] = mapped_column(doc="from EXIF, county wall clock")
    exif_lat: Mapped[float | None] = mapped_column(doc="from EXIF; a hint, never a position")
    exif_lon: Mapped[float | None]


# Joins a stored photo to the line of a manifest that it fulfils: same id, same content.
KEEPS_PROMISE = and_(Photo.id == ManifestEntry.photo_id, Photo.sha256 == ManifestEntry.sha256)
