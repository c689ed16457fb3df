"""Filters of lists, counts, map and export: each one a condition that an index can serve."""

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Boolean, ColumnElement, and_, literal_column, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from app import clock
from app.models.hazard import (
    IS_ENFORCED,
    IS_EXTENSION_ASKED,
    IS_MAJOR,
    IS_OPEN,
    OPEN_STATES,
    Assistant,
    Hazard,
    State,
)
from app.models.recheck import Recheck
from app.services import access, places
from app.services.access import Actor, Pinned
from app.services.hazards.commands import HazardFilters
from app.services.hazards.deputies import is_deputy
from app.services.hazards.searching import matches
from app.services.hazards.sorting import is_open_by_key, is_past_due
from app.services.hazards.standing import DESK_ROLES, RECTIFIER_ROLES

Kept = TypeVar("Kept")
NARROW = timedelta(days=31)
_DISPATCHED = (State.ASSIGNED, State.DONE)
_LISTS: dict[str, InstrumentedAttribute[Any]] = {
    "state": Hazard.state,
    "level": Hazard.level,
    "category": Hazard.category_code,
}
_IDS: dict[str, InstrumentedAttribute[Any]] = {
    "township_id": Hazard.township_id,
    "village_id": Hazard.village_id,
    "grid_id": Hazard.grid_id,
    "department_id": Hazard.department_id,
    "enterprise_id": Hazard.enterprise_id,
}
_VALUES: dict[str, InstrumentedAttribute[Any]] = {
    **_IDS,
    "is_listed": Hazard.is_listed,
    "is_signed_for": Hazard.is_signed_for,
}


async def pins(session: AsyncSession, filters: HazardFilters) -> Pinned:
    """What the filters by place and body say about who sees what they find.

    A village stays in its township and a grid of a village in its village for ever: the keys of
    the table hold cases to it.
    """
    columns = {column.key: value for column, value in _given(filters, _IDS)}
    if filters.village_id:
        bodies = await places.by_id(session, [filters.village_id])
        if filters.village_id in bodies:
            return Pinned(_ground(None, bodies[filters.village_id].within_id) | columns)
    if filters.grid_id:
        grid = (await places.known_grids(session)).get(filters.grid_id)
        if grid and grid.village_id:
            return Pinned(columns, _ground(grid.village_id, grid.township_id))
    return Pinned(columns)


def _ground(village_id: UUID | None, township_id: UUID | None) -> dict[str, UUID]:
    named = {Hazard.village_id.key: village_id, Hazard.township_id.key: township_id}
    return {key: value for key, value in named.items() if value}


def visible(actor: Actor, filters: HazardFilters, pinned: Pinned) -> ColumnElement[bool]:
    """The cases that the actor sees and the filters find."""
    return and_(or_(*access.ways(actor, pinned)), *conditions(actor, filters))


def apart(actor: Actor, filters: HazardFilters, pinned: Pinned) -> list[ColumnElement[bool]]:
    """The same in parts that may overlap, each to be read along its own index.

    A text or a queue is an index of its own, asked once.
    """
    if filters.text or filters.queue:
        return [visible(actor, filters, pinned)]
    return [and_(way, *conditions(actor, filters)) for way in access.ways(actor, pinned)]


def conditions(actor: Actor, filters: HazardFilters) -> Iterator[ColumnElement[bool]]:
    """One condition for every filter that was given; all must hold."""
    if filters.queue:
        yield QUEUES[filters.queue](actor)
    if filters.text:
        yield matches(filters.text)
    yield from (
        access.written(column, wanted) for column, wanted in _given(filters, _LISTS) if wanted
    )
    yield from (access.written(column, [value]) for column, value in _given(filters, _VALUES))
    yield from (one() if value else ~one() for one, value in _given(filters, _YES_OR_NO))
    yield from _received(filters)
    if filters.outcome:  # few cases: in the very words of their index
        yield _is_enforced()
        yield access.written(Hazard.outcome, filters.outcome)
    if _is_of_closed_states(filters.state):
        yield ~is_open_by_key()


def _is_of_closed_states(states: Collection[State]) -> bool:
    return bool(states) and not set(states) & set(OPEN_STATES)


