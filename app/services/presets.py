"""What a county starts with: rules, bodies, one grid a village. Loading twice changes nothing.

The files lie in app/presets/. Only what is missing is added, so that a county's edits survive;
ids are derived from codes and keys, so that every installation of a county agrees on them.
"""

import csv
import json
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models.base import Base
from app.models.grid import Grid
from app.models.organization import Organization, OrganizationKind
from app.models.rules import Category, DeadlineRule, RoutingRule, WorkingHours
from app.services import checklists

FOLDER = Path(__file__).resolve().parents[1] / "presets"
_NAMESPACE = UUID("5afe6e1d-0000-5000-8000-000000370405")
COUNTY_LEVEL, TOWNSHIP_LEVEL, VILLAGE_LEVEL = "county", "township", "village"


@dataclass(frozen=True)
class Division:
    """One row of the division list. `urban_rural` is the 3-digit class, 1xx = urban."""

    code: str
    name: str
    level: str
    urban_rural: str
    lat: float | None
    lon: float | None

    @property
    def township_code(self) -> str:
        return self.code[:9] + "000"

    @property
    def short_name(self) -> str:
        """运河街道, 邳庄镇, 孟庄村, 赵村, 繁荣社区."""
        if self.name.endswith("居委会"):
            return _with_ending(self.name.removesuffix("居委会"), "社区")
        if self.name.endswith("村委会"):
            return _with_ending(self.name.removesuffix("村委会"), "村")
        return self.name.removesuffix("办事处")


def divisions() -> list[Division]:
    with (FOLDER / "divisions_370405.csv").open(encoding="utf-8", newline="") as lines:
        return [_division(row) for row in csv.DictReader(lines)]


@lru_cache(1)
def villages() -> tuple[Division, ...]:
    return tuple(of_level(divisions(), VILLAGE_LEVEL))


def county_outline() -> dict[str, Any]:
    """GeoJSON feature of the county, WGS-84, with its attribution in `properties`."""
    feature: dict[str, Any] = json.loads((FOLDER / "county.geojson").read_text(encoding="utf-8"))
    return feature


