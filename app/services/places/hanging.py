"""Which grid stands above another: by its depth a grid has its level and its people (S1-3)."""

from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.errors import Invalid, NotFound
from app.models.grid import Grid, GridKind
from app.models.organization import Organization, OrganizationKind
from app.services import access
from app.services.places.standing import is_not_over

_K = OrganizationKind
_LOCK = 4_205_117
_Above = aliased(Grid)
_ORDER = (Grid.official_code.nulls_last(), Grid.valid_from, Grid.id)
_UNDER_ITSELF = (
    "上级网格不能是它自己或它下面的网格",
    "The grid above cannot be the grid itself or one below it",
)
_OVER = ("上级网格已经撤销", "The grid above has ended")


async def require_parent(session: AsyncSession, parent_id: UUID, below: Grid | None = None) -> None:
    """Stands, and is not `below` nor under it. Who hangs grids anew waits for whoever is at it."""
    await session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    parent = await session.get(Grid, parent_id, populate_existing=True)
    if parent is None:
        raise NotFound(fields=["parent_id"])
    if parent.valid_to and parent.valid_to < access.today():
        raise _invalid(_OVER)
    if below and below.id in await _upwards(session, parent_id):
        raise _invalid(_UNDER_ITSELF)


async def usual_parent(session: AsyncSession, kind: GridKind, body: Organization) -> UUID | None:
    """Where a new grid of this body belongs: beside its like, else under the body above.

    As a scheme hangs them: base grids under the village's own, that under the township's, this and
    the lines of departments under the county's. None = nothing stands above it yet.
    """
    if kind is GridKind.TERRITORIAL:
        own = (await session.execute(_run_by(Grid.organization_id == body.id))).all()
        beside = _beside([(row.id, row.parent_id) for row in own])
        if beside:
            return beside
    for query in _above(body):
        found: UUID | None = await session.scalar(query)
        if found:
            return found
    return None


def _beside(own: list[tuple[UUID, UUID | None]]) -> UUID | None:
    """Under the one of the body's grids that has parts in it; else where the first one hangs."""
    parents = [parent for _, parent in own]
    level = [id_ for id_, _ in own if id_ in parents]
    return next(iter([*level, *parents]), None)


def _above(body: Organization) -> list[Select[UUID, UUID | None]]:
    """From near to far: the township's own grids, the county's own."""
    centre = select(Organization.id).where(Organization.kind == _K.COUNTY_CENTRE).scalar_subquery()
    top = _run_by(Grid.organization_id == centre)
    return [_run_by(Grid.organization_id == body.within_id), top] if body.within_id else [top]


def _run_by(whose: ColumnElement[bool]) -> Select[UUID, UUID | None]:
    territorial = (Grid.kind == GridKind.TERRITORIAL) & is_not_over(access.today())
    return select(Grid.id, Grid.parent_id).where(whose, territorial).order_by(*_ORDER)


async def _upwards(session: AsyncSession, grid_id: UUID) -> set[UUID]:
    """The grid and all above it; ends in a tree that bites its own tail, too."""
    path = select(Grid.id, Grid.parent_id).where(Grid.id == grid_id).cte("path", recursive=True)
    path = path.union(select(_Above.id, _Above.parent_id).join(path, _Above.id == path.c.parent_id))
    return set(await session.scalars(select(path.c.id)))


def _invalid(words: tuple[str, str]) -> Invalid:
    zh, en = words
    return Invalid(fields=["parent_id"], reason_zh=f"{zh}。", reason_en=f"{en}.")
