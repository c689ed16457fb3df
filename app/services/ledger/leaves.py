"""Enterprises that are grids: in schemes that say so, the lowest level of a line (S0-18, S4-28)."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import ChangedMeanwhile
from app.models.accident import Accident, AccidentStatus
from app.models.appeal import Appeal, AppealStatus
from app.models.grid import Grid, GridKind
from app.models.grid_revision import RevisionCause
from app.models.hazard import OPEN_STATES, Hazard
from app.models.organization import Organization, OrganizationKind
from app.models.person import Post
from app.models.supervised_object import ObjectKind, SupervisedObject
from app.services import access, audit, places, reference, schemes, slots
from app.services.access import Actor
from app.services.audit import Kind, Subject
from app.services.ledger.refusing import invalid
from app.services.slots import LeftPlace


async def open_body(session: AsyncSession, row: SupervisedObject) -> None:
    """A body of its own, under the same id, that can employ people and run a grid."""
    body = Organization(
        id=row.id, kind=OrganizationKind.ENTERPRISE, name=row.name, short_name=row.name[:20]
    )
    session.add(body)
    await session.flush()
    row.organization_id = body.id
    reference.forget(session)


async def is_leaf(session: AsyncSession, row: SupervisedObject) -> bool:
    """Whether the scheme in force makes a grid of this one where it lies."""
    grid = await session.get_one(Grid, row.grid_id)
    if row.kind is not ObjectKind.ENTERPRISE or grid.kind is not GridKind.EXCLUSIVE:
        return False
    scheme = await schemes.in_force(session)
    return scheme is not None and scheme.bodies.enterprise_grids


async def grow(session: AsyncSession, actor: Actor, row: SupervisedObject) -> None:
    """Its grid under its line, named like it; one that the county has ended is not made again."""
    if row.organization_id is None or not await is_leaf(session, row):
        return
    own = schemes.leaf(row.organization_id, row.name, row.grid_id)
    known = await session.get(Grid, own["id"])
    if known is None and row.closed_on is None and not await _has_another(session, row):
        made = Grid(**own)
        session.add(made)
        await session.flush()
        await places.note_added(session, actor, [made], RevisionCause.LEDGER)
    elif known is not None and known.id != row.grid_id:
        await places.rename_grid(session, actor, known, row.name)
        known.parent_id = row.grid_id
    await session.flush()
    reference.forget(session)


async def require_free(session: AsyncSession, row: SupervisedObject) -> None:
    """Invalid while somebody or something is on its grid: it ends with the enterprise (31).

    Nobody on it can go on elsewhere by a change, as the grids around are not of its body.
    """
    ids = [grid.id for grid in await _standing(session, row)]
    for tie in TIES:
        count = await session.scalar(tie.count(ids)) if ids else 0
        if count:
            raise invalid("closed_on", tie.zh.format(count), tie.en.format(count))


async def wither(session: AsyncSession, actor: Actor, row: SupervisedObject, on: date) -> None:
    """The last day of its grid; what phones without signal still name goes to its line."""
    for grid in await _standing(session, row):
        await slots.leave(session, actor, grid.id, on)
        await _end(session, actor, grid, max(on, grid.valid_from))


async def revive(
    session: AsyncSession, actor: Actor, row: SupervisedObject, places_ids: Collection[UUID]
) -> None:
    """The grid that ended with it, with those of its people that are asked for.

    One that the county had ended before stays so. ChangedMeanwhile if one of them cannot be.
    """
    given: set[UUID] = set()
    for grid in await _withered(session, row):
        await _end(session, actor, grid, None)
        given |= await slots.give_back_left(session, actor, grid.id, places_ids)
    if given != set(places_ids):
        raise ChangedMeanwhile(fields=["place_ids"])


async def left_places(session: AsyncSession, row: SupervisedObject) -> list[LeftPlace]:
    """Who may have their places again once it is open."""
    found = [await slots.left(session, grid.id) for grid in await _withered(session, row)]
    return [one for some in found for one in some]


async def _withered(session: AsyncSession, row: SupervisedObject) -> list[Grid]:
    """Ended with it."""
    if row.organization_id is None or row.closed_on is None:
        return []
    own = Grid.organization_id == row.organization_id
    query = select(Grid).where(own, Grid.valid_to == row.closed_on).order_by(Grid.id)
    return list(await session.scalars(query))


async def _standing(session: AsyncSession, row: SupervisedObject) -> list[Grid]:
    """Run by its own body, locked, with no last day yet or a later one."""
    if row.organization_id is None:
        return []
    query = select(Grid).where(
        Grid.organization_id == row.organization_id,
        or_(Grid.valid_to.is_(None), Grid.valid_to > access.today()),
    )
    return list(await session.scalars(query.order_by(Grid.id).with_for_update(key_share=True)))


async def _end(session: AsyncSession, actor: Actor, grid: Grid, day: date | None) -> None:
    was, difference = grid.valid_to, audit.changed(grid, {"valid_to": day})
    grid.valid_to = day
    await session.flush()
    reference.forget(session)
    await places.note_ended(session, actor, grid, was, RevisionCause.LEDGER)
    await audit.record(session, Kind.GRID_EDITED, actor, Subject("grid", grid.id), difference)


async def _has_another(session: AsyncSession, row: SupervisedObject) -> bool:
    """Made by hand before the scheme was there."""
    query = select(Grid.id).where(
        Grid.organization_id == row.organization_id,
        Grid.kind == GridKind.EXCLUSIVE,
        places.is_not_over(access.today()),
    )
    return await session.scalar(query.limit(1)) is not None


@dataclass(frozen=True)
class Tie:
    """What keeps an enterprise that is a grid from being closed; the sentences take the number."""

    count: Callable[[Collection[UUID]], Select[int]]
    zh: str
    en: str


TIES = (
    Tie(
        lambda ids: select(func.count()).where(
            Post.grid_id.in_(ids), or_(Post.ends_on.is_(None), Post.ends_on > access.today())
        ),
        "它自己的网格还有 {} 人负责，先结束任职",
        "{} people are responsible for its grid; end their posts first",
    ),
    Tie(
        lambda ids: select(func.count()).where(
            Grid.parent_id.in_(ids), places.is_not_over(access.today())
        ),
        "它自己的网格下面还有 {} 个网格，先改挂或者撤销",
        "{} grids hang below its own; hang them elsewhere or end them first",
    ),
    Tie(
        lambda ids: select(func.count()).where(
            SupervisedObject.grid_id.in_(ids), SupervisedObject.closed_on.is_(None)
        ),
        "它自己的网格里还有 {} 处场所，先改归别的网格",
        "{} places are on its grid; move them to another one first",
    ),
    Tie(
        lambda ids: select(func.count()).where(
            Hazard.grid_id.in_(ids), Hazard.state.in_(OPEN_STATES)
        ),
        "它自己的网格里还有 {} 件没办结的案件，先办完",
        "{} open cases are on its grid; finish them first",
    ),
    Tie(
        lambda ids: select(func.count()).where(
            Accident.grid_id.in_(ids), Accident.status == AccidentStatus.OPEN
        ),
        "它自己的网格里还有 {} 起没终报的事故，先报完",
        "{} accidents on its grid are still open; finish them first",
    ),
    Tie(
        lambda ids: select(func.count()).where(
            Appeal.grid_id.in_(ids), Appeal.status != AppealStatus.CLOSED
        ),
        "它自己的网格里还有 {} 件没办结的诉求，先办完",
        "{} appeals on its grid are still open; finish them first",
    ),
)
