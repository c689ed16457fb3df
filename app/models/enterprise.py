"""Enterprises: the places where hazards are found. The full ledger (S1-33) comes later."""

from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class Enterprise(Base):
    """An organisation of kind enterprise with its place; shares the organisation's id."""

    __tablename__ = "enterprises"
    __table_args__ = (Index(None, "grid_id"),)

    id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), primary_key=True)
    credit_code: Mapped[str | None] = mapped_column(doc="GB 32100; None = unregistered (S1-63)")
    address: Mapped[str]
    sector: Mapped[str] = mapped_column(doc="in words, e.g. 餐饮、机械加工")
    grid_id: Mapped[UUID] = mapped_column(ForeignKey("grids.id"))
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    contact_name: Mapped[str | None]
    contact_phone: Mapped[str | None]
    is_key: Mapped[bool] = mapped_column(default=False, doc="key unit (S3-31)")
