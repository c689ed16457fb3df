"""The changes feed: what a person must look at again, nothing skipped, nothing foreign."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Select, any_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models.hazard import OPEN_STATES, Hazard
from app.services import access
from app.services.access import Actor
from app.services.sync.asking import Mark, news
from app.services.sync.places import LAST, Place

CLOSED_FOR = timedelta(days=30)
MOST_CASES = 1000  # in a fresh copy, newest first; only county desks have more


@dataclass(frozen=True)
class Changes:
    """One page for a phone: the cases told, in order, and those it must forget.

    `hazards`: what had to be read of `ids`. `marks`: see News; a fresh copy has none.
    """

    cursor: str
    has_more: bool
    is_reset: bool
    ids: Sequence[UUID]
    hazards: Sequence[Hazard]
    gone: Sequence[UUID]
    are_rules_changed: bool
    are_objects_changed: bool
    unread: int
    marks: Mapping[UUID, Mark] = field(default_factory=dict)


def nothing_kept(_: UUID, __: Mark) -> bool:
    return False


async def changes(
    session: AsyncSession,
    actor: Actor,
    since: str,
    limit: int,
    has: Callable[[UUID, Mark], bool] = nothing_kept,
) -> Changes:
    """One page. Without a valid cursor the whole scope comes first, then what changed meanwhile.

    `has`: the caller knows this case up to this mark, so that it need not be read.
    """
    place = Place.read(since)
    fresh = await news(session, actor, since, limit)
    if fresh.is_reset:
        place = replace(fresh.place, below=LAST, left=MOST_CASES)
    if place.below:
        return await _copy(session, actor, place, limit, fresh.unread)
    known = {id_ for id_, mark in fresh.marks.items() if has(id_, mark)}
    hazards = await _visible(session, actor, [id_ for id_ in fresh.marks if id_ not in known])
    seen = known | {hazard.id for hazard in hazards}
    return Changes(
        cursor=str(fresh.place),
        has_more=fresh.has_more,
        is_reset=False,
        ids=[id_ for id_ in fresh.hazard_ids if id_ in seen],
        hazards=hazards,
        gone=[id_ for id_ in fresh.hazard_ids if id_ not in seen],
        are_rules_changed=fresh.are_rules_changed,
        are_objects_changed=fresh.are_objects_changed,
        unread=fresh.unread,
        marks=fresh.marks,
    )


async def _copy(
    session: AsyncSession, actor: Actor, place: Place, limit: int, unread: int
) -> Changes:
    """A page of the whole scope: open cases and those closed lately, newest first."""
    take = min(limit, place.left)
    found = await session.scalars(
        select(Hazard)
        .where(
            access.can_see(actor),
            or_(Hazard.state.in_(OPEN_STATES), Hazard.closed_at > clock.now() - CLOSED_FOR),
            Hazard.number < place.below,
        )
        .order_by(Hazard.number.desc())
        .limit(take + 1)
    )
    rows = found.all()
    page, left = rows[:take], place.left - take
    has_more = len(rows) > take and left > 0
    after = replace(place, below=page[-1].number if has_more else 0, left=left if has_more else 0)
    return Changes(
        cursor=str(after),
        has_more=has_more,
        is_reset=place.below == LAST,
        ids=[hazard.id for hazard in page],
        hazards=page,
        gone=[],
        are_rules_changed=place.below == LAST,
        are_objects_changed=place.below == LAST,
        unread=unread,
    )


def _statement() -> Select[Hazard]:
    return select(Hazard).where(Hazard.id == any_(access.given("ids")), access.CAN_SEE_AS_GIVEN)


_VISIBLE = _statement()  # built once: it is asked with most news


async def _visible(session: AsyncSession, actor: Actor, ids: Sequence[UUID]) -> Sequence[Hazard]:
    if not ids:
        return []
    rows = await session.scalars(_VISIBLE, access.sight(actor) | {"ids": ids})
    by_id = {hazard.id: hazard for hazard in rows}
    return [by_id[id_] for id_ in ids if id_ in by_id]
