"""One object as a whole: what hangs on it, who goes there, what was changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import NotFound
from app.models.collection import Collection
from app.models.grid import Grid
from app.models.hazard import OPEN_STATES, Hazard
from app.models.ledger import Basis, Licence, ObjectDepartment
from app.models.organization import Organization
from app.models.person import Person, Post, Role
from app.models.supervised_object import SupervisedObject
from app.services import access, accounts, slots
from app.services.access import Actor
from app.services.ledger import changing, likeness, reach, sectors
from app.services.ledger.changing import Told
from app.services.ledger.finding import FoundObject, ObjectRef, read_object, refs
from app.services.ledger.reach import Runner
from app.services.ledger.units import Unit, tree


@dataclass(frozen=True)
class Supervisor:
    organization: Organization
    basis: Basis


@dataclass(frozen=True)
class Cadre:
    """`is_there` False: without a place on the grid today, so everybody there goes again."""

    person_id: UUID
    name: str
    is_there: bool


@dataclass(frozen=True)
class WholeObject:
    """`is_within` False: only what hangs over the door; everything else is empty.

    `collection`: the newest word from the ground; `alike`: what may be the same, while nobody has
    confirmed it.
    """

    found: FoundObject
    licences: Sequence[Licence] = ()
    departments: Sequence[Supervisor] = ()
    gridworkers: Sequence[str] = ()
    members: Sequence[ObjectRef] = ()
    open_cases: int = 0
    collected_by: str | None = None
    confirmed_by: str | None = None
    nine_small: str | None = None
    cadre: Cadre | None = None
    bundle: ObjectRef | None = None
    collection: Collection | None = None
    alike: Sequence[FoundObject] = ()


async def read_whole(session: AsyncSession, actor: Actor, object_id: UUID) -> WholeObject:
    """Seven statements, more of what is to be confirmed, bundled or given to somebody.

    NotFound for those who must not know.
    """
    found = await read_object(session, actor, object_id)
    if not found.is_within:
        return WholeObject(found)
    row = found.object
    names = await _names(session, row)
    return WholeObject(
        found,
        licences=await licences(session, row.id),
        departments=await departments(session, row.id),
        gridworkers=await _gridworkers(session, row.grid_id),
        members=await _members(session, row.id),
        open_cases=await _open_cases(session, row.id),
        collected_by=names.get(row.collected_by_id),
        confirmed_by=names.get(row.confirmed_by_id),
        nine_small=sectors.nine_small(row),
        cadre=await _cadre(session, row),
        bundle=(await refs(session, [row.bundle_id])).get(row.bundle_id) if row.bundle_id else None,
        collection=await latest_collection(session, row),
        alike=await likeness.alike(session, actor, row) if row.confirmed_at is None else (),
    )


async def history(session: AsyncSession, actor: Actor, object_id: UUID) -> Sequence[Told]:
    """Every change of every field, newest first; for those within reach."""
    found = await read_object(session, actor, object_id)
    if not found.is_within:
        raise NotFound
    return await changing.history(session, object_id)


async def licences(session: AsyncSession, object_id: UUID) -> list[Licence]:
    query = select(Licence).where(Licence.object_id == object_id)
    order = (Licence.expires_on.asc().nulls_last(), Licence.kind, Licence.id)
    return list(await session.scalars(query.order_by(*order)))


async def departments(session: AsyncSession, object_id: UUID) -> list[Supervisor]:
    query = (
        select(Organization, ObjectDepartment.basis)
        .join(ObjectDepartment, ObjectDepartment.organization_id == Organization.id)
        .where(ObjectDepartment.object_id == object_id)
        .order_by(ObjectDepartment.basis, Organization.name)
    )
    return [Supervisor(body, basis) for body, basis in await session.execute(query)]


async def latest_collection(session: AsyncSession, row: SupervisedObject) -> Collection | None:
    """The newest word from the ground, while nobody has vouched for it."""
    if row.confirmed_at is not None:
        return None
    query = select(Collection).where(Collection.object_id == row.id)
    found: Collection | None = await session.scalar(query.order_by(Collection.seq.desc()).limit(1))
    return found


async def _names(session: AsyncSession, row: SupervisedObject) -> dict[UUID | None, str]:
    ids = [id_ for id_ in (row.collected_by_id, row.confirmed_by_id) if id_]
    known = await accounts.names_of(session, ids)
    return {id_: known[id_] for id_ in ids}


async def _cadre(session: AsyncSession, row: SupervisedObject) -> Cadre | None:
    if row.cadre_id is None:
        return None
    name = (await accounts.names_of(session, [row.cadre_id]))[row.cadre_id]
    there = (await slots.holders(session, {row.grid_id})).get(row.grid_id, [])
    day = access.today()
    of_grid = {one.person_id for one in there if one.is_in_force(day)}
    return Cadre(row.cadre_id, name, row.cadre_id in of_grid)


async def _gridworkers(session: AsyncSession, grid_id: UUID) -> list[str]:
    query = (
        select(Person.name)
        .join(Post, Post.person_id == Person.id)
        .where(
            Post.grid_id == grid_id,
            Post.role == Role.GRIDWORKER,
            access.in_force(access.today()),
        )
    )
    return list(await session.scalars(query.order_by(Post.starts_on, Person.name)))


async def _members(session: AsyncSession, object_id: UUID) -> list[ObjectRef]:
    columns = (SupervisedObject.id, SupervisedObject.name, SupervisedObject.kind)
    query = select(*columns).where(
        SupervisedObject.bundle_id == object_id, SupervisedObject.closed_on.is_(None)
    )
    rows = await session.execute(query.order_by(SupervisedObject.name).limit(200))
    return [ObjectRef(row.id, row.name, row.kind) for row in rows]


async def _open_cases(session: AsyncSession, object_id: UUID) -> int:
    query = select(func.count()).where(
        Hazard.enterprise_id == object_id, Hazard.state.in_(OPEN_STATES)
    )
    return await session.scalar(query) or 0


async def units_of(session: AsyncSession, actor: Actor, organization_id: UUID) -> list[Unit]:
    """What the enterprise with this body is made of; nothing outside the actor's reach."""
    query = (
        select(SupervisedObject.units)
        .join(Grid, Grid.id == SupervisedObject.grid_id)
        .join(Runner, Runner.id == Grid.organization_id)
        .where(
            SupervisedObject.organization_id == organization_id,
            SupervisedObject.closed_on.is_(None),
            reach.is_within(actor),
        )
    )
    return tree(await session.scalar(query.limit(1)) or [])
