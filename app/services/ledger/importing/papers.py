"""Licences, key persons, units of an object in one cell each; the export writes them so (S1-33)."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import any_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Invalid
from app.models.ledger import Licence
from app.models.supervised_object import UnitKind
from app.services import access
from app.services.ledger import units
from app.services.sheets import CellError, day, near_day, tidy

_MOST = {"licences": 30, "key_persons": 20, "units": units.MOST}
_ENDLESS = frozenset({"", "长期", "无"})
_ENDLESS_DAYS = frozenset({"2099-12-31", "9999-12-31"})  # as registers without 长期 write it
_LICENCE = ("kind", "number", "issuer", "expires_on")
_PERSON = ("duty", "name", "phone")
_UNIT = ("kind", "name", "parent", "person")
_KINDS = {word: kind for kind, word in units.WORDS.items()}
_SEPARATORS = re.compile("[，,﹐;；﹔｜|]")
Paper = dict[str, Any]


def licences(text: str) -> list[Paper]:
    """名称,编号,发证机关,有效期至; the next one after a semicolon."""
    how = "写成「名称,编号,发证机关,有效期至」，几个用分号隔开"
    papers = [_parted(part, _LICENCE, 1, how) for part in _several(text, "licences")]
    for paper in papers:
        paper["expires_on"] = _until(paper["expires_on"])
    return sorted(papers, key=repr)


def _until(text: str) -> str | None:
    if text in _ENDLESS or day(text) in _ENDLESS_DAYS:
        return None
    return near_day(text)


def key_persons(text: str) -> list[Paper]:
    """职务,姓名,电话; the next one after a semicolon."""
    how = "写成「职务,姓名,电话」，几个人用分号隔开"
    people = [_parted(part, _PERSON, 2, how) for part in _several(text, "key_persons")]
    return [{**one, "phone": one["phone"] or None} for one in people]


def units_of(text: str) -> list[Paper]:
    """类别,名称,上级,责任人; the next one after a semicolon."""
    how = "写成「科室/车间/班组/岗位,名称,上级,责任人」，几个用分号隔开，没有上级就空着"
    rows = [_parted(part, _UNIT, 2, how) for part in _several(text, "units")]
    if not all(row["kind"] in _KINDS for row in rows):
        raise CellError(how)
    found = [{**row, "kind": _KINDS[row["kind"]]} for row in rows]
    try:
        units.require_tree(found)
    except Invalid as refused:
        raise CellError(refused.problem()["zh"]) from refused
    return found


def _several(text: str, field: str) -> list[str]:
    parts = [part for part in text.replace("；", ";").split(";") if part.strip()]
    if len(parts) > _MOST[field]:
        raise CellError(f"最多 {_MOST[field]} 个")
    return parts


def _parted(text: str, names: Sequence[str], needed: int, how: str) -> Paper:
    parts = [part.strip() for part in text.replace("，", ",").split(",")]
    if len(parts) > len(names) or not all(parts[:needed]) or len(parts) < needed:
        raise CellError(how)
    if any(len(part) > 200 for part in parts):  # noqa: PLR2004 - as a line of the form
        raise CellError("太长，一项最多 200 个字")
    return dict(zip(names, [*parts, *[""] * len(names)], strict=False))


def written(papers: Iterable[Mapping[str, Any]], names: Sequence[str] = _LICENCE) -> str:
    """As the cell is read. A separator inside of a value goes out as 、 and shifts nothing."""
    rows = [[_SEPARATORS.sub("、", str(one.get(name) or "")) for name in names] for one in papers]
    return "；".join("，".join(row).rstrip("，") for row in rows)


def persons_written(people: Iterable[Mapping[str, Any]]) -> str:
    return written(people, _PERSON)


def units_written(some: Iterable[Mapping[str, Any]]) -> str:
    return written(({**one, "kind": units.WORDS[UnitKind(one["kind"])]} for one in some), _UNIT)


def say_as_before(field: str, sent: Sequence[Paper], there: Sequence[Mapping[str, Any]]) -> bool:
    """Would what is there already go out as this? Then nobody has changed the cell since."""
    write, read = _WAYS[field]
    try:
        return read(tidy(write(there))) == list(sent)
    except CellError:  # such a cell could not have come back
        return False


_WAYS: Mapping[str, tuple[Callable[..., str], Callable[[str], list[Paper]]]] = {
    "licences": (written, licences),
    "key_persons": (persons_written, key_persons),
    "units": (units_written, units_of),
}


async def papers_of(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, list[Paper]]:
    """Licences by object, as cells have them."""
    found: dict[UUID, list[Paper]] = {}
    if not ids:
        return found
    query = select(Licence).where(Licence.object_id == any_(access.given("ids")))
    for row in await session.scalars(query, {"ids": list(ids)}):
        until = row.expires_on.isoformat() if row.expires_on else None
        own = {"kind": row.kind, "number": row.number, "issuer": row.issuer, "expires_on": until}
        found.setdefault(row.object_id, []).append(own)
    return {id_: sorted(papers, key=repr) for id_, papers in found.items()}
