"""交接: on a grid somebody goes, somebody comes, or both, and what was handed over."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, new_id
from app.models.person import Role


class Handover(Base):
    """Append-only. `pack` is the list as it was that day, for the paper that both sign.

    `from_person_id` None: the place was vacant. `to_person_id` None: colleagues of the grid go on.
    """

    __tablename__ = "handovers"
    __table_args__ = (
        Index(None, "grid_id", "at"),
        CheckConstraint("num_nonnulls(from_person_id, to_person_id) > 0", name="somebody"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    grid_id: Mapped[UUID] = mapped_column(ForeignKey("grids.id"))
    role: Mapped[Role]
    from_person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    to_person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    starts_on: Mapped[date] = mapped_column(doc="first day of whoever comes")
    note: Mapped[str] = mapped_column(default="")
    pack: Mapped[dict[str, Any]]
    made_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
