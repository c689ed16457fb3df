"""Every outline that a grid has had stays: since when, by whom, and what it would change (S1-4)."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.errors import NotFound
from app.models.grid import Grid, GridOutline, OutlineSource
from app.services import places
from app.services.access import SYSTEM, Actor
from app.services.coordinates import Crs
from app.services.places import AddGrid, Drawing, EditGrid
from app.services.places import outline_version as version
from tests import factories
from tests.actors import actor_of
from tests.conftest import Freeze
from tests.factories import County
from tests.services.test_fitting import CELL_M2, as_drawn, square

MORNING = "2026-11-23 09:00"
NEXT_WEEK = "2026-11-30 09:00"


@dataclass(frozen=True)
class Scene:
    county: County
    administrator: Actor
    grid: Grid


@pytest.fixture
async def scene(session: AsyncSession, settings: Settings, freeze: Freeze) -> Scene:
    """A grid with an outline from its first day on."""
    freeze(MORNING)
    county = await factories.county(session)
    administrator = await actor_of(session, settings, county.administrator)
    new = AddGrid(
        name="一号网格",
        organization_id=county.villages[0].id,
        outline=as_drawn(square(0), Crs.GCJ02),
        outline_crs=Crs.GCJ02,
        valid_from=date(2026, 12, 1),
    )
    return Scene(county, administrator, await places.add_grid(session, administrator, new))


async def redraw(session: AsyncSession, scene: Scene, outline: dict[str, Any] | None) -> None:
    command = EditGrid(outline=outline)
    await places.edit_grid(session, scene.administrator, scene.grid.id, command)


async def test_the_first_outline_begins_with_the_grid(session: AsyncSession, scene: Scene) -> None:
    (found,) = await places.outlines_of(session, scene.grid.id)
    assert found.row.valid_from == date(2026, 12, 1), "not on the day it was entered"
    assert (found.row.source, found.row.crs) == (OutlineSource.ADDED, "gcj02")
    assert found.row.outline is not None
    assert version(found.row.outline) == version(scene.grid.outline), "as it stands: in WGS-84"
    assert found.by == scene.administrator.name
    assert found.square_metres == pytest.approx(CELL_M2, rel=0.01)
    assert found.is_present


async def test_a_redraw_stands_above_what_it_took_the_place_of(
    session: AsyncSession, scene: Scene, freeze: Freeze
) -> None:
    freeze("2027-01-04 09:00")
    await redraw(session, scene, square(0, size=0.005))
    new, old = await places.outlines_of(session, scene.grid.id)
    assert (new.row.valid_from, new.row.source) == (date(2027, 1, 4), OutlineSource.REDRAWN)
    assert (new.is_present, old.is_present) == (True, False)
    found = await places.compared(session, scene.grid.id, old.row.id)
    assert found.gone == pytest.approx(CELL_M2 * 3 / 4, rel=0.02)
    assert found.come == 0
    assert found.share == pytest.approx(3 / 4, abs=0.01)


async def test_what_changes_no_line_is_no_new_outline(session: AsyncSession, scene: Scene) -> None:
    edit = EditGrid(name="二号网格", outline=as_drawn(square(0), Crs.GCJ02), outline_crs=Crs.GCJ02)
    await places.edit_grid(session, scene.administrator, scene.grid.id, edit)
    assert len(await places.outlines_of(session, scene.grid.id)) == 1


async def test_an_outline_that_is_taken_away_is_told_too(
    session: AsyncSession, scene: Scene
) -> None:
    await redraw(session, scene, None)
    gone, old = await places.outlines_of(session, scene.grid.id)
    assert (gone.row.outline, gone.square_metres, gone.is_present) == (None, 0, True)
    found = await places.compared(session, scene.grid.id, old.row.id)
    assert (found.share, found.come) == (1.0, 0)


async def test_an_old_outline_can_be_put_back(session: AsyncSession, scene: Scene) -> None:
    first = version(scene.grid.outline)
    await redraw(session, scene, square(3))
    (_, old) = await places.outlines_of(session, scene.grid.id)
    await redraw(session, scene, old.row.outline)
    assert version(scene.grid.outline) == first
    found = await places.outlines_of(session, scene.grid.id)
    assert len(found) == 3, "nothing is taken from the list"
    assert (await places.compared(session, scene.grid.id, old.row.id)).share == 0


async def test_of_another_grid_it_is_as_good_as_none(session: AsyncSession, scene: Scene) -> None:
    (found,) = await places.outlines_of(session, scene.grid.id)
    with pytest.raises(NotFound):
        await places.compared(session, scene.county.grids[0].id, found.row.id)
    with pytest.raises(NotFound):
        await places.outlines_of(session, uuid4())


@pytest.mark.parametrize(
    "statement",
    [update(GridOutline).values(crs="wgs84"), delete(GridOutline)],
    ids=["changed", "deleted"],
)
async def test_nobody_rewrites_it(session: AsyncSession, scene: Scene, statement: Any) -> None:
    with pytest.raises(ProgrammingError, match="append-only"):
        await session.execute(statement)


async def test_what_the_machine_has_drawn_has_no_name(session: AsyncSession, scene: Scene) -> None:
    await places.keep_outlines(session, SYSTEM, [scene.grid], Drawing(OutlineSource.STOOD))
    (row, _) = await session.scalars(
        select(GridOutline).order_by(GridOutline.recorded_at.desc(), GridOutline.id.desc())
    )
    assert row.recorded_by_id is None
