"""Rows of one file that say two things: the second is wrong, nobody knows which is right."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, cast, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.people_import import PeopleImport, PeopleImportRow
from app.models.slot import SlotRole
from app.services.roster.columns import JOB_TITLE, NAME
from app.services.roster.rows import Checked

_Row = PeopleImportRow


@dataclass(frozen=True)
class _Said:
    """`who`: the number, or the id of whom a masked one means."""

    line: int
    who: str
    name: str
    entries: Sequence[Mapping[str, Any]]
    endings: Sequence[Mapping[str, Any]]


Seen = dict[str, _Said]


def mark(rows: Sequence[Checked], seen: Seen) -> None:
    for row in rows:
        if row.errors:
            continue
        said = _Said(row.line, _who(row), row.name, row.plain()["entries"], row.endings)
        if fault := _fault(said, seen):
            row.errors[fault[0]] = fault[1]
        else:
            seen.update((key, said) for key in _keys(said) if key not in seen)


async def earlier(session: AsyncSession, batch: PeopleImport, rows: Sequence[Checked]) -> Seen:
    """What earlier steps have found good of the same people, and in places that one person has, by
    its keys. Who else is on a grid is many lines, and none of them contradicts another.
    """
    numbers = {_who(row) for row in rows if not row.errors}
    grids = {str(one.grid.id) for row in rows for one in row.entries if one.grid and one.alone}
    is_same = [_Row.values["mobile"].as_string().in_(numbers)]
    if grids:
        is_same.append(_has_alone(grids))
    query = select(_Row.line, _Row.values).where(
        _Row.import_id == batch.id,
        _Row.line < rows[0].line,
        _Row.values.is_not(None),
        or_(*is_same),
    )
    seen: Seen = {}
    for line, values in await session.execute(query.order_by(_Row.line)):
        ends = values.get("endings", ())
        said = _Said(line, values["mobile"], values["name"], values["entries"], ends)
        for key in _keys(said):
            seen.setdefault(key, said)
    return seen


def _has_alone(grids: Collection[str]) -> ColumnElement[bool]:
    """As `_keys` says of an entry."""
    each = func.jsonb_array_elements(_Row.values["entries"]).table_valued("value").alias("entry")
    entry = cast(each.c.value, JSONB)
    is_alone = or_(
        entry["slot"].as_string().is_not(None),
        entry["role"].as_string() == SlotRole.GRID_CHIEF.value,
    )
    return select(each.c.value).where(entry["grid_id"].as_string().in_(grids), is_alone).exists()


def _who(row: Checked) -> str:
    return row.person.mobile or row.mobile if row.person else row.mobile


def _fault(said: _Said, seen: Seen) -> tuple[str, str] | None:
    same = seen.get(said.who)
    if same and same.name != said.name:
        return NAME, f"第 {same.line} 行同一个手机号写的是{same.name}"
    for key in _keys(said):
        before = seen.get(key)
        if before is None or key == said.who:
            continue
        if before.who == said.who:
            return JOB_TITLE, f"和第 {before.line} 行重复"
        return JOB_TITLE, f"第 {before.line} 行已经把这个岗位给了{before.name}"
    return None


def _keys(said: _Said) -> Iterator[str]:
    """The person; each thing that the person gets; each that only one person can get."""
    yield said.who
    for ending in said.endings:
        yield f"{said.who}/ends/{ending['id']}"
    for entry in said.entries:
        what = f"{entry['role']}/{entry['slot']}/{entry['organization_id']}/{entry['grid_id']}"
        yield f"{said.who}/{what}"
        alone = entry["slot"] or (SlotRole.GRID_CHIEF if _is_chief(entry) else None)
        if alone and entry["grid_id"]:
            yield f"{alone}/{entry['grid_id']}"


def _is_chief(entry: Mapping[str, Any]) -> bool:
    return bool(entry["role"] == SlotRole.GRID_CHIEF.value)
