"""Outlines beside each other: overlaps, gaps, wrong coordinates, what crosses itself (S2-42)."""

from typing import Any

import pytest
from shapely.geometry import LineString, shape
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.errors import Invalid, NotPermitted
from app.models.organization import OrganizationKind
from app.services import places
from app.services.coordinates import Crs, LonLat, wgs84_to_bd09, wgs84_to_gcj02
from app.services.places import CheckOutline, EditGrid
from app.services.places.neighbours import area, strips_between
from tests import factories
from tests.actors import actor_of
from tests.factories import County

WEST, SOUTH, STEP = 117.70, 34.55, 0.01
CELL_M2 = 1_020_500  # of a hundredth of a degree each way, here


def square(column: int, row: int = 0, size: float = STEP, shift: float = 0.0) -> dict[str, Any]:
    """A cell of a chessboard within the county."""
    west, south = WEST + column * STEP + shift, SOUTH + row * STEP
    ring = [
        [west, south],
        [west + size, south],
        [west + size, south + size],
        [west, south + size],
        [west, south],
    ]
    return {"type": "Polygon", "coordinates": [ring]}


def as_drawn(outline: dict[str, Any], crs: Crs) -> dict[str, Any]:
    """The same ground as a map in these coordinates gives it."""
    rings = [
        [list(_shown(LonLat(*corner), crs)) for corner in ring] for ring in outline["coordinates"]
    ]
    return {"type": "Polygon", "coordinates": rings}


def _shown(point: LonLat, crs: Crs) -> LonLat:
    if crs is Crs.GCJ02:
        return wgs84_to_gcj02(point)
    return wgs84_to_bd09(point) if crs is Crs.BD09 else point


@pytest.fixture
async def county(session: AsyncSession) -> County:
    """Its first township has three villages side by side; the middle one is not drawn."""
    made = await factories.county(session)
    made.grids[0].outline = square(0)
    for number, outline in ((1, None), (2, square(2))):
        village = await factories.organization(
            session, OrganizationKind.VILLAGE, f"{number}村", made.townships[0]
        )
        await factories.grid(session, village, made.township_grids[0], outline=outline)
    made.township_grids[0].outline = {
        "type": "Polygon",
        "coordinates": [
            [[WEST, SOUTH], [WEST + 3 * STEP, SOUTH], [WEST + 3 * STEP, SOUTH + STEP],
             [WEST, SOUTH + STEP], [WEST, SOUTH]]
        ],
    }  # fmt: skip
    await session.flush()
    return made


async def check(
    session: AsyncSession, settings: Settings, county: County, outline: dict[str, Any], **more: Any
) -> places.Checked:
    admin = await actor_of(session, settings, county.administrator)
    command = CheckOutline(outline=outline, organization_id=county.villages[0].id, **more)
    return await places.check_outline(session, admin, command)


