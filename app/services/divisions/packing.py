"""The filing package: the list, and the outlines before and after as GeoJSON (S1-5)."""

import asyncio
import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import db
from app.models.grid import GridOutline
from app.services import workbooks
from app.services.access import Actor
from app.services.divisions import exporting
from app.services.divisions.exporting import Line
from app.services.divisions.reading import MOST, Part
from app.services.workbooks import Workbook

TABLE, OUTLINES = f"{exporting.TITLE}.xlsx", "边界.geojson"
_BEFORE, _AFTER = "原", "现"
_LEFT_OUT = 3 * MOST  # beyond it the table is cut too
_Past = list[GridOutline]


async def package(session: AsyncSession, actor: Actor) -> Workbook:
    """A zip; each outline names the line of the list that it belongs to."""
    rows = await exporting.lines(session, actor)
    held = rows[:_LEFT_OUT]
    past = await _past(session, held)
    await db.give_back(session)  # nothing is open behind the writing of a file
    table = await exporting.table(rows)
    body = await asyncio.to_thread(_zipped, table.body, held, past)
    name = workbooks.file_name("网格划分备案包").removesuffix(".xlsx")
    return Workbook(f"{name}.zip", body)


def _zipped(table: bytes, rows: Sequence[Line], past: Mapping[UUID, _Past]) -> bytes:
    features = [one for line in rows for one in _features(line, past)]
    outlines = {"type": "FeatureCollection", "features": features}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(TABLE, table)
        archive.writestr(OUTLINES, json.dumps(outlines, ensure_ascii=False))
    return buffer.getvalue()


def _features(line: Line, past: Mapping[UUID, _Past]) -> Iterator[dict[str, Any]]:
    for side, parts in ((_BEFORE, line.before), (_AFTER, line.after)):
        for part in parts:
            outline = _outline(line, part, side, past.get(part.grid_id, []))
            if outline:
                yield {
                    "type": "Feature",
                    "properties": {
                        "序号": line.number,
                        "变动": line.what,
                        "生效日期": line.on.isoformat(),
                        "原或现": side,
                        "网格": part.name,
                        "编码": part.official_code or "",
                        "所属": part.body,
                    },
                    "geometry": outline,
                }


def _outline(line: Line, part: Part, side: str, past: _Past) -> dict[str, Any] | None:
    """Of a revision the two it names; else what stood the day before, or from the day on."""
    is_after = side == _AFTER
    if line.redrawn is not None:
        wanted = line.redrawn.get(part.grid_id, (None, None))[is_after]
        return next((one.outline for one in past if one.id == wanted), None)
    by_then = [
        one for one in past if one.valid_from < line.on or (is_after and one.valid_from == line.on)
    ]
    chosen = by_then[-1:] or past[:1]  # what was entered late stood all the same
    return chosen[0].outline if chosen else None


async def _past(session: AsyncSession, rows: Sequence[Line]) -> dict[UUID, _Past]:
    """By grid, the oldest first: all of those in a change, of a revision the two."""
    changed = [line for line in rows if line.redrawn is None]
    grids = {part.grid_id for line in changed for part in (*line.before, *line.after)}
    pairs = [pair for line in rows for pair in (line.redrawn or {}).values()]
    outlines = {id_ for pair in pairs for id_ in pair if id_}
    query = select(GridOutline).where(
        or_(GridOutline.grid_id.in_(grids), GridOutline.id.in_(outlines))
    )
    found: dict[UUID, _Past] = {}
    for row in await session.scalars(query.order_by(GridOutline.recorded_at, GridOutline.id)):
        found.setdefault(row.grid_id, []).append(row)
    return found
