"""What a batch has given is taken back, as long as nobody can have acted with it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.people_import import PeopleImport, PeopleImportRow
from app.models.person import Post
from app.models.slot import SlotAssignment
from app.services import accounts, slots
from app.services.access import Actor
from app.services.clocks import full
from app.services.roster import ending, telling
from app.services.roster.columns import JOB_TITLE, NAME
from app.services.roster.halving import each_whole
from app.services.roster.placing import Wrong

_CHANGED = "岗位后来改过或者结束了，请在人员页里办"


@dataclass(frozen=True)
class _Line:
    """What a row has made, as it keeps it, and of whom."""

    person_id: UUID
    after: Mapping[str, Any]
    last: date | None  # until when it was given

    @property
    def is_new(self) -> bool:
        return bool(self.after["is_new"])

    def given(self, what: str) -> dict[UUID, tuple[UUID, date | None]]:
        """`what`: posts or slots; by id, to whom and until when."""
        return {UUID(one): (self.person_id, self.last) for one in self.after[what]}


@dataclass(frozen=True)
class _Meanwhile:
    """When each was last at the server; to whom others have given something, in words."""

    seen: Mapping[UUID, datetime]
    given: Mapping[UUID, str]


async def take_back(
    session: AsyncSession, actor: Actor, batch: PeopleImport, some: Sequence[PeopleImportRow]
) -> None:
    """Posts and places go; who came in with the batch and has nothing left is nobody's again.

    A row that cannot be undone stays whole as it is; it tells why.
    """
    written = [(row, line) for row in some if (line := _line(row))]
    meanwhile = await _meanwhile(session, batch, [line for _, line in written])
    stays = [_why_it_stays(line, meanwhile) for _, line in written]
    goes = [line for (_, line), why in zip(written, stays, strict=True) if not why]

    async def take(lines: Sequence[_Line]) -> Sequence[dict[str, str]]:
        await _take_away(session, actor, lines)
        return [{} for _ in lines]

    taken = iter(await each_whole(session, goes, take))
    for (row, _), why in zip(written, stays, strict=True):
        row.errors = why or next(taken)
        if not row.errors:
            row.person_id = None


def _line(row: PeopleImportRow) -> _Line | None:
    if row.after is None or row.person_id is None:
        return None
    last = (row.values or {}).get("ends_on")
    return _Line(row.person_id, row.after, date.fromisoformat(last) if last else None)


async def _meanwhile(
    session: AsyncSession, batch: PeopleImport, lines: Sequence[_Line]
) -> _Meanwhile:
    people = {line.person_id for line in lines}
    new = {line.person_id for line in lines if line.is_new}
    return _Meanwhile(
        await accounts.last_seen(session, people), await _given_by_others(session, batch, new)
    )


async def _given_by_others(
    session: AsyncSession, batch: PeopleImport, people: Collection[UUID]
) -> dict[UUID, str]:
    """In words; also what is over: whoever once had something is nobody's no more.

    What the batch itself has given them does not count, nor has it been taken back yet.
    """
    query = select(PeopleImportRow.after).where(
        PeopleImportRow.import_id == batch.id,
        PeopleImportRow.after.is_not(None),
        PeopleImportRow.person_id.in_(people),
    )
    made = [after or {} for after in await session.scalars(query)]
    place = SlotAssignment
    places = select(place.person_id).where(
        place.person_id.in_(people), place.id.not_in(_ids(made, "slots"))
    )
    posts = select(Post.person_id).where(
        Post.person_id.in_(people), Post.id.not_in(_ids(made, "posts"))
    )
    found = dict.fromkeys(await session.scalars(places), "定为网格责任人")
    return found | dict.fromkeys(await session.scalars(posts), "给了岗位")


def _ids(made: Collection[Mapping[str, list[str]]], what: str) -> set[UUID]:
    return {UUID(one) for after in made for one in after[what]}


def _why_it_stays(line: _Line, meanwhile: _Meanwhile) -> dict[str, str]:
    """By column."""
    after, last = line.after, meanwhile.seen.get(line.person_id)
    given_at = datetime.fromisoformat(after["at"])
    has_given = after["is_new"] or after["posts"] or after["slots"]
    if has_given and last and last >= given_at - accounts.SEEN_AT_LEAST_EVERY:
        return {NAME: f"{full(last)}还登录着，可能已经用这个岗位办过事；请在人员页里结束岗位"}
    other = meanwhile.given.get(line.person_id)
    if after["is_new"] and other:
        return {JOB_TITLE: f"别人后来又{other}，账号要留着；有错请在人员页、网格页里改"}
    return {}


async def _take_away(session: AsyncSession, actor: Actor, lines: Sequence[_Line]) -> None:
    """Also what was ended goes on, as long as nobody has given it another day."""
    await accounts.end_invitations(session, [line.person_id for line in lines if line.is_new])
    places = {id_: whose for line in lines for id_, whose in line.given("slots").items()}
    if places and not await slots.take_away(session, actor, places):
        raise Wrong(JOB_TITLE, _CHANGED)
    posts = {id_: whose for line in lines for id_, whose in line.given("posts").items()}
    if posts and not await accounts.take_away(session, actor, posts):
        raise Wrong(JOB_TITLE, _CHANGED)
    for line in lines:
        if not await ending.undo(session, actor, line.after.get("ended", ())):
            raise Wrong(JOB_TITLE, _CHANGED)
        if not await telling.undo(session, actor, line.after.get("noted", ())):
            raise Wrong(JOB_TITLE, _CHANGED)
