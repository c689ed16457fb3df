"""What is filed is what was read: no line that has changed, nor past one that is new (S1-5)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, exists, func, literal, or_, select, tuple_
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from app.models.division import DivisionChange, DivisionKind, DivisionPart, Side
from app.models.grid import Grid
from app.models.grid_revision import GridRevision, GridRevisionPart, RevisionKind
from app.models.organization import Organization
from app.services.divisions.commands import Filing
from app.services.divisions.refusing import NotAsRead

KEYS = (GridRevision.revised_on, GridRevision.decided_at, GridRevision.id)
CHANGE_KEYS = (DivisionChange.starts_on, DivisionChange.decided_at, DivisionChange.id)
WORDS: dict[RevisionKind, str] = {
    RevisionKind.ADDED: "新设",
    RevisionKind.ENDED: "撤销",
    RevisionKind.RESTORED: "恢复",
}
CHANGES: dict[DivisionKind, str] = {
    DivisionKind.SPLIT: "拆分",
    DivisionKind.MERGE: "合并",
    DivisionKind.CLOSE: "撤销并入",
}
_NAMED = 3  # the rest is counted


class Read(Protocol):
    """A line of the list as it is now."""

    @property
    def row(self) -> GridRevision: ...
    @property
    def parts(self) -> Sequence[GridRevisionPart]: ...
    @property
    def version(self) -> str: ...
    @property
    def what(self) -> str: ...


def require_same(line: Read, version: str) -> None:
    if line.version != version:
        names = _named([part.name for part in line.parts])
        raise NotAsRead(
            reason_zh=f"这一行刚刚变了，现在是：{line.what} {names}",
            reason_en=f"This line has just changed; it is now about {names}",
        )


@dataclass(frozen=True)
class Place:
    """Where a line stands in the list. `was_of`: the change that it is about."""

    township_id: UUID | None
    day: date
    decided_at: datetime
    id: UUID
    was_of: UUID | None = None


class _Waiting(NamedTuple):
    """A line, or a grid of it, as it is named."""

    decided_at: datetime
    name: str
    what: str


async def require_none_new(session: AsyncSession, place: Place, read: Filing) -> None:
    """Waiting lines of the township above this one or decided since, that were not read."""
    found = [
        *await _of_grids(session, place, read.read_ids),
        *await _of_changes(session, place, read.read_ids),
        *await _of_undoings(session, place, read.read_undone_ids),
    ]
    if found:
        found.sort()
        told = [f"{one.name}（{one.what}）" if one.what else one.name for one in found]
        raise NotAsRead(
            reason_zh=f"又有了没看过的：{_named(told)}",
            reason_en=f"There is something new: {_named([one.name for one in found])}",
        )


async def _of_grids(
    session: AsyncSession, place: Place, read_ids: Collection[UUID]
) -> list[_Waiting]:
    query = (
        select(GridRevision.decided_at, GridRevisionPart.name, GridRevision.kind)
        .join(GridRevision, GridRevision.id == GridRevisionPart.revision_id)
        .where(
            GridRevision.township_id.is_not_distinct_from(place.township_id),
            GridRevision.filed_on.is_(None),
            GridRevision.id.not_in({place.id, *read_ids}),
            or_(_is_above(KEYS, place), GridRevision.decided_at > place.decided_at),
        )
    )
    rows = await session.execute(query)
    return [_Waiting(at, name, WORDS.get(kind, "")) for at, name, kind in rows]


async def _of_changes(
    session: AsyncSession, place: Place, read_ids: Collection[UUID]
) -> list[_Waiting]:
    change = DivisionChange
    is_new = _is_of(place) & or_(
        _is_above(CHANGE_KEYS, place), change.decided_at > place.decided_at
    )
    query = select(change.decided_at, change.kind, _names()).where(
        is_new,
        change.filed_on.is_(None),
        change.id.not_in({place.was_of or place.id, *read_ids}),
    )
    rows = await session.execute(query)
    return [_Waiting(at, names, CHANGES[kind]) for at, kind, names in rows]


async def _of_undoings(
    session: AsyncSession, place: Place, read_ids: Collection[UUID]
) -> list[_Waiting]:
    """They stand above their changes, wherever those are."""
    change = DivisionChange
    query = select(change.undone_at, change.kind, _names()).where(
        _is_of(place),
        or_(_is_above(CHANGE_KEYS, place), change.undone_at > place.decided_at),
        change.undone_filed_on.is_(None),
        change.id.not_in({place.was_of or place.id, *read_ids}),
    )
    rows = await session.execute(query)
    return [_Waiting(at, names, f"撤销调整：{CHANGES[kind]}") for at, kind, names in rows if at]


def _is_above(keys: Sequence[InstrumentedAttribute[Any]], place: Place) -> ColumnElement[bool]:
    """In the list; of one day, changes and single grids may each come in pages of their own."""
    is_own_list = (keys is CHANGE_KEYS) == (place.was_of is not None)
    if not is_own_list:
        return keys[0] > place.day
    return tuple_(*keys) > tuple_(place.day, place.decided_at, place.was_of or place.id)


def _is_of(place: Place) -> ColumnElement[bool]:
    """All grids of a change are of one township (decision 45)."""
    part = (
        select(DivisionPart.grid_id)
        .join(Grid, Grid.id == DivisionPart.grid_id)
        .join(Organization, Organization.id == Grid.organization_id)
        .where(
            DivisionPart.change_id == DivisionChange.id,
            Organization.within_id.is_not_distinct_from(place.township_id),
        )
    )
    return exists(part.correlate(DivisionChange))


def _names() -> ScalarSelect[str]:
    names = func.string_agg(
        DivisionPart.name, aggregate_order_by(literal("、"), DivisionPart.position)
    )
    return (
        select(names)
        .where(DivisionPart.change_id == DivisionChange.id, DivisionPart.side == Side.BEFORE)
        .correlate(DivisionChange)
        .scalar_subquery()
    )


def _named(names: Sequence[str]) -> str:
    told = "、".join(names[:_NAMED])
    return f"{told}等 {len(names)} 个网格" if len(names) > _NAMED else told
