"""Taking in what a phone has collected, once and for ever under the phone's id (S2-23)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.errors import NotFound, NotReturned
from app.models.collection import Collection
from app.models.grid import Grid
from app.models.person import Post, Role
from app.models.supervised_object import ObjectKind, SupervisedObject
from app.services import access
from app.services.access import Actor
from app.services.arrivals import digest_of, require_contract, skew_seconds, stranger
from app.services.ledger import bundles, changing, credit_codes, likeness, proposing, telling
from app.services.ledger.commands import CollectObject
from app.services.ledger.finding import FoundObject, read_object
from app.services.ledger.refusing import invalid
from app.services.permissions import PERMISSIONS, Permission

_COLLECTORS = frozenset(r for r, may in PERMISSIONS.items() if Permission.COLLECT_OBJECTS in may)
_SMALL = ObjectKind.THREE_SMALL_PLACE
_OF_WHOLE_VILLAGE = frozenset({Role.VILLAGE_CLERK, Role.GRID_CHIEF})


@dataclass(frozen=True)
class Collected:
    """`found` None: the sender has lost sight of that ground. `alike`: what it may be twice."""

    collection: Collection
    found: FoundObject | None
    alike: list[FoundObject]


async def collect(
    session: AsyncSession,
    actor: Actor,
    object_id: UUID,
    collection_id: UUID,
    command: CollectObject,
    body: bytes,
    device_time: datetime | None = None,
) -> Collected:
    """The same id with the same bytes: the first receipt, whoever has lost the right meanwhile.

    A second collection of an object corrects what was sent back, whoever sent the first; of one
    that is confirmed it proposes a change.
    """
    require_contract(command.contract)
    row = Collection(
        id=collection_id,
        object_id=object_id,
        person_id=actor.person_id,
        sha256=digest_of(body),
        occurred_at=command.occurred_at,
        received_at=clock.now(),
        skew_seconds=skew_seconds(device_time),
        accuracy_m=command.position.accuracy_m if command.position else None,
    )
    known = await _known(session, actor, row, command) or await _take(session, actor, row, command)
    return await _told(session, actor, known)


async def _known(
    session: AsyncSession, actor: Actor, row: Collection, command: CollectObject
) -> Collection | None:
    """Whose id it is learns what became of it; to others other content is all it can be."""
    known = await session.get(Collection, row.id)
    if known is None:
        return None
    same = ("sha256", "person_id", "object_id")
    if any(getattr(known, name) != getattr(row, name) for name in same):
        sent = {**command.model_dump(mode="json"), "object_id": str(row.object_id)}
        raise await stranger(session, actor, "collection", row.id, row.sha256, sent)
    return known


async def _take(
    session: AsyncSession, actor: Actor, row: Collection, command: CollectObject
) -> Collection:
    access.require(actor, Permission.COLLECT_OBJECTS)
    day = clock.local(command.occurred_at).date()
    grid = left = await _ground(session, actor, command.grid_id, day)
    if not await _claim(session, row):
        return await _require_known(session, actor, row, command)
    facts = await _facts(session, command)
    if await _is_new(session, actor, row.object_id, facts):
        _require_open(grid)
        fact = {"kind": command.kind, "name": command.name}
        changing.note(session, actor, row.object_id, "created", None, fact)
    else:
        place = await _locked(session, row.object_id)
        left = await _ground(session, actor, place.grid_id, day)
        if place.confirmed_at is not None:
            await _propose(session, row, place, command, facts)
            await telling.tell(session, {left.id})
            return row
        _require_open(grid)
        _correct(session, actor, place, facts, (left, grid))
    if command.bundle_id and facts["bundle_id"] is None:
        why = "打包点已经停用或者不在这个网格"
        changing.note(session, actor, row.object_id, "bundle_id", command.bundle_id, None, why)
    await telling.tell(session, {left.id, grid.id})
    return row


async def _ground(session: AsyncSession, actor: Actor, grid_id: UUID, day: date) -> Grid:
    """A grid that the actor goes to, or went to on that day; else NotFound."""
    of_village: ColumnElement[bool] = and_(
        Post.role.in_(_OF_WHOLE_VILLAGE),
        Post.grid_id.is_(None),
        Post.organization_id == Grid.organization_id,
    )
    held = select(Post.id).where(
        Post.person_id == actor.person_id,
        Post.role.in_(_COLLECTORS),
        or_(access.in_force(access.today()), access.in_force(day)),
        or_(Post.grid_id == Grid.id, of_village),
    )
    grid = await session.scalar(select(Grid).where(Grid.id == grid_id, held.exists()))
    if grid is None:
        raise NotFound(fields=["grid_id"])
    return grid


def _require_open(grid: Grid) -> None:
    """Nothing new comes to a grid that has ended; what was sent back from there may leave it."""
    if grid.valid_to is not None and grid.valid_to < access.today():
        raise invalid("grid_id", "这个网格已经撤销，请换一个", "The grid has ended; choose another")


async def _is_new(
    session: AsyncSession, actor: Actor, object_id: UUID, facts: Mapping[str, Any]
) -> bool:
    """False: the object is there, from an earlier collection or from the same one just now."""
    values = {
        "id": object_id,
        "sector": "",
        "collected_by_id": actor.person_id,
        "created_at": clock.now(),
        **facts,
    }
    statement = insert(SupervisedObject).values(values)
    statement = statement.on_conflict_do_nothing(index_elements=[SupervisedObject.id])
    made = await session.scalar(statement.returning(SupervisedObject.id))
    return made is not None


async def _facts(session: AsyncSession, command: CollectObject) -> dict[str, Any]:
    """A bundle that has closed while the phone was away keeps nobody out: the object comes alone.

    Phones of before say nothing of bundles and of the three small, so nothing is changed there.
    """
    where, code = command.position, credit_codes.normalise(command.credit_code)
    said: dict[str, Any] = {}
    if "bundle_id" in command.model_fields_set:
        said["bundle_id"] = await bundles.open_one(session, command.bundle_id, command.grid_id)
    if "small_kind" in command.model_fields_set or command.kind is not _SMALL:
        said["small_kind"] = command.small_kind if command.kind is _SMALL else None
    return {
        **said,
        "kind": command.kind,
        "grid_id": command.grid_id,
        "name": command.name,
        "address": command.address,
        "credit_code": code,
        "is_registered": code is not None,
        "contact_name": command.contact_name,
        "contact_phone": command.contact_phone,
        "concerns": command.concerns,
        "lat": where.lat if where else None,
        "lon": where.lon if where else None,
    }


async def _locked(session: AsyncSession, object_id: UUID) -> SupervisedObject:
    query = select(SupervisedObject).where(SupervisedObject.id == object_id)
    query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    return (await session.scalars(query)).one()


async def _propose(
    session: AsyncSession,
    row: Collection,
    place: SupervisedObject,
    command: CollectObject,
    facts: Mapping[str, Any],
) -> None:
    """What is confirmed belongs to the village or township: they decide what becomes of it."""
    kept = proposing.propose(session, row, place, command, facts)
    await session.flush()
    if kept is not None:
        await proposing.replace_former(session, kept)
        await session.flush()


def _correct(
    session: AsyncSession,
    actor: Actor,
    place: SupervisedObject,
    facts: Mapping[str, Any],
    grids: tuple[Grid, Grid],
) -> None:
    """Only what was sent back: what waits for a word is not written anew meanwhile."""
    if place.returned_at is None or place.closed_on is not None:
        raise NotReturned
    left, grid = grids
    told = {name: value for name, value in facts.items() if name != "grid_id"}
    changing.change(session, actor, place, told)
    if left.id != grid.id:
        changing.note(session, actor, place.id, "grid", left.name, grid.name)
        place.grid_id = grid.id
    changing.note(session, actor, place.id, "returned", True, False)
    place.returned_at = place.return_reason = None
    place.collected_by_id = actor.person_id


async def _claim(session: AsyncSession, row: Collection) -> bool:
    """Before anything else is written. False: another request has just used the same id."""
    columns = [column.key for column in Collection.__table__.columns if column.key != "seq"]
    values = {name: getattr(row, name) for name in columns}
    statement = insert(Collection).values(values)
    statement = statement.on_conflict_do_nothing(index_elements=[Collection.id])
    seq = await session.scalar(statement.returning(Collection.seq))
    if seq is None:
        return False
    row.seq = seq
    return True


async def _require_known(
    session: AsyncSession, actor: Actor, row: Collection, command: CollectObject
) -> Collection:
    known = await _known(session, actor, row, command)
    assert known is not None, "it has just been in the way"
    return known


async def _told(session: AsyncSession, actor: Actor, row: Collection) -> Collected:
    try:
        found = await read_object(session, actor, row.object_id)
    except NotFound:
        return Collected(row, None, [])
    return Collected(row, found, await likeness.alike(session, actor, found.object))
