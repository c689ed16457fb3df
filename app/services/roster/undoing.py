"""What a batch has given is taken back, as long as nobody can have acted with it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Refusal
from app.models.people_import import PeopleImport, PeopleImportRow
from app.models.person import Post
from app.models.slot import SlotAssignment
from app.services import accounts, slots
from app.services.access import Actor
from app.services.clocks import full
from app.services.roster import ending
from app.services.roster.columns import JOB_TITLE, NAME
from app.services.roster.placing import Wrong
from app.services.roster.writing import told

_Ids = Collection[UUID]
_CHANGED = "岗位后来改过或者结束了，请在人员页里办"


async def take_back(
    session: AsyncSession, actor: Actor, batch: PeopleImport, some: Sequence[PeopleImportRow]
) -> None:
    """Posts and places go; who came in with the batch and has nothing left is nobody's again.

    A row that cannot be undone stays whole as it is; it tells why.
    """
    written = [row for row in some if row.after is not None and row.person_id is not None]
    seen = await accounts.last_seen(session, {row.person_id for row in written if row.person_id})
    own = await _given_by(session, batch, {row.person_id for row in written if row.person_id})
    for row in written:
        row.errors = await _give_back(session, actor, row, seen, own)
        if not row.errors:
            row.person_id = None


async def _given_by(session: AsyncSession, batch: PeopleImport, people: _Ids) -> tuple[_Ids, _Ids]:
    """Every post and every place that the batch has given them and that is not taken back yet."""
    query = select(PeopleImportRow.after).where(
        PeopleImportRow.import_id == batch.id,
        PeopleImportRow.after.is_not(None),
        PeopleImportRow.person_id.in_(people),
    )
    made = [after or {} for after in await session.scalars(query)]
    return _ids(made, "posts"), _ids(made, "slots")


def _ids(made: Collection[Mapping[str, list[str]]], what: str) -> set[UUID]:
    return {UUID(one) for after in made for one in after[what]}


async def _give_back(
    session: AsyncSession,
    actor: Actor,
    row: PeopleImportRow,
    seen: Mapping[UUID, datetime],
    own: tuple[_Ids, _Ids],
) -> dict[str, str]:
    """What stands in its way, by column."""
    after, person_id = row.after or {}, row.person_id
    if person_id is None:
        return {}
    last = seen.get(person_id)
    given_at = datetime.fromisoformat(after["at"])
    has_given = after["is_new"] or after["posts"] or after["slots"]
    if has_given and last and last >= given_at - accounts.SEEN_AT_LEAST_EVERY:
        return {NAME: f"{full(last)}还登录着，可能已经用这个岗位办过事；请在人员页里结束岗位"}
    if after["is_new"] and (other := await _given_by_others(session, person_id, *own)):
        return {JOB_TITLE: f"别人后来又{other}，账号要留着；有错请在人员页、网格页里改"}
    try:
        async with session.begin_nested():
            if after["is_new"]:
                await accounts.end_invitations(session, [person_id])
            await _take_away(session, actor, person_id, after, row.values or {})
    except Refusal as refused:
        return told(refused)
    except Wrong as wrong:
        return {wrong.title: wrong.why}
    return {}


async def _given_by_others(
    session: AsyncSession, person_id: UUID, posts: _Ids, places: _Ids
) -> str | None:
    """In words; also what is over: whoever once had something is nobody's no more."""
    post = select(Post.id).where(Post.person_id == person_id, Post.id.not_in(posts))
    if await session.scalar(post.limit(1)):
        return "给了岗位"
    place = SlotAssignment
    place_id = select(place.id).where(place.person_id == person_id, place.id.not_in(places))
    return "定为网格责任人" if await session.scalar(place_id.limit(1)) else None


async def _take_away(
    session: AsyncSession,
    actor: Actor,
    person_id: UUID,
    after: Mapping[str, Any],
    values: Mapping[str, Any],
) -> None:
    """Also what was ended goes on, as long as nobody has given it another day."""
    posts, places = ([UUID(one) for one in after[what]] for what in ("posts", "slots"))
    last = date.fromisoformat(text) if (text := values.get("ends_on")) else None
    if places and not await slots.take_away(session, actor, person_id, places, last):
        raise Wrong(JOB_TITLE, _CHANGED)
    if posts and not await accounts.take_away(session, actor, person_id, posts, last):
        raise Wrong(JOB_TITLE, _CHANGED)
    if not await ending.undo(session, actor, after.get("ended", ())):
        raise Wrong(JOB_TITLE, _CHANGED)
