"""Grids: listed, added, changed, ended; and which one a position lies in."""

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from shapely import Point
from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.errors import Invalid, NotFound
from app.models.grid import Grid, GridKind
from app.models.organization import Organization, OrganizationKind
from app.services import access, audit, reference
from app.services.access import Actor
from app.services.audit import Kind, Subject
from app.services.coordinates import Crs
from app.services.permissions import Permission
from app.services.places import ending, outlines
from app.services.places.commands import AddGrid, EditGrid
from app.services.places.distances import metres, squared_to
from app.services.places.known import KnownGrid, known_grids

_K = OrganizationKind
RUN_BY: dict[GridKind, frozenset[OrganizationKind]] = {
    GridKind.TERRITORIAL: frozenset({_K.VILLAGE, _K.TOWNSHIP_SUBCENTRE, _K.COUNTY_CENTRE}),
    GridKind.EXCLUSIVE: frozenset({_K.DEPARTMENT, _K.ENTERPRISE}),
}
_CANDIDATES = 40
_NEAR_M = 3_000
_Part = aliased(Grid)


@dataclass(frozen=True)
class Spot:
    """Where a position lies, as far as that can be known; all None = no grid near it."""

    grid_id: UUID | None
    village_id: UUID | None
    township_id: UUID | None
    is_outside_county: bool


async def grids(
    session: AsyncSession,
    actor: Actor,
    township_id: UUID | None = None,
    is_mine: bool = False,
) -> list[Grid]:
    """In force today, by code and name. Mine: of my posts, my village, my township."""
    query = (
        select(Grid)
        .join(Organization, Organization.id == Grid.organization_id)
        .where(is_in_force(access.today()))
    )
    if township_id:
        query = query.where(Organization.within_id == township_id)
    if is_mine:
        query = query.where(_is_mine(actor))
    order = (Grid.official_code.nulls_last(), Grid.name, Grid.id)
    return list(await session.scalars(query.order_by(*order)))


async def add_grid(session: AsyncSession, actor: Actor, command: AddGrid) -> Grid:
    """A grid of a village (territorial) or of a department (exclusive, S1-3)."""
    access.require(actor, Permission.EDIT_PLACES)
    body = await session.get(Organization, command.organization_id)
    if body is None:
        raise NotFound(fields=["organization_id"])
    if body.kind not in RUN_BY[command.kind] or not body.is_active:
        raise _invalid(
            "organization_id",
            "属地网格归村（社区）、镇街或县中心管，专属网格归部门或企业管",
            "Territorial grids belong to villages, townships or the centre, exclusive ones to "
            "departments or enterprises",
        )
    if command.parent_id and await session.get(Grid, command.parent_id) is None:
        raise NotFound(fields=["parent_id"])
    grid = Grid(**command.model_dump(exclude={"outline", "outline_crs"}))
    session.add(grid)
    _draw(grid, command.outline, command.outline_crs)
    await _write(session)
    given = command.model_dump(mode="json", exclude={"outline"}, exclude_none=True)
    await audit.record(session, Kind.GRID_ADDED, actor, Subject("grid", grid.id), given)
    return grid


async def edit_grid(session: AsyncSession, actor: Actor, grid_id: UUID, command: EditGrid) -> Grid:
    """Rename, draw anew, or end on a day beyond which nobody and nothing is left there."""
    grid = await _locked(session, actor, grid_id)
    sent = command.model_dump(exclude_unset=True, exclude={"outline_crs"})
    if sent.get("name", grid.name) is None:
        raise _invalid("name", "名称不能空着", "A name is needed")
    if "valid_to" in sent:
        await ending.require_undivided(session, grid)
    if sent.get("valid_to"):
        await ending.require_no_people(session, grid, sent["valid_to"])
        await ending.require_nothing_open(session, grid)
    return await _change(session, actor, grid, sent, command.outline_crs)


async def end_grid(session: AsyncSession, actor: Actor, grid_id: UUID, last_day: date) -> Grid:
    """As part of a change of the division, which takes along what is left there."""
    grid = await _locked(session, actor, grid_id)
    await ending.require_no_people(session, grid, last_day)
    return await _change(session, actor, grid, {"valid_to": last_day}, Crs.WGS84)


