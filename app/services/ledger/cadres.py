"""包保干部: who of a grid takes care of an object; one of them has several (1 to N, S4-18)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import NotFound
from app.models.slot import SlotRole
from app.models.supervised_object import SupervisedObject
from app.services import access, accounts, audit, slots
from app.services.access import Actor
from app.services.audit import Kind, Subject
from app.services.ledger import changing, telling
from app.services.ledger.commands import AssignCadre
from app.services.ledger.editing import editable
from app.services.ledger.reading import WholeObject, read_whole
from app.services.ledger.refusing import invalid
from app.services.permissions import Permission

MAY_BE = frozenset({SlotRole.GRIDWORKER, SlotRole.GRID_CHIEF, SlotRole.GUARANTOR_CADRE})


@dataclass(frozen=True)
class Candidate:
    person_id: UUID
    name: str


async def candidates(
    session: AsyncSession, grid_ids: Collection[UUID]
) -> Mapping[UUID, list[Candidate]]:
    """By grid: whoever goes there or is its cadre today; nobody twice."""
    day, found = access.today(), {}
    for grid_id, people in (await slots.holders(session, grid_ids)).items():
        names = {
            one.person_id: Candidate(one.person_id, one.name)
            for one in people
            if one.role in MAY_BE and one.is_in_force(day)
        }
        found[grid_id] = list(names.values())
    return found


async def candidates_of(session: AsyncSession, actor: Actor, object_id: UUID) -> list[Candidate]:
    """Who could take care of this one; NotFound for those who may not say so."""
    if Permission.EDIT_LEDGER not in actor.permissions:
        raise NotFound
    row = await editable(session, actor, object_id)
    found = (await candidates(session, {row.grid_id})).get(row.grid_id, [])
    return sorted(found, key=lambda one: one.name)


async def assign_cadre(
    session: AsyncSession, actor: Actor, object_id: UUID, command: AssignCadre
) -> WholeObject:
    """None: everybody of the grid again. What is planned there goes to the cadre's phone alone."""
    access.require(actor, Permission.EDIT_LEDGER)
    row = await editable(session, actor, object_id)
    if command.person_id != row.cadre_id:
        await require_of_grid(session, row.grid_id, command.person_id)
        await give(session, actor, row, command.person_id)
        await session.flush()
        told = {"cadre": command.person_id is not None}
        await audit.record(session, Kind.OBJECT_EDITED, actor, Subject("object", row.id), told)
        await telling.tell(session, {row.grid_id})
    return await read_whole(session, actor, object_id)


async def require_of_grid(session: AsyncSession, grid_id: UUID, person_id: UUID | None) -> None:
    """Somebody who does not go there would have what nobody then looks at."""
    known = (await candidates(session, {grid_id})).get(grid_id, [])
    if person_id is not None and person_id not in {one.person_id for one in known}:
        raise invalid(
            "cadre_id",
            "这个人今天不是这个网格的网格员、网格长或包保干部，先给岗位",
            "Not of this grid today; give the person a post there first",
        )


async def give(
    session: AsyncSession,
    actor: Actor,
    row: SupervisedObject,
    person_id: UUID | None,
    reason: str = "",
) -> None:
    """The history names people: ids say nothing to whoever reads it."""
    if row.cadre_id == person_id:
        return
    ids = [id_ for id_ in (row.cadre_id, person_id) if id_]
    names = await accounts.names_of(session, ids)
    old, new = (names.get(id_) if id_ else None for id_ in (row.cadre_id, person_id))
    changing.note(session, actor, row.id, "cadre_id", old, new, reason)
    row.cadre_id = person_id
