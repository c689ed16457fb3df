"""Where everything goes when a change is undone: what was moved, where it was; what came since, by
a rule. One grid had ended: to it. Several: by their outlines. Else a person must say (decision 45).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.accident import Accident
from app.models.appeal import Appeal
from app.models.division import DivisionChange, DivisionKind, MoveKind
from app.models.grid import Grid
from app.models.hazard import Hazard
from app.models.supervised_object import SupervisedObject
from app.services import accidents, appeals, hazards, ledger
from app.services.divisions import carrying, moves
from app.services.divisions.grounds import Lying, around
from app.services.divisions.moves import Kept


@dataclass(frozen=True)
class Sides:
    """`made`: by the change, ending with it. `taker`: of a closed grid, goes on."""

    olds: Sequence[Grid]
    made: Sequence[Grid]
    taker: Grid | None
    kept: Kept

    @property
    def left(self) -> list[Grid]:
        """The grids from which something goes back."""
        return [*self.made, *([self.taker] if self.taker else [])]

    def old(self, id_: str) -> Grid:
        return next(grid for grid in self.olds if str(grid.id) == id_)

    def of(self, kind: MoveKind, id_: UUID, here: UUID | None, lying: Lying | None) -> Grid | None:
        """None: nobody can say."""
        moved = self.kept[kind].get(id_)
        if moved:
            return self.old(moved.was["grid_id"])
        if self.taker and here == self.taker.id:
            return self.taker
        if len(self.olds) == 1:
            return self.olds[0]
        return around(self.olds, lying) if lying else None


@dataclass(frozen=True)
class Things:
    """What is alive on these grids, and where each belongs; None: nobody can say."""

    objects: dict[UUID, Grid | None]
    cases: dict[UUID, Grid | None]
    accidents: dict[UUID, Grid | None]
    appeals: dict[UUID, Grid | None]
    rows: dict[UUID, Any]
    came: int  # since the change

    def unknown(self) -> list[Any]:
        every = (self.objects, self.cases, self.accidents, self.appeals)
        return [self.rows[id_] for some in every for id_, grid in some.items() if grid is None]

    def going(self, some: dict[UUID, Grid | None]) -> int:
        return sum(
            grid is not None and grid.id != self.rows[id_].grid_id for id_, grid in some.items()
        )

    def villages(self, left: Sequence[Grid]) -> int:
        """How many cases change their village."""
        body = {grid.id: grid.organization_id for grid in left}
        pairs = ((self.rows[id_], grid) for id_, grid in self.cases.items() if grid)
        return sum(grid.organization_id != body[row.grid_id] for row, grid in pairs)


async def sides(session: AsyncSession, change: DivisionChange) -> Sides:
    olds, after = await carrying.sides(session, change.id)
    is_close = change.kind is DivisionKind.CLOSE
    made, taker = ([], after[0]) if is_close else (after, None)
    return Sides(olds, made, taker, await moves.of(session, change.id))


async def things(session: AsyncSession, of: Sides, *, locked: bool) -> Things:
    ids = [grid.id for grid in of.left]
    places = await ledger.open_on(session, ids, locked=locked)
    cases = await hazards.open_on(session, ids, locked=locked)
    alarms = await accidents.open_on(session, ids, locked=locked)
    asked = await appeals.open_on(session, ids, locked=locked)
    objects = _objects(of, places)

    def put(kind: MoveKind, at: Callable[[Any], UUID | None]) -> Callable[[Any], Grid | None]:
        return lambda row: _of_row(of, kind, row, at(row), objects)

    where = {
        MoveKind.CASE: put(MoveKind.CASE, lambda row: row.enterprise_id),
        MoveKind.ACCIDENT: put(MoveKind.ACCIDENT, lambda row: row.object_id),
        MoveKind.APPEAL: put(MoveKind.APPEAL, lambda row: row.enterprise_id),
    }
    every: dict[MoveKind, Sequence[Any]] = {
        MoveKind.OBJECT: places,
        MoveKind.CASE: cases,
        MoveKind.ACCIDENT: alarms,
        MoveKind.APPEAL: asked,
    }
    return Things(
        objects=objects,
        cases={row.id: where[MoveKind.CASE](row) for row in cases},
        accidents={row.id: where[MoveKind.ACCIDENT](row) for row in alarms},
        appeals={row.id: where[MoveKind.APPEAL](row) for row in asked},
        rows={row.id: row for some in every.values() for row in some},
        came=sum(row.id not in of.kept[kind] for kind, some in every.items() for row in some)
        if not of.taker
        else 0,
    )


def _objects(of: Sides, rows: Sequence[SupervisedObject]) -> dict[UUID, Grid | None]:
    """A member goes with its bundle."""
    there = {row.id: row for row in rows}
    asked = {row.id: there.get(row.bundle_id or row.id, row) for row in rows}
    return {id_: of.of(MoveKind.OBJECT, row.id, row.grid_id, row) for id_, row in asked.items()}


def _of_row(
    of: Sides,
    kind: MoveKind,
    row: Hazard | Accident | Appeal,
    at: UUID | None,
    objects: dict[UUID, Grid | None],
) -> Grid | None:
    """Where it was; else with the object it is at; else as what came since."""
    if row.id not in of.kept[kind] and at in objects:
        return objects[at]
    return of.of(kind, row.id, row.grid_id, None if isinstance(row, Appeal) else row)
