"""Checked rows become people with posts, by the ways of one by one, each whole or not at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.errors import Refusal
from app.models.people_import import PeopleImport, PeopleImportRow
from app.models.person import Post
from app.models.slot import SlotAssignment
from app.services import accounts, slots
from app.services.access import Actor
from app.services.accounts import AddPost
from app.services.roster import checking, ending
from app.services.roster.columns import BODY, GRID, JOB_TITLE, MOBILE, NAME, SINCE, UNTIL
from app.services.slots import FillSlot

# The cell that a refusal is about.
_TITLES: Mapping[str, str] = {
    "organization_id": BODY,
    "role": JOB_TITLE,
    "grid_id": GRID,
    "starts_on": SINCE,
    "ends_on": UNTIL,
    "mobile": MOBILE,
    "person_id": NAME,
}


@dataclass(frozen=True)
class _Made:
    """What came of a row."""

    person_id: UUID
    is_new: bool
    posts: Sequence[Post]
    places: Sequence[SlotAssignment]
    ended: Sequence[Mapping[str, Any]]

    @property
    def is_something(self) -> bool:
        return bool(self.is_new or self.posts or self.places or self.ended)

    def plain(self) -> dict[str, Any]:
        """As the row keeps it."""
        return {
            "is_new": self.is_new,
            "posts": [str(post.id) for post in self.posts],
            "slots": [str(place.id) for place in self.places],
            "ended": [*self.ended],
            "at": clock.now().isoformat(),
        }


async def take_in(
    session: AsyncSession, actor: Actor, batch: PeopleImport, some: Sequence[PeopleImportRow]
) -> None:
    """Days may lie between the check and this: what is no longer right becomes a wrong row."""
    good = [row for row in some if row.values is not None]
    await checking.check_rows(session, actor, batch, good)
    sent = [(row, row.person_id, row.values) for row in good if row.values is not None]
    entered: dict[str, UUID] = {}  # who came in with an earlier row of this step
    found: list[_Made | dict[str, str]] = []
    for _, person_id, values in sent:
        made = await _write_whole(session, actor, person_id or entered.get(_mobile(values)), values)
        found.append(made)
        if isinstance(made, _Made):
            entered[_mobile(values)] = made.person_id
    for (row, _, _), made in zip(sent, found, strict=True):  # at once: nothing is written between
        _keep(batch, row, made)


def _keep(batch: PeopleImport, row: PeopleImportRow, made: _Made | dict[str, str]) -> None:
    if not isinstance(made, _Made):
        row.errors = made
        return
    row.person_id = made.person_id
    if made.is_something:
        row.after = made.plain()
        batch.added += made.is_new
        batch.changed += not made.is_new


def _mobile(values: Mapping[str, Any]) -> str:
    return str(values["mobile"])


async def _write_whole(
    session: AsyncSession, actor: Actor, person_id: UUID | None, values: Mapping[str, Any]
) -> _Made | dict[str, str]:
    """What it has made; or what stands in its way, by column."""
    try:
        async with session.begin_nested():
            return await _write(session, actor, person_id, values)
    except Refusal as refused:
        return told(refused)


def told(refused: Refusal) -> dict[str, str]:
    """The sentence by the title of the column, as rows keep it."""
    title = next((_TITLES[one] for one in refused.fields if one in _TITLES), NAME)
    return {title: str(refused.problem()["zh"]).rstrip("。")}


async def _write(
    session: AsyncSession, actor: Actor, person_id: UUID | None, values: Mapping[str, Any]
) -> _Made:
    ended = await ending.end(session, actor, values.get("endings", ()))
    posts = [_post(entry, values) for entry in values["entries"] if entry["role"]]
    if person_id is None:
        name, mobile = values["name"], values["mobile"]
        person, given = await accounts.employ(session, actor, name, mobile, posts)
        id_ = person.id
    else:
        id_ = person_id
        given = await accounts.give(session, actor, id_, posts) if posts else []
    places = [
        await slots.fill(session, actor, UUID(entry["grid_id"]), _place(entry, id_, values))
        for entry in values["entries"]
        if entry["slot"]
    ]
    return _Made(id_, person_id is None, given, places, ended)


def _place(entry: Mapping[str, Any], person_id: UUID, values: Mapping[str, Any]) -> FillSlot:
    return FillSlot(
        role=entry["slot"],
        person_id=person_id,
        starts_on=values["starts_on"],
        ends_on=values.get("ends_on"),
    )


def _post(entry: Mapping[str, Any], values: Mapping[str, Any]) -> AddPost:
    return AddPost(
        organization_id=entry["organization_id"],
        role=entry["role"],
        grid_id=entry["grid_id"],
        starts_on=values["starts_on"],
        ends_on=values.get("ends_on"),
    )
