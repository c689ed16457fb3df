"""What a person is to a case: reporter, holder, handler … One table, used by every check."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.event import Event
from app.models.hazard import Assistant, Hazard
from app.models.organization import Organization
from app.models.person import Person, Post, Role
from app.models.recheck import Recheck
from app.services import access, events
from app.services.access import SYSTEM, Actor, Permission, Seat
from app.services.hazard_flow import DESKS, Who

DESK_ROLES = frozenset(
    {Role.VILLAGE_CLERK, Role.TOWNSHIP_OFFICER, Role.COUNTY_OFFICER, Role.SAFETY_SUPERVISOR}
)
HANDLER_ROLES = frozenset({Role.HANDLER, Role.SAFETY_SUPERVISOR})
GRID_ROLES = (Role.GRIDWORKER, Role.GRID_CHIEF)  # in the order in which they stand in


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


def is_present() -> ColumnElement[bool]:
    """Posts in force today whose holder is not on leave."""
    today = access.today()
    return and_(
        access.in_force(today), or_(Post.on_leave_until.is_(None), Post.on_leave_until < today)
    )


def is_reporter_away() -> ColumnElement[bool]:
    """The reporter of a case is gone, on leave, or now works for the department that did it."""
    mine, here = Post.person_id == Hazard.reporter_id, Post.grid_id == Hazard.grid_id
    was_here = _some(mine, here, Post.starts_on <= access.today())
    is_here = _some(mine, here, is_present())
    works = _some(mine, is_present())
    helpers = select(Assistant.organization_id).where(Assistant.hazard_id == Hazard.id)
    doers = or_(
        Post.organization_id == Hazard.department_id,
        Post.organization_id.in_(helpers.correlate(Hazard)),
    )
    did_it = _some(mine, is_present(), doers)
    disabled = _some(Person.id == Hazard.reporter_id, Person.disabled_at.is_not(None))
    return or_(disabled, ~works, and_(was_here, ~is_here), did_it)


def is_deputy(actor: Actor) -> ColumnElement[bool]:
    """Cases in which the actor stands in for a reporter who is away (workflow)."""
    me = Post.person_id == actor.person_id
    worker, chief = (Post.role == role for role in GRID_ROLES)
    return and_(
        Hazard.grid_id.in_(actor.grid_ids),
        Hazard.reporter_id != actor.person_id,
        is_reporter_away(),
        or_(
            _some(_stands_in(), me, worker),
            and_(_some(_stands_in(), me, chief), ~_some(_stands_in(), worker)),
        ),
    )


def _stands_in() -> ColumnElement[bool]:
    """Posts on the ground of a case whose holder can go there today; the reporter is away."""
    disabled = exists().where(Person.id == Post.person_id, Person.disabled_at.is_not(None))
    return and_(
        Post.grid_id == Hazard.grid_id,
        Post.role.in_(GRID_ROLES),
        Post.person_id != Hazard.reporter_id,
        is_present(),
        ~disabled.correlate(Post),
    )


def _some(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(*conditions).correlate(Hazard)


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
    deputies = await deputies_of(session, hazards, actor)
    latest = await events.latest(session, [hazard.id for hazard in hazards], kinds)
    looks = await rechecks(session, hazards)
    return {id_: facts(id_, bodies, helpers, deputies, latest, looks) for id_ in latest}


def facts(
    id_: UUID,
    bodies: Mapping[UUID, Organization],
    helpers: Mapping[UUID, tuple[Assistant, ...]],
    deputies: Mapping[UUID, frozenset[UUID]],
    latest: Mapping[UUID, Mapping[str, Event]],
    looks: Mapping[UUID, Recheck],
) -> Facts:
    """What was loaded for many, for one."""
    standing_in = deputies.get(id_, frozenset())
    return Facts(bodies, helpers.get(id_, ()), standing_in, latest[id_], looks.get(id_))


async def bodies_of(session: AsyncSession, hazards: Collection[Hazard]) -> dict[UUID, Organization]:
    columns = ("holder_id", "dispatcher_id", "department_id", "village_id", "township_id")
    ids = {getattr(hazard, name) for hazard in hazards for name in columns} - {None}
    rows = await session.scalars(select(Organization).where(Organization.id.in_(ids)))
    return {row.id: row for row in rows}


async def assistants(
    session: AsyncSession, hazards: Collection[Hazard]
) -> dict[UUID, tuple[Assistant, ...]]:
    """Only a case that has a department has others that assist."""
    found: dict[UUID, tuple[Assistant, ...]] = {}
    ids = [hazard.id for hazard in hazards if hazard.department_id]
    if not ids:
        return found
    query = select(Assistant).where(Assistant.hazard_id.in_(ids))
    for row in await session.scalars(query.order_by(Assistant.organization_id)):
        found[row.hazard_id] = (*found.get(row.hazard_id, ()), row)
    return found


async def rechecks(session: AsyncSession, hazards: Collection[Hazard]) -> dict[UUID, Recheck]:
    """Only what was fixed on site, without a department, is looked at again."""
    ids = [h.id for h in hazards if h.done_at and h.department_id is None]
    if not ids:
        return {}
    rows = await session.scalars(select(Recheck).where(Recheck.hazard_id.in_(ids)))
    return {row.hazard_id: row for row in rows}


async def deputies_of(
    session: AsyncSession, hazards: Collection[Hazard], actor: Actor | None
) -> dict[UUID, frozenset[UUID]]:
    """Per case whose reporter is away: the grid's present gridworkers, else its chiefs."""
    ids = [hazard.id for hazard in hazards if actor is None or _may_stand_in(actor, hazard)]
    if not ids:
        return {}
    query = (
        select(Hazard.id, Post.role, Post.person_id)
        .join(Post, _stands_in())
        .where(Hazard.id.in_(ids), is_reporter_away())
    )
    found: dict[UUID, dict[Role, set[UUID]]] = {}
    for id_, role, person_id in await session.execute(query):
        found.setdefault(id_, {}).setdefault(role, set()).add(person_id)
    return {id_: frozenset(_first(by_role)) for id_, by_role in found.items()}


def _may_stand_in(actor: Actor, hazard: Hazard) -> bool:
    return actor.person_id != hazard.reporter_id and hazard.grid_id in actor.grid_ids


def _first(by_role: Mapping[Role, set[UUID]]) -> set[UUID]:
    return next((by_role[role] for role in GRID_ROLES if role in by_role), set())


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
    seats = (s for s in actor.seats if Permission.SUPERVISE in access.PERMISSIONS[s.role])
    return next(seats, None)


WHO: dict[Who, Judge] = {
    Who.REPORTER: _reporter,
    Who.HOLDER: lambda a, h, _: _seat(a, h.holder_id, DESK_ROLES),
    Who.DISPATCHER: lambda a, h, _: _seat(a, h.dispatcher_id, DESK_ROLES),
    Who.HANDLER: lambda a, h, _: _seat(a, h.department_id, HANDLER_ROLES),
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
