"""Every cell read, every row put on its grid; what is wrong in words, per cell."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Text, any_, bindparam, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.grid import Grid
from app.models.ledger_import import LedgerImport, LedgerImportRow
from app.models.organization import Organization
from app.models.supervised_object import SupervisedObject
from app.services import access, places, rows
from app.services.access import Actor
from app.services.ledger import credit_codes, reach
from app.services.ledger.importing import doubting, naming
from app.services.ledger.importing.columns import NEEDED
from app.services.ledger.importing.own_columns import OWN, sheet_columns
from app.services.ledger.reach import Runner
from app.services.sheets import CellError, Column

NAME: str = "名称"
CODE: str = "信用代码"
TOWNSHIP, VILLAGE, GRID = "所属乡镇（街道）", "所属村（社区）", "网格"
_Row = LedgerImportRow
_KNOWN_BY = ("credit_code", "name", "grid_id")
# Thousands of values each: as one array a step needs no thousands of parameters.
_GIVEN_NAMES = bindparam("names", type_=ARRAY(Text))
_GIVEN_CODES = bindparam("codes", type_=ARRAY(Text))
_GIVEN_LINES = bindparam("lines", type_=ARRAY(BigInteger))


@dataclass(frozen=True)
class Place:
    id: UUID
    name: str
    village: frozenset[str]
    township: frozenset[str]


@dataclass(frozen=True)
class Found:
    id: UUID
    is_open: bool


@dataclass
class Known:
    """What some rows are held against: my grids in their villages, objects of their names."""

    columns: dict[str, Column]
    places: dict[str, list[Place]] = field(default_factory=lambda: defaultdict(list))
    by_code: dict[str, Found] = field(default_factory=dict)
    by_name: dict[tuple[str, UUID], Found] = field(default_factory=dict)
    elsewhere: dict[str, str] = field(default_factory=dict)  # credit code → who has it
    named: naming.Named = field(default_factory=naming.Named)

    def has_open(self, code: str) -> bool:
        """What has closed here gives no claim to what is open in another's ledger."""
        return code in self.by_code and self.by_code[code].is_open

    def object_of(self, values: Mapping[str, Any], place: Place) -> UUID | None:
        """By credit code, else by name and grid; what has closed only if nothing open is meant."""
        found = [
            one
            for one in (
                self.by_code.get(values.get("credit_code") or ""),
                self.by_name.get((values["name"], place.id)),
            )
            if one
        ]
        return next((one.id for one in sorted(found, key=lambda one: not one.is_open)), None)


@dataclass
class Checked:
    """`values` None: the row has errors (sentence by title)."""

    values: dict[str, Any] | None
    errors: dict[str, str]
    object_id: UUID | None = None
    warnings: dict[str, str] = field(default_factory=dict)


async def check_rows(
    session: AsyncSession, actor: Actor, batch: LedgerImport, some: Sequence[LedgerImportRow]
) -> None:
    """Against the ledger and the sender's part of it as they are now; safe to repeat.

    Bundles first: their members may stand above them.
    """
    for part in naming.parted(some):
        ledger = await _known(session, actor, batch, [row.cells for row in part])
        checked = [(row.line, check(row.cells, ledger)) for row in part]
        mark_doubles(checked, await _earlier(session, batch, checked))
        for row, (_, result) in zip(part, checked, strict=True):
            row.values, row.errors, row.object_id = result.values, result.errors, result.object_id
            row.warnings = result.warnings or None
        await rows.rewrite(session, part)


async def _known(
    session: AsyncSession,
    actor: Actor,
    batch: LedgerImport,
    some: Collection[Mapping[str, str]],
) -> Known:
    """Three statements and two for bundles and cadres, about no more than these rows name."""
    found = Known({column.title: column for column in await sheet_columns(session)})
    await _find_places(session, actor, found, {cells.get(VILLAGE, "") for cells in some})
    names = {cells.get(NAME, "") for cells in some}
    codes = {credit_codes.normalise(cells.get(CODE)) for cells in some}
    await _find_objects(session, actor, found, names, {code for code in codes if code})
    grids = {place.id for places_ in found.places.values() for place in places_}
    found.named = await naming.known(session, batch, some, grids)
    return found


async def _find_places(
    session: AsyncSession, actor: Actor, found: Known, villages: set[str]
) -> None:
    township = Organization.__table__.alias("of_township")
    grids = (
        select(Grid.id, Grid.name, Runner.name, Runner.short_name)
        .add_columns(township.c.name, township.c.short_name)
        .join(Runner, Runner.id == Grid.organization_id)
        .outerjoin(township, township.c.id == Runner.within_id)
        .where(reach.may_edit(actor), places.is_not_over(access.today()))
        .where(or_(Runner.name.in_(villages), Runner.short_name.in_(villages)))
    )
    for id_, name, *rest in await session.execute(grids):
        village, within = frozenset(rest[:2]), frozenset(one for one in rest[2:] if one)
        place = Place(id_, name, village, within)
        for one in village:
            found.places[one].append(place)


