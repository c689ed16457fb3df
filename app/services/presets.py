"""What every scheme builds a county from: categories, checklists, working hours, divisions.

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

from app.models.base import Base
from app.models.organization import OrganizationKind
from app.models.rules import Category, WorkingHours
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


def _division(row: dict[str, str]) -> Division:
    lat, lon = (float(row[name]) if row[name] else None for name in ("lat", "lon"))
    return Division(row["code"], row["name"], row["level"], row["urban_rural"], lat, lon)


def _with_ending(name: str, ending: str) -> str:
    return name if name.endswith(ending) else name + ending


def of_level(rows: list[Division], level: str) -> list[Division]:
    return [row for row in rows if row.level == level]


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


async def add_missing(session: AsyncSession, table: type[Base], rows: list[dict[str, Any]]) -> None:
    await session.execute(insert(table).values(rows).on_conflict_do_nothing())


async def _fill(session: AsyncSession, table: type[Base], rows: list[dict[str, Any]]) -> None:
    """A rule that a county deleted must not come back, so only an empty table is filled."""
    if not await session.scalar(select(func.count()).select_from(table)):
        session.add_all([table(**row) for row in rows])
        await session.flush()
