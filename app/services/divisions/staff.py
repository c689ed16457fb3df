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
_Place = tuple[UUID, str, UUID | None]  # person, role, grid
_Span = tuple[_Place, date, date | None]  # first and last day; None = without end


@dataclass(frozen=True)
class Back(Generic[Row]):
    """`old` begins again, until `ends_on`. None: `old` was deleted; nobody followed it."""

    old: Row | None
    heir: Row | None
    home: Grid
    starts_on: date
    ends_on: date | None

    @property
    def row(self) -> Row:
        row = self.heir or self.old
        assert row  # _back
        return row


@dataclass(frozen=True)
class Staff(Generic[Row]):
    """`made` ends with the change; `came` since, or moved as it was: None = nobody can say.

    Of `came`, whom another row has there already is among `made`: nobody is there twice.
    """

    back: list[Back[Row]]
    made: list[Row]
    came: list[tuple[Row, Grid | None]]

    def homes(self) -> list[tuple[Row, Grid]]:
        """Who will be where."""
        settled = [(row, home) for row, home in self.came if home]
        return [(one.row, one.home) for one in self.back] + settled


async def of_posts(session: AsyncSession, sides: Sides, day: date, *, locked: bool) -> Staff[Post]:
    return await _of(session, Post, sides, sides.kept[MoveKind.POST], day, locked)


async def of_slots(
    session: AsyncSession, sides: Sides, day: date, *, locked: bool
) -> Staff[SlotAssignment]:
    return await _of(session, SlotAssignment, sides, sides.kept[MoveKind.SLOT], day, locked)


async def _of(
    session: AsyncSession,
    model: type[Row],
    sides: Sides,
    kept: dict[UUID, Moved],
    day: date,
    locked: bool,
) -> Staff[Row]:
    heirs = {UUID(id_) for one in kept.values() for id_ in one.became["heirs"]}
    made = {UUID(id_) for one in kept.values() for id_ in one.became["made"]}
    on_made = [grid.id for grid in sides.made]
    query = select(model).where(or_(model.id.in_(heirs | set(kept)), model.grid_id.in_(on_made)))
    query = query.with_for_update() if locked else query
    rows = {row.id: row for row in await session.scalars(query.order_by(model.id))}
    going = {id_: row for id_, row in rows.items() if _goes_on(row.ends_on, day)}
    staff: Staff[Row] = Staff([], [going[id_] for id_ in sorted(made & set(going))], [])
    for one in kept.values():
        home = sides.old(one.was["grid_id"])
        if str(one.id) in one.became["heirs"]:  # moved as it was: goes as what came since
            staff.came.extend((going[id_], home) for id_ in {one.id} & set(going))
        elif back := _back(kept, rows, one, home, day):
            staff.back.append(back)
    only = sides.olds[0] if len(sides.olds) == 1 else None
    known = heirs | made | set(kept)
    staff.came.extend((row, only) for id_, row in going.items() if id_ not in known)
    return _once(staff, day)


def _once(staff: Staff[Row], day: date) -> Staff[Row]:
    """Each person in each place for the same time by one row; what goes back goes first."""
    spans = [(_place(one.row, one.home), one.starts_on, one.ends_on) for one in staff.back]
    made: list[Row] = staff.made.copy()
    came: list[tuple[Row, Grid | None]] = []
    for row, home in sorted(staff.came, key=lambda one: (one[0].starts_on, one[0].id)):
        span = (_place(row, home), max(day, row.starts_on), row.ends_on)
        if home and any(_covers(there, span) for there in spans):
            made.append(row)
        else:
            came.append((row, home))
            spans.append(span)
    return Staff(staff.back, made, came)


def _place(row: Post | SlotAssignment, home: Grid | None) -> _Place:
    return row.person_id, row.role, home.id if home else None


def _covers(there: _Span, span: _Span) -> bool:
    (place, first, last), (wanted, begins, ends) = there, span
    is_long = last is None or (ends is not None and ends <= last)
    return place == wanted and first <= begins and is_long


def _back(
    kept: dict[UUID, Moved], rows: dict[UUID, Row], one: Moved, home: Grid, day: date
) -> Back[Row] | None:
    """None: it would be over by the day, or nobody is there any more who followed it."""
    ids = [UUID(id_) for id_ in one.became["heirs"]]
    old, heirs = rows.get(one.id), [rows[id_] for id_ in ids if id_ in rows]
    heir = next((row for row in heirs if _goes_on(row.ends_on, day)), None)
    is_there = heir is not None if ids else old is not None
    ends_on = _ends_on(kept, one, heir)
    if not is_there or not _goes_on(ends_on, day):
        return None
    begins = _date(one.was.get("starts_on"))  # of what had not begun when it went
    return Back(old, heir, home, max(day, begins) if begins else day, ends_on)


def _ends_on(kept: dict[UUID, Moved], one: Moved, heir: Row | None) -> date | None:
    """Its own day, unless the heir that was made for it or for another was given another day."""
    own = _date(one.was["ends_on"])
    if heir is None:
        return own
    makers = [other for other in kept.values() if str(heir.id) in other.became["made"]]
    is_as_made = all(heir.ends_on == _date(maker.was["ends_on"]) for maker in makers)
    return own if is_as_made else heir.ends_on


def _goes_on(ends_on: date | None, day: date) -> bool:
    return ends_on is None or ends_on >= day


def _date(day: str | None) -> date | None:
    return date.fromisoformat(day) if day else None
