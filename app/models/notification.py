"""What a person is told, asks for, keeps: inbox, saved views, suggestions."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, new_id


class Notification(Base):
    """One line in one person's inbox. (person, dedup) is unique: a job may run twice."""

    __tablename__ = "notifications"
    __table_args__ = (
        Index(None, "person_id", "created_at"),
        Index("ix_notifications_unread", "person_id", postgresql_where=text("read_at is null")),
        UniqueConstraint("person_id", "dedup"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[str] = mapped_column(doc="key of the sentence in the PWA's words")
    hazard_id: Mapped[UUID | None] = mapped_column(ForeignKey("hazards.id"))
    params: Mapped[dict[str, Any]]
    dedup: Mapped[str]
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class SavedView(Base):
    __tablename__ = "saved_views"
    __table_args__ = (Index(None, "person_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    name: Mapped[str]
    filters: Mapped[dict[str, Any]]
    position: Mapped[int] = mapped_column(default=0)


class Suggestion(Base):
    """意见建议, open to every role."""

    __tablename__ = "suggestions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    text: Mapped[str]
    at: Mapped[datetime]
    answer: Mapped[str | None]
    answered_at: Mapped[datetime | None]
