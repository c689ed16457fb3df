"""Work cards (网格员工作证) of those on foot, with a code that anybody may verify (S1-47).

A card is not a row of its own: it is the post, signed. It is valid while its bearer has the post,
and the qualification where the county asks for one; then the same code says that it is not
(decision 35).
"""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.models.grid import Grid
from app.models.organization import Organization
from app.models.person import GRID_ROLES, Person, Post
from app.models.slot import SlotRole
from app.services import access, places, qualifications, rules, slots
from app.services.access import Actor
from app.services.accounts import reach
from app.services.documents.codes import code_of, read_code
from app.services.documents.ground import below
from app.services.documents.places import manned
from app.services.permissions import Permission
from app.services.personal import masked_name

PAGE = "/notice/cards/"
MOST = 300  # at once: some thirty sheets of paper
_PURPOSE = "card"
_DIGITS = 10**6


@dataclass(frozen=True)
class WorkCard:
    """`valid_until` None: as long as the post is held. `picture`: only where boards are public."""

    number: str
    name: str
    place: str
    grid: Grid
    body: Organization
    township: Organization | None
    valid_until: date | None
    link: str | None
    picture: str | None


@dataclass(frozen=True)
class WorkCards:
    """`unqualified`: who gets none before a training. `is_cut`: there are more than `MOST`."""

    grid: Grid
    cards: list[WorkCard]
    unqualified: list[str]
    is_cut: bool
    is_public: bool
    as_of: date


@dataclass(frozen=True)
class Verdict:
    """What whoever scans a card is told, and no more. `name` None: it is not valid today."""

    county: str
    name: str | None
    complaint_phone: str | None
    as_of: date


@dataclass(frozen=True)
class _Held:
    post: Post
    name: str
    grid: Grid
    is_qualified: bool
    valid_until: date | None


async def work_cards(
    session: AsyncSession, settings: Settings, actor: Actor, grid_id: UUID
) -> WorkCards:
    """Of posts on this grid and below it within the actor's reach. NotFound: no such grid."""
    access.require(actor, Permission.SEE_PEOPLE)
    grid = await slots.read_grid(session, grid_id)
    ids = [grid_id, *await below(session, grid_id)]
    query = _held().where(Post.grid_id.in_(ids), reach.posts_seen(actor)).limit(MOST + 1)
    held = await _judged(session, query)
    rule = await rules.notice(session)
    shown = [one for one in held[:MOST] if one.is_qualified]
    return WorkCards(
        grid=grid,
        cards=await _written(session, settings, shown, is_public=rule.is_public),
        unqualified=[one.name for one in held[:MOST] if not one.is_qualified],
        is_cut=len(held) > MOST,
        is_public=rule.is_public,
        as_of=access.today(),
    )


async def verify(session: AsyncSession, settings: Settings, code: str) -> Verdict | None:
    """By what stands in the code. None: the county lets nobody verify."""
    rule = await rules.notice(session)
    if not rule.is_public:
        return None
    post_id = read_code(settings, _PURPOSE, code)
    held = await _judged(session, _held().where(Post.id == post_id)) if post_id else []
    name = next((masked_name(one.name) for one in held if one.is_qualified), None)
    return Verdict(settings.county_name, name, rule.complaint_phone, access.today())


def _held() -> Select[*tuple[Post, str, Grid]]:
    """Posts of today by which somebody walks a grid, in the order of the cards."""
    day = access.today()
    return (
        select(Post, Person.name, Grid)
        .join(Person, Person.id == Post.person_id)
        .join(Grid, Grid.id == Post.grid_id)
        .where(Post.role.in_(GRID_ROLES), Person.disabled_at.is_(None))
        .where(access.in_force(day), places.is_in_force(day))
        .order_by(Grid.official_code.nulls_last(), Grid.name, Post.role, Person.name, Post.id)
    )


async def _judged(session: AsyncSession, query: Select[*tuple[Post, str, Grid]]) -> list[_Held]:
    """Whether each holds today, and until when: the first of all last days that are known."""
    day = access.today()
    rows = (await session.execute(query)).all()
    roles = await qualifications.asked(session, day)
    asked = {post.person_id for post, _, _ in rows if post.role in roles}
    shown = await qualifications.of(session, asked, day)
    found = []
    for post, name, grid in rows:
        qualified = shown[post.person_id] if post.role in roles else None
        ends = (post.ends_on, grid.valid_to, qualified.valid_until if qualified else None)
        is_qualified = qualified is None or qualified.holds_on(day)
        found.append(_Held(post, name, grid, is_qualified, min(filter(None, ends), default=None)))
    return found


async def _written(
    session: AsyncSession, settings: Settings, held: Collection[_Held], *, is_public: bool
) -> list[WorkCard]:
    here = await manned(session, list({one.grid.id for one in held}))
    labels = {(id_, place.role): place.name for id_, one in here.items() for place in one.places}
    bodies = await places.by_id(session, {one.post.organization_id for one in held})
    above = await places.by_id(session, {row.within_id for row in bodies.values() if row.within_id})
    codes = [code_of(settings, _PURPOSE, one.post.id) for one in held]
    root = settings.base_url.rstrip("/") + PAGE
    links = [root + code for code, _ in codes] if is_public else []
    pictures = await asyncio.to_thread(lambda: [_drawn(link) for link in links])
    cards = []
    for one, (_, rest), link, picture in zip_longest(held, codes, links, pictures):
        body = bodies[one.post.organization_id]
        township = above.get(body.within_id) if body.within_id else None
        card = WorkCard(
            number="-".join(filter(None, (one.grid.official_code, _digits(rest)))),
            name=one.name,
            place=labels[one.grid.id, SlotRole(one.post.role.value)],
            grid=one.grid,
            body=body,
            township=township if township and township.id != body.id else None,
            valid_until=one.valid_until,
            link=link,
            picture=picture,
        )
        cards.append(card)
    return cards


def _drawn(link: str) -> str:
    import segno  # noqa: PLC0415 - few draw a code

    return segno.make(link, error="m").svg_data_uri(border=2, light="#fff")


def _digits(rest: str) -> str:
    """Six for the number of a card: two cards of one grid are told apart."""
    return f"{int(rest, 16) % _DIGITS:06}"