async def _locked(session: AsyncSession, actor: Actor, grid_id: UUID) -> Grid:
    access.require(actor, Permission.EDIT_PLACES)
    grid = await session.get(Grid, grid_id, with_for_update={"key_share": True})
    if grid is None:
        raise NotFound
    return grid


async def _change(
    session: AsyncSession, actor: Actor, grid: Grid, sent: dict[str, Any], crs: Crs
) -> Grid:
    difference = audit.changed(grid, sent)
    if "outline" in sent:
        _draw(grid, sent.pop("outline"), crs)
    for name, value in sent.items():
        setattr(grid, name, value)
    await _write(session)
    await audit.record(session, Kind.GRID_EDITED, actor, Subject("grid", grid.id), difference)
    return grid


async def locate(session: AsyncSession, lat: float, lon: float) -> Spot:
    """The grid around a position (WGS-84 degrees), else the nearest one within 3 km.

    Farther than that but inside the county: the township of the nearest grid, no grid.
    """
    nearest = _nearest((await known_grids(session)).values(), (lat, lon))
    here = Point(lon, lat)
    around = [(grid.outline, grid) for _, grid in nearest if grid.outline is not None]
    around = [(outline, grid) for outline, grid in around if outline.covers(here)]
    is_outside = outlines.is_outside_county(lat, lon)
    if around:
        _, smallest = min(around, key=lambda pair: float(pair[0].area))
        return _spot(smallest, is_outside)
    if nearest and metres(nearest[0][0]) <= _NEAR_M:
        return _spot(nearest[0][1], is_outside)
    township_id = nearest[0][1].township_id if nearest and not is_outside else None
    return Spot(None, None, township_id, is_outside)


def _spot(grid: KnownGrid, is_outside: bool) -> Spot:
    return Spot(grid.id, grid.village_id, grid.township_id, is_outside)


def _nearest(
    known: Iterable[KnownGrid], here: tuple[float, float]
) -> list[tuple[float, KnownGrid]]:
    """Territorial grids in force, with squared degrees to their centres, the nearest first."""
    day, apart = access.today(), squared_to(here)
    measured = [
        (apart(grid.centre), grid.id, grid)
        for grid in known
        if grid.centre and grid.is_territorial and grid.is_in_force(day)
    ]
    return [(squared, grid) for squared, _, grid in heapq.nsmallest(_CANDIDATES, measured)]


def is_in_force(day: date) -> ColumnElement[bool]:
    return (Grid.valid_from <= day) & is_not_over(day)


def is_not_over(day: date) -> ColumnElement[bool]:
    """In force, or to come."""
    return or_(Grid.valid_to.is_(None), Grid.valid_to >= day)


def has_parts(day: date) -> ColumnElement[bool]:
    """Smaller grids hang under it that are not over by then."""
    part = select(_Part.id).where(
        _Part.parent_id == Grid.id, or_(_Part.valid_to.is_(None), _Part.valid_to >= day)
    )
    return exists(part.correlate(Grid))


def _is_mine(actor: Actor) -> ColumnElement[bool]:
    """A gridworker is employed by a village but answers for the own grid only."""
    villages = [
        seat.organization_id
        for seat in actor.seats
        if seat.organization_kind is OrganizationKind.VILLAGE and seat.grid_id is None
    ]
    return or_(
        Grid.id.in_(actor.grid_ids),
        Grid.organization_id.in_(villages),
        Organization.within_id.in_(actor.organizations_of(OrganizationKind.TOWNSHIP_SUBCENTRE)),
    )


def _draw(grid: Grid, outline: dict[str, Any] | None, crs: Crs) -> None:
    """Keep a checked outline and a point inside it; the centre outlives the outline."""
    if outline is None:
        grid.outline = None
        return
    grid.outline, grid.centre_lat, grid.centre_lon = outlines.check(outline, crs)


async def _write(session: AsyncSession) -> None:
    try:
        await session.flush()
        reference.forget(session)
    except IntegrityError as error:
        raise _invalid("official_code", "这个网格编码已经用过", "This code is taken") from error


def _invalid(field: str, zh: str, en: str) -> Invalid:
    return Invalid(fields=[field], reason_zh=zh + "。", reason_en=en + ".")
