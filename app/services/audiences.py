"""Who is told what: a table from event to audiences, and how an audience is found."""

from collections.abc import Awaitable, Callable, Iterable
from uuid import UUID

from sqlalchemy import ARRAY, Date, any_, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.event import Event
from app.models.hazard import Assistant, Clock, Follower, Hazard, State
from app.models.organization import Organization, OrganizationKind
from app.models.person import Person, Post, Role
from app.models.recheck import Recheck
from app.services import access
from app.services.hazards import deputies
from app.services.hazards.standing import DESK_ROLES, HANDLER_ROLES, RECTIFIER_ROLES

_SUPERVISING = frozenset({Role.COUNTY_OFFICER, Role.SAFETY_SUPERVISOR})


class Asked:
    """Who sits where, looked up once for all events of a job."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session
        self._known: dict[tuple[frozenset[UUID], frozenset[Role]], frozenset[UUID]] = {}

    async def at(self, body_ids: Iterable[UUID | None], roles: frozenset[Role]) -> frozenset[UUID]:
        """People with such a post in these bodies today."""
        bodies = frozenset(id_ for id_ in body_ids if id_)
        if (bodies, roles) not in self._known:
            self._known[bodies, roles] = await self._look(bodies, roles)
        return self._known[bodies, roles]

    async def _look(self, bodies: frozenset[UUID], roles: frozenset[Role]) -> frozenset[UUID]:
        given = {"bodies": list(bodies), "roles": list(roles), "today": access.today()}
        return frozenset(await self.session.scalars(_SITTING, given))


_SITTING = (
    select(Post.person_id)
    .join(Person, Person.id == Post.person_id)
    .where(
        Post.organization_id == any_(access.given("bodies")),
        Post.role == any_(bindparam("roles", type_=ARRAY(Post.role.type))),
        access.in_force(bindparam("today", type_=Date)),
        Person.disabled_at.is_(None),
    )
)


Audience = Callable[[Asked, Event, Hazard], Awaitable[frozenset[UUID]]]


def _named(event: Event, name: str, now: UUID | None = None) -> list[UUID | None]:
    """Bodies as the event names them: by the time of the job the case may have gone on."""
    named = event.data.get(name) or []
    rows = named if isinstance(named, list) else [named]
    return [UUID(row["id"]) for row in rows] or [now]


async def holder(asked: Asked, event: Event, hazard: Hazard) -> frozenset[UUID]:
    return await asked.at(_named(event, "holder", hazard.holder_id), DESK_ROLES)


async def dispatcher(asked: Asked, _event: Event, hazard: Hazard) -> frozenset[UUID]:
    return await asked.at([hazard.dispatcher_id], DESK_ROLES)


async def department(asked: Asked, event: Event, hazard: Hazard) -> frozenset[UUID]:
    return await asked.at(_named(event, "department", hazard.department_id), RECTIFIER_ROLES)


async def assistants(asked: Asked, event: Event, hazard: Hazard) -> frozenset[UUID]:
    query = select(Assistant.organization_id).where(Assistant.hazard_id == hazard.id)
    bodies = {*_named(event, "assisting"), *await asked.session.scalars(query)}
    return await asked.at(bodies, HANDLER_ROLES)


async def previous(asked: Asked, event: Event, _hazard: Hazard) -> frozenset[UUID]:
    """The department that had it before a reassignment."""
    return await asked.at(_named(event, "previous"), RECTIFIER_ROLES)


async def reporter(asked: Asked, _event: Event, hazard: Hazard) -> frozenset[UUID]:
    """Whoever found it, and the deputies while that person is away."""
    away = await deputies.deputies_of(asked.session, [hazard], None)
    return frozenset({hazard.reporter_id}) | away.get(hazard.id, frozenset())


async def rechecker(asked: Asked, _event: Event, hazard: Hazard) -> frozenset[UUID]:
    """The second person, or the desk that sends one; never who reported or fixed it."""
    task = await asked.session.get(Recheck, hazard.id)
    if task is None:
        return frozenset()
    if task.person_id:
        return frozenset({task.person_id})
    desk = await asked.at([task.organization_id], DESK_ROLES)
    return desk - {hazard.reporter_id, task.fixed_by_id}


async def followers(asked: Asked, _event: Event, hazard: Hazard) -> frozenset[UUID]:
    query = select(Follower.person_id).where(Follower.hazard_id == hazard.id)
    return frozenset(await asked.session.scalars(query))


async def county_if_urgent(asked: Asked, _event: Event, hazard: Hazard) -> frozenset[UUID]:
    """Urgent matters go to the township and are known to the county at once (S2-31)."""
    return await supervisors(asked, _event, hazard) if hazard.is_urgent else frozenset()


async def supervisors(asked: Asked, _event: Event, _hazard: Hazard) -> frozenset[UUID]:
    kinds = (OrganizationKind.COUNTY_CENTRE, OrganizationKind.SAFETY_DEPARTMENT)
    bodies = await asked.session.scalars(
        select(Organization.id).where(Organization.kind.in_(kinds))
    )
    return await asked.at(bodies, _SUPERVISING)


TURN: dict[State, Audience] = {
    State.ESCALATED: holder,
    State.ASSIGNED: department,
    State.DONE: reporter,
}


async def whose_turn(asked: Asked, event: Event, hazard: Hazard) -> frozenset[UUID]:
    """Whoever has to act now."""
    audience = TURN.get(hazard.state)
    return await audience(asked, event, hazard) if audience else frozenset()


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


async def of_event(asked: Asked, event: Event, hazard: Hazard) -> frozenset[UUID]:
    """Everybody whom the table names for this event."""
    found: frozenset[UUID] = frozenset()
    for audience in TELL[event.kind]:
        found |= await audience(asked, event, hazard)
    return found


async def of_clock(asked: Asked, running: Clock, hazard: Hazard) -> frozenset[UUID]:
    """Who has to act before it runs out: a desk or a department, or the one who verifies."""
    if running.person_id:
        away = await deputies.deputies_of(asked.session, [hazard], None)
        return frozenset({running.person_id}) | away.get(hazard.id, frozenset())
    return await asked.at([running.owner_id], DESK_ROLES | RECTIFIER_ROLES)
