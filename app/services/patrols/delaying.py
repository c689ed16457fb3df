"""A reason why a task cannot be done today: it rolls on to the next day with its first date."""

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.errors import Incomplete, NotFound
from app.models.patrol import DelayReason, PatrolTask, Postponement, TaskStatus
from app.services import access, clocks
from app.services.access import Actor
from app.services.arrivals import digest_of, require_contract, stranger
from app.services.patrols.commands import DelayTask
from app.services.patrols.fulfilling import task_of
from app.services.patrols.reach import is_task_of
from app.services.periods import next_day


async def delay(
    session: AsyncSession,
    actor: Actor,
    task_id: UUID,
    delay_id: UUID,
    command: DelayTask,
    body: bytes,
) -> Postponement:
    """Safe to repeat under the phone's id. What the night has rolled on already gets its reason.

    The day is the phone's, but never one to come. What somebody has said stays as it was said.
    """
    require_contract(command.contract)
    digest = digest_of(body)
    task = await task_of(session, task_id)
    known = await session.scalar(select(Postponement).where(Postponement.reason_id == delay_id))
    if known is not None and known.person_id == actor.person_id:
        if (known.sha256, known.task_id) != (digest, task_id):
            sent = {**command.model_dump(mode="json"), "task_id": str(task_id)}
            raise await stranger(session, actor, "delay", delay_id, digest, sent)
        return known
    day = min(clock.local(command.occurred_at).date(), access.today())
    if task is None or known is not None or not await is_task_of(session, actor, task_id, day):
        raise NotFound
    if command.reason is DelayReason.OTHER and not command.note:
        raise Incomplete(fields=["note"], missing=["note"], missing_zh="原因", missing_en="why")
    row = await _row(session, task, day)
    row.reason, row.note, row.person_id = command.reason, command.note, actor.person_id
    row.occurred_at, row.received_at = command.occurred_at, clock.now()
    row.reason_id, row.sha256 = delay_id, digest
    session.add(row)
    await session.flush()
    return row


async def _row(session: AsyncSession, task: PatrolTask, day: date) -> Postponement:
    """The night's line of that day if nobody has said why yet, else a row of its own.

    The task moves on only if it was still to be done that day and nothing has moved it yet.
    """
    line = await _line_of(session, task, day)
    if line is not None and line.reason_id is None:
        return line
    if line is not None:
        return _beside(task, day, line.to_on)
    if task.due_on > day:
        return _beside(task, day, task.due_on)
    onto = next_day(await clocks.load(session), day)
    if task.status is not TaskStatus.OPEN:
        return _beside(task, day, onto)
    row = _beside(task, task.due_on, onto)
    task.due_on, task.rollovers = onto, task.rollovers + 1
    return row


def _beside(task: PatrolTask, from_on: date, to_on: date) -> Postponement:
    return Postponement(task_id=task.id, from_on=from_on, to_on=to_on)


async def _line_of(session: AsyncSession, task: PatrolTask, day: date) -> Postponement | None:
    """What put the task off on that day; one that asks for its reason before one that has it."""
    query = select(Postponement).where(
        Postponement.task_id == task.id, Postponement.from_on <= day, day < Postponement.to_on
    )
    order = (Postponement.reason_id.is_not(None), Postponement.from_on.desc())
    found: Postponement | None = await session.scalar(query.order_by(*order).limit(1))
    return found
