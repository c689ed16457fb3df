"""Which objects a question about coverage means: within reach, and as filtered."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, True_, false
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from app.models.obligation import Obligation
from app.models.supervised_object import SupervisedObject
from app.services.access import Actor
from app.services.patrols.coverage.commands import CoverageFilters
from app.services.patrols.coverage.sight import is_asked_by
from app.services.patrols.finding import grids_of
from app.services.patrols.reach import within


async def on_ground(
    session: AsyncSession,
    actor: Actor,
    filters: CoverageFilters,
    column: InstrumentedAttribute[UUID],
) -> list[ColumnElement[bool]]:
    """Grids of mine, narrowed to a township or one grid; no clause for a whole county.

    `column` holds the grid.
    """
    mine = await within(session, actor, column)
    found = [] if isinstance(mine, True_) else [mine]
    if filters.township_id:
        found.append(column.in_(await grids_of(session, filters.township_id, None)))
    if filters.grid_id:
        found.append(column == filters.grid_id)
    return found


def of_objects(
    filters: CoverageFilters, duties: Collection[Obligation]
) -> list[ColumnElement[bool]]:
    """A duty that nobody knows asks for nothing."""
    here = SupervisedObject
    asking = [duty for duty in duties if duty.key == filters.duty]
    clauses: list[tuple[Any, ColumnElement[bool]]] = [
        (filters.kind, here.kind.in_(filters.kind)),
        (filters.is_key is not None, here.is_key.is_(filters.is_key)),
        (filters.duty, is_asked_by(asking) if asking else false()),
    ]
    return [clause for is_given, clause in clauses if is_given]
