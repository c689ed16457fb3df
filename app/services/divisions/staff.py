"""Who goes back to which grid when a change is undone: posts, and places for people beside them."""

from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.division import MoveKind
from app.models.grid import Grid
from app.models.person import Post
from app.models.slot import SlotAssignment
from app.services.divisions.homes import Sides
from app.services.moving import Moved

Row = TypeVar("Row", Post, SlotAssignment)


@dataclass(frozen=True)
class Back(Generic[Row]):
    """`old` begins again, until `ends_on`. None: `old` was deleted; nobody followed it."""

    old: Row | None
    heir: Row | None
    home: Grid
    ends_on: date | None

    @property
    def row(self) -> Row:
        row = self.heir or self.old
        assert row  # _go_back
        return row


@dataclass(frozen=True)
class Staff(Generic[Row]):
    """`made` ends with the change; `came` since, or moved as it was: None = nobody can say."""

    back: list[Back[Row]]
    made: list[Row]
    came: list[tuple[Row, Grid | None]]

    def homes(self) -> list[tuple[Row, Grid]]:
        """Who will be where."""
        settled = [(row, home) for row, home in self.came if home]
        return [(one.row, one.home) for one in self.back] + settled


async def of_posts(session: AsyncSession, sides: Sides, day: date) -> Staff[Post]:
    return await _of(session, Post, sides, sides.kept[MoveKind.POST], day)


async def of_slots(session: AsyncSession, sides: Sides, day: date) -> Staff[SlotAssignment]:
    return await _of(session, SlotAssignment, sides, sides.kept[MoveKind.SLOT], day)


async def _of(
    session: AsyncSession, model: type[Row], sides: Sides, kept: dict[UUID, Moved], day: date
) -> Staff[Row]:
    heirs = {UUID(id_) for one in kept.values() for id_ in one.became["heirs"]}
    made = {UUID(id_) for one in kept.values() for id_ in one.became["made"]}
    on_made = [grid.id for grid in sides.made]
    query = select(model).where(or_(model.id.in_(heirs | set(kept)), model.grid_id.in_(on_made)))
    found = await session.scalars(query.order_by(model.id).with_for_update())
    rows = {row.id: row for row in found}
    going = {id_: row for id_, row in rows.items() if row.ends_on is None or row.ends_on >= day}
    staff: Staff[Row] = Staff([], [going[id_] for id_ in sorted(made & set(going))], [])
    for one in kept.values():
        _go_back(staff, rows, going, sides, one, day)
    only = sides.olds[0] if len(sides.olds) == 1 else None
    known = heirs | made | set(kept)
    staff.came.extend((row, only) for id_, row in going.items() if id_ not in known)
    return staff


def _go_back(
    staff: Staff[Row],
    rows: dict[UUID, Row],
    going: dict[UUID, Row],
    sides: Sides,
    one: Moved,
    day: date,
) -> None:
    """What was moved as it was goes as what came since; what was repeated begins again.

    What nobody followed, as on a grid that was closed, goes on as long as it would have gone.
    """
    home = sides.old(one.was["grid_id"])
    heirs = [UUID(id_) for id_ in one.became["heirs"]]
    if one.id in heirs:
        if one.id in going:
            staff.came.append((going[one.id], home))
        return
    old, heir = rows.get(one.id), next((going[id_] for id_ in heirs if id_ in going), None)
    if heir is not None:
        staff.back.append(Back(old, heir, home, heir.ends_on))
    elif old is not None and not heirs:
        end = one.was["ends_on"] and date.fromisoformat(one.was["ends_on"])
        if end is None or end >= day:
            staff.back.append(Back(old, None, home, end))
