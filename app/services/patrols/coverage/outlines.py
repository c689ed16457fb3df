"""Outlines of grids as a map of a county needs them: few points, common borders kept common."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import shapely
from shapely.geometry import shape
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.grid import Grid
from app.services import access, places, reference
from app.services.access import Actor
from app.services.patrols.finding import grids_of
from app.services.patrols.reach import grids_within
from app.services.permissions import Permission

_TOLERANCE = 0.0004  # degrees: some 40 m, less than a pixel of a county's map
_PLACES = 5


@dataclass(frozen=True)
class Outline:
    """GeoJSON, WGS-84."""

    grid_id: UUID
    geometry: dict[str, Any]


async def outlines(
    session: AsyncSession, actor: Actor, township_id: UUID | None = None
) -> list[Outline]:
    """Of the grids of mine that are drawn and in force today."""
    access.require(actor, Permission.SEE_PATROLS)
    known = await places.known_grids(session)
    mine = set(known)
    if Permission.SEE_COUNTY not in actor.permissions:
        mine &= set(await grids_within(session, actor))
    if township_id:
        mine &= set(await grids_of(session, township_id, None))
    day = access.today()
    drawn = await reference.kept(session, _simplified)
    return [
        Outline(id_, geometry)
        for id_, geometry in drawn.items()
        if id_ in mine and known[id_].is_in_force(day)
    ]


async def _simplified(session: AsyncSession) -> Mapping[UUID, dict[str, Any]]:
    query = select(Grid.id, Grid.outline).where(Grid.outline.is_not(None))
    rows = (await session.execute(query.order_by(Grid.id))).all()
    return await asyncio.to_thread(_thin, {id_: outline for id_, outline in rows if outline})


def _thin(drawn: Mapping[UUID, dict[str, Any]]) -> dict[UUID, dict[str, Any]]:
    """Where outlines overlap each is thinned by itself; none is thinned away."""
    whole = [shape(outline) for outline in drawn.values()]
    thin: Any = shapely.coverage_simplify(whole, _TOLERANCE) if whole else []
    kept = [one if one.area else whole[at] for at, one in enumerate(thin)]
    texts = shapely.to_geojson(shapely.transform(kept, lambda xy: xy.round(_PLACES)))
    return {id_: json.loads(text) for id_, text in zip(drawn, texts, strict=True)}
