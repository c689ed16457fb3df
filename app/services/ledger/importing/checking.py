"""Every cell read, every row put on its grid; what is wrong in words, per cell."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.grid import Grid
from app.models.organization import Organization
from app.models.supervised_object import ObjectKind, SupervisedObject
from app.services import access
from app.services.access import Actor
from app.services.ledger import reach
from app.services.ledger.importing.columns import BY_TITLE, NEEDED, CellError
from app.services.ledger.reach import Runner

TOWNSHIP, VILLAGE, GRID = "所属乡镇（街道）", "所属村（社区）", "网格"


@dataclass(frozen=True)
class Place:
    id: UUID
    name: str
    village: frozenset[str]
    township: frozenset[str]


@dataclass
class Known:
    """What rows are held against: my grids by village, and what the ledger has already."""

    places: dict[str, list[Place]] = field(default_factory=lambda: defaultdict(list))
    by_code: dict[str, UUID] = field(default_factory=dict)
    by_name: dict[tuple[str, UUID], UUID] = field(default_factory=dict)


@dataclass
class Checked:
    """`values` None: the row has errors (sentence by title)."""

    values: dict[str, Any] | None
    errors: dict[str, str]
    object_id: UUID | None = None


async def known(session: AsyncSession, actor: Actor) -> Known:
    """Two statements for a whole file."""
    found = Known()
    township = Organization.__table__.alias("of_township")
    grids = (
        select(Grid.id, Grid.name, Runner.name, Runner.short_name)
        .add_columns(township.c.name, township.c.short_name)
        .join(Runner, Runner.id == Grid.organization_id)
        .outerjoin(township, township.c.id == Runner.within_id)
        .where(reach.may_edit(actor), Grid.valid_to.is_(None) | (Grid.valid_to >= access.today()))
    )
    for id_, name, *rest in await session.execute(grids):
        village, within = frozenset(rest[:2]), frozenset(one for one in rest[2:] if one)
        place = Place(id_, name, village, within)
        for one in village:
            found.places[one].append(place)
    objects = (
        select(
            SupervisedObject.id,
            SupervisedObject.name,
            SupervisedObject.grid_id,
            SupervisedObject.credit_code,
        )
        .join(Grid, Grid.id == SupervisedObject.grid_id)
        .join(Runner, Runner.id == Grid.organization_id)
        .where(reach.may_edit(actor))
    )
    for id_, name, grid_id, code in await session.execute(objects):
        found.by_name[name, grid_id] = id_
        if code:
            found.by_code[code] = id_
    return found


def check(cells: Mapping[str, str], ledger: Known) -> Checked:
    """Read the cells, find the grid, find the object: by credit code, else by name and grid."""
    values, errors = _read(cells)
    place = _place(cells, ledger, errors)
    if ("lat" in values) != ("lon" in values):
        errors["纬度"] = "经度和纬度要一起填"
    if errors or place is None:
        return Checked(None, errors)
    values["grid_id"] = str(place.id)
    code = values.get("credit_code")
    object_id = ledger.by_code.get(code) if code else None
    return Checked(values, {}, object_id or ledger.by_name.get((values["name"], place.id)))


def mark_doubles(rows: Sequence[tuple[int, Checked]], seen: dict[str, int]) -> None:
    """The second row about the same object is wrong: nobody can say which of the two is right."""
    for line, row in rows:
        if row.values is None:
            continue
        code = row.values.get("credit_code")
        key = code or f"{row.values['name']}/{row.values['grid_id']}"
        first = seen.setdefault(key, line)
        if first != line:
            row.values = None
            row.errors["信用代码" if code else "名称"] = f"和第 {first} 行重复"


def _read(cells: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    values: dict[str, Any] = {}
    errors = {title: "这一格不能空" for title in NEEDED if title not in cells}
    for title, text in cells.items():
        column = BY_TITLE[title]
        try:
            value = column.read(text)
        except CellError as error:
            errors[title] = f"{error}（现在是「{text[:40]}」）"
            continue
        if column.field:
            values[column.field] = value
    if not errors:
        values.setdefault("kind", ObjectKind.ENTERPRISE.value)
    return values, errors


def _place(cells: Mapping[str, str], ledger: Known, errors: dict[str, str]) -> Place | None:
    village = cells.get(VILLAGE)
    if not village:
        return None
    found = ledger.places.get(village, [])
    if not found:
        errors[VILLAGE] = "没有这个村（社区），或者不归您管"
        return None
    if township := cells.get(TOWNSHIP):
        found = [place for place in found if township in place.township]
        if not found:
            errors[TOWNSHIP] = f"{village}不在{township}"
            return None
    if name := cells.get(GRID):
        found = [place for place in found if place.name == name]
    if len(found) == 1:
        return found[0]
    errors[GRID] = "这个村有几个网格，要写明是哪个" if found else f"{village}没有这个网格"
    return None
