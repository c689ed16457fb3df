"""The second look: which on-site fixes somebody else goes and sees, and who goes (workflow).

Some are drawn by lot: the lot hangs on the case and on the deployment's secret, so nobody on the
ground can foresee it and everybody who has the secret can check it. All are looked at where the
place had another hazard not long before.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock, security
from app.config import Settings
from app.models.event import Event
from app.models.hazard import Hazard, State
from app.models.organization import Organization, OrganizationKind
from app.models.person import GRID_ROLES, Person, Post, Role
from app.models.recheck import Recheck, RecheckCause
from app.models.rules import Hop
from app.services import clocks, events, hazards
from app.services.access import SYSTEM
from app.services.clocks import Subject
from app.services.events import Fact
from app.services.hazard_flow import EVENT_OF, RECHECK_ASKED, Action
from app.services.hazards import deputies, standing

_FIXED = EVENT_OF[Action.FIX_ON_SITE]
_NO_HAZARDS = (State.MERGED, State.VOIDED)
BATCH = 200


async def second_look(session: AsyncSession, settings: Settings, event_id: str) -> None:
    """After an on-site fix: is it looked at again, and by whom? Safe to repeat."""
    event = await session.scalar(select(Event).where(Event.id == UUID(event_id)))
    if event is None or event.kind != _FIXED or event.actor_id is None:
        return
    hazard = await session.get_one(Hazard, event.hazard_id, with_for_update={"key_share": True})
    if await session.get(Recheck, hazard.id):
        return
    earlier = await _earlier(session, settings, hazard)
    if earlier is None and not is_drawn(settings, hazard.id):
        return
    task = Recheck(
        hazard_id=hazard.id,
        cause=RecheckCause.REPEATED if earlier else RecheckCause.DRAWN,
        earlier_id=earlier.id if earlier else None,
        fixed_by_id=event.actor_id,
        turn=0,
    )
    await _give(session, settings, hazard, task)


def is_drawn(settings: Settings, hazard_id: UUID) -> bool:
    """The same answer for ever, as long as secret and share stay."""
    lot = security.lot(settings.secret.get_secret_value(), "second look", str(hazard_id))
    return lot < settings.second_look_percent / 100


async def hand_over(session: AsyncSession, settings: Settings) -> None:
    """Tasks of people who have left the grid, or are on leave, go to somebody who is there."""
    is_here = exists().where(
        Post.person_id == Recheck.person_id,
        Post.grid_id == Hazard.grid_id,
        deputies.is_present(),
        Person.id == Post.person_id,
        Person.disabled_at.is_(None),
    )
    query = (
        select(Recheck, Hazard)
        .join(Hazard, Hazard.id == Recheck.hazard_id)
        .where(Recheck.answered_at.is_(None), Recheck.person_id.is_not(None))
        .where(~is_here.correlate(Recheck, Hazard))
        .order_by(Recheck.asked_at, Recheck.hazard_id)
        .limit(BATCH)
        .with_for_update(of=Hazard, key_share=True, skip_locked=True)
    )
    for task, hazard in list(await session.execute(query)):
        await _give(session, settings, hazard, task)


async def _earlier(session: AsyncSession, settings: Settings, hazard: Hazard) -> Hazard | None:
    """The last hazard before this one at the same enterprise, within 50 m, or by the same words."""
    since = hazard.received_at - timedelta(days=settings.second_look_days)
    same_words = and_(
        Hazard.grid_id == hazard.grid_id, Hazard.place == hazard.place, Hazard.place != ""
    )
    query = (
        select(Hazard)
        .where(or_(hazards.may_be_near(hazard), same_words))
        .where(Hazard.received_at >= since, Hazard.number < hazard.number)
        .where(Hazard.state.not_in(_NO_HAZARDS))
        .order_by(Hazard.number.desc())
    )
    found = await session.scalars(query.limit(BATCH))
    return next((other for other in found if _is_same_place(hazard, other)), None)


def _is_same_place(one: Hazard, other: Hazard) -> bool:
    has_same_words = bool(one.place) and (one.grid_id, one.place) == (other.grid_id, other.place)
    has_positions = one.lat is not None and other.lat is not None
    has_enterprise = one.enterprise_id is not None and one.enterprise_id == other.enterprise_id
    return has_same_words or has_enterprise or (has_positions and hazards.is_near(one, other))


async def _give(session: AsyncSession, settings: Settings, hazard: Hazard, task: Recheck) -> None:
    """To a second person of the grid, else to a desk; history says to whom, and they are told."""
    never = {hazard.reporter_id, task.fixed_by_id}
    person = await _second_person(session, settings, hazard, never)
    desk = await _desk(session, hazard, never)
    now = clock.now()
    task.person_id, task.organization_id = person.id if person else None, desk.id
    task.turn, task.asked_at = task.turn + 1, now
    task.due_at = await _due(session, hazard, now)
    session.add(task)
    await session.flush()
    data: dict[str, Any] = {"cause": task.cause.value, "due_at": task.due_at}
    if person:
        data["person"] = {"id": str(person.id), "name": person.name}
    else:
        data["desk"] = {"id": str(desk.id), "name": desk.short_name}
    await events.write(
        session,
        SYSTEM,
        hazard,
        Fact(
            id=uuid5(hazard.id, f"recheck:{task.turn}"),
            kind=RECHECK_ASKED,
            body_sha256="",
            at=now,
            occurred_at=None,
            from_state=hazard.state,
            seat=None,
            data=data,
        ),
    )


async def _due(session: AsyncSession, hazard: Hazard, now: datetime) -> datetime | None:
    """As long as verifying may take: it is the same walk."""
    subject = Subject(hazard.level, hazard.category_code)
    due = await clocks.due_by_rule(session, await clocks.load(session), Hop.VERIFY, subject, now)
    return due.at if due else None


async def _second_person(
    session: AsyncSession, settings: Settings, hazard: Hazard, never: set[UUID]
) -> Person | None:
    """Another gridworker of the grid, else a chief; of several one by lot."""
    query = (
        select(Post.role, Person)
        .join(Person, Person.id == Post.person_id)
        .where(Post.grid_id == hazard.grid_id, Post.role.in_(GRID_ROLES))
        .where(deputies.is_present(), Person.disabled_at.is_(None), Person.id.not_in(never))
    )
    by_role: dict[Role, list[Person]] = {}
    for role, person in await session.execute(query):
        by_role.setdefault(role, []).append(person)
    people = next((by_role[role] for role in GRID_ROLES if role in by_role), [])
    secret = settings.secret.get_secret_value()
    return min(
        people,
        key=lambda person: security.lot(secret, str(hazard.id), str(person.id)),
        default=None,
    )


async def _desk(session: AsyncSession, hazard: Hazard, never: set[UUID]) -> Organization:
    """The township, or the county centre where the township has nobody else."""
    staffed = exists().where(
        Post.organization_id == hazard.township_id,
        Post.role.in_(standing.DESK_ROLES),
        Post.person_id.not_in(never),
        deputies.is_present(),
    )
    if await session.scalar(select(staffed)):
        return await session.get_one(Organization, hazard.township_id)
    centre = select(Organization).where(Organization.kind == OrganizationKind.COUNTY_CENTRE)
    return (await session.scalars(centre.limit(1))).one()