async def _find_objects(
    session: AsyncSession, actor: Actor, found: Known, names: set[str], codes: set[str]
) -> None:
    """Later rows win: what is open before what has closed, lately before long ago."""
    one = SupervisedObject
    objects = (
        select(one.id, one.name, one.grid_id, one.credit_code, one.closed_on)
        .add_columns(Runner.short_name, reach.may_edit(actor).label("is_mine"))
        .join(Grid, Grid.id == one.grid_id)
        .join(Runner, Runner.id == Grid.organization_id)
        .where(or_(one.name == any_(_GIVEN_NAMES), one.credit_code == any_(_GIVEN_CODES)))
        .order_by(one.closed_on.is_(None), one.closed_on, one.id)
    )
    given = {"names": list(names), "codes": list(codes)}
    for row in await session.execute(objects, given):
        if row.is_mine:
            there = Found(row.id, is_open=row.closed_on is None)
            found.by_name[row.name, row.grid_id] = there
            if row.credit_code:
                found.by_code[row.credit_code] = there
        elif row.credit_code and row.closed_on is None:
            found.elsewhere[row.credit_code] = row.short_name


def check(cells: Mapping[str, str], ledger: Known) -> Checked:
    """Read the cells, find the grid, find the object."""
    values, errors = _read(cells, ledger.columns)
    place = _place(cells, ledger, errors)
    doubting.settle_position(cells, errors)
    code = values.get("credit_code")
    if code in ledger.elsewhere and not ledger.has_open(code):
        errors[CODE] = f"这个信用代码已在{ledger.elsewhere[code]}的台账里，要先从那边移过来"
    if place is not None:
        values["grid_id"] = str(place.id)
        naming.settle(cells, values, ledger.named, errors)
    if errors or place is None:
        return Checked(None, errors)
    return Checked(values, {}, ledger.object_of(values, place), doubting.warnings(values))


def mark_doubles(checked: Sequence[tuple[int, Checked]], seen: dict[str, int]) -> None:
    """The second row about the same object is wrong: nobody can say which of the two is right."""
    for line, row in checked:
        if row.values is None:
            continue
        keys = list(_keys(row.values, row.object_id))
        double = next(((title, seen[key]) for title, key in keys if key in seen), None)
        if double is None:
            seen.update(dict.fromkeys((key for _, key in keys), line))
        else:
            row.values, row.errors[double[0]] = None, f"和第 {double[1]} 行重复"


def _keys(values: Mapping[str, Any], object_id: UUID | None) -> Iterator[tuple[str, str]]:
    """All that an object is known by, each with the column that says so."""
    if code := values.get("credit_code"):
        yield CODE, code
    yield NAME, f"{values['name']}/{values['grid_id']}"
    if object_id:
        yield NAME, str(object_id)


async def _earlier(
    session: AsyncSession, batch: LedgerImport, checked: Sequence[tuple[int, Checked]]
) -> dict[str, int]:
    """What earlier steps have found good of the same objects: the line by each key."""
    good = [(row.values, row.object_id) for _, row in checked if row.values is not None]
    code, name, grid = (_Row.values[key].astext for key in _KNOWN_BY)
    same = or_(
        _Row.object_id.in_(select(func.unnest(access.given("ids")))),
        name.in_(select(func.unnest(_GIVEN_NAMES))),  # hashed: no row is held against thousands
        code.in_(select(func.unnest(_GIVEN_CODES))),
    )
    is_own = _Row.line.in_(select(func.unnest(_GIVEN_LINES)))
    query = select(_Row.line, _Row.object_id, code, name, grid).where(
        _Row.import_id == batch.id, _Row.values.is_not(None), ~is_own, same
    )
    given = {
        "ids": list({id_ for _, id_ in good if id_}),
        "names": list({values["name"] for values, _ in good}),
        "codes": list({values.get("credit_code") for values, _ in good} - {None}),
        "lines": [line for line, _ in checked],
    }
    found = await session.execute(query.order_by(_Row.line.desc()), given)
    return {
        key: line
        for line, object_id, *known_by in found
        for _, key in _keys(dict(zip(_KNOWN_BY, known_by, strict=True)), object_id)
    }


def _read(
    cells: Mapping[str, str], columns: Mapping[str, Column]
) -> tuple[dict[str, Any], dict[str, str]]:
    values: dict[str, Any] = {}
    errors = {title: "这一格不能空" for title in NEEDED if title not in cells}
    for title, text in cells.items():
        column = columns.get(title)
        if column is None:
            errors[title] = "这一列县里已经停用，删掉这一格"
            continue
        try:
            value = column.read(text)
        except CellError as error:
            errors[title] = f"{error}（现在是「{text[:40]}」）"
            continue
        if column.field:
            _put(values, column.field, value)
    return values, errors


def _put(values: dict[str, Any], field: str, value: Any) -> None:
    if field.startswith(OWN):
        values.setdefault("extra", {})[field.removeprefix(OWN)] = value
    else:
        values[field] = value


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
