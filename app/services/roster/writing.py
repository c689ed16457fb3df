"""Checked rows become people with posts, by the ways of one by one, each whole or not at all."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.errors import Refusal
from app.models.people_import import PeopleImport, PeopleImportRow
from app.models.person import Person, Post
from app.models.slot import SlotAssignment
from app.services import accounts, slots
from app.services.access import Actor
from app.services.accounts import AddPost
from app.services.roster import checking
from app.services.roster.columns import BODY, GRID, JOB_TITLE, MOBILE, NAME, SINCE
from app.services.slots import FillSlot

# The cell that a refusal is about.
_TITLES: Mapping[str, str] = {
    "organization_id": BODY,
    "role": JOB_TITLE,
    "grid_id": GRID,
    "starts_on": SINCE,
    "mobile": MOBILE,
    "person_id": NAME,
}


async def take_in(
    session: AsyncSession, actor: Actor, batch: PeopleImport, some: Sequence[PeopleImportRow]
) -> None:
    """Days may lie between the check and this: what is no longer right becomes a wrong row."""
    good = [row for row in some if row.values is not None]
    await checking.check_rows(session, actor, batch, good)
    for row in (row for row in good if row.values is not None):
        row.errors = await _write_whole(session, actor, batch, row)


async def _write_whole(
    session: AsyncSession, actor: Actor, batch: PeopleImport, row: PeopleImportRow
) -> dict[str, str]:
    """What stands in its way, by column."""
    values = row.values or {}
    person_id = row.person_id or await _just_entered(session, batch, row)
    try:
        async with session.begin_nested():
            made, is_new = await _write(session, actor, person_id, values)
    except Refusal as refused:
        return told(refused)
    row.person_id = made["person_id"]
    if is_new or made["posts"] or made["slots"]:
        row.after = {
            "is_new": is_new,
            "posts": [str(post.id) for post in made["posts"]],
            "slots": [str(slot.id) for slot in made["slots"]],
            "at": clock.now().isoformat(),
        }
        batch.added += is_new
        batch.changed += not is_new
    return {}


def told(refused: Refusal) -> dict[str, str]:
    """The sentence by the title of the column, as rows keep it."""
    title = next((_TITLES[one] for one in refused.fields if one in _TITLES), NAME)
    return {title: str(refused.problem()["zh"]).rstrip("。")}


async def _just_entered(
    session: AsyncSession, batch: PeopleImport, row: PeopleImportRow
) -> UUID | None:
    """Who came in with an earlier row of the same batch, and has another post in this one."""
    query = (
        select(Person.id)
        .join(PeopleImportRow, PeopleImportRow.person_id == Person.id)
        .where(Person.mobile == (row.values or {})["mobile"], PeopleImportRow.import_id == batch.id)
    )
    return await session.scalar(query.limit(1))


async def _write(
    session: AsyncSession, actor: Actor, person_id: UUID | None, values: Mapping[str, Any]
) -> tuple[dict[str, Any], bool]:
    posts = [_post(entry, values) for entry in values["entries"] if entry["role"]]
    given: list[Post] = []
    if person_id is None:
        name, mobile = values["name"], values["mobile"]
        person, given = await accounts.employ(session, actor, name, mobile, posts)
        id_, is_new = person.id, True
    else:
        id_, is_new = person_id, False
        if posts:
            given = await accounts.give(session, actor, id_, posts)
    filled: list[SlotAssignment] = []
    for entry in (entry for entry in values["entries"] if entry["slot"]):
        command = FillSlot(
            role=entry["slot"], person_id=id_, starts_on=date.fromisoformat(values["starts_on"])
        )
        filled.append(await slots.fill(session, actor, UUID(entry["grid_id"]), command))
    return {"person_id": id_, "posts": given, "slots": filled}, is_new


def _post(entry: Mapping[str, Any], values: Mapping[str, Any]) -> AddPost:
    return AddPost(
        organization_id=entry["organization_id"],
        role=entry["role"],
        grid_id=entry["grid_id"],
        starts_on=values["starts_on"],
    )
