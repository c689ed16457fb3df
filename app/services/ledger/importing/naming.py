"""Names in cells that stand for something else: a bundle, a cadre of the row's own grid (S2-44,
S4-18), the departments that answer for it (S0-11).

A bundle may be made by the same sheet: its rows are checked and taken in before all others.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.import_batch import ImportStage
from app.models.ledger import Basis
from app.models.ledger_import import LedgerImport, LedgerImportRow
from app.models.organization import Organization
from app.models.supervised_object import ObjectKind, SupervisedObject
from app.services.ledger import bundles, cadres, credit_codes, life, small
from app.services.ledger.importing.columns import COLUMNS, WORDS_OF_KIND

BUNDLE, CADRE, SMALL = "打包点", "包保干部", "三小类别"
DEPARTMENTS: Mapping[str, Basis] = {"主管部门": Basis.IN_CHARGE, "发证部门": Basis.LICENSING}
_SEVERAL = re.compile("[、,，;；]")
_NONE = "无"  # an empty cell changes nothing
_KIND: ColumnElement[str] = LedgerImportRow.cells["种类"].astext
IS_BUNDLE: ColumnElement[bool] = _KIND.is_not_distinct_from(WORDS_OF_KIND[ObjectKind.BUNDLE])
_TITLES = {column.field: column.title for column in COLUMNS if column.field}


@dataclass
class Named:
    """`bundles`: by name or code and grid; None: good in this sheet, and not in the ledger yet."""

    bundles: dict[tuple[str, str], UUID | None] = field(default_factory=dict)
    cadres: dict[str, dict[str, list[UUID]]] = field(default_factory=dict)  # by grid, by name
    departments: list[Organization] = field(default_factory=list)


def parted(some: Sequence[LedgerImportRow]) -> list[list[LedgerImportRow]]:
    """Bundles, then all others; only what there is."""
    word = WORDS_OF_KIND[ObjectKind.BUNDLE]
    first = [row for row in some if row.cells.get("种类") == word]
    rest = [row for row in some if row.cells.get("种类") != word]
    return [part for part in (first, rest) if part]


async def known(
    session: AsyncSession,
    batch: LedgerImport,
    some: Collection[Mapping[str, str]],
    grid_ids: Collection[UUID],
) -> Named:
    """What the cells of these rows name; no statement if they name nothing."""
    found = Named()
    names = {cells[BUNDLE] for cells in some if BUNDLE in cells} - {_NONE}
    if names:
        await _find_bundles(session, batch, found, names, grid_ids)
    if any(cells.get(CADRE, _NONE) != _NONE for cells in some):
        for grid_id, people in (await cadres.candidates(session, grid_ids)).items():
            by_name: dict[str, list[UUID]] = defaultdict(list)
            for one in people:
                by_name[one.name].append(one.person_id)
            found.cadres[str(grid_id)] = by_name
    if any(cells.get(title, _NONE) != _NONE for cells in some for title in DEPARTMENTS):
        found.departments = list(await life.supervisors(session))
    return found


async def _find_bundles(
    session: AsyncSession,
    batch: LedgerImport,
    found: Named,
    names: set[str],
    grid_ids: Collection[UUID],
) -> None:
    """Taken in, they are locked: nobody closes one while members come into it."""
    one, values = SupervisedObject, LedgerImportRow.values
    is_checking = batch.stage is ImportStage.CHECKING
    codes = {credit_codes.normalise(text) for text in names}
    if is_checking:
        name, grid, code = (values[key].astext for key in ("name", "grid_id", "credit_code"))
        sheet = select(name, grid, code).where(
            LedgerImportRow.import_id == batch.id, IS_BUNDLE, or_(name.in_(names), code.in_(codes))
        )
        for row in await session.execute(sheet):
            for key in filter(None, (row[0], row[2])):
                found.bundles[key, row[1]] = None
    query = select(one.id, one.name, one.credit_code, one.grid_id).where(
        one.kind == ObjectKind.BUNDLE,
        one.closed_on.is_(None),
        one.grid_id.in_(grid_ids),
        or_(one.name.in_(names), one.credit_code.in_(codes)),
    )
    query = query if is_checking else query.with_for_update(read=True)
    for row in await session.execute(query):
        for key in filter(None, (row.name, row.credit_code)):
            found.bundles[key, str(row.grid_id)] = row.id


def settle(
    cells: Mapping[str, str], values: dict[str, Any], named: Named, errors: dict[str, str]
) -> None:
    """Puts ids where the cells have names; what the row itself says against it is an error."""
    grid_id, kind = values["grid_id"], values.get("kind")
    if values.get("small_kind") and kind not in {None, ObjectKind.THREE_SMALL_PLACE.value}:
        words = "、".join(small.WORDS.values())
        errors[SMALL] = f"只有三小场所才分{words}，种类要写三小场所"
    if text := cells.get(BUNDLE):
        values["bundle_id"] = _bundle(text, grid_id, named, errors)
        _require_fitting(values, errors)
    if text := cells.get(CADRE):
        values["cadre_id"] = _cadre(text, grid_id, named, errors)
    for title, basis in DEPARTMENTS.items():
        if text := cells.get(title):
            values[basis.value] = _departments(text, title, named.departments, errors)


def _bundle(text: str, grid_id: str, named: Named, errors: dict[str, str]) -> str | None:
    if text == _NONE:
        return None
    key = (text, grid_id) if (text, grid_id) in named.bundles else None
    key = key or (credit_codes.normalise(text) or "", grid_id)
    if key not in named.bundles:
        errors[BUNDLE] = f"这个网格没有叫「{text[:40]}」的打包点，先在台账里建，或者写在同一张表里"
        return None
    found = named.bundles[key]
    return str(found) if found else None


def _require_fitting(values: Mapping[str, Any], errors: dict[str, str]) -> None:
    if BUNDLE in errors or values["bundle_id"] is None:
        return
    if values.get("kind") == ObjectKind.BUNDLE.value:
        errors[BUNDLE] = "打包点不能再打包，删掉这一格"
    for name, (words, _) in bundles.ALONE.items():
        if values.get(name):
            errors[BUNDLE] = f"{words}要单独巡查，不能打包；删掉这一格，或者改「{_TITLES[name]}」"


def _cadre(text: str, grid_id: str, named: Named, errors: dict[str, str]) -> str | None:
    if text == _NONE:
        return None
    found = named.cadres.get(grid_id, {}).get(text, [])
    if len(found) == 1:
        return str(found[0])
    errors[CADRE] = (
        f"这个网格有几个「{text[:20]}」，请在台账里一个一个选"
        if found
        else f"「{text[:20]}」今天不是这个网格的网格员、网格长或包保干部，先给岗位"
    )
    return None


def _departments(
    text: str, title: str, known: Sequence[Organization], errors: dict[str, str]
) -> list[str]:
    """Their ids, sorted; all that are meant, in place of those there are."""
    names = [] if text == _NONE else [one.strip() for one in _SEVERAL.split(text) if one.strip()]
    found: set[str] = set()
    for name in names:
        meant = [str(one.id) for one in known if name in {one.name, one.short_name}]
        if len(meant) != 1:
            some = "、".join(one.short_name for one in known) or "还没有部门，先在机构里建"
            why = "有几个，写全称" if meant else f"没有这个部门，可以填：{some}；几个用、隔开"
            errors[title] = f"「{name[:40]}」{why}"
        found.update(meant)
    return sorted(found)
