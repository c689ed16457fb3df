"""The life of an object beside its data: confirmed, moved, supervised, closed, opened again."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import any_, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.errors import ChangedMeanwhile, NotFound
from app.models.grid import Grid
from app.models.hazard import OPEN_STATES, Hazard
from app.models.ledger import Basis, ObjectDepartment
from app.models.organization import Organization, OrganizationKind
from app.models.supervised_object import ObjectKind, SupervisedObject
from app.services import access, audit, moving, patrols
from app.services.access import SYSTEM, Actor
from app.services.audit import Kind, Subject
from app.services.ledger import bundles, cadres, changing, leaves, proposing, telling
from app.services.ledger.commands import Because, MoveObject, ReopenObject, SuperviseObject
from app.services.ledger.editing import editable, follow, require_grid
from app.services.ledger.reading import (
    Supervisor,
    WholeObject,
    departments,
    latest_collection,
    read_whole,
)
from app.services.ledger.refusing import invalid
from app.services.moving import Moved
from app.services.permissions import Permission
from app.services.slots import LeftPlace

_CAN_SUPERVISE = frozenset({OrganizationKind.DEPARTMENT, OrganizationKind.SAFETY_DEPARTMENT})


async def confirm_object(
    session: AsyncSession, actor: Actor, object_id: UUID, read_at: datetime | None = None
) -> WholeObject:
    """The village or township vouches for what a gridworker collected; once is enough.

    `read_at`: when the version came that was looked at; ChangedMeanwhile if a newer one has.
    """
    access.require(actor, Permission.EDIT_LEDGER)
    row = await editable(session, actor, object_id)
    if row.closed_on is not None:
        raise ChangedMeanwhile
    if row.confirmed_at is None:
        newest = await latest_collection(session, row)
        if read_at and newest and newest.received_at > read_at:
            raise ChangedMeanwhile
        await vouch(session, actor, row)
    return await read_whole(session, actor, object_id)


async def vouch(session: AsyncSession, actor: Actor, row: SupervisedObject) -> None:
    """For what a phone has collected and nobody has confirmed; whoever collected it hears so."""
    row.confirmed_at, row.confirmed_by_id = clock.now(), actor.person_id
    row.returned_at = row.return_reason = None
    changing.note(session, actor, row.id, "confirmed", False, True)
    await _written(session, actor, row, {"confirmed": True})
    await telling.tell_collector(session, row, telling.CONFIRMED)


async def return_object(
    session: AsyncSession, actor: Actor, object_id: UUID, command: Because
) -> WholeObject:
    """Back to whoever collected it, with what is wrong; the same again changes nothing."""
    access.require(actor, Permission.EDIT_LEDGER)
    row = await editable(session, actor, object_id)
    if row.confirmed_at is not None or row.closed_on is not None:
        raise ChangedMeanwhile
    if row.return_reason != command.reason:
        row.returned_at, row.return_reason = clock.now(), command.reason
        changing.note(session, actor, row.id, "returned", False, True, command.reason)
        await _written(session, actor, row, {"returned": True, "reason": command.reason})
        await telling.tell_collector(session, row, telling.RETURNED, command.reason)
    return await read_whole(session, actor, object_id)


async def move_object(
    session: AsyncSession, actor: Actor, object_id: UUID, command: MoveObject
) -> WholeObject:
    """To another grid; a bundle takes its members along, a member leaves its bundle."""
    access.require(actor, Permission.EDIT_LEDGER)
    row = await editable(session, actor, object_id)
    left = row.grid_id
    if command.grid_id == left:
        return await read_whole(session, actor, object_id)
    there = await require_grid(session, actor, command.grid_id)
    await move(session, actor, row, there, command.reason)
    await session.flush()
    await patrols.rehome(session, [row.id])  # members of a bundle have no tasks of their own
    await _written(session, actor, row, {"grid_id": there.id, "reason": command.reason})
    await telling.tell(session, {left})
    return await read_whole(session, actor, object_id)


async def supervise_object(
    session: AsyncSession, actor: Actor, object_id: UUID, command: SuperviseObject
) -> WholeObject:
    """Who answers for it: the department in charge, the department that licenses (S0-11)."""
    access.require(actor, Permission.EDIT_LEDGER)
    row = await editable(session, actor, object_id)
    links = {(one.organization_id, one.basis) for one in command.departments}
    await _require_departments(session, {id_ for id_, _ in links})
    given = {basis: {id_ for id_, why in links if why is basis} for basis in Basis}
    after = await supervise(session, actor, row, given)
    await _written(session, actor, row, {"departments": after})
    return await read_whole(session, actor, object_id)


async def supervise(
    session: AsyncSession,
    actor: Actor,
    row: SupervisedObject,
    given: Mapping[Basis, Collection[UUID]],
    reason: str = "",
) -> list[dict[str, str]]:
    """All departments of each basis that is given; who answers for it afterwards, in words."""
    link, before = ObjectDepartment, _in_words(await departments(session, row.id))
    await session.execute(delete(link).where(link.object_id == row.id, link.basis.in_(given)))
    session.add_all(
        link(object_id=row.id, organization_id=id_, basis=basis)
        for basis, ids in given.items()
        for id_ in ids
    )
    await session.flush()
    after = _in_words(await departments(session, row.id))
    if before != after:
        changing.note(session, actor, row.id, "departments", before, after, reason)
    return after


async def close_object(
    session: AsyncSession, actor: Actor, object_id: UUID, command: Because
) -> WholeObject:
    """It is no more: not in lists, not in plans. Its cases go on to their end first (S4-16)."""
    access.require(actor, Permission.EDIT_LEDGER)
    row = await editable(session, actor, object_id)
    await require_closable(session, row)
    await close(session, actor, row, access.today(), command.reason)
    await proposing.end_all(session, {row.id}, command.reason)
    await _written(session, actor, row, {"closed": True, "reason": command.reason})
    if row.confirmed_at is None:
        await telling.tell_collector(session, row, telling.DROPPED, command.reason)
    return await read_whole(session, actor, object_id)


async def reopen_object(
    session: AsyncSession, actor: Actor, object_id: UUID, command: ReopenObject
) -> WholeObject:
    """On a line of enterprises it is a grid again, with those who are to have their places again.

    ChangedMeanwhile when one of them has left since the list was read.
    """
    access.require(actor, Permission.EDIT_LEDGER)
    row = await editable(session, actor, object_id)
    await leaves.revive(session, actor, row, command.place_ids)
    changing.change(session, actor, row, {"closed_on": None}, command.reason)
    await follow(session, actor, row)
    await _written(session, actor, row, {"closed": False, "reason": command.reason})
    return await read_whole(session, actor, object_id)


async def left_places(session: AsyncSession, actor: Actor, object_id: UUID) -> list[LeftPlace]:
    """Who had a place on its grid when it closed and could have it again: for whoever may open it.

    Empty while it is open, and where enterprises are no grids.
    """
    access.require(actor, Permission.EDIT_LEDGER)
    return await leaves.left_places(session, await editable(session, actor, object_id))


async def with_open_cases(session: AsyncSession, ids: Collection[UUID]) -> set[UUID]:
    """Those of them on which cases are open."""
    cases = select(Hazard.enterprise_id).where(
        Hazard.enterprise_id == any_(access.given("ids")), Hazard.state.in_(OPEN_STATES)
    )
    return {id_ for id_ in await session.scalars(cases, {"ids": list(ids)}) if id_}


async def require_closable(
    session: AsyncSession, row: SupervisedObject, busy: Collection[UUID] | None = None
) -> None:
    """Nothing is open there, nor on the grid that it is. `busy`: `with_open_cases`, if known."""
    if row.id in (await with_open_cases(session, [row.id]) if busy is None else busy):
        raise invalid("closed_on", "还有没办结的案件，先办完", "Open cases hang on it; finish them")
    await leaves.require_free(session, row)


async def move(
    session: AsyncSession,
    actor: Actor,
    row: SupervisedObject,
    there: Grid,
    reason: str,
    *,
    keeps_cadre: bool = False,
) -> None:
    """The history of each who goes along names both grids. Cadres stay behind, unless they come."""
    here = await session.get_one(Grid, row.grid_id)
    goes_along = await bundles.members(session, row) if row.kind is ObjectKind.BUNDLE else []
    for one in (row, *goes_along):
        changing.note(session, actor, one.id, "grid", here.name, there.name, reason)
        one.grid_id = there.id
        if not keeps_cadre:
            await cadres.give(session, actor, one, None, reason)
        await follow(session, actor, one)
    if row.bundle_id is not None:
        changing.change(session, actor, row, {"bundle_id": None}, reason)


async def carry(
    session: AsyncSession,
    grid_ids: Collection[UUID],
    grid_of: Callable[[SupervisedObject], Grid],
    reason: str,
) -> tuple[list[Moved], dict[UUID, Grid]]:
    """Open objects of these grids go where they belong; which went where, members too.

    A member goes with its bundle, which is asked in its place.
    """
    rows = await open_on(session, grid_ids, locked=True)
    bundles_there = {row.id: row for row in rows}
    went = {row.id: grid_of(bundles_there.get(row.bundle_id or row.id, row)) for row in rows}
    rows = [row for row in rows if went[row.id].id != row.grid_id]
    moved = [_moved(row, went[row.id]) for row in rows]
    for row in rows:
        if row.bundle_id is None or row.bundle_id not in went:
            await move(session, SYSTEM, row, went[row.id], reason, keeps_cadre=True)
    await session.flush()
    told = {"objects": len(rows), "reason": reason}
    for grid_id in sorted(grid_ids):
        await audit.record(session, Kind.OBJECTS_CARRIED, SYSTEM, Subject("grid", grid_id), told)
    await telling.tell(session, {*grid_ids, *(grid.id for grid in went.values())})
    return moved, went


async def open_on(
    session: AsyncSession, grid_ids: Collection[UUID], *, locked: bool
) -> list[SupervisedObject]:
    """Members of bundles and what nobody has confirmed yet too."""
    is_open = SupervisedObject.closed_on.is_(None)
    return await moving.open_on(session, SupervisedObject, is_open, grid_ids, locked=locked)


def _moved(row: SupervisedObject, there: Grid) -> Moved:
    return Moved(row.id, {"grid_id": str(row.grid_id)}, {"grid_id": str(there.id)})


async def close(
    session: AsyncSession, actor: Actor, row: SupervisedObject, on: date, reason: str
) -> None:
    """Of what is closable. Members of a bundle outlive it, its own grid does not.

    What was said of it is for the caller to end, of all that close at once (proposing.end_all).
    """
    changing.change(session, actor, row, {"closed_on": on}, reason)
    await leaves.wither(session, actor, row, on)
    if row.kind is ObjectKind.BUNDLE:
        await bundles.release(session, actor, row, reason)


async def supervisors(session: AsyncSession) -> Sequence[Organization]:
    """The departments that can answer for an object, by name."""
    query = select(Organization).where(
        Organization.kind.in_(_CAN_SUPERVISE), Organization.is_active
    )
    return (await session.scalars(query.order_by(Organization.name, Organization.id))).all()


async def _require_departments(session: AsyncSession, ids: set[UUID]) -> None:
    if not ids <= {body.id for body in await supervisors(session)}:
        raise NotFound(fields=["departments"])


def _in_words(some: list[Supervisor]) -> list[dict[str, str]]:
    return [{"name": one.organization.name, "basis": one.basis.value} for one in some]


async def _written(
    session: AsyncSession, actor: Actor, row: SupervisedObject, told: dict[str, object]
) -> None:
    await session.flush()
    await audit.record(session, Kind.OBJECT_EDITED, actor, Subject("object", row.id), told)
    await telling.tell(session, {row.grid_id})
