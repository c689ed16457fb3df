"""Bodies and grids as they are shown."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncSession

from app.api.views import OrganizationRef, View
from app.models.grid import Grid, GridKind, OutlineSource
from app.models.organization import Organization, Variant
from app.services import accounts, places
from app.services.coordinates import Crs
from app.services.places import Compared, PastOutline


class OrganizationView(OrganizationRef):
    variant: Variant | None
    code: str | None
    parent_id: UUID | None
    within_id: UUID | None
    phone: str | None
    is_active: bool
    is_summarising: bool


class GridView(View):
    """`outline_version` goes back as `drawn_from` with a corrected outline."""

    id: UUID
    kind: GridKind
    name: str
    official_code: str | None
    external_codes: dict[str, str]
    parent_id: UUID | None
    organization: OrganizationRef
    township: OrganizationRef | None
    bounds: str | None
    outline: dict[str, Any] | None
    outline_version: str
    centre_lat: float | None
    centre_lon: float | None
    valid_from: date
    valid_to: date | None
    gridworkers: list[str]


class OverlapView(View):
    """Two grids that claim the same ground; `one` is empty for the outline that is checked."""

    one: str
    other: str
    square_metres: int
    ground: dict[str, Any] | None = Field(description="GeoJSON, of an outline that is checked")


class StripView(View):
    """A strip between the outline and its neighbours that nobody has; GeoJSON."""

    square_metres: int
    ground: dict[str, Any]


class CheckedOutline(View):
    """In WGS-84. `outside`: share outside the county. `looks_like`: where it would fit better.

    `left_out`: places of the grid that would lie outside it, `taken_in`: those of others inside.
    """

    outline: dict[str, Any]
    square_metres: int
    outside: float
    overlaps: list[OverlapView]
    strips: list[StripView]
    left_out: int
    taken_in: int
    looks_like: Crs | None


class PastOutlineView(View):
    """`recorded_by` None: nobody knows. `crs`: in what coordinates it came, kept in WGS-84."""

    id: UUID
    valid_from: date
    recorded_at: datetime
    recorded_by: str | None
    source: OutlineSource
    crs: Crs
    is_correction: bool = Field(
        description="the same ground, only described better: not to be filed"
    )
    square_metres: int
    is_present: bool


class ComparedOutline(PastOutlineView):
    """Beside what stands: m² that are `gone` and that have `come` since."""

    outline: dict[str, Any] | None = Field(description="GeoJSON, WGS-84; None: was taken away")
    gone: int
    come: int
    share: float = Field(description="both of all ground that either has, 0 to 1")


class GapView(View):
    where: str
    square_metres: int
    lat: float
    lon: float


class OutlineFaults(View):
    """`gaps`: only where the township's own grid is drawn."""

    overlaps: list[OverlapView]
    gaps: list[GapView]
    undrawn: list[str]


class ProposedCode(View):
    """With the structure in words; None: to be entered by hand, and the words say why."""

    code: str | None
    zh: str
    en: str


class CountyMap(View):
    """Outline and centre of the county, WGS-84; drawn where there are no tiles."""

    outline: dict[str, Any]
    townships: list[dict[str, Any]]
    attribution: str


async def grids(session: AsyncSession, rows: list[Grid]) -> list[GridView]:
    """Grids with who runs them and who walks them: three statements for all."""
    runners = await places.by_id(session, {row.organization_id for row in rows})
    within = {body.within_id for body in runners.values() if body.within_id}
    townships = await places.by_id(session, within)
    workers = await accounts.gridworkers(session, [row.id for row in rows])
    views = []
    for row in rows:
        runner = runners[row.organization_id]
        township = townships.get(runner.within_id) if runner.within_id else None
        views.append(_grid(row, runner, township, workers.get(row.id, [])))
    return views


def _grid(
    row: Grid, runner: Organization, township: Organization | None, workers: list[str]
) -> GridView:
    return GridView(
        id=row.id,
        kind=row.kind,
        name=row.name,
        official_code=row.official_code,
        external_codes=row.external_codes,
        parent_id=row.parent_id,
        organization=OrganizationRef.model_validate(runner),
        township=OrganizationRef.model_validate(township) if township else None,
        bounds=row.bounds,
        outline=row.outline,
        outline_version=places.outline_version(row.outline),
        centre_lat=row.centre_lat,
        centre_lon=row.centre_lon,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        gridworkers=workers,
    )


def past_outline(found: PastOutline) -> PastOutlineView:
    return PastOutlineView.model_validate(_past(found))


def compared(found: Compared) -> ComparedOutline:
    beside = {"gone": found.gone, "come": found.come, "share": found.share}
    own = {"outline": found.past.row.outline, **beside}
    return ComparedOutline.model_validate(_past(found.past) | own)


def _past(found: PastOutline) -> dict[str, Any]:
    kept = ("id", "valid_from", "recorded_at", "source", "crs", "is_correction")
    return {name: getattr(found.row, name) for name in kept} | {
        "recorded_by": found.by,
        "square_metres": found.square_metres,
        "is_present": found.is_present,
    }
