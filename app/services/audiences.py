"""Who is told what: a table from event to audiences, and how an audience is found."""

from collections.abc import Awaitable, Callable, Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.event import Event
from app.models.hazard import Assistant, Clock, Follower, Hazard, State
from app.models.organization import Organization, OrganizationKind
from app.models.person import Person, Post, Role
from app.models.recheck import Recheck
from app.services import access
from app.services.hazards import deputies
from app.services.hazards.standing import DESK_ROLES, HANDLER_ROLES

Audience = Callable[[AsyncSession, Event, Hazard], Awaitable[set[UUID]]]
_SUPERVISING = frozenset({Role.COUNTY_OFFICER, Role.SAFETY_SUPERVISOR})


async def _at(
    session: AsyncSession, body_ids: Iterable[UUID | None], roles: frozenset[Role]
) -> set[UUID]:
    """People with such a post in these bodies today."""
    query = (
        select(Post.person_id)
        .join(Person, Person.id == Post.person_id)
        .where(
            Post.organization_id.in_({id_ for id_ in body_ids if id_}),
            Post.role.in_(roles),
            access.in_force(access.today()),
            Person.disabled_at.is_(None),
        )
    )
    return set(await session.scalars(query))


def _named(event: Event, name: str, now: UUID | None = None) -> list[UUID | None]:
    """Bodies as the event names them: by the time of the job the case may have gone on."""
    named = event.data.get(name) or []
    rows = named if isinstance(named, list) else [named]
    return [UUID(row["id"]) for row in rows] or [now]


async def holder(session: AsyncSession, event: Event, hazard: Hazard) -> set[UUID]:
    return await _at(session, _named(event, "holder", hazard.holder_id), DESK_ROLES)


async def dispatcher(session: AsyncSession, _event: Event, hazard: Hazard) -> set[UUID]:
    return await _at(session, [hazard.dispatcher_id], DESK_ROLES)


async def department(session: AsyncSession, event: Event, hazard: Hazard) -> set[UUID]:
    return await _at(session, _named(event, "department", hazard.department_id), HANDLER_ROLES)


async def assistants(session: AsyncSession, event: Event, hazard: Hazard) -> set[UUID]:
    query = select(Assistant.organization_id).where(Assistant.hazard_id == hazard.id)
    bodies = {*_named(event, "assisting"), *await session.scalars(query)}
    return await _at(session, bodies, HANDLER_ROLES)


async def previous(session: AsyncSession, event: Event, _hazard: Hazard) -> set[UUID]:
    """The department that had it before a reassignment."""
    return await _at(session, _named(event, "previous"), HANDLER_ROLES)


async def reporter(session: AsyncSession, _event: Event, hazard: Hazard) -> set[UUID]:
    """Whoever found it, and the deputies while that person is away."""
    away = await deputies.deputies_of(session, [hazard], None)
    return {hazard.reporter_id} | away.get(hazard.id, frozenset())


async def rechecker(session: AsyncSession, _event: Event, hazard: Hazard) -> set[UUID]:
    """The second person, or the desk that sends one; never who reported or fixed it."""
    task = await session.get(Recheck, hazard.id)
    if task is None:
        return set()
    if task.person_id:
        return {task.person_id}
    desk = await _at(session, [task.organization_id], DESK_ROLES)
    return desk - {hazard.reporter_id, task.fixed_by_id}


async def followers(session: AsyncSession, _event: Event, hazard: Hazard) -> set[UUID]:
    query = select(Follower.person_id).where(Follower.hazard_id == hazard.id)
    return set(await session.scalars(query))


async def county_if_urgent(session: AsyncSession, _event: Event, hazard: Hazard) -> set[UUID]:
    """Urgent matters go to the township and are known to the county at once (S2-31)."""
    return await supervisors(session, _event, hazard) if hazard.is_urgent else set()


async def supervisors(session: AsyncSession, _event: Event, _hazard: Hazard) -> set[UUID]:
    kinds = (OrganizationKind.COUNTY_CENTRE, OrganizationKind.SAFETY_DEPARTMENT)
    bodies = await session.scalars(select(Organization.id).where(Organization.kind.in_(kinds)))
    return await _at(session, bodies, _SUPERVISING)


TURN: dict[State, Audience] = {
    State.ESCALATED: holder,
    State.ASSIGNED: department,
    State.DONE: reporter,
}


async def whose_turn(session: AsyncSession, event: Event, hazard: Hazard) -> set[UUID]:
    """Whoever has to act now."""
    audience = TURN.get(hazard.state)
    return await audience(session, event, hazard) if audience else set()


TELL: dict[str, tuple[Audience, ...]] = {
    "hazard.escalated": (holder, county_if_urgent),
    "hazard.assigned": (department, assistants),
    "hazard.sent_down": (holder,),
    "hazard.referred": (holder,),
    "hazard.asked": (reporter,),
    "hazard.merged": (reporter, followers),
    "hazard.voided": (reporter,),
    "hazard.reopened": (holder, reporter),
    "hazard.handed_back": (holder,),
    "hazard.reassigned": (department, assistants, previous),
    "hazard.extension_asked": (dispatcher,),
    "hazard.extension_granted": (department, assistants),
    "hazard.extension_refused": (department,),
    "hazard.part_finished": (department,),
    "hazard.finished": (reporter,),
    "hazard.verified": (department, assistants, dispatcher),
    "hazard.rejected": (holder, department),
    "hazard.commented": (reporter, holder, department, followers),
    "hazard.corrected": (holder, department),
    "hazard.suspected_major": (holder, supervisors),
    "hazard.confirmed_major": (holder, department, dispatcher, supervisors),
    "hazard.listed": (holder, department, dispatcher),
    "hazard.delisted": (department, dispatcher),
    "hazard.urged": (whose_turn,),
    "hazard.supervised": (whose_turn,),
    "hazard.supervision_replied": (supervisors,),
    "hazard.archived": (followers,),
    "hazard.moved": (holder,),
    "hazard.recheck_asked": (rechecker,),
    "hazard.recheck_passed": (reporter,),
    "hazard.recheck_failed": (reporter,),
}


async def of_event(session: AsyncSession, event: Event, hazard: Hazard) -> set[UUID]:
    """Everybody whom the table names for this event."""
    found: set[UUID] = set()
    for audience in TELL[event.kind]:
        found |= await audience(session, event, hazard)
    return found


async def of_clock(session: AsyncSession, running: Clock, hazard: Hazard) -> set[UUID]:
    """Who has to act before it runs out: a desk or a department, or the one who verifies."""
    if running.person_id:
        away = await deputies.deputies_of(session, [hazard], None)
        return {running.person_id} | away.get(hazard.id, frozenset())
    return await _at(session, [running.owner_id], DESK_ROLES | HANDLER_ROLES)