def read(name: str) -> dict[str, Any]:
    """One preset file as plain data."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def checklist_presets() -> list[dict[str, Any]]:
    names = sorted(path.stem for path in (FOLDER / "checklists").glob("*.toml"))
    return [read(f"checklists/{name}") for name in names]


def body_id(key: str) -> UUID:
    """Id of a body: by division code, department key, or township code/station key."""
    return uuid5(_NAMESPACE, f"organization:{key}")


def grid_id(village_code: str) -> UUID:
    return uuid5(_NAMESPACE, f"grid:{village_code}")


async def load_base(session: AsyncSession) -> None:
    """What every county starts from: categories, checklists, working hours."""
    rows = read("hazard_categories")["category"]
    placed = [{**row, "position": at} for at, row in enumerate(rows, start=1)]
    await add_missing(session, Category, placed)
    await _fill(session, WorkingHours, read("working_hours")["span"])
    await checklists.load(session, checklist_presets())


async def load_rules(session: AsyncSession) -> None:
    """The same, and deadlines if there are none at all."""
    await load_base(session)
    await _fill(session, DeadlineRule, read("deadlines")["deadline"])


async def load_county(session: AsyncSession) -> None:
    """Bodies and grids that are missing; routing if there is none at all. Loads rules first."""
    await load_rules(session)
    rows = divisions()
    await add_missing(session, Organization, [*_county_bodies(rows), *_township_bodies(rows)])
    await add_missing(session, Organization, _village_bodies(rows))
    await add_missing(session, Grid, _grids(rows))
    await _fill(session, RoutingRule, _routes(rows))


def _division(row: dict[str, str]) -> Division:
    lat, lon = (float(row[name]) if row[name] else None for name in ("lat", "lon"))
    return Division(row["code"], row["name"], row["level"], row["urban_rural"], lat, lon)


def _with_ending(name: str, ending: str) -> str:
    return name if name.endswith(ending) else name + ending


def of_level(rows: list[Division], level: str) -> list[Division]:
    return [row for row in rows if row.level == level]


def _county_bodies(rows: list[Division]) -> list[dict[str, Any]]:
    """The centre is the root; departments and the safety-management department hang below it."""
    (county,) = of_level(rows, COUNTY_LEVEL)
    words = {"county": county.name, "unit": county.name[-1]}
    known = read("departments")
    centre = body_row(known["centre"], OrganizationKind.COUNTY_CENTRE, words)
    safety = body_row(known["safety_department"], OrganizationKind.SAFETY_DEPARTMENT, words)
    others = [body_row(row, OrganizationKind.DEPARTMENT, words) for row in known["department"]]
    below = [{**row, "parent_id": centre["id"]} for row in (safety, *others)]
    return [{**centre, "code": county.code}, *below]


def _township_bodies(rows: list[Division]) -> list[dict[str, Any]]:
    """Every sub-centre with its stations."""
    stations = read("departments")["station"]
    found = []
    for township in of_level(rows, TOWNSHIP_LEVEL):
        home = body_id(township.code)
        found.append(
            place_row(township, f"{township.short_name}网格化服务分中心", body_id("centre"))
        )
        words = {"township": township.short_name}
        for station in stations:
            row = body_row(station, OrganizationKind.DEPARTMENT, words, under=township.code)
            found.append({**row, "parent_id": home, "within_id": home})
    return found


def _village_bodies(rows: list[Division]) -> list[dict[str, Any]]:
    villages = of_level(rows, VILLAGE_LEVEL)
    return [place_row(row, row.name, body_id(row.township_code)) for row in villages]


def place_row(row: Division, name: str, parent: UUID) -> dict[str, Any]:
    is_village = row.level == VILLAGE_LEVEL
    return {
        "id": body_id(row.code),
        "kind": OrganizationKind.VILLAGE if is_village else OrganizationKind.TOWNSHIP_SUBCENTRE,
        "name": name,
        "short_name": row.short_name,
        "code": row.code,
        "parent_id": parent,
        "within_id": body_id(row.township_code),
    }


def body_row(
    row: dict[str, str], kind: OrganizationKind, words: dict[str, str], under: str = ""
) -> dict[str, Any]:
    return {
        "id": body_id(f"{under}/{row['key']}" if under else row["key"]),
        "kind": kind,
        "name": row["name"].format_map(words),
        "short_name": row["short_name"].format_map(words),
        "code": None,
        "parent_id": None,
        "within_id": None,
    }


def _grids(rows: list[Division]) -> list[dict[str, Any]]:
    """Village code + 001, the sequence of the village's first grid; outlines come from a survey."""
    today = clock.local(clock.now()).date()
    return [
        {
            "id": grid_id(row.code),
            "name": f"{row.short_name}网格",
            "official_code": f"{row.code}001",
            "organization_id": body_id(row.code),
            "centre_lat": row.lat,
            "centre_lon": row.lon,
            "valid_from": today,
        }
        for row in of_level(rows, VILLAGE_LEVEL)
    ]


def _routes(rows: list[Division]) -> list[dict[str, Any]]:
    """County rules first: their numbers are the short ones that people quote."""
    routes = read("routing")["route"]
    county = [_route(row["category"], None, row["county"]) for row in routes]
    township = [
        _route(row["category"], place.code, f"{place.code}/{row['township']}")
        for place in of_level(rows, TOWNSHIP_LEVEL)
        for row in routes
    ]
    return county + township


def _route(category: str, township: str | None, department: str) -> dict[str, Any]:
    return {
        "category_code": category,
        "township_id": body_id(township) if township else None,
        "department_id": body_id(department),
    }


async def add_missing(session: AsyncSession, table: type[Base], rows: list[dict[str, Any]]) -> None:
    await session.execute(insert(table).values(rows).on_conflict_do_nothing())


async def _fill(session: AsyncSession, table: type[Base], rows: list[dict[str, Any]]) -> None:
    """A rule that a county deleted must not come back, so only an empty table is filled."""
    if not await session.scalar(select(func.count()).select_from(table)):
        session.add_all([table(**row) for row in rows])
        await session.flush()
