"""Campaigns: something looked at once, by a list, until a day (专项检查; S3-32, S2-8)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class Campaign(Base):
    """Its tasks are made when it is ordered: what joins the ledger later is not part of it.

    `id` is the desk's own, so that to send the order twice makes it once.
    """

    __tablename__ = "campaigns"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(doc="of the order as it was sent")
    name: Mapped[str]
    basis: Mapped[str] = mapped_column(doc="the document or order that it follows, in words")
    checklist_version_id: Mapped[UUID] = mapped_column(ForeignKey("checklist_versions.id"))
    choice: Mapped[dict[str, Any]] = mapped_column(doc="which objects, as it was ordered")
    starts_on: Mapped[date] = mapped_column(doc="when its tasks go out")
    until: Mapped[date] = mapped_column(doc="last day")
    first_until: Mapped[date | None] = mapped_column(doc="last day as it was ordered, if moved")
    moved_because: Mapped[str] = mapped_column(default="", doc="why it was last moved")
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    ordered_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    ordered_at: Mapped[datetime]
    ended_on: Mapped[date | None]
