"""What the inbox says of duties: before the day and after it, and what was decided for whom."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.duty import DutyItem, DutyRecord
from app.models.obligation import Period, Scope
from app.models.organization import Organization, OrganizationKind
from app.models.person import Person, Post, Role
from app.models.slot import SlotAssignment
from app.services import access, clocks, due_days, notifications
from app.services.access import SYSTEM, Actor
from app.services.audiences import Asked
from app.services.clocks import WorkCalendar
from app.services.duties import occurrences, reach
from app.services.duties.occurrences import Occurrence, Standing
from app.services.notifications import Message

# Working days before the day it is due; of a day there is nothing to say before it is over.
LEAD: dict[Period, int] = {
    Period.WEEK: 2,
    Period.DAYS_15: 3,
    Period.HALF_MONTH: 3,
    Period.MONTH: 5,
    Period.QUARTER: 10,
    Period.YEAR: 20,
}
HEARD_OF = timedelta(days=31)  # what is late for longer was told, or is older than this
_DESKS = frozenset({Role.TOWNSHIP_OFFICER, Role.HANDLER, Role.VILLAGE_CLERK, Role.SAFETY_OFFICER})
_COUNTY = _DESKS | reach.COUNTY_ROLES
_SAID = 60  # letters of a line in the inbox


async def remind(session: AsyncSession) -> None:
    """Once before it is due and once when the period is over; of what was decided once.

    On working days: what a holiday brings is said when it is over.
    """
    today, asked, known = access.today(), Asked(session), await clocks.load(session)
    if due_days.rests(known, today):
        return
    messages = [
        Message(await _owe(asked, one), f"duty.{line}", None, _params(one, line), _cause(one, line))
        for one in await occurrences.everything(session, SYSTEM)
        if (line := _line(known, one, today))
    ]
    messages += await _late_items(asked, known, today)
    await notifications.deliver(session, messages)


def _line(known: WorkCalendar, one: Occurrence, today: date) -> str | None:
    """Which line is due today, if any."""
    lead = LEAD.get(one.duty.period)
    if lead is None:
        return None
    if one.standing is Standing.DUE and today >= due_days.before(known, one.due.on, lead):
        return "soon"
    is_new = one.standing is Standing.LATE and today <= one.window.end + HEARD_OF
    return "late" if is_new else None


def _params(one: Occurrence, line: str) -> dict[str, Any]:
    day = one.due.on if line == "soon" else one.window.end
    return {
        "duty": one.duty.key,
        "name": one.duty.name,
        "body": one.of.name,
        "day": day.isoformat(),
    }


def _cause(one: Occurrence, line: str) -> str:
    return f"duty:{one.duty.key}:{one.of.id}:{one.window.start}:{line}"


async def _owe(asked: Asked, one: Occurrence) -> frozenset[UUID]:
    if not one.of.is_line:
        return await asked.at(await _bodies(asked.session, one), _COUNTY)
    desk = await asked.at([one.of.runner_id], _DESKS)
    chiefs = select(Post.person_id).where(
        Post.grid_id == one.of.id, Post.role == Role.GRID_CHIEF, access.in_force(access.today())
    )
    leaders = select(SlotAssignment.person_id).where(reach.is_linked_to(one.of.id))
    people = select(Person.id).where(
        Person.id.in_(chiefs.union(leaders)), Person.disabled_at.is_(None)
    )
    return desk | frozenset(await asked.session.scalars(people))


async def _bodies(session: AsyncSession, one: Occurrence) -> list[UUID]:
    """What the county owes is known at its two desks."""
    if one.duty.scope is not Scope.COUNTY:
        return [one.of.id]
    safety = Organization.kind == OrganizationKind.SAFETY_DEPARTMENT
    return [one.of.id, *await session.scalars(select(Organization.id).where(safety))]


async def decided(session: AsyncSession, actor: Actor, record: DutyRecord) -> None:
    """Each body that has something to do, once for each."""
    asked, messages = Asked(session), []
    query = select(DutyItem).where(DutyItem.record_id == record.id)
    for item in await session.scalars(query.order_by(DutyItem.position)):
        people = await asked.at([item.organization_id], _COUNTY) - {actor.person_id}
        messages.append(_of_item(people, record, item, "item", {}))
    await notifications.deliver(session, messages)


async def corrected(
    session: AsyncSession, actor: Actor, record: DutyRecord, item: DutyItem, had: UUID
) -> None:
    """The body that has it; if that is another one than before, the former too."""
    asked, messages = Asked(session), []
    is_moved = item.organization_id != had
    for body, line in ((item.organization_id, "item_corrected"), (had, "item_moved")):
        if line == "item_corrected" or is_moved:
            people = await asked.at([body], _COUNTY) - {actor.person_id}
            messages.append(_of_item(people, record, item, line, {}))
    await notifications.deliver(session, messages)


async def finished(session: AsyncSession, actor: Actor, record: DutyRecord, item: DutyItem) -> None:
    """Whoever wrote the record, unless it was the same person."""
    people = {record.written_by_id} - {actor.person_id}
    more = {"said": item.done_note[:_SAID]}
    await notifications.deliver(session, [_of_item(people, record, item, "item_done", more)])


async def _late_items(asked: Asked, known: WorkCalendar, today: date) -> list[Message]:
    over = due_days.newest_over(known, today)
    query = (
        select(DutyItem, DutyRecord)
        .join(DutyRecord, DutyRecord.id == DutyItem.record_id)
        .where(DutyItem.done_at.is_(None), DutyItem.due_on.between(today - HEARD_OF, over))
        .order_by(DutyItem.id)
    )
    return [
        _of_item(await asked.at([item.organization_id], _COUNTY), record, item, "item_late", {})
        for item, record in (await asked.session.execute(query)).all()
    ]


def _of_item(
    people: frozenset[UUID] | set[UUID],
    record: DutyRecord,
    item: DutyItem,
    line: str,
    more: dict[str, str],
) -> Message:
    is_seen = line != "item_moved"  # who has nothing to do any more does not see the record
    params = {
        **({"duty_record_id": str(record.id)} if is_seen else {"duty": record.obligation_key}),
        "title": record.subject,
        "what": item.text[:_SAID],
        "day": item.due_on.isoformat(),
        **more,
    }
    again = f":{item.version}" if item.version > 1 else ""  # a corrected day may be late once more
    return Message(people, f"duty.{line}", None, params, f"duty_item:{item.id}:{line}{again}")
