"""What was decided: what waits for whom, what stood there before, and the word that ends it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.errors import ChangedMeanwhile, NotFound, NotPermitted
from app.models.duty import DutyItem, DutyItemVersion, DutyRecord
from app.models.organization import Organization
from app.services import access, clocks, due_days
from app.services.access import Actor
from app.services.duties import reach, telling
from app.services.duties.commands import FinishItem

MOST = 200
MOST_BODIES = 400
Earlier = tuple[DutyItemVersion, Organization]


@dataclass(frozen=True)
class FoundItem:
    """`may_finish`: the actor's body has it, or convened. `earlier`: only of a whole record.

    `counts_until`: its day, or the working day after the holiday that it falls on.
    """

    item: DutyItem
    record: DutyRecord
    body: Organization
    may_finish: bool
    counts_until: date
    earlier: Sequence[Earlier] = ()

    @property
    def is_late(self) -> bool:
        done = self.item.done_at
        return (clock.local(done).date() if done else access.today()) > self.counts_until


async def find(session: AsyncSession, actor: Actor) -> list[FoundItem]:
    """What the actor's body still has to do; at most 200, what is due first."""
    mine = DutyItem.organization_id.in_(actor.body_ids)
    return await _found(session, actor, mine, DutyItem.done_at.is_(None))


async def of(session: AsyncSession, actor: Actor, record: DutyRecord) -> list[FoundItem]:
    """In the order in which they were decided."""
    found = await _found(session, actor, DutyItem.record_id == record.id)
    before = await _earlier(session, [one.item.id for one in found])
    found = [replace(one, earlier=before.get(one.item.id, ())) for one in found]
    return sorted(found, key=lambda one: one.item.position)


def owing_id(record: DutyRecord) -> UUID:
    """The body, or the line, whose duty it was."""
    of = record.grid_id or record.organization_id
    assert of, "one of the two, says the table"
    return of


async def bodies(session: AsyncSession, owing: UUID) -> Sequence[Organization]:
    """To whom it may be given; of a line its enterprises first."""
    query = select(Organization).where(reach.may_be_given(owing))
    first = reach.is_enterprise_of(owing).desc()
    ordered = query.order_by(first, Organization.code, Organization.name).limit(MOST_BODIES)
    return (await session.scalars(ordered)).all()


async def lock(session: AsyncSession, actor: Actor, item_id: UUID) -> tuple[DutyItem, DutyRecord]:
    """One change at a time; NotFound outside the actor's sight."""
    query = _select().where(DutyItem.id == item_id, reach.can_see(actor))
    locked = query.with_for_update(of=DutyItem).execution_options(populate_existing=True)
    row = (await session.execute(locked)).one_or_none()
    if row is None:
        raise NotFound
    return row[0], row[1]


async def finish(
    session: AsyncSession, actor: Actor, item_id: UUID, command: FinishItem
) -> DutyItem:
    """Once, in a word. The same word of the same person again changes nothing."""
    item, record = await lock(session, actor, item_id)
    if item.done_at is not None:
        if (item.done_by_id, item.done_note) == (actor.person_id, command.note):
            return item
        raise ChangedMeanwhile
    if not (await _finishable(session, actor, [(item, record)])):
        raise NotPermitted(
            why="由承办单位或开会的单位记。", why_en="Whoever has to do it or convened says so."
        )
    is_own = item.organization_id in actor.body_ids
    item.done_at, item.done_by_id, item.done_note = clock.now(), actor.person_id, command.note
    item.done_for_id = item.organization_id if is_own else record.written_for_id
    await session.flush()
    await telling.finished(session, actor, record, item)
    return item


async def _found(
    session: AsyncSession, actor: Actor, *conditions: ColumnElement[bool]
) -> list[FoundItem]:
    ordered = _select().where(*conditions)
    ordered = ordered.order_by(DutyItem.due_on, DutyItem.record_id, DutyItem.position).limit(MOST)
    rows = (await session.execute(ordered)).all()
    may = await _finishable(session, actor, [(item, record) for item, record, _ in rows])
    known = await clocks.load(session)
    return [
        FoundItem(
            item,
            record,
            body,
            item.done_at is None and item.id in may,
            due_days.runs_until(known, item.due_on),
        )
        for item, record, body in rows
    ]


async def _earlier(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, list[Earlier]]:
    query = (
        select(DutyItemVersion, Organization)
        .join(Organization, Organization.id == DutyItemVersion.organization_id)
        .where(DutyItemVersion.item_id.in_(ids))
        .order_by(DutyItemVersion.version)
    )
    found: dict[UUID, list[Earlier]] = {}
    for version, body in await session.execute(query):
        found.setdefault(version.item_id, []).append((version, body))
    return found


async def _finishable(
    session: AsyncSession, actor: Actor, rows: Sequence[tuple[DutyItem, DutyRecord]]
) -> set[UUID]:
    mine = {item.id for item, _ in rows if item.organization_id in actor.body_ids}
    if not reach.may_record(actor) or len(mine) == len(rows):
        return mine
    ids = {record.id for _, record in rows}
    query = select(DutyRecord.id).where(DutyRecord.id.in_(ids), reach.writes(actor))
    convened = set(await session.scalars(query))
    return mine | {item.id for item, record in rows if record.id in convened}


def _select() -> Select[*tuple[Any, ...]]:
    return (
        select(DutyItem, DutyRecord, Organization)
        .join(DutyRecord, DutyRecord.id == DutyItem.record_id)
        .join(Organization, Organization.id == DutyItem.organization_id)
    )
