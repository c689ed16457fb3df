"""Grids: outlines that can be trusted, and which grid a position lies in."""

import math
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.api import shapes
from app.config import Settings
from app.errors import ChangedMeanwhile, Invalid, NotFound, NotPermitted
from app.models.grid import Grid, GridKind
from app.models.organization import OrganizationKind
from app.models.person import Role
from app.services import places
from app.services.access import Actor
from app.services.places import AddGrid, EditGrid, Spot, outlines
from app.services.places.reach import RUN_BY
from tests import factories
from tests.actors import actor_of
from tests.conftest import Freeze
from tests.factories import LONG_AGO, County
from tests.statements import counted

NOON = "2026-11-23 12:00"
TODAY = date(2026, 11, 23)
LAT, LON = 34.56, 117.73  # in the middle of the county


@dataclass(frozen=True)
class Scene:
    county: County
    administrator: Actor


@pytest.fixture
async def scene(session: AsyncSession, settings: Settings, freeze: Freeze) -> Scene:
    freeze(NOON)
    county = await factories.county(session)
    return Scene(county, await actor_of(session, settings, county.administrator))


def square(lat: float, lon: float, size: float = 0.01) -> dict[str, Any]:
    """A GeoJSON square of `size` degrees around a point."""
    half = size / 2
    corners = [(-half, -half), (half, -half), (half, half), (-half, half), (-half, -half)]
    return {
        "type": "Polygon",
        "coordinates": [[[lon + east, lat + north] for east, north in corners]],
    }


