"""Which scheme a county goes by, and by which it went before."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, new_id


class AppliedScheme(Base):
    """The newest row is in force. What it said is kept whole: files change with a release.

    `content` is also what the next scheme is compared with: whatever the county has changed
    since then is the county's own and stays.
    """

    __tablename__ = "applied_schemes"
    __table_args__ = (Index(None, "applied_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    key: Mapped[str]
    content: Mapped[dict[str, Any]] = mapped_column(doc="services/schemes/shape.py, as applied")
    applied_at: Mapped[datetime]
    applied_by_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("people.id"), doc="None = on the command line"
    )
    touched: Mapped[int] = mapped_column(doc="rows added, changed or switched off")
