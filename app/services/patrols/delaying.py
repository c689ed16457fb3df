"""A reason why a task cannot be done today: it rolls on to the next day with its first date."""

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.errors import Incomplete, NotFound
from app.models.base import new_id
from app.models.patrol import DelayReason, PatrolTask, Postponement, TaskStatus
from app.services import clocks
from app.services.access import Actor
from app.services.arrivals import digest_of, require_contract, stranger
from app.services.patrols.commands import DelayTask
from app.services.patrols.fulfilling import task_of
from app.services.patrols.periods import next_day
from app.services.patrols.reach import is_task_of


async def delay(
    session: AsyncSession,
    actor: Actor,
    task_id: UUID,
    delay_id: UUID,
    command: DelayTask,
    body: bytes,
) -> Postponement:
    """Safe to repeat under the phone's id. What the night has rolled on already gets its reason."""
    require_contract(command.contract)
    digest = digest_of(body)
    task = await task_of(session, task_id)
    known = await session.scalar(select(Postponement).where(Postponement.reason_id == delay_id))
    if known is not None and known.person_id == actor.person_id:
        if known.sha256 != digest:
            raise await stranger(session, actor, "delay", delay_id, digest, command)
        return known
    if task is None or known is not None or not await is_task_of(session, actor, task_id):
        raise NotFound
    if command.reason is DelayReason.OTHER and not command.note:
        raise Incomplete(fields=["note"], missing=["note"], missing_zh="原因", missing_en="why")
    row = await _row(session, task, clock.local(command.occurred_at).date())
    row.reason, row.note, row.person_id = command.reason, command.note, actor.person_id
    row.occurred_at, row.reason_id, row.sha256 = command.occurred_at, delay_id, digest
    await session.flush()
    return row


async def _row(session: AsyncSession, task: PatrolTask, day: date) -> Postponement:
    """The line of that day: the night's, or a new one that moves the task on."""
    query = select(Postponement).where(
        Postponement.task_id == task.id,
        Postponement.from_on <= day,
        Postponement.reason.is_(None),
    )
    silent = await session.scalar(query.order_by(Postponement.from_on.desc()).limit(1))
    if silent is not None and (task.due_on > day or task.status is not TaskStatus.OPEN):
        return silent
    from_on = max(day, task.due_on) if task.status is TaskStatus.OPEN else day
    onto = next_day(await clocks.load(session), from_on)
    values = {"id": new_id(), "task_id": task.id, "from_on": from_on, "to_on": onto}
    made = insert(Postponement).values(**values, note="", received_at=clock.now())
    made = made.on_conflict_do_update(index_elements=["task_id", "from_on"], set_={"to_on": onto})
    row = (await session.scalars(made.returning(Postponement))).one()
    if task.status is TaskStatus.OPEN:
        task.due_on, task.rollovers = onto, task.rollovers + 1
    return row
