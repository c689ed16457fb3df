"""What lists and whole cases show beside the case itself, in a constant number of statements."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import any_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models.event import Event
from app.models.hazard import Clock, Hazard, State, Viewing
from app.models.organization import Organization
from app.models.person import Person
from app.models.photo import KEEPS_PROMISE, ManifestEntry, Photo, PhotoRole
from app.models.rules import Category
from app.prepared import Prepared
from app.services import access, events, ledger, places
from app.services.access import SYSTEM, Actor
from app.services.hazard_flow import EVENT_OF, Action
from app.services.hazards import deputies, standing, steps
from app.services.hazards.presence import OPEN_FOR
from app.services.hazards.standing import Facts
from app.services.hazards.telling import WHY
from app.services.ledger import ObjectRef

ASKED, FINISHED, REJECTED = (
    EVENT_OF[action] for action in (Action.ASK, Action.FINISH, Action.REJECT)
)
KINDS = steps.KINDS | WHY.keys() | {ASKED, FINISHED, REJECTED}
_BODIES = ("township_id", "village_id", "holder_id", "department_id")
_MORE_BODIES = ("dispatcher_id", "suggested_department_id")
_PEOPLE = ("reporter_id", "claimed_by_id")
Ids = set[UUID | None]
Picture = tuple[ManifestEntry, Photo | None, int | None]  # promised, arrived, in which round


@dataclass(frozen=True)
class RowAround:
    """Names around the rows of a list. `covers`: the first photo of each case that has arrived.

    `made`: what has been made of a body, once for all rows that name it.
    """

    bodies: Mapping[UUID, Organization]
    people: Mapping[UUID, str]
    grids: Mapping[UUID, str]
    covers: Mapping[UUID, UUID]
    objects: Mapping[UUID, ObjectRef]
    made: dict[UUID, Any] = field(default_factory=dict, kw_only=True)


@dataclass(frozen=True)
class Around(RowAround):
    """Everything around whole cases."""

    facts: Mapping[UUID, Facts]
    clocks: Mapping[UUID, list[Clock]]
    photos: Mapping[UUID, list[Picture]]
    viewers: Mapping[UUID, list[UUID]]
    categories: Mapping[str, Category]


async def rows_around(session: AsyncSession, hazards: Collection[Hazard]) -> RowAround:
    """Four statements, however long the page."""
    return RowAround(
        bodies=await bodies(session, _ids(hazards, _BODIES)),
        people=await people(session, _ids(hazards, _PEOPLE)),
        grids=await _grids(session, _ids(hazards, ("grid_id",))),
        covers=await _covers(session, hazards),
        objects=await _objects(session, hazards),
    )


async def around(
    session: AsyncSession, hazards: Collection[Hazard], actor: Actor | None = None
) -> Around:
    """At most eleven statements, however many cases; `actor`: for whom they are shown.

    For the system nobody has a case open.
    """
    helpers = await standing.assistants(session, hazards)
    stand_in = await deputies.deputies_of(session, hazards, actor)
    latest = await events.latest(session, [hazard.id for hazard in hazards], KINDS)
    clocks = await _clocks(session, hazards)
    pictures = await _photos(session, hazards)
    viewers = await _viewers(session, hazards) if actor is not SYSTEM else {}
    looks = await standing.rechecks(session, hazards)
    told = [event for one in latest.values() for event in one.values()]
    body_ids = _ids(hazards, _BODIES + _MORE_BODIES) | {event.organization_id for event in told}
    body_ids |= {row.organization_id for rows in helpers.values() for row in rows}
    body_ids |= {row.owner_id for rows in clocks.values() for row in rows}
    person_ids = _ids(hazards, _PEOPLE) | {event.actor_id for event in told}
    person_ids |= {row.person_id for rows in clocks.values() for row in rows}
    person_ids |= {id_ for ids in viewers.values() for id_ in ids}
    body_ids |= {look.organization_id for look in looks.values()}
    person_ids |= {id_ for look in looks.values() for id_ in (look.person_id, look.answered_by_id)}
    known = await bodies(session, body_ids)
    return Around(
        bodies=known,
        people=await people(session, person_ids),
        grids=await _grids(session, _ids(hazards, ("grid_id",))),
        covers=_first_arrived(pictures),
        objects=await _objects(session, hazards),
        facts={id_: standing.facts(id_, known, helpers, stand_in, latest, looks) for id_ in latest},
        clocks=clocks,
        photos=pictures,
        viewers=viewers,
        categories=await _categories(session, told),
    )


async def of_new(
    session: AsyncSession,
    actor: Actor,
    hazard: Hazard,
    history: Sequence[Event],
    manifest: Sequence[ManifestEntry],
    clocks: Sequence[Clock],
) -> Around:
    """Around a case that this very request has written, none of its photos being here yet."""
    body_ids = _ids([hazard], _BODIES) | {event.organization_id for event in history}
    known = await bodies(session, body_ids | {clock.owner_id for clock in clocks})
    latest = {hazard.id: {event.kind: event for event in history}}
    lines = sorted(manifest, key=lambda line: (line.taken_at, line.photo_id))
    return Around(
        bodies=known,
        people={actor.person_id: actor.name},
        grids=await _grids(session, _ids([hazard], ("grid_id",))),
        covers={},
        objects=await _objects(session, [hazard]),
        facts={hazard.id: standing.facts(hazard.id, known, {}, {}, latest, {})},
        clocks={hazard.id: sorted(clocks, key=lambda one: (one.started_at, one.due_at, one.id))},
        photos={hazard.id: [(line, None, hazard.round) for line in lines]},
        viewers={},
        categories={},
    )


async def _categories(session: AsyncSession, told: Iterable[Event]) -> dict[str, Category]:
    """Those that a rule was chosen by."""
    codes = {event.data.get("category_code") for event in told if "routing_rule_id" in event.data}
    if not codes:
        return {}
    rows = await session.scalars(select(Category).where(Category.code.in_(codes)))
    return {row.code: row for row in rows}


# Built once: they are asked for every page of cases.
_CLOCKS = (
    select(Clock)
    .where(Clock.hazard_id == any_(access.given("ids")))
    .order_by(Clock.started_at, Clock.due_at, Clock.id)
)
_PHOTOS = (
    select(ManifestEntry, Photo, Event.round)
    .outerjoin(Photo, KEEPS_PROMISE)
    .outerjoin(Event, Event.id == ManifestEntry.event_id)
    .where(ManifestEntry.hazard_id == any_(access.given("ids")))
    .order_by(ManifestEntry.taken_at, ManifestEntry.photo_id)
)
_COVERS = Prepared(
    select(ManifestEntry.hazard_id, ManifestEntry.photo_id)
    .join(Photo, KEEPS_PROMISE)
    .where(ManifestEntry.hazard_id == any_(access.given("ids")))
    .where(ManifestEntry.role == PhotoRole.BEFORE)
    .ext(distinct_on(ManifestEntry.hazard_id))
    .order_by(ManifestEntry.hazard_id, ManifestEntry.taken_at, ManifestEntry.photo_id)
)
_NAMES = Prepared(select(Person.id, Person.name).where(Person.id == any_(access.given("ids"))))


def _all(hazards: Iterable[Hazard]) -> dict[str, list[UUID]]:
    return {"ids": [hazard.id for hazard in hazards]}


def _ids(hazards: Iterable[Hazard], columns: Iterable[str]) -> Ids:
    names = tuple(columns)
    return {getattr(hazard, name) for hazard in hazards for name in names}


async def bodies(session: AsyncSession, ids: Ids) -> dict[UUID, Organization]:
    return await places.by_id(session, [id_ for id_ in ids if id_])


async def _objects(session: AsyncSession, hazards: Iterable[Hazard]) -> dict[UUID, ObjectRef]:
    return await ledger.refs(session, {id_ for id_ in _ids(hazards, ("enterprise_id",)) if id_})


async def people(session: AsyncSession, ids: Ids) -> dict[UUID, str]:
    """Names only: numbers and posts are nobody's business here."""
    return dict(await _NAMES.rows(session, {"ids": list(ids - {None})}))


