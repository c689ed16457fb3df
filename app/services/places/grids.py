"""Grids: listed, added, changed, ended; and which one a position lies in."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import ChangedMeanwhile, Invalid, NotFound
from app.models.grid import Grid, OutlineSource
from app.models.organization import Organization, OrganizationKind
from app.services import access, audit, reference
from app.services.access import Actor
from app.services.audit import Kind, Subject
from app.services.coordinates import Crs
from app.services.permissions import Permission
from app.services.places import (
    codes,
    ending,
    external,
    hanging,
    history,
    outlines,
    reach,
    revising,
    spans,
)
from app.services.places.commands import HOW_DRAWN, AddGrid, EditGrid
from app.services.places.history import Drawing
from app.services.places.revising import Revised
from app.services.places.standing import is_in_force

_AS_IT_WAS = Drawing(OutlineSource.REDRAWN)


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
    """A grid of a village (territorial) or of a department (exclusive, S1-3); it is to be filed."""
    grid = await begin_grid(session, actor, command)
    await spans.added(session, actor, [grid])
    return grid


async def begin_grid(session: AsyncSession, actor: Actor, command: AddGrid) -> Grid:
    """As part of a change of the division, which is filed itself."""
    access.require(actor, Permission.EDIT_PLACES)
    body = await check_new(session, command)
    grid = Grid(**command.model_dump(exclude={"outline", "outline_crs"}))
    if grid.parent_id is None:
        grid.parent_id = await hanging.usual_parent(session, command.kind, body)
    session.add(grid)
    _draw(grid, command.outline, command.outline_crs)
    await _write(session)
    if grid.outline is not None:
        drawing = Drawing(OutlineSource.ADDED, command.outline_crs)
        await history.keep(session, actor, [grid], drawing)
    given = command.model_dump(mode="json", exclude={"outline"}, exclude_none=True)
    await audit.record(session, Kind.GRID_ADDED, actor, Subject("grid", grid.id), given)
    return grid


async def check_new(session: AsyncSession, command: AddGrid) -> Organization:
    """The body that would run it; nothing is written."""
    body = await session.get(Organization, command.organization_id)
    if body is None:
        raise NotFound(fields=["organization_id"])
    if body.kind not in reach.RUN_BY[command.kind] or not body.is_active:
        raise _invalid(
            "organization_id",
            "属地网格归村（社区）、镇街或县中心管，专属网格归部门或企业管",
            "Territorial grids belong to villages, townships or the centre, exclusive ones to "
            "departments or enterprises",
        )
    if command.parent_id:
        await hanging.require_parent(session, command.parent_id)
    await codes.require_code(session, command.official_code, command.kind, body)
    await external.require_known(session, command.external_codes)
    if command.outline is not None:
        outlines.check(command.outline, command.outline_crs)
    return body


async def edit_grid(session: AsyncSession, actor: Actor, grid_id: UUID, command: EditGrid) -> Grid:
    """Rename, draw anew, or end on a day beyond which nobody and nothing is left there.

    ChangedMeanwhile when somebody has redrawn the outline since `drawn_from`: no line is lost.
    """
    grid = await _locked(session, actor, grid_id)
    await check_edit(session, grid, command)
    sent = command.model_dump(exclude_unset=True, exclude=HOW_DRAWN)
    drawing = Drawing(OutlineSource.REDRAWN, command.outline_crs, command.is_correction)
    was = grid.valid_to
    await _change(session, actor, grid, sent, drawing)
    await spans.ended(session, actor, grid, was)
    return grid


async def check_edit(session: AsyncSession, grid: Grid, command: EditGrid) -> None:
    """Whether the grid may become so; nothing is written."""
    if command.drawn_from is not None and command.drawn_from != outlines.version(grid.outline):
        raise ChangedMeanwhile(fields=["outline"])
    sent = command.model_dump(exclude_unset=True)
    if sent.get("name", grid.name) is None:
        raise _invalid("name", "名称不能空着", "A name is needed")
    if sent.get("official_code", grid.official_code) != grid.official_code:
        body = await session.get_one(Organization, grid.organization_id)
        await codes.require_code(session, sent["official_code"], grid.kind, body, grid.id)
    await external.require_known(session, sent.get("external_codes", {}), grid.external_codes)
    if sent.get("outline") is not None:
        outlines.check(sent["outline"], command.outline_crs)
    if sent.get("parent_id"):
        await hanging.require_parent(session, sent["parent_id"], below=grid)
    if "valid_to" in sent:
        await ending.require_undivided(session, grid)
    if sent.get("valid_to"):
        await ending.require_no_people(session, grid, sent["valid_to"])
        await ending.require_nothing_open(session, grid)


async def end_grid(session: AsyncSession, actor: Actor, grid_id: UUID, last_day: date) -> Grid:
    """As part of a change of the division, which takes along what is left there."""
    grid = await _locked(session, actor, grid_id)
    await ending.require_no_people(session, grid, last_day)
    return await _change(session, actor, grid, {"valid_to": last_day})


async def revive_grid(session: AsyncSession, actor: Actor, grid_id: UUID) -> Grid:
    """As part of undoing a change: in force again, without end."""
    grid = await _locked(session, actor, grid_id)
    return await _change(session, actor, grid, {"valid_to": None})


async def retire_grid(session: AsyncSession, actor: Actor, grid_id: UUID, last_day: date) -> Grid:
    """As part of undoing the change that made it. One that never began gives its code back."""
    grid = await _locked(session, actor, grid_id)
    sent: dict[str, Any] = {"valid_to": last_day}
    if last_day < grid.valid_from:
        sent["official_code"] = None
    return await _change(session, actor, grid, sent)


async def _locked(session: AsyncSession, actor: Actor, grid_id: UUID) -> Grid:
    access.require(actor, Permission.EDIT_PLACES)
    locked = {"key_share": True}
    grid = await session.get(Grid, grid_id, with_for_update=locked, populate_existing=True)
    if grid is None:
        raise NotFound
    return grid


async def _change(
    session: AsyncSession,
    actor: Actor,
    grid: Grid,
    sent: dict[str, Any],
    drawing: Drawing = _AS_IT_WAS,
) -> Grid:
    difference = audit.changed(grid, sent)
    was, known_as = outlines.version(grid.outline), revising.side(grid)
    if "outline" in sent:
        _draw(grid, sent.pop("outline"), drawing.crs)
    for name, value in sent.items():
        setattr(grid, name, value)
    await _write(session)
    await revising.note(session, actor, [Revised(grid, known_as, revising.side(grid))])
    if outlines.version(grid.outline) != was:
        await history.keep(session, actor, [grid], drawing)
        difference |= {"is_correction": True} if drawing.is_correction else {}
    await audit.record(session, Kind.GRID_EDITED, actor, Subject("grid", grid.id), difference)
    return grid


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
