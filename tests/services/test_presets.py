"""The preset files hang together, and loading them twice changes nothing."""

import re
from collections import Counter

import pytest
from shapely import Polygon
from shapely.geometry import shape
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.base import Base
from app.models.grid import Grid
from app.models.organization import Organization, OrganizationKind
from app.models.rules import Category, DeadlineRule, Hop, Level, RoutingRule, Unit, WorkingHours
from app.services import presets, schemes

CODE = re.compile(r"^[a-z][a-z0-9_]{1,31}$")
TABLES = (Category, DeadlineRule, WorkingHours, Organization, Grid, RoutingRule)


def codes() -> list[str]:
    return [row["code"] for row in presets.read("hazard_categories")["category"]]


async def counts(session: AsyncSession) -> dict[str, int]:
    async def of(table: type[Base]) -> int:
        return await session.scalar(select(func.count()).select_from(table)) or 0

    return {table.__tablename__: await of(table) for table in TABLES}


async def _district(session: AsyncSession) -> None:
    """The real one, by the county notice."""
    await schemes.begin(session, schemes.named("s3"))


def test_there_are_ten_categories_with_names_a_tile_can_show() -> None:
    rows = presets.read("hazard_categories")["category"]
    assert len(rows) == len(set(codes())) == 10
    for row in rows:
        assert CODE.match(row["code"])
        assert CODE.match(row["icon"])
        assert 1 <= len(row["name"]) <= 8
        assert row["name_en"]
        assert Level(row["default_level"])


def test_every_category_has_one_department_of_the_county_and_one_station_of_a_township() -> None:
    routes = presets.read("routing")["route"]
    assert sorted(row["category"] for row in routes) == sorted(codes())
    known = presets.read("departments")
    assert {row["county"] for row in routes} <= {row["key"] for row in known["department"]}
    assert {row["township"] for row in routes} <= {row["key"] for row in known["station"]}


def test_every_department_has_a_name_of_its_own() -> None:
    known = presets.read("departments")
    assert len(known["department"]) == 13
    assert len(known["station"]) == 3
    rows = [known["centre"], known["safety_department"], *known["department"]]
    assert len({row["key"] for row in rows}) == len({row["name"] for row in rows}) == 15


def test_every_hop_has_a_deadline_for_every_case() -> None:
    rows = presets.read("deadlines")["deadline"]
    general = Counter(row["hop"] for row in rows if "level" not in row and "category" not in row)
    assert general == Counter({hop.value: 1 for hop in Hop})
    assert all(Unit(row["unit"]) and row["amount"] > 0 for row in rows)


def test_a_major_hazard_has_a_deadline_of_its_own() -> None:
    rows = presets.read("deadlines")["deadline"]
    major = [row for row in rows if row.get("level") == "major" and row["hop"] == "rectify"]
    assert [(row["amount"], row["unit"]) for row in major] == [(30, "calendar_days")]


def test_the_divisions_are_those_of_the_district() -> None:
    rows = presets.divisions()
    assert Counter(row.level for row in rows) == {"county": 1, "township": 6, "village": 211}
    assert len({row.code for row in rows}) == 218
    assert all(re.fullmatch(r"370405\d{6}", row.code) for row in rows)
    townships = {row.code for row in rows if row.level == "township"}
    assert {row.township_code for row in presets.villages()} == townships
    assert all(row.lat and row.lon for row in rows if row.level != "village")


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("370405001000", "运河街道"),
        ("370405100000", "邳庄镇"),
        ("370405100206", "孟庄村"),
        ("370405100201", "赵村"),
        ("370405001004", "繁荣社区"),
        ("370405001012", "陈庄社区"),
    ],
)
def test_short_names_are_as_people_say_them(code: str, name: str) -> None:
    assert next(row.short_name for row in presets.divisions() if row.code == code) == name


def test_the_outline_is_the_district_in_wgs84_and_says_whose_it_is() -> None:
    feature = presets.county_outline()
    outline = shape(feature["geometry"])
    assert isinstance(outline, Polygon)
    assert outline.is_valid
    assert outline.exterior.is_ccw
    square_kilometres = outline.area * 111.32**2 * 0.8235  # cos 34.56°
    assert square_kilometres == pytest.approx(538.5, abs=1.5)
    assert "CC BY 4.0" in feature["properties"]["attribution"]
    # WGS-84: the district's centre is 544 m from where Chinese maps show it
    county = presets.divisions()[0]
    assert county.lon == pytest.approx(117.734414 - 0.005784, abs=2e-5)
    notice = (presets.FOLDER / "NOTICE").read_text(encoding="utf-8")
    assert "Vonng/adcode" in notice
    assert "Changed" in notice


async def test_loading_twice_is_loading_once(session: AsyncSession) -> None:
    await presets.load_base(session)
    first = await counts(session)
    await presets.load_base(session)
    assert await counts(session) == first
    assert {table: rows for table, rows in first.items() if rows} == {
        "categories": 10,
        "working_hours": 2,
    }


async def test_the_district_of_the_presets(session: AsyncSession) -> None:
    await _district(session)
    assert await counts(session) == {
        "categories": 10,
        "deadline_rules": 7,
        "working_hours": 2,
        "organizations": 1 + 1 + 13 + 6 + 18 + 211,
        "grids": 1 + 6 + 211,
        "routing_rules": 70,
    }


async def test_every_body_hangs_in_the_tree_where_it_belongs(session: AsyncSession) -> None:
    await _district(session)
    rows = {row.id: row for row in await session.scalars(select(Organization))}
    centre = presets.body_id("centre")
    for row in rows.values():
        parent = rows.get(row.parent_id) if row.parent_id else None
        if row.id == centre:
            assert parent is None
        elif row.kind is OrganizationKind.VILLAGE:
            assert parent is not None
            assert parent.kind is OrganizationKind.TOWNSHIP_SUBCENTRE
            assert row.within_id == parent.id
        elif row.kind is OrganizationKind.TOWNSHIP_SUBCENTRE:
            assert (row.parent_id, row.within_id) == (centre, row.id)
        else:
            assert row.parent_id == (row.within_id or centre)


async def test_every_village_has_one_grid_with_a_code_of_fifteen_digits(
    session: AsyncSession,
) -> None:
    await _district(session)
    query = (
        select(Grid.official_code, Organization.code)
        .join(Organization, Organization.id == Grid.organization_id)
        .where(Organization.kind == OrganizationKind.VILLAGE)
    )
    rows = (await session.execute(query)).all()
    assert len(rows) == 211
    assert all(grid == f"{village}001" for grid, village in rows)


async def test_a_township_routes_to_its_own_stations_only(session: AsyncSession) -> None:
    await _district(session)
    query = select(RoutingRule.township_id, Organization.within_id, Organization.kind).join(
        Organization, Organization.id == RoutingRule.department_id
    )
    for township, within, kind in await session.execute(query):
        assert within == township
        assert kind is OrganizationKind.DEPARTMENT
