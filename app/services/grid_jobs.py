"""What is said about grids on which nobody is: once, when there is one more of them (S2-46)."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.grid import UnattendedGrid
from app.models.organization import Organization, OrganizationKind
from app.models.person import Role
from app.services import access, notifications, places
from app.services.audiences import Asked
from app.services.notifications import Message
from app.services.patrols import coverage
from app.services.places import KnownGrid

COUNTY_HEARS_AFTER = timedelta(days=7)
MOST_NAMES = 5
_TOWNSHIP, _COUNTY = frozenset({Role.TOWNSHIP_OFFICER}), frozenset({Role.COUNTY_OFFICER})
Known = Mapping[UUID, KnownGrid]


async def tell_of_unattended(session: AsyncSession) -> None:
    """The township all of its own as soon as there is a new one; the county those that stay so."""
    day = access.today()
    rows, new = await _noted(session, await coverage.unattended(session, day), day)
    known = await places.known_grids(session)
    asked = Asked(session)
    told = await _to_townships(asked, known, list(rows), new, day)
    told += await _to_county(asked, known, list(rows.values()), day)
    await notifications.deliver(session, told)


async def _noted(
    session: AsyncSession, ids: Collection[UUID], day: date
) -> tuple[dict[UUID, UnattendedGrid], set[UUID]]:
    """What is noted from now on, in the order of the codes, and which of it is new."""
    before = {row.grid_id: row for row in await session.scalars(select(UnattendedGrid))}
    for gone in before.keys() - set(ids):
        await session.delete(before[gone])
    added = {id_: UnattendedGrid(grid_id=id_, since=day) for id_ in ids if id_ not in before}
    session.add_all(added.values())
    await session.flush()
    rows = {**before, **added}
    return {id_: rows[id_] for id_ in ids}, set(added)


async def _to_townships(
    asked: Asked, known: Known, ids: Collection[UUID], new: Collection[UUID], day: date
) -> list[Message]:
    messages = []
    for township_id in sorted({its for id_ in new if (its := known[id_].township_id)}):
        here = [id_ for id_ in ids if known[id_].township_id == township_id]
        who = await asked.at([township_id], _TOWNSHIP)
        params = {**_named(known, here), "township_id": str(township_id)}
        key = f"unattended:{township_id}:{day}"
        messages.append(Message(who, "grids.unattended", None, params, key))
    return messages


async def _to_county(
    asked: Asked, known: Known, rows: Collection[UnattendedGrid], day: date
) -> list[Message]:
    stays = [row for row in rows if row.since <= day - COUNTY_HEARS_AFTER]
    if all(row.is_county_told for row in stays):
        return []
    for row in stays:
        row.is_county_told = True
    await asked.session.flush()
    centre = Organization.kind == OrganizationKind.COUNTY_CENTRE
    bodies = await asked.session.scalars(select(Organization.id).where(centre))
    params = {
        **_named(known, [row.grid_id for row in stays]),
        "days": COUNTY_HEARS_AFTER.days,
        "township_id": "",
    }
    who = await asked.at(bodies, _COUNTY)
    return [Message(who, "grids.unattended_long", None, params, f"unattended:{day}")]


def _named(known: Known, ids: list[UUID]) -> dict[str, Any]:
    """The first few by name."""
    names = "、".join(known[id_].name for id_ in ids[:MOST_NAMES])
    return {"n": len(ids), "grids": names + (" …" if len(ids) > MOST_NAMES else "")}
