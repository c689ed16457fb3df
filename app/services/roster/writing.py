"""Checked rows become people with posts, each whole or not at all, by the rules of one by one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models.people_import import PeopleImport, PeopleImportRow
from app.models.person import Post
from app.models.slot import SlotAssignment
from app.services import accounts, slots
from app.services.access import Actor
from app.services.accounts import AddPost, Newcomer
from app.services.roster import checking, ending, telling
from app.services.roster.halving import each_whole
from app.services.slots import FillSlot


@dataclass
class _Line:
    """A row on its way in: what it says, as the batch keeps it, and then what it has made."""

    values: Mapping[str, Any]
    person_id: UUID | None
    is_new: bool = False
    posts: Sequence[Post] = ()
    places: Sequence[SlotAssignment] = ()
    ended: Sequence[Mapping[str, Any]] = ()
    noted: Sequence[Mapping[str, Any]] = ()

    @property
    def mobile(self) -> str:
        return str(self.values["mobile"])

    @property
    def wanted(self) -> list[AddPost]:
        """The posts."""
        about = {key: self.values.get(key) for key in ("starts_on", "ends_on")}
        return [
            AddPost(
                organization_id=entry["organization_id"],
                role=entry["role"],
                grid_id=entry["grid_id"],
                **about,
                **self.values.get("holding", {}),
            )
            for entry in self.values["entries"]
            if entry["role"]
        ]

    @property
    def wanted_places(self) -> list[tuple[UUID, FillSlot]]:
        about = {key: self.values.get(key) for key in ("starts_on", "ends_on")}
        return [
            (
                UUID(entry["grid_id"]),
                FillSlot(role=entry["slot"], person_id=self.person_id, **about),
            )
            for entry in self.values["entries"]
            if entry["slot"]
        ]

    @property
    def is_something(self) -> bool:
        return bool(self.is_new or self.posts or self.places or self.ended or self.noted)

    def plain(self) -> dict[str, Any]:
        """What it has made, as the row keeps it."""
        return {
            "is_new": self.is_new,
            "posts": [str(post.id) for post in self.posts],
            "slots": [str(place.id) for place in self.places],
            "ended": [*self.ended],
            "noted": [*self.noted],
            "at": clock.now().isoformat(),
        }


async def take_in(
    session: AsyncSession, actor: Actor, batch: PeopleImport, some: Sequence[PeopleImportRow]
) -> None:
    """Days may lie between the check and this: what is no longer right becomes a wrong row."""
    good = [row for row in some if row.values is not None]
    await checking.check_rows(session, actor, batch, good)
    sent = [row for row in good if row.values is not None]
    lines = [_Line(row.values or {}, row.person_id) for row in sent]
    entered: dict[str, UUID] = {}  # by number, who came in with an earlier line of this step

    async def write(some: Sequence[_Line]) -> Sequence[_Line]:
        made = [replace(one, person_id=one.person_id or entered.get(one.mobile)) for one in some]
        await _write(session, actor, made)
        entered.update({one.mobile: one.person_id for one in made if one.person_id})
        return made

    found = await each_whole(session, lines, write)
    for row, made in zip(sent, found, strict=True):  # at once: nothing is written between
        _keep(batch, row, made)


def _keep(batch: PeopleImport, row: PeopleImportRow, made: _Line | dict[str, str]) -> None:
    if not isinstance(made, _Line):
        row.errors = made
        return
    row.person_id = made.person_id
    if made.is_something:
        row.after = made.plain()
        batch.added += made.is_new
        batch.changed += not made.is_new


async def _write(session: AsyncSession, actor: Actor, lines: Sequence[_Line]) -> None:
    """What ends comes first: whoever follows may stand in the same file."""
    known = [one for one in lines if one.person_id]
    for one in known:
        one.noted = await telling.note(session, actor, one.values.get("notings", ()))
        one.ended = await ending.end(session, actor, one.values.get("endings", ()))
    await _employ(session, actor, [one for one in lines if one.person_id is None])
    await _give(session, actor, [one for one in known if one.wanted])
    wanted = [place for one in lines for place in one.wanted_places]
    filled = iter(await slots.fill_each(session, actor, wanted))
    for one in lines:
        one.places = list(islice(filled, len(one.wanted_places)))


async def _employ(session: AsyncSession, actor: Actor, lines: Sequence[_Line]) -> None:
    """One account for each number, whose first line it is that counts as new."""
    by_number: dict[str, list[_Line]] = {}
    for one in lines:
        by_number.setdefault(one.mobile, []).append(one)
    if not by_number:
        return
    newcomers = [
        Newcomer(some[0].values["name"], mobile, [post for one in some for post in one.wanted])
        for mobile, some in by_number.items()
    ]
    made = await accounts.employ_each(session, actor, newcomers)
    for (person, posts), some in zip(made, by_number.values(), strict=True):
        given = iter(posts)
        for one in some:
            one.person_id, one.is_new = person.id, one is some[0]
            one.posts = list(islice(given, len(one.wanted)))


async def _give(session: AsyncSession, actor: Actor, lines: Sequence[_Line]) -> None:
    asked = [(one.person_id, post) for one in lines for post in one.wanted if one.person_id]
    if not asked:
        return
    given = iter(await accounts.give_each(session, actor, asked))
    for one in lines:
        one.posts = list(islice(given, len(one.wanted)))
