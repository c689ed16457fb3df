"""Grids: the ground somebody is responsible for (S1-1, S1-3, S1-9)."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, false
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, new_id


class GridKind(StrEnum):
    TERRITORIAL = "territorial"
    EXCLUSIVE = "exclusive"


class Grid(Base):
    """`organization_id` is the body that runs the grid: a village, or a department if exclusive."""

    __tablename__ = "grids"
    __table_args__ = (
        Index(None, "parent_id"),
        Index(None, "organization_id"),
        Index("uq_grids_id_organization_id", "id", "organization_id", unique=True),  # cases refer
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[GridKind] = mapped_column(default=GridKind.TERRITORIAL)
    name: Mapped[str]
    official_code: Mapped[str | None] = mapped_column(unique=True, doc="issued outside (S1-9)")
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("grids.id"))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    bounds: Mapped[str | None] = mapped_column(doc="四至 in words, as on the board (S1-46)")
    outline: Mapped[dict[str, Any] | None] = mapped_column(doc="GeoJSON geometry, WGS-84")
    centre_lat: Mapped[float | None]
    centre_lon: Mapped[float | None]
    external_codes: Mapped[dict[str, Any]] = mapped_column(
        default=dict, server_default="{}", doc="its codes elsewhere: 综治, 城管 … (S1-9)"
    )
    valid_from: Mapped[date]
    valid_to: Mapped[date | None] = mapped_column(doc="last day, None = open")


class UnattendedGrid(Base):
    """There is a row while nobody walks the grid, so that each loss is told once (S1-46, S2-46)."""

    __tablename__ = "unattended_grids"

    grid_id: Mapped[UUID] = mapped_column(ForeignKey("grids.id"), primary_key=True)
    since: Mapped[date] = mapped_column(doc="the day on which it was noticed")
    is_county_told: Mapped[bool] = mapped_column(default=False)


class OutlineSource(StrEnum):
    STOOD = "stood"  # when the history began
    ADDED = "added"  # with the grid
    REDRAWN = "redrawn"
    IMPORTED = "imported"
    PUT_BACK = "put_back"  # by undoing an import


class OutlineImport(Base):
    """A file of outlines that was taken in. What it drew, and what undo put back, name it."""

    __tablename__ = "outline_imports"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    file: Mapped[str] = mapped_column(doc="as its sender calls it")
    taken_at: Mapped[datetime]
    taken_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))


class OutlineRun(Base):
    """How far a file of outlines is that is worked on; gone with the work (`importing.running`)."""

    __tablename__ = "outline_runs"
    __table_args__ = (Index(None, "person_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    file: Mapped[str] = mapped_column(doc="as its sender calls it")
    is_taking: Mapped[bool]
    step: Mapped[str]
    done: Mapped[int]
    total: Mapped[int]
    told_at: Mapped[datetime]


class GridOutline(Base):
    """An outline that a grid has from a day on, until the next one; append-only (decision 51)."""

    __tablename__ = "grid_outlines"
    __table_args__ = (Index("ix_grid_outlines_listed", "grid_id", "recorded_at", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    grid_id: Mapped[UUID] = mapped_column(ForeignKey("grids.id"))
    valid_from: Mapped[date]
    outline: Mapped[dict[str, Any] | None] = mapped_column(
        JSONB(none_as_null=True), doc="GeoJSON geometry, WGS-84; None = taken away"
    )
    crs: Mapped[str] = mapped_column(doc="in what coordinates it came")
    source: Mapped[OutlineSource]
    is_correction: Mapped[bool] = mapped_column(
        default=False, server_default=false(), doc="the same ground, only described better"
    )
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("people.id"), doc="None = nobody knows, or the system"
    )
    import_id: Mapped[UUID | None] = mapped_column(ForeignKey("outline_imports.id"), index=True)
