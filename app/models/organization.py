"""Organisations: one tree from the county centre to enterprises (S1-10, S3-18, S3-19)."""

from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, new_id


class OrganizationKind(StrEnum):
    COUNTY_CENTRE = "county_centre"
    SAFETY_DEPARTMENT = "safety_department"
    DEPARTMENT = "department"
    TOWNSHIP_SUBCENTRE = "township_subcentre"
    VILLAGE = "village"
    ENTERPRISE = "enterprise"


# Whose grids gridworkers and chiefs walk: of the ground, and of a sector line (S4-18).
WALKING_KINDS = frozenset({OrganizationKind.VILLAGE, OrganizationKind.DEPARTMENT})


class Variant(StrEnum):
    """What a second-level desk is where it is not a township (S1-64, S4-27)."""

    FUNCTIONAL_ZONE = "functional_zone"  # 功能区、园区: ground with a township-level code
    LINE_OFFICE = "line_office"  # the desk of a sector line


class Organization(Base):
    """A body that can hold cases or employ people. Never deleted, only closed.

    A county's department has the county centre as parent, a township's department (所、站) its
    township: `within` names the township a body belongs to, so that "within reach" is one column.
    """

    __tablename__ = "organizations"
    __table_args__ = (
        Index(None, "kind"),
        Index(None, "parent_id"),
        Index(None, "within_id"),
        Index("uq_organizations_id_within_id", "id", "within_id", unique=True),  # cases refer to it
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[OrganizationKind]
    name: Mapped[str]
    short_name: Mapped[str]
    code: Mapped[str | None] = mapped_column(unique=True, doc="12-digit division code, if any")
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"))
    within_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("organizations.id"), doc="the township this body belongs to or is"
    )
    phone: Mapped[str | None]
    is_active: Mapped[bool] = mapped_column(default=True)
    variant: Mapped[Variant | None] = mapped_column(doc="None = what `kind` says")
    is_summarising: Mapped[bool] = mapped_column(
        default=False, doc="a village body that gets reports before its township does (S2-30)"
    )
