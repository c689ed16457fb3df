"""Places on the grid of an enterprise that closes, and who may have them again (S0-18, S4-28).

They end with it. Once it is open again they are proposed, never given back unasked: who was there
may be elsewhere by then. As by the undoing of a change, without a gap it is the same row.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import and_, delete, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.person import Person
from app.models.slot import LeftSlot, SlotAssignment, SlotRole
from app.services import access, schemes
from app.services.access import Actor
from app.services.permissions import Permission
from app.services.slots.carrying import begin_again, stop
from app.services.slots.commands import FillSlot
from app.services.slots.levels import level_of

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class LeftPlace:
    """`place`: by the county's own name. `starts_on`: the earliest day from which it can be again.

    `ends_on`: the day that it had, None = open.
    """

    id: UUID
    name: str
    role: SlotRole
    place: str
    title: str
    starts_on: date
    ends_on: date | None


async def leave(session: AsyncSession, actor: Actor, grid_id: UUID, last_day: date) -> None:
    """With the enterprise that was the grid: nobody has a place there beyond the day."""
    access.require(actor, Permission.EDIT_LEDGER)
    goes_on = or_(SlotAssignment.ends_on.is_(None), SlotAssignment.ends_on > last_day)
    query = select(SlotAssignment).where(SlotAssignment.grid_id == grid_id, goes_on)
    rows = list(await session.scalars(query.order_by(SlotAssignment.id).with_for_update()))
    await forget_left(session, grid_id)
    session.add_all([_left(row) for row in rows])
    await session.flush()
    await stop(session, actor, rows, last_day + ONE_DAY)


def _left(row: SlotAssignment) -> LeftSlot:
    kept = ("grid_id", "role", "person_id", "title", "starts_on", "ends_on")
    return LeftSlot(slot_id=row.id, **{name: getattr(row, name) for name in kept})


async def left(session: AsyncSession, grid_id: UUID) -> list[LeftPlace]:
    """Who had a place when it closed and may have it from today: still with an account, not over
    by now, not there again already, and in a place that the grid's level has.
    """
    today = access.today()
    names = await _names(session, grid_id)
    twin = select(SlotAssignment.id).where(
        SlotAssignment.grid_id == LeftSlot.grid_id,
        SlotAssignment.role == LeftSlot.role,
        SlotAssignment.person_id == LeftSlot.person_id,
        or_(SlotAssignment.ends_on.is_(None), SlotAssignment.ends_on > today),
    )
    query = (
        select(LeftSlot, Person.name)
        .join(Person, Person.id == LeftSlot.person_id)
        .where(
            LeftSlot.grid_id == grid_id,
            or_(LeftSlot.ends_on.is_(None), LeftSlot.ends_on >= today),
            and_(Person.disabled_at.is_(None), ~exists(twin)),
        )
        .order_by(LeftSlot.role, Person.name, LeftSlot.id)
    )
    return [
        LeftPlace(
            row.id, name, row.role, (names or {}).get(row.role, ""), row.title,
            max(today, row.starts_on), row.ends_on,
        )
        for row, name in await session.execute(query)
        if names is None or row.role in names
    ]  # fmt: skip


async def give_back_left(
    session: AsyncSession, actor: Actor, grid_id: UUID, ids: Collection[UUID]
) -> set[UUID]:
    """Those of them who may have their places again; what is not taken is not proposed again."""
    access.require(actor, Permission.EDIT_LEDGER)
    taken = [one for one in await left(session, grid_id) if one.id in ids]
    for one in taken:
        row = await session.get_one(LeftSlot, one.id)
        old = await session.get(SlotAssignment, row.slot_id, with_for_update=True)
        span = one.starts_on, one.ends_on
        like = FillSlot(
            role=row.role,
            person_id=row.person_id,
            title=row.title,
            starts_on=span[0],
            ends_on=span[1],
        )
        await begin_again(session, actor, old, like, grid_id, span)
    await forget_left(session, grid_id)
    return {one.id for one in taken}


async def forget_left(session: AsyncSession, grid_id: UUID) -> None:
    await session.execute(delete(LeftSlot).where(LeftSlot.grid_id == grid_id))


async def _names(session: AsyncSession, grid_id: UUID) -> dict[SlotRole, str] | None:
    """What the places of its level are called; None: no scheme is in force, any place will do."""
    scheme = await schemes.in_force(session)
    if scheme is None:
        return None
    level = await level_of(session, scheme, grid_id)
    return {slot.role: slot.name for slot in scheme.slot if slot.level == level}
