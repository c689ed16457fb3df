"""What a person is to a case: reporter, holder, handler … One table, used by every check."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import any_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.event import Event
from app.models.hazard import Assistant, Hazard
from app.models.organization import Organization
from app.models.person import Role
from app.models.recheck import Recheck
from app.services import access, events, places
from app.services.access import SYSTEM, Actor, Seat
from app.services.hazard_flow import DESKS, Who
from app.services.hazards import deputies
from app.services.permissions import PERMISSIONS, Permission

DESK_ROLES = frozenset(
    {Role.VILLAGE_CLERK, Role.TOWNSHIP_OFFICER, Role.COUNTY_OFFICER, Role.SAFETY_SUPERVISOR}
)
HANDLER_ROLES = frozenset({Role.HANDLER, Role.SAFETY_SUPERVISOR})
ENTERPRISE_ROLES = frozenset({Role.SAFETY_OFFICER})
RECTIFIER_ROLES = HANDLER_ROLES | ENTERPRISE_ROLES  # whoever acts for the body that rectifies


@dataclass(frozen=True)
class Facts:
    """What must be known about a case before anybody can be judged."""

    bodies: Mapping[UUID, Organization] = field(default_factory=dict)
    assistants: tuple[Assistant, ...] = ()
    deputies: frozenset[UUID] = frozenset()
    latest: Mapping[str, Event] = field(default_factory=dict)
    recheck: Recheck | None = None

    @property
    def doer_ids(self) -> frozenset[UUID]:
        return frozenset(row.organization_id for row in self.assistants)


async def load(
    session: AsyncSession,
    hazards: Collection[Hazard],
    kinds: frozenset[str] = frozenset(),
    actor: Actor | None = None,
) -> dict[UUID, Facts]:
    """Facts of many cases in at most five statements.

    `kinds`: whose newest events are wanted. `actor`: deputies matter only to this person.
    """
    bodies = await bodies_of(session, hazards)
    helpers = await assistants(session, hazards)
    stand_in = await deputies.deputies_of(session, hazards, actor)
    latest = await events.latest(session, [hazard.id for hazard in hazards], kinds)
    looks = await rechecks(session, hazards)
    return {id_: facts(id_, bodies, helpers, stand_in, latest, looks) for id_ in latest}


def facts(
    id_: UUID,
    bodies: Mapping[UUID, Organization],
    helpers: Mapping[UUID, tuple[Assistant, ...]],
    stand_in: Mapping[UUID, frozenset[UUID]],
    latest: Mapping[UUID, Mapping[str, Event]],
    looks: Mapping[UUID, Recheck],
) -> Facts:
    """What was loaded for many, for one."""
    mine = stand_in.get(id_, frozenset())
    return Facts(bodies, helpers.get(id_, ()), mine, latest[id_], looks.get(id_))


async def bodies_of(session: AsyncSession, hazards: Collection[Hazard]) -> dict[UUID, Organization]:
    columns = ("holder_id", "dispatcher_id", "department_id", "village_id", "township_id")
    ids = {getattr(hazard, name) for hazard in hazards for name in columns} - {None}
    return await places.by_id(session, ids)


async def assistants(
    session: AsyncSession, hazards: Collection[Hazard]
) -> dict[UUID, tuple[Assistant, ...]]:
    """Only a case that has a department has others that assist."""
    found: dict[UUID, tuple[Assistant, ...]] = {}
    ids = [hazard.id for hazard in hazards if hazard.department_id]
    if not ids:
        return found
    for row in await session.scalars(_ASSISTANTS, {"ids": ids}):
        found[row.hazard_id] = (*found.get(row.hazard_id, ()), row)
    return found


async def rechecks(session: AsyncSession, hazards: Collection[Hazard]) -> dict[UUID, Recheck]:
    """Only what was fixed on site, without a department, is looked at again."""
    ids = [h.id for h in hazards if h.done_at and h.department_id is None]
    if not ids:
        return {}
    return {row.hazard_id: row for row in await session.scalars(_RECHECKS, {"ids": ids})}


# Built once: they are asked for every page of cases.
_ASSISTANTS = (
    select(Assistant)
    .where(Assistant.hazard_id == any_(access.given("ids")))
    .order_by(Assistant.organization_id)
)
_RECHECKS = select(Recheck).where(Recheck.hazard_id == any_(access.given("ids")))


Part = Seat | bool | None  # the post that gives a part; True where no post is needed
Judge = Callable[[Actor, Hazard, Facts], Part]


def _seat(actor: Actor, body_id: UUID | None, roles: frozenset[Role]) -> Seat | None:
    seats = (s for s in actor.seats if s.organization_id == body_id and s.role in roles)
    return next(seats, None) if body_id else None


def _reporter(actor: Actor, hazard: Hazard, facts: Facts) -> Part:
    if actor.person_id != hazard.reporter_id and actor.person_id not in facts.deputies:
        return False
    return _at_home(actor, hazard)


def _at_home(actor: Actor, hazard: Hazard) -> Seat | bool:
    """The post on the ground of the case, else the first one."""
    here = (s for s in actor.seats if s.grid_id and s.grid_id == hazard.grid_id)
    return next(here, next(iter(actor.seats), True))


def _assistant(actor: Actor, _hazard: Hazard, facts: Facts) -> Seat | None:
    """Of several assisting bodies first the one whose part is not finished."""
    rows = sorted(
        facts.assistants, key=lambda row: (row.finished_at is not None, row.organization_id)
    )
    seats = (_seat(actor, row.organization_id, HANDLER_ROLES) for row in rows)
    return next((seat for seat in seats if seat), None)


def _rechecker(actor: Actor, hazard: Hazard, facts: Facts) -> Part:
    """Whom the task names, or anybody of the desk; never who reported or fixed it."""
    task = facts.recheck
    if task is None or actor.person_id in {hazard.reporter_id, task.fixed_by_id}:
        return False
    if task.person_id is None:
        return _seat(actor, task.organization_id, DESK_ROLES)
    return _at_home(actor, hazard) if task.person_id == actor.person_id else False


def _desk_above(actor: Actor, hazard: Hazard, facts: Facts) -> Seat | None:
    """A desk whose kind stands higher than the one that decided; a township only above its own."""
    decided = facts.bodies.get(hazard.holder_id) if hazard.holder_id else None
    if decided is None:
        return None
    above = DESKS[DESKS.index(decided.kind) + 1 :]
    desks = (s for s in actor.seats if s.role in DESK_ROLES and s.organization_kind in above)
    near = (s for s in desks if s.within_id in (None, hazard.township_id))
    return next(near, None)


def _supervisor(actor: Actor, _hazard: Hazard, _facts: Facts) -> Seat | None:
    seats = (s for s in actor.seats if Permission.SUPERVISE in PERMISSIONS[s.role])
    return next(seats, None)


WHO: dict[Who, Judge] = {
    Who.REPORTER: _reporter,
    Who.HOLDER: lambda a, h, _: _seat(a, h.holder_id, DESK_ROLES),
    Who.DISPATCHER: lambda a, h, _: _seat(a, h.dispatcher_id, DESK_ROLES),
    Who.HANDLER: lambda a, h, _: _seat(a, h.department_id, HANDLER_ROLES),
    Who.ENTERPRISE: lambda a, h, _: _seat(a, h.department_id, ENTERPRISE_ROLES),
    Who.ASSISTANT: _assistant,
    Who.RECHECKER: _rechecker,
    Who.DESK_ABOVE: _desk_above,
    Who.SUPERVISOR: _supervisor,
    Who.ANYONE: lambda a, _h, _f: next(iter(a.seats), True),
    Who.SYSTEM: lambda a, _h, _f: a is SYSTEM,
}


def parts(actor: Actor, hazard: Hazard, facts: Facts) -> dict[Who, Seat | None]:
    """Every part that the actor has in the case, with the post that gives it."""
    judged = {who: judge(actor, hazard, facts) for who, judge in WHO.items()}
    return {who: _post(found) for who, found in judged.items() if found}


def _post(found: Seat | bool) -> Seat | None:
    return None if isinstance(found, bool) else found