def _given(filters: HazardFilters, table: Mapping[str, Kept]) -> Iterator[tuple[Kept, Any]]:
    """What the table has for each filter that was given, with its value."""
    for name, kept in table.items():
        value = getattr(filters, name)
        if value is not None:
            yield kept, value


def _received(filters: HazardFilters) -> Iterator[ColumnElement[bool]]:
    if filters.received_from:
        yield Hazard.received_at >= _county_time(filters.received_from)
    if filters.received_to:
        yield Hazard.received_at < _county_time(filters.received_to)


def is_narrow(filters: HazardFilters) -> bool:
    """A stretch of time that holds few cases in any county."""
    if not filters.received_from or not filters.received_to:
        return False
    length = _county_time(filters.received_to) - _county_time(filters.received_from)
    return length <= NARROW


def _county_time(moment: datetime) -> datetime:
    """A date without a zone is meant on the county's wall clock."""
    return moment if moment.tzinfo else moment.replace(tzinfo=clock.COUNTY_ZONE)


def _is_overdue() -> ColumnElement[bool]:
    return is_past_due(clock.now())


def _is_very_late() -> ColumnElement[bool]:
    """Late three times over; being late too, it stands in front."""
    return and_(_is_overdue(), Hazard.clock_very_late_at < clock.now())


def _is_major() -> ColumnElement[bool]:
    return literal_column(f"({IS_MAJOR})", Boolean)


def _is_enforced() -> ColumnElement[bool]:
    return literal_column(f"({IS_ENFORCED})", Boolean)


def _is_extension_asked() -> ColumnElement[bool]:
    return literal_column(f"({IS_EXTENSION_ASKED})", Boolean)


_YES_OR_NO: dict[str, Callable[[], ColumnElement[bool]]] = {
    "is_open": is_open_by_key,
    "is_overdue": _is_overdue,
    "is_very_late": _is_very_late,
    "is_major": _is_major,
    "is_extension_asked": _is_extension_asked,
}


def _holder(actor: Actor) -> ColumnElement[bool]:
    """What my desk must decide, without what it has put off."""
    awake = or_(Hazard.snoozed_until.is_(None), Hazard.snoozed_until <= clock.now())
    return and_(
        IS_OPEN,
        Hazard.holder_id.in_(_desks(actor)),
        Hazard.state == State.ESCALATED,
        awake,
    )


def _department(actor: Actor) -> ColumnElement[bool]:
    """What my department or my enterprise leads, or my department assists in."""
    mine = [s.organization_id for s in actor.seats if s.role in RECTIFIER_ROLES]
    assisted = select(Assistant.hazard_id).where(Assistant.organization_id.in_(mine))
    return or_(Hazard.department_id.in_(mine), access.one_of(assisted))


def _dispatched(actor: Actor) -> ColumnElement[bool]:
    return and_(Hazard.dispatcher_id.in_(_desks(actor)), Hazard.state.in_(_DISPATCHED))


def _mine(actor: Actor) -> ColumnElement[bool]:
    return Hazard.reporter_id == actor.person_id


def _verify(actor: Actor) -> ColumnElement[bool]:
    """What I have to go and see: reported by me, or by somebody for whom I stand in."""
    turn = or_(Hazard.reporter_id == actor.person_id, is_deputy(actor))
    return and_(IS_OPEN, Hazard.state == State.DONE, turn)


def _recheck(actor: Actor) -> ColumnElement[bool]:
    """Where I am asked to look again: I myself, or anybody of my desk."""
    mine = or_(
        Recheck.person_id == actor.person_id,
        and_(
            Recheck.person_id.is_(None),
            Recheck.organization_id.in_(_desks(actor)),
            Recheck.fixed_by_id != actor.person_id,
        ),
    )
    asked = select(Recheck.hazard_id).where(Recheck.answered_at.is_(None), mine)
    return and_(access.one_of(asked), Hazard.reporter_id != actor.person_id)


def _desks(actor: Actor) -> list[UUID]:
    return [s.organization_id for s in actor.seats if s.role in DESK_ROLES]


QUEUES: dict[str, Callable[[Actor], ColumnElement[bool]]] = {
    "holder": _holder,
    "department": _department,
    "dispatched": _dispatched,
    "mine": _mine,
    "verify": _verify,
    "recheck": _recheck,
}