BOW_TIE = [[[117.7, 34.5], [117.8, 34.6], [117.8, 34.5], [117.7, 34.6], [117.7, 34.5]]]
BAD: dict[str, Any] = {
    "nothing": {},
    "a point": {"type": "Point", "coordinates": [LON, LAT]},
    "no coordinates": {"type": "Polygon"},
    "latitude first": {"type": "Polygon", "coordinates": [[[lat, lon] for lon, lat in BOW_TIE[0]]]},
    "crossing itself": {"type": "Polygon", "coordinates": BOW_TIE},
    "not closed": {"type": "Polygon", "coordinates": [BOW_TIE[0][:4]]},
    "two corners": {"type": "Polygon", "coordinates": [[[117.7, 34.5], [117.8, 34.6]]]},
    "without area": {"type": "Polygon", "coordinates": [[[117.7, 34.5]] * 4]},
    "words": {"type": "Polygon", "coordinates": [[["a", "b"]] * 4]},
    "not a number": {"type": "Polygon", "coordinates": [[[math.nan, 34.5]] * 4]},
    "a list": {"type": "Polygon", "coordinates": "117.7,34.5"},
    "too many corners": {"type": "Polygon", "coordinates": [[[117.7, 34.5]] * 5_001]},
    "an empty collection": {"type": "MultiPolygon", "coordinates": []},
    "a feature": {"type": "Feature", "geometry": square(LAT, LON)},
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_outline_is_refused_in_words(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        outlines.check(BAD[name])
    assert refused.value.fields == ["outline"]
    assert refused.value.problem()["zh"].startswith("边界")


def test_a_good_outline_is_kept_flat_with_a_point_inside() -> None:
    ring = [[lon, lat, 31.5] for lon, lat in square(LAT, LON)["coordinates"][0]]
    geometry, lat, lon = outlines.check({"type": "Polygon", "coordinates": [ring], "crs": "x"})
    assert set(geometry) == {"type", "coordinates"}
    assert all(len(corner) == 2 for corner in geometry["coordinates"][0])
    assert [lat, lon] == pytest.approx([LAT, LON])


def test_the_centre_of_a_crescent_lies_inside_it() -> None:
    """The centroid would lie in the neighbour's grid."""
    crescent = [[0, 0], [10, 0], [10, 10], [0, 10], [0, 9], [9, 9], [9, 1], [0, 1], [0, 0]]
    outline = outlines.check({"type": "Polygon", "coordinates": [crescent]})
    assert outlines.contains(outline.geometry, outline.lat, outline.lon)


def test_two_fields_of_one_grid_are_a_multipolygon() -> None:
    parts = [square(LAT, LON)["coordinates"], square(LAT, LON + 0.1)["coordinates"]]
    outline = outlines.check({"type": "MultiPolygon", "coordinates": parts})
    assert outlines.contains(outline.geometry, LAT, LON + 0.1)
    assert not outlines.contains(outline.geometry, LAT, LON + 0.05)


async def test_a_grid_is_drawn_renamed_and_ended(session: AsyncSession, scene: Scene) -> None:
    command = AddGrid(
        name="三网格",
        official_code="370405001001003",
        organization_id=scene.county.villages[0].id,
        parent_id=scene.county.township_grids[0].id,
        outline=square(LAT, LON),
        valid_from=TODAY,
    )
    grid = await places.add_grid(session, scene.administrator, command)
    assert [grid.centre_lat, grid.centre_lon] == pytest.approx([LAT, LON])
    change = EditGrid(name="第三网格", outline=square(LAT + 0.1, LON))
    grid = await places.edit_grid(session, scene.administrator, grid.id, change)
    assert grid.name == "第三网格"
    assert grid.centre_lat == pytest.approx(LAT + 0.1)
    assert grid.official_code == "370405001001003"
    end = EditGrid(valid_to=TODAY)
    await places.edit_grid(session, scene.administrator, grid.id, end)
    assert grid in await places.grids(session, scene.administrator)


async def test_of_two_who_redraw_one_outline_the_second_is_told(
    session: AsyncSession, scene: Scene
) -> None:
    grid = scene.county.grids[0]
    (before,) = await shapes.grids(session, [grid])
    assert before.outline_version == ""
    east, west = (
        EditGrid(outline=square(LAT, LON + by), drawn_from=before.outline_version)
        for by in (0.01, -0.01)
    )
    await places.edit_grid(session, scene.administrator, grid.id, east)
    await session.refresh(grid)
    with pytest.raises(ChangedMeanwhile):
        await places.edit_grid(session, scene.administrator, grid.id, west)
    assert outlines.version(grid.outline) == outlines.version(square(LAT, LON + 0.01))
    (now,) = await shapes.grids(session, [grid])
    again = west.model_copy(update={"drawn_from": now.outline_version})
    await places.edit_grid(session, scene.administrator, grid.id, again)
    assert outlines.version(grid.outline) == outlines.version(square(LAT, LON - 0.01))


@pytest.mark.parametrize("kind", GridKind)
@pytest.mark.parametrize("body", OrganizationKind)
async def test_a_grid_is_run_by_the_right_kind_of_body(
    session: AsyncSession, scene: Scene, kind: GridKind, body: OrganizationKind
) -> None:
    county = scene.county
    shop = await factories.enterprise(session, "饭馆", county.villages[0], county.grids[0])
    ids = {
        OrganizationKind.COUNTY_CENTRE: county.centre.id,
        OrganizationKind.SAFETY_DEPARTMENT: county.safety.id,
        OrganizationKind.DEPARTMENT: county.departments[0].id,
        OrganizationKind.TOWNSHIP_SUBCENTRE: county.townships[0].id,
        OrganizationKind.VILLAGE: county.villages[0].id,
        OrganizationKind.ENTERPRISE: shop.id,
    }
    command = AddGrid(kind=kind, name="网格", organization_id=ids[body], valid_from=TODAY)
    if body in RUN_BY[kind]:
        assert (await places.add_grid(session, scene.administrator, command)).kind is kind
    else:
        with pytest.raises(Invalid):
            await places.add_grid(session, scene.administrator, command)


async def test_only_administrators_change_grids(
    session: AsyncSession, settings: Settings, scene: Scene
) -> None:
    actor = await actor_of(session, settings, scene.county.township_officer)
    command = AddGrid(name="网格", organization_id=scene.county.villages[0].id, valid_from=TODAY)
    with pytest.raises(NotPermitted):
        await places.add_grid(session, actor, command)
    with pytest.raises(NotPermitted):
        await places.edit_grid(session, actor, scene.county.grids[0].id, EditGrid(name="网格"))


async def test_what_a_grid_refers_to_must_exist(session: AsyncSession, scene: Scene) -> None:
    village = scene.county.villages[0].id
    for fields in ({"organization_id": uuid4()}, {"parent_id": uuid4()}):
        command = AddGrid.model_validate(
            {"name": "网格", "organization_id": village, "valid_from": TODAY, **fields}
        )
        with pytest.raises(NotFound):
            await places.add_grid(session, scene.administrator, command)
    with pytest.raises(NotFound):
        await places.edit_grid(session, scene.administrator, uuid4(), EditGrid())


async def test_a_new_grid_hangs_where_its_like_hang(session: AsyncSession, scene: Scene) -> None:
    """Nobody is asked for it, and readiness, slots and diagrams find it."""
    county = scene.county

    async def added(organization_id: UUID, kind: GridKind = GridKind.TERRITORIAL) -> Grid:
        command = AddGrid(
            kind=kind, name="新网格", organization_id=organization_id, valid_from=TODAY
        )
        return await places.add_grid(session, scene.administrator, command)

    village, township = county.villages[0], county.townships[0]
    top = await added(county.centre.id)
    assert top.parent_id is None
    zone = await added(township.id)
    beside = await added(village.id)
    assert beside.parent_id == county.grids[0].parent_id
    line = await added(county.departments[0].id, GridKind.EXCLUSIVE)
    assert line.parent_id == top.id
    level = await added(village.id)
    change = EditGrid(parent_id=level.id)
    for grid in (county.grids[0], beside):
        await places.edit_grid(session, scene.administrator, grid.id, change)
    assert (await added(village.id)).parent_id == level.id
    lonely = await factories.organization(
        session, OrganizationKind.VILLAGE, "新村", parent=township
    )
    assert (await added(lonely.id)).parent_id in {zone.id, county.township_grids[0].id}


async def test_no_grid_hangs_under_itself_or_under_what_is_over(
    session: AsyncSession, scene: Scene
) -> None:
    county = scene.county
    village = county.villages[0]
    upper, lower, third = [
        await factories.grid(session, village, name=name) for name in ("上", "中", "下")
    ]

    async def hang(grid: Grid, parent: Grid) -> None:
        command = EditGrid(parent_id=parent.id)
        await places.edit_grid(session, scene.administrator, grid.id, command)

    await hang(lower, upper)
    await hang(third, lower)
    for parent in (upper, lower, third):
        with pytest.raises(Invalid) as refused:
            await hang(upper, parent)
        assert refused.value.fields == ["parent_id"]
    ended = await factories.grid(session, village, name="旧", valid_to=TODAY - timedelta(days=1))
    with pytest.raises(Invalid) as refused:
        await hang(third, ended)
    assert "已经撤销" in refused.value.problem()["zh"]
    assert third.parent_id == lower.id


async def test_a_code_is_used_once(session: AsyncSession, scene: Scene) -> None:
    command = AddGrid(
        name="网格",
        official_code="370405001001009",
        organization_id=scene.county.villages[0].id,
        valid_from=TODAY,
    )
    await places.add_grid(session, scene.administrator, command)
    with pytest.raises(Invalid) as refused:
        await places.add_grid(session, scene.administrator, command)
    assert refused.value.fields == ["official_code"]


async def test_a_grid_ends_after_its_people(session: AsyncSession, scene: Scene) -> None:
    """The gridworker and the chief still answer for it."""
    grid = scene.county.grids[0]
    with pytest.raises(Invalid) as refused:
        await places.edit_grid(session, scene.administrator, grid.id, EditGrid(valid_to=TODAY))
    assert "2 人" in refused.value.problem()["zh"]
    early = EditGrid(valid_to=LONG_AGO - timedelta(days=1))
    with pytest.raises(Invalid):
        await places.edit_grid(session, scene.administrator, grid.id, early)
    with pytest.raises(Invalid):
        await places.edit_grid(session, scene.administrator, grid.id, EditGrid(name=None))


async def test_a_grid_ends_with_nothing_left_behind(session: AsyncSession, scene: Scene) -> None:
    county = scene.county
    grid = await factories.grid(session, county.villages[0], name="南网格")
    await factories.enterprise(session, "南头饭店", county.villages[0], grid)
    with pytest.raises(Invalid) as refused:
        await places.edit_grid(session, scene.administrator, grid.id, EditGrid(valid_to=TODAY))
    assert "1 处场所、0 件" in refused.value.problem()["zh"]


async def test_lists_hold_the_grids_of_today(session: AsyncSession, scene: Scene) -> None:
    county = scene.county
    for first, last in ((1, None), (-9, -1)):
        await factories.grid(
            session,
            county.villages[0],
            valid_from=TODAY + timedelta(days=first),
            valid_to=TODAY + timedelta(days=last) if last else None,
        )
    every = await places.grids(session, scene.administrator)
    assert {grid.id for grid in every} == {g.id for g in (*county.grids, *county.township_grids)}
    there = await places.grids(session, scene.administrator, township_id=county.townships[1].id)
    assert {grid.id for grid in there} == {county.grids[1].id, county.township_grids[1].id}


@pytest.mark.parametrize(
    ("who", "many"),
    [("gridworker", 1), ("clerk", 1), ("township_officer", 2), ("handler", 0), ("stranger", 1)],
)
async def test_mine_are_those_i_answer_for(
    session: AsyncSession, settings: Settings, scene: Scene, who: str, many: int
) -> None:
    """A second grid of the village is the clerk's too, but not the gridworker's."""
    await factories.grid(session, scene.county.villages[0], name="二网格")
    actor = await actor_of(session, settings, getattr(scene.county, who))
    extra = {"clerk": 1, "township_officer": 1}.get(who, 0)
    assert len(await places.grids(session, actor, is_mine=True)) == many + extra


async def test_a_list_of_grids_names_its_people_in_few_statements(
    session: AsyncSession, scene: Scene, engine: AsyncEngine
) -> None:
    county = scene.county
    await factories.person(session, Role.GRIDWORKER, county.villages[0], county.grids[0], name="阿")
    gone = await factories.person(session, name="走")
    await factories.post(
        session,
        gone,
        Role.GRIDWORKER,
        county.villages[0],
        county.grids[0],
        ends_on=TODAY - timedelta(days=1),
    )
    for number in range(20):
        await factories.grid(session, county.villages[1], name=f"{number}网格")
    rows = await places.grids(session, scene.administrator)
    await shapes.grids(session, rows)  # from now on the bodies are known
    with counted(engine) as sent:
        views = await shapes.grids(session, await places.grids(session, scene.administrator))
    assert len(sent) <= 3
    (mine,) = [view for view in views if view.id == county.grids[0].id]
    assert sorted(mine.gridworkers) == sorted(["张网格", "阿"])
    assert mine.township
    assert mine.township.id == county.townships[0].id


async def place(session: AsyncSession, scene: Scene) -> tuple[Any, Any]:
    """Two neighbouring squares of one kilometre, each a village's grid."""
    grids = []
    for village, lon in zip(scene.county.villages, (LON, LON + 0.01), strict=True):
        command = AddGrid(
            name="格",
            organization_id=village.id,
            outline=square(LAT, lon),
            valid_from=TODAY,
        )
        grids.append(await places.add_grid(session, scene.administrator, command))
    return grids[0], grids[1]


async def test_a_position_lies_in_the_grid_around_it(session: AsyncSession, scene: Scene) -> None:
    west, east = await place(session, scene)
    county = scene.county
    for lon, grid, index in ((LON + 0.004, west, 0), (LON + 0.006, east, 1)):
        assert await places.locate(session, LAT, lon) == Spot(
            grid_id=grid.id,
            village_id=county.villages[index].id,
            township_id=county.townships[index].id,
            is_outside_county=False,
        )


async def test_the_smaller_of_two_grids_wins(session: AsyncSession, scene: Scene) -> None:
    """A township's grid lies around its villages' ones."""
    west, _ = await place(session, scene)
    around = AddGrid(
        name="镇",
        organization_id=scene.county.townships[0].id,
        outline=square(LAT, LON, 0.2),
        valid_from=TODAY,
    )
    wide = await places.add_grid(session, scene.administrator, around)
    assert (await places.locate(session, LAT, LON)).grid_id == west.id
    between = await places.locate(session, LAT + 0.05, LON)
    assert between == Spot(wide.id, None, scene.county.townships[0].id, False)


async def test_near_a_grid_is_taken_for_it(session: AsyncSession, scene: Scene) -> None:
    west, _ = await place(session, scene)
    spot = await places.locate(session, LAT + 0.02, LON)  # 2.2 km north of its centre
    assert (spot.grid_id, spot.village_id) == (west.id, scene.county.villages[0].id)


async def test_far_from_every_grid_only_the_township_is_known(
    session: AsyncSession, scene: Scene
) -> None:
    await place(session, scene)
    spot = await places.locate(session, LAT + 0.05, LON)
    assert spot == Spot(None, None, scene.county.townships[0].id, False)


async def test_outside_the_county_nothing_is_guessed(session: AsyncSession, scene: Scene) -> None:
    await place(session, scene)
    assert await places.locate(session, 39.9, 116.4) == Spot(None, None, None, True)


async def test_without_grids_a_position_is_only_inside_or_outside(session: AsyncSession) -> None:
    assert await places.locate(session, LAT, LON) == Spot(None, None, None, False)
    assert (await places.locate(session, 0.0, 0.0)).is_outside_county


async def test_ended_and_exclusive_grids_are_not_the_ground(
    session: AsyncSession, scene: Scene
) -> None:
    outline = square(LAT, LON)
    centre: dict[str, Any] = {"centre_lat": LAT, "centre_lon": LON}
    await factories.grid(
        session,
        scene.county.villages[0],
        outline=outline,
        valid_to=TODAY - timedelta(days=1),
        **centre,
    )
    await factories.grid(
        session,
        scene.county.departments[0],
        kind=GridKind.EXCLUSIVE,
        outline=outline,
        **centre,
    )
    assert (await places.locate(session, LAT, LON)).grid_id is None


async def test_the_countys_map_has_an_outline_and_its_townships(
    session: AsyncSession, settings: Settings, scene: Scene
) -> None:
    await place(session, scene)
    found = await places.county_map(session, settings)
    assert found["outline"]["type"] in {"Polygon", "MultiPolygon"}
    assert {row["short_name"]: row["lat"] for row in found["townships"]} == {
        "运河街道": pytest.approx(LAT),
        "马兰屯镇": pytest.approx(LAT),
    }
    assert "CC BY" in found["attribution"]