async def _grids(session: AsyncSession, ids: Ids) -> dict[UUID, str]:
    return await places.grid_names(session, [id_ for id_ in ids if id_])


async def _covers(session: AsyncSession, hazards: Collection[Hazard]) -> dict[UUID, UUID]:
    return dict(await _COVERS.rows(session, _all(hazards)))


def _first_arrived(pictures: Mapping[UUID, list[Picture]]) -> dict[UUID, UUID]:
    found: dict[UUID, UUID] = {}
    for hazard_id, rows in pictures.items():
        for entry, photo, _ in rows:
            if photo and entry.role is PhotoRole.BEFORE:
                found.setdefault(hazard_id, entry.photo_id)
    return found


async def _clocks(session: AsyncSession, hazards: Collection[Hazard]) -> dict[UUID, list[Clock]]:
    found: dict[UUID, list[Clock]] = {}
    for row in await session.scalars(_CLOCKS, _all(hazards)):
        found.setdefault(row.hazard_id, []).append(row)
    return found


async def _photos(session: AsyncSession, hazards: Collection[Hazard]) -> dict[UUID, list[Picture]]:
    """In the order in which they were taken."""
    found: dict[UUID, list[Picture]] = {}
    for entry, photo, round_ in await session.execute(_PHOTOS, _all(hazards)):
        found.setdefault(entry.hazard_id, []).append((entry, photo, round_))
    return found


async def _viewers(session: AsyncSession, hazards: Collection[Hazard]) -> dict[UUID, list[UUID]]:
    """Who has it open now, first come first."""
    query = (
        select(Viewing.hazard_id, Viewing.person_id)
        .where(Viewing.hazard_id.in_([hazard.id for hazard in hazards]))
        .where(Viewing.at > clock.now() - OPEN_FOR)
        .order_by(Viewing.at, Viewing.person_id)
    )
    found: dict[UUID, list[UUID]] = {}
    for hazard_id, person_id in await session.execute(query):
        found.setdefault(hazard_id, []).append(person_id)
    return found


def question(hazard: Hazard, facts: Facts) -> str | None:
    """What the desk wants to know, while the case is back with its reporter."""
    asked = facts.latest.get(ASKED)
    return asked.data.get("note") if asked and hazard.state is State.REPORTED else None


def rejection(hazard: Hazard, facts: Facts) -> str | None:
    """Why the last round was not good enough, while the next one is being done."""
    rejected = facts.latest.get(REJECTED)
    is_again = hazard.state in (State.ESCALATED, State.ASSIGNED)
    return rejected.data.get("reason") if rejected and is_again else None


async def photo_ids(session: AsyncSession, hazard_id: UUID) -> dict[UUID, list[UUID]]:
    """Which photos came with which event of a case."""
    query = select(ManifestEntry.event_id, ManifestEntry.photo_id).where(
        ManifestEntry.hazard_id == hazard_id
    )
    found: dict[UUID, list[UUID]] = {}
    order = (ManifestEntry.taken_at, ManifestEntry.photo_id)
    for event_id, photo_id in await session.execute(query.order_by(*order)):
        found.setdefault(event_id, []).append(photo_id)
    return found
