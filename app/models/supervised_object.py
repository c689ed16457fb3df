"""Supervised objects: all on a grid that somebody must look at (S1-6, S1-28, S2-43, S4-1)."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, new_id


class ObjectKind(StrEnum):
    ENTERPRISE = "enterprise"
    INDIVIDUAL_BUSINESS = "individual_business"
    PROJECT = "project"
    FERRY = "ferry"
    THREE_SMALL_PLACE = "three_small_place"  # small shop, workshop or place of entertainment
    HOUSEHOLD = "household"
    KEY_LOCATION = "key_location"
    LEASED_FACTORY = "leased_factory"
    DISUSED_FACTORY = "disused_factory"
    PUBLIC_FACILITY = "public_facility"
    BUNDLE = "bundle"  # 打包: looked at in one visit, exceptions per member (S2-44)


class SupervisedObject(Base):
    """Exactly one primary grid (S1-6). Never deleted, only closed.

    An enterprise with accounts of its own shares the id of its organisation, a member of a bundle
    names it. `confirmed_at` None: collected on the phone, not yet confirmed by its village or
    township (S2-23).
    """

    __tablename__ = "supervised_objects"
    __table_args__ = (
        Index(None, "grid_id", "kind"),
        Index(None, "bundle_id"),
        Index(None, "credit_code"),
        Index(None, "organization_id"),
        Index("ix_supervised_objects_by_name", "name", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[ObjectKind]
    name: Mapped[str]
    grid_id: Mapped[UUID] = mapped_column(ForeignKey("grids.id"))
    organization_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("organizations.id"), doc="the body its own accounts belong to"
    )
    bundle_id: Mapped[UUID | None] = mapped_column(ForeignKey("supervised_objects.id"))
    credit_code: Mapped[str | None] = mapped_column(doc="GB 32100; None = unregistered (S1-63)")
    address: Mapped[str]
    sector: Mapped[str] = mapped_column(doc="in words, e.g. 餐饮、机械加工")
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    contact_name: Mapped[str | None]
    contact_phone: Mapped[str | None]
    is_key: Mapped[bool] = mapped_column(default=False, doc="key unit (S3-31)")
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    closed_on: Mapped[date | None] = mapped_column(doc="last day, None = open")
