"""The notice board of a grid (网格监管信息公示牌): S1-46, S2-41.

Names hang there by rule. Numbers are those of an office unless the county has decided that
gridworkers and chiefs stand there with their own; nobody else's number is ever on a board.
"""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.models.grid import Grid
from app.models.notice import NoticePhones, NoticeRule
from app.models.organization import Organization
from app.models.person import Person
from app.services import access, places, rules, slots
from app.services.documents.codes import code_of, read_code
from app.services.documents.drawing import Drawing, draw, square_metres
from app.services.documents.ground import Ground, ground
from app.services.documents.places import Place, manned

PAGE = "/notice/"
_PURPOSE = "board"


@dataclass(frozen=True)
class Line:
    """`name` None: nobody has the place today. `phone` None: no number may or can stand there."""

    place: str
    name: str | None
    title: str
    phone: str | None


@dataclass(frozen=True)
class Notice:
    """`link`, `picture` (its QR code as a data address): only of a board that is public."""

    grid: Grid
    county: str
    level_name: str | None
    runner: Organization
    township: Organization | None
    square_metres: int | None
    lines: list[Line]
    complaint_phone: str | None
    drawing: Drawing | None
    as_of: date
    link: str | None
    picture: str | None


async def notice(session: AsyncSession, settings: Settings, grid_id: UUID) -> Notice:
    """As it is to be printed. NotFound: there is no such grid."""
    grid = await slots.read_grid(session, grid_id)
    return await _written(session, settings, grid, await rules.notice(session))


async def public_notice(session: AsyncSession, settings: Settings, mark: str) -> Notice | None:
    """By what stands in the code. None: boards are not public, or no grid in force has it."""
    rule = await rules.notice(session)
    grid_id = read_code(settings, _PURPOSE, mark)
    if not rule.is_public or grid_id is None:
        return None
    query = select(Grid).where(Grid.id == grid_id, places.is_in_force(access.today()))
    grid = await session.scalar(query)
    return await _written(session, settings, grid, rule) if grid else None


async def _written(
    session: AsyncSession, settings: Settings, grid: Grid, rule: NoticeRule
) -> Notice:
    import segno  # noqa: PLC0415 - few draw a code

    known = await places.by_id(session, {grid.organization_id})
    runner = known[grid.organization_id]
    above = await places.by_id(session, {runner.within_id} if runner.within_id else set())
    township = above.get(runner.within_id) if runner.within_id else None
    here = (await manned(session, [grid.id]))[grid.id]
    drawing, area = await asyncio.to_thread(_drawn, await ground(session, grid))
    duty = runner.phone or (township.phone if township else None)
    link = _link(settings, grid) if rule.is_public else None
    return Notice(
        grid=grid,
        county=settings.county_name,
        level_name=here.level_name,
        runner=runner,
        township=township if township and township.id != runner.id else None,
        square_metres=area,
        lines=await _lines(session, here.places, rule, duty),
        complaint_phone=rule.complaint_phone,
        drawing=drawing,
        as_of=access.today(),
        link=link,
        picture=link and segno.make(link, error="m").svg_data_uri(scale=5, border=4, light="#fff"),
    )


def _link(settings: Settings, grid: Grid) -> str:
    """Ids follow from division codes: signed, or all boards of a county could be read in a row."""
    code, _ = code_of(settings, _PURPOSE, grid.id)
    return f"{settings.base_url.rstrip('/')}{PAGE}{code}"


def _drawn(here: Ground) -> tuple[Drawing | None, int | None]:
    """With the area. Next to its parts a grid needs little room, among its neighbours more."""
    if here.outline is None:
        return None, None
    margin = 0.05 if here.has_parts else 0.2
    return draw(here.outline, here.around, margin), square_metres(here.outline)


async def _lines(
    session: AsyncSession, shown: Collection[Place], rule: NoticeRule, duty: str | None
) -> list[Line]:
    own: dict[UUID, str | None] = {}
    if rule.phones is NoticePhones.OWN:
        on_foot = {h.person_id for one in shown if one.role in slots.BY_POST for h in one.holders}
        query = select(Person.id, Person.mobile).where(Person.id.in_(on_foot))
        own = {row.id: row.mobile for row in await session.execute(query)}
    lines = []
    for place in shown:
        for one in place.holders:
            phone = own.get(one.person_id) or duty
            lines.append(Line(place.name, one.name, one.title, phone))
        if not place.holders:
            lines.append(Line(place.name, None, "", None))
    return lines
