"""A duty as it stands, and as it will from its next period on (decision 46).

A change counts from the first day that no task was planned for: what is out stays as it was asked.
Whoever asks for it: the county at its desk, or a scheme that is applied.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import NotYet
from app.models.obligation import Duty, Obligation, Period, Scope
from app.models.patrol import PatrolTask
from app.models.person import Role
from app.models.slot import SlotRole
from app.services.periods import ONE_DAY, period_of

_KINDS: dict[str, Any] = {
    "role": Role,
    "slot": SlotRole,
    "duty": Duty,
    "period": Period,
    "scope": Scope,
}
_RHYTHM = frozenset({"period", "min_count"})


@dataclass(frozen=True)
class Stage:
    """`duty` counts for tasks of periods that begin from `since` to `until`, both counted."""

    duty: Obligation
    since: date
    until: date


def stages(duty: Obligation) -> Iterator[Stage]:
    """One, or two where a change waits. What is switched off by then has no second one."""
    then = coming_duty(duty)
    yield Stage(duty, date.min, then.starts_on - ONE_DAY if then else date.max)
    if then and then.is_active:
        yield Stage(then, then.starts_on, date.max)


def typed_values(coming: dict[str, Any]) -> dict[str, Any]:
    """Columns of a duty as `coming` keeps them, in JSON."""
    return {
        name: _KINDS[name](value) if name in _KINDS and value is not None else value
        for name, value in coming.items()
    }


def coming_duty(duty: Obligation) -> Obligation | None:
    """As it will be, if a change waits. No row: only to be planned by."""
    if duty.coming_on is None:
        return None
    now = {column.key: getattr(duty, column.key) for column in Obligation.__table__.columns}
    own = {**now, **typed_values(duty.coming or {})}
    return Obligation(**own | {"starts_on": duty.coming_on, "coming": None, "coming_on": None})


def differing(duty: Obligation, wanted: dict[str, Any]) -> dict[str, Any]:
    """Of what is wanted, in JSON, that which the duty does not say."""
    asked = typed_values(wanted)
    return {name: wanted[name] for name in asked if asked[name] != getattr(duty, name)}


async def require_undecided(
    session: AsyncSession, duty: Obligation, wanted: dict[str, Any]
) -> None:
    """Raise NotYet: the change that waits has tasks out, days of which would be lost or double."""
    if (day := await undecided_until(session, duty, wanted)) is not None:
        raise NotYet(
            reason_zh=f"「{duty.name}」上次的改动从 {day} 起算，任务已经排出去了，"
            "除了名称和依据，那天起才能再改。",
            reason_en=f"The last change of {duty.name} counts from {day} and its tasks "
            "are out; but for its words it can be changed again from that day on.",
        )


async def undecided_until(
    session: AsyncSession, duty: Obligation, wanted: dict[str, Any]
) -> date | None:
    """The day of the change that waits, if its tasks are out; None: it can be changed now."""
    if duty.coming_on is None or differing(duty, wanted) == duty.coming:
        return None
    is_out = await after_planned(session, duty.key, duty.coming_on) > duty.coming_on
    return duty.coming_on if is_out else None


async def beginning(
    session: AsyncSession, duty: Obligation, wanted: dict[str, Any], today: date
) -> date:
    """One that rests as before, or after what is still out by another rhythm; one that runs with
    its next period; what waits already on its day.
    """
    other = differing(duty, wanted)
    if duty.coming_on and other == duty.coming:
        return duty.coming_on
    if duty.is_active:
        return await next_beginning(session, duty, today)
    if _RHYTHM.isdisjoint(other):
        return duty.starts_on
    return await after_planned(session, duty.key, today)


def wait(duty: Obligation, other: dict[str, Any], since: date) -> None:
    """Instead of what has waited until now."""
    duty.coming, duty.coming_on = (other, since) if other else (None, None)


def at_once(duty: Obligation, other: dict[str, Any], since: date) -> None:
    """Where nothing runs that would have to end first."""
    for name, value in typed_values(other).items():
        setattr(duty, name, value)
    duty.starts_on, duty.coming, duty.coming_on = since, None, None


async def turn_over(session: AsyncSession, today: date) -> None:
    """What was to come is what counts, on its day."""
    due = select(Obligation).where(Obligation.coming_on <= today)
    for duty in await session.scalars(due.with_for_update()):
        at_once(duty, duty.coming or {}, duty.coming_on or duty.starts_on)
    await session.flush()


async def next_beginning(session: AsyncSession, duty: Obligation, today: date) -> date:
    """The first day on which this duty may be asked for otherwise: after what is planned already.

    Tasks are made a week ahead, so at the end of a period the next one may be out.
    """
    day = max(today, duty.starts_on)
    _, running = period_of(duty.period, duty.starts_on, day)
    planned = await after_planned(session, duty.key, today)
    if duty.starts_on > today and planned == today:
        return duty.starts_on
    return max(running + ONE_DAY, planned)


async def after_planned(session: AsyncSession, key: str, today: date) -> date:
    """The day after the last one of the tasks that are out; today if there are none."""
    query = select(func.max(PatrolTask.period_end)).where(
        PatrolTask.obligation_key == key, PatrolTask.period_end >= today
    )
    last = await session.scalar(query)
    return last + ONE_DAY if last else today
