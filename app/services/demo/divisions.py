"""Changes of the division in the demo county: filed, decided, drafted, redrawn; as people do it.

The change of some weeks ago is told last: what was walked there since is noted on the new grid.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import shapely
from shapely import Point, box, unary_union
from shapely.geometry import mapping, shape
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models.grid import Grid
from app.models.patrol import PatrolTask
from app.models.supervised_object import SupervisedObject
from app.models.visit import Visit
from app.services import divisions, places, presets
from app.services.access import Actor
from app.services.demo.people import Staff
from app.services.divisions import ChangeDivision, FileChange, HandInDraft
from app.services.places import EditGrid
from app.services.places.history import ground

_MORNING = time(9, 30)
_BY_THE_EDGE = 0.0003  # degrees


@dataclass(frozen=True)
class _Office:
    session: AsyncSession
    staff: Staff
    now: datetime

    def who(self, key: str) -> Actor:
        return self.staff.actor(self.staff.cast[key].id)

    def morning(self, days_ago: int) -> datetime:
        day = clock.local(self.now - timedelta(days=days_ago)).date()
        return datetime.combine(day, _MORNING, clock.COUNTY_ZONE)


async def tell(session: AsyncSession, staff: Staff, now: datetime) -> None:
    """All of it is entered now, whatever its day: what bears an hour that is sealed already would
    be history slipped in afterwards.
    """
    known = presets.read("demo/divisions")
    office = _Office(session, staff, now)
    for row in known["change"]:
        await _change(office, row)
    await _draft(office, known["draft"])
    await _redraw(office, known["redraw"])


async def _change(office: _Office, row: dict[str, Any]) -> None:
    session, admin = office.session, office.who("administrator")
    day = office.morning(row["days_ago"])
    with clock.at(office.now):
        made = await divisions.change(session, admin, await _command(office, admin, row))
    if "filed_after" not in row:
        return
    then = day + timedelta(days=row["filed_after"])
    filing = FileChange(filed_on=then.date(), filed_number=row["filed_number"])
    with clock.at(office.now):
        await divisions.file(session, admin, made.change.id, filing)
    for part in made.before:
        here = Visit.grid_id == part.grid_id, Visit.occurred_at >= day
        there = made.after[0].grid_id
        await session.execute(update(Visit).where(*here).values(grid_id=there))
        done = PatrolTask.grid_id == part.grid_id, PatrolTask.done_on >= day.date()
        await session.execute(update(PatrolTask).where(*done).values(grid_id=there))


async def _draft(office: _Office, row: dict[str, Any]) -> None:
    officer = office.who(row["who"])
    with clock.at(office.now):
        change = await _command(office, officer, row)
        command = HandInDraft.model_validate(
            {"proposal": {"change": change.model_dump(exclude_unset=True)}, "reason": row["reason"]}
        )
        await divisions.hand_in(office.session, officer, command)


async def _redraw(office: _Office, row: dict[str, Any]) -> None:
    """One grid loses a corner at the county's edge, where it has no neighbour: to be filed."""
    id_ = presets.grid_id(row["village"])
    grid = await office.session.get_one(Grid, id_)
    land, county = ground(grid.outline), shape(presets.county_outline()["geometry"])
    edge = land.boundary.intersection(county.boundary.buffer(_BY_THE_EDGE))
    corner = edge.representative_point().buffer(row["reach"])
    left = max(shapely.get_parts(land.difference(corner)), key=lambda part: part.area)
    edit = EditGrid(outline=dict(mapping(left)), drawn_from=places.outline_version(grid.outline))
    with clock.at(office.now):
        await places.edit_grid(office.session, office.who("administrator"), id_, edit)


async def _command(office: _Office, actor: Actor, row: dict[str, Any]) -> ChangeDivision:
    """Who walked there walks on everywhere; of a grid that is split, each has its strip."""
    session = office.session
    ids = [presets.grid_id(code) for code in row["villages"]]
    ground = await divisions.ground(session, actor, ids)
    strips = _strips(ground.grids, len(row["target"]))
    posts = [post.post_id for post in ground.posts]
    targets = []
    for n, (target, outline) in enumerate(zip(row["target"], strips, strict=True)):
        body = presets.body_id(target["village"])
        own = {name: target[name] for name in ("name", "bounds")}
        code = (await places.next_code(session, actor, body)).code if n == 0 else None
        targets.append(
            {**own, "organization_id": body, "official_code": code, "outline": outline,
             "post_ids": posts, "object_ids": _inside(ground.objects, outline) if n else []}
        )  # fmt: skip
    return ChangeDivision.model_validate(
        {
            "kind": row["kind"],
            "grid_ids": ids,
            "starts_on": office.morning(row["days_ago"]).date(),
            "document": row["document"],
            "targets": targets,
        }
    )


def _inside(objects: Sequence[SupervisedObject], outline: dict[str, Any]) -> list[UUID]:
    land = shape(outline)
    placed = [(one.id, one.lon, one.lat) for one in objects if one.bundle_id is None]
    return [id_ for id_, x, y in placed if x and y and land.contains(Point(x, y))]


def _strips(grids: Sequence[Grid], count: int) -> list[dict[str, Any]]:
    """One or two, west and east of the first grid's centre, of all the ground."""
    whole = unary_union([shape(grid.outline) for grid in grids if grid.outline])
    west, south, east, north = whole.bounds
    cuts = [west, *[grid.centre_lon or west for grid in grids][: count - 1], east]
    strips = [box(one, south, other, north) for one, other in pairwise(cuts)]
    return [dict(mapping(whole.intersection(strip))) for strip in strips]
