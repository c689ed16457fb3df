"""An end date in the roster ends what the person has on that day (S1-10, S1-12).

Who leaves and who follows may stand in one file: what a row above has ended is free for one below.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import cast, func, select, true
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.people_import import PeopleImport, PeopleImportRow
from app.models.person import GRID_ROLES, Post
from app.models.slot import SlotAssignment, SlotRole
from app.services import access, accounts, slots
from app.services.access import Actor
from app.services.accounts import EditPost
from app.services.roster.columns import UNTIL
from app.services.roster.known import Known
from app.services.roster.placing import Entry, Wrong
from app.services.roster.rows import Checked
from app.services.slots import EndSlot

_POST, _SLOT = "post", "slot"


@dataclass(frozen=True)
class Held:
    """A post or a place that the person has or had."""

    what: str
    id: UUID
    starts_on: date
    ends_on: date | None

    def goes_on(self, day: date) -> bool:
        return self.ends_on is None or self.ends_on >= day


def held(known: Known, row: Checked, entry: Entry) -> list[Held]:
    """The same as the entry, whenever; the one that goes on longest first."""
    if row.person is None:
        return []
    grid_id = entry.grid.id if entry.grid else None
    if entry.slot:
        of = known.holders.get(grid_id, ()) if grid_id else ()
        found = [
            Held(_SLOT, one.assignment_id, one.starts_on, one.ends_on)
            for one in of
            if one.assignment_id and one.role is entry.slot and one.person_id == row.person.id
        ]
    else:
        asked = (entry.role, entry.organization_id, grid_id)
        found = [
            Held(_POST, one.post.id, one.post.starts_on, one.post.ends_on)
            for one in known.posts.get(row.person.id, ())
            if (one.post.role, one.post.organization_id, one.post.grid_id) == asked
        ]
    return sorted(found, key=lambda one: one.ends_on or date.max, reverse=True)


def ending(row: Checked, entry: Entry, mine: Sequence[Held]) -> dict[str, Any] | None:
    """What the row ends, as the batch keeps it; Wrong for a day on which it cannot end."""
    until = row.ends_on
    if until is None or not mine or any(one.ends_on == until for one in mine):
        return None
    one = mine[0]
    if not one.goes_on(access.today()):
        return None
    if until < one.starts_on:
        raise Wrong(UNTIL, f"比开始的那天（{one.starts_on}）还早")
    assert row.person
    role = entry.slot or (SlotRole(entry.role.value) if entry.role in GRID_ROLES else None)
    return {
        "what": one.what,
        "id": str(one.id),
        "person_id": str(row.person.id),
        "grid_id": str(entry.grid.id) if entry.grid else None,
        "role": role and role.value,
        "ends_on": until.isoformat(),
    }


def free(known: Known, endings: Sequence[Mapping[str, Any]]) -> None:
    """Rows below find the places free from the day after."""
    for one in endings:
        if not one["grid_id"] or not one["role"]:
            continue
        grid_id = UUID(one["grid_id"])
        last = date.fromisoformat(one["ends_on"])
        known.holders[grid_id] = [
            replace(holder, ends_on=last)
            if (str(holder.person_id), holder.role) == (one["person_id"], one["role"])
            and (holder.ends_on is None or holder.ends_on > last)
            else holder
            for holder in known.holders.get(grid_id, ())
        ]


async def earlier(
    session: AsyncSession, batch: PeopleImport, rows: Sequence[Checked]
) -> list[Mapping[str, Any]]:
    """What rows of earlier steps end on the grids of these; not yet taken in while the file is
    checked.
    """
    grids = {str(one.grid.id) for row in rows for one in row.entries if one.grid}
    if not grids:
        return []
    endings = PeopleImportRow.values["endings"]
    each = func.jsonb_array_elements(endings).table_valued("value").alias("ending")
    one_of_them = cast(each.c.value, JSONB)
    query = (
        select(one_of_them)
        .select_from(PeopleImportRow)
        .join(each, true())
        .where(
            PeopleImportRow.import_id == batch.id,
            PeopleImportRow.line < rows[0].line,
            func.jsonb_array_length(endings) > 0,
            one_of_them["grid_id"].as_string().in_(grids),
        )
        .order_by(PeopleImportRow.line)
    )
    return list(await session.scalars(query))


async def end(
    session: AsyncSession, actor: Actor, endings: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """By the ways of one by one; each with the day it had before, as undoing needs it."""
    done = []
    for one in endings:
        id_, last = UUID(one["id"]), date.fromisoformat(one["ends_on"])
        row = await _row(session, one)
        was = row.ends_on if row else None
        if one["what"] == _POST:
            await accounts.edit_post(session, actor, id_, EditPost(ends_on=last))
        else:
            await slots.end(session, actor, id_, EndSlot(ends_on=last))
        done.append({**one, "was": was.isoformat() if was else None})
    return done


async def undo(session: AsyncSession, actor: Actor, done: Sequence[Mapping[str, Any]]) -> bool:
    """The day that it had. False, with nothing more changed, if somebody has set another since."""
    for one in done:
        row = await _row(session, one)
        if row is None or row.ends_on != date.fromisoformat(one["ends_on"]):
            return False
        was = date.fromisoformat(one["was"]) if one["was"] else None
        if isinstance(row, Post):
            await accounts.edit_post(session, actor, row.id, EditPost(ends_on=was))
        else:
            span = row.starts_on, was
            await slots.give_back(session, actor, row, row, row.grid_id, span)
    return True


async def _row(session: AsyncSession, one: Mapping[str, Any]) -> Post | SlotAssignment | None:
    model: type[Post | SlotAssignment] = Post if one["what"] == _POST else SlotAssignment
    found: Post | SlotAssignment | None = await session.get(model, UUID(one["id"]))
    return found
