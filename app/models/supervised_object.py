"""Supervised objects: all on a grid that somebody must look at (S1-6, S1-28, S2-43, S4-1)."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, new_id


class ObjectKind(StrEnum):
    ENTERPRISE = "enterprise"
    INDIVIDUAL_BUSINESS = "individual_business"
    PROJECT = "project"
    FERRY = "ferry"
    THREE_SMALL_PLACE = "three_small_place"  # which of the three: SmallKind
    HOUSEHOLD = "household"
    KEY_LOCATION = "key_location"
    LEASED_FACTORY = "leased_factory"
    DISUSED_FACTORY = "disused_factory"
    PUBLIC_FACILITY = "public_facility"
    BUNDLE = "bundle"  # 打包: looked at in one visit, exceptions per member (S2-44)


class SmallKind(StrEnum):
    """三小场所: small shop, workshop, place of entertainment (S1-28)."""

    SHOP = "small_shop"
    WORKSHOP = "small_workshop"
    ENTERTAINMENT = "small_entertainment"


class DualPrevention(StrEnum):
    """双重预防: risks graded, hazards governed."""

    NONE = "none"
    BUILDING = "building"
    RUNNING = "running"


class UnitKind(StrEnum):
    """What an enterprise is made of, from the top down (S0-35)."""

    OFFICE = "office"  # 职能科室
    WORKSHOP = "workshop"  # 车间
    TEAM = "team"  # 班组
    POST = "post"  # 岗位


class SupervisedObject(Base):
    """Exactly one primary grid (S1-6). Never deleted, only closed.

    An enterprise with accounts of its own shares the id of its organisation, a member of a bundle
    names it. `confirmed_at` None: collected on the phone, not yet confirmed by its village or
    township (S2-23); with `returned_at` it waits for whoever goes there to correct it.
    """

    __tablename__ = "supervised_objects"
    __table_args__ = (
        Index(None, "grid_id", "kind"),
        Index(None, "bundle_id"),
        Index(None, "credit_code"),
        Index(None, "organization_id"),
        Index("ix_supervised_objects_by_name", "name", "id"),
        CheckConstraint("major_source_level between 1 and 4", name="major_source_level"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[ObjectKind]
    name: Mapped[str]
    grid_id: Mapped[UUID] = mapped_column(ForeignKey("grids.id"))
    organization_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("organizations.id"), doc="the body its own accounts belong to"
    )
    bundle_id: Mapped[UUID | None] = mapped_column(ForeignKey("supervised_objects.id"))
    small_kind: Mapped[SmallKind | None] = mapped_column(doc="only of three-small places")
    cadre_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("people.id"), doc="包保干部: who of the grid takes care of it (S4-18)"
    )
    credit_code: Mapped[str | None] = mapped_column(doc="GB 32100; None = unregistered (S1-63)")
    address: Mapped[str]
    sector: Mapped[str] = mapped_column(doc="in words, e.g. 餐饮、机械加工")
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    contact_name: Mapped[str | None]
    contact_phone: Mapped[str | None]
    is_key: Mapped[bool] = mapped_column(default=False, doc="key unit (S3-31)")
    is_registered: Mapped[bool] = mapped_column(default=True, doc="has a business licence (S1-63)")
    email: Mapped[str | None]
    staff_count: Mapped[int | None]
    products: Mapped[str] = mapped_column(default="", doc="made, sold or stored (S1-33)")
    division: Mapped[str | None] = mapped_column(doc="GB/T 4754-2017, letter and two digits: H62")
    area_m2: Mapped[float | None]
    seats: Mapped[int | None]
    beds: Mapped[int | None]
    key_persons: Mapped[list[dict[str, str]]] = mapped_column(JSONB, default=list)
    units: Mapped[list[dict[str, str]]] = mapped_column(
        JSONB, default=list, doc="kind (UnitKind), name, name of the parent or '', person or ''"
    )
    dual_prevention: Mapped[DualPrevention | None]
    is_in_lianghua: Mapped[bool] = mapped_column(default=False, doc="两化 system (S2-43)")
    major_source_level: Mapped[int | None] = mapped_column(doc="1 (gravest) to 4; None = no source")
    external_owner: Mapped[str | None] = mapped_column(doc="managed from outside (S4-3, S4-4)")
    concerns: Mapped[str] = mapped_column(default="", doc="what to look out for there, in words")
    extra: Mapped[dict[str, Any]] = mapped_column(default=dict, doc="the county's own fields")
    created_at: Mapped[datetime]
    collected_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    confirmed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    confirmed_at: Mapped[datetime | None]
    returned_at: Mapped[datetime | None] = mapped_column(doc="sent back to be corrected")
    return_reason: Mapped[str | None]
    closed_on: Mapped[date | None] = mapped_column(doc="last day, None = open")