async def test_an_outline_that_fits_has_nothing_to_say(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    found = await check(session, settings, county, square(1))
    assert (found.outside, found.overlaps, found.looks_like) == (0, [], None)
    assert found.square_metres == pytest.approx(CELL_M2, rel=0.01)


@pytest.mark.parametrize("crs", [Crs.GCJ02, Crs.BD09, Crs.CGCS2000])
async def test_named_coordinates_come_out_where_they_belong(
    session: AsyncSession, settings: Settings, county: County, crs: Crs
) -> None:
    """To a centimetre, BD-09 to decimetres; then nothing overlaps."""
    found = await check(session, settings, county, as_drawn(square(1), crs), crs=crs)
    given, right = (one["coordinates"][0] for one in (found.outline, square(1)))
    worst = max(
        abs(a - b) for x, y in zip(given, right, strict=True) for a, b in zip(x, y, strict=True)
    )
    assert worst < (5e-6 if crs is Crs.BD09 else 1e-7)
    assert (found.overlaps, found.looks_like) == ([], None)


@pytest.mark.parametrize("crs", [Crs.GCJ02, Crs.BD09])
async def test_a_chinese_map_given_as_wgs84_is_suspected(
    session: AsyncSession, settings: Settings, county: County, crs: Crs
) -> None:
    """It lies some 500 m off, on its neighbour's ground; in its own coordinates it would not."""
    found = await check(session, settings, county, as_drawn(square(1), crs))
    assert found.looks_like is crs
    assert [one.other for one in found.overlaps] == ["2村网格"]


async def test_outside_the_county_is_told_as_a_share(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    far = as_drawn(square(1000), Crs.WGS84)
    assert (await check(session, settings, county, far)).outside == 1


async def test_a_strip_between_two_outlines_is_shown_and_a_corner_is_none(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    """20 m are left free towards the east, in an L that turns around a free corner."""
    found = await check(session, settings, county, square(1, size=STEP - 20 / 91_600))
    (strip,) = found.strips
    assert strip.square_metres == pytest.approx(20 * 1_110, rel=0.05)
    assert shape(strip.ground).bounds == pytest.approx(
        (WEST + 2 * STEP - 20 / 91_600, SOUTH, WEST + 2 * STEP, SOUTH + STEP), abs=3e-4
    )
    assert (await check(session, settings, county, square(1))).strips == []
    above = await check(session, settings, county, square(2, row=1))
    assert (above.strips, above.overlaps) == ([], [])


async def test_neighbours_of_another_township_count_and_a_part_of_the_own_does_not(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    county.grids[1].outline = square(1)  # of the second township
    await factories.grid(session, county.villages[0], county.grids[0], outline=square(0))
    await session.flush()
    over = square(0, size=2 * STEP)
    over["coordinates"][0][2][1] = over["coordinates"][0][3][1] = SOUTH + STEP
    found = await check(session, settings, county, over, grid_id=county.grids[0].id)
    (overlap,) = found.overlaps
    assert overlap.other == county.grids[1].name
    assert overlap.ground is not None
    assert shape(overlap.ground).bounds == pytest.approx(shape(square(1)).bounds)


async def test_places_that_a_new_line_parts_from_their_grid_are_counted(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    for grid, column in ((0, 0), (0, 1), (1, 1), (1, 5)):
        lat, lon = SOUTH + STEP / 2, WEST + (column + 0.5) * STEP
        await factories.place(session, "店", county.grids[grid], lat=lat, lon=lon)
    found = await check(session, settings, county, square(1), grid_id=county.grids[0].id)
    assert (found.left_out, found.taken_in) == (1, 1)
    new = await check(session, settings, county, square(1))
    assert (new.left_out, new.taken_in) == (0, 0)
    part = await factories.grid(session, county.villages[0], county.grids[0])
    await factories.place(session, "铺", part, lat=SOUTH + STEP / 2, lon=WEST + 1.5 * STEP)
    found = await check(session, settings, county, square(1), grid_id=county.grids[0].id)
    assert (found.left_out, found.taken_in) == (1, 1)


async def test_a_grid_is_not_held_against_itself(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    found = await check(session, settings, county, square(0), grid_id=county.grids[0].id)
    assert found.overlaps == []
    assert (await check(session, settings, county, square(0))).overlaps != []


async def test_what_crosses_itself_is_refused_in_words(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    bow = square(1)
    ring = bow["coordinates"][0]
    ring[1], ring[2] = ring[2], ring[1]
    for crs in Crs:
        with pytest.raises(Invalid) as refused:
            await check(session, settings, county, bow, crs=crs)
        assert refused.value.problem()["zh"] == "边界有交叉或没有面积。"


async def test_gaps_overlaps_and_undrawn_grids_of_a_township(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    admin = await actor_of(session, settings, county.administrator)
    first = await places.faults(session, admin, county.townships[0].id)
    assert first.overlaps == []
    assert first.undrawn == ["1村网格"]
    (gap,) = first.gaps
    assert gap.square_metres == pytest.approx(CELL_M2, rel=0.01)
    assert WEST + STEP < gap.lon < WEST + 2 * STEP
    # the first village reaches 300 m into the middle: less gap; then into the third: overlap
    wide = square(0, size=STEP * 2.5)
    wide["coordinates"][0][2][1] = wide["coordinates"][0][3][1] = SOUTH + STEP
    edited = EditGrid(outline=as_drawn(wide, Crs.GCJ02), outline_crs=Crs.GCJ02)
    await places.edit_grid(session, admin, county.grids[0].id, edited)
    then = await places.faults(session, admin, county.townships[0].id)
    assert then.gaps == []
    (overlap,) = then.overlaps
    assert {overlap.one, overlap.other} == {county.grids[0].name, "2村网格"}
    assert overlap.square_metres == pytest.approx(CELL_M2 / 2, rel=0.01)


async def test_a_township_without_drawn_grids_has_no_faults(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    officer = await actor_of(session, settings, county.township_officer)
    found = await places.faults(session, officer, county.townships[1].id)
    assert (found.overlaps, found.gaps) == ([], [])
    assert found.undrawn == [county.grids[1].name]


async def test_one_drawn_over_another_is_an_overlap(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    county.grids[0].outline = square(2, size=STEP / 2)
    await session.flush()
    officer = await actor_of(session, settings, county.township_officer)
    found = await places.faults(session, officer, county.townships[0].id)
    assert [round(one.square_metres / CELL_M2, 2) for one in found.overlaps] == [0.25]


async def test_the_next_code_follows_the_highest_that_was_ever_given(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    admin = await actor_of(session, settings, county.administrator)
    village = county.villages[0]
    assert (await places.next_code(session, admin, village.id)).code is None
    village.code = "370405100201"
    await session.flush()
    assert (await places.next_code(session, admin, village.id)).code == "370405100201001"
    for tail in ("000", "001", "007"):
        await factories.grid(session, village, official_code=f"370405100201{tail}")
    assert (await places.next_code(session, admin, village.id)).code == "370405100201008"
    worker = await actor_of(session, settings, county.gridworker)
    with pytest.raises(NotPermitted):
        await places.next_code(session, worker, village.id)


def test_a_line_among_the_neighbours_is_no_ground_and_no_hindrance() -> None:
    """What is left where outlines barely meet, once they are laid together."""
    beside = shape(square(1, shift=0.0003))
    stray = LineString([(WEST + 0.05, SOUTH), (WEST + 0.06, SOUTH + STEP)])
    (strip,) = strips_between(shape(square(0)), [beside, stray])
    assert area(strip) == pytest.approx(CELL_M2 * 0.03, rel=0.1)
