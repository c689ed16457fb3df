"""Bodies, grids and enterprises as they are shown."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.api.views import GridRef, OrganizationRef, View
from app.models.grid import Grid, GridKind
from app.models.organization import Organization
from app.services import accounts, places
from app.services.personal import masked_name, masked_number
from app.services.places import EnterprisePage, FoundEnterprise


class OrganizationView(OrganizationRef):
    code: str | None
    parent_id: UUID | None
    within_id: UUID | None
    phone: str | None
    is_active: bool
    is_summarising: bool


class GridView(View):
    id: UUID
    kind: GridKind
    name: str
    official_code: str | None
    parent_id: UUID | None
    organization: OrganizationRef
    township: OrganizationRef | None
    outline: dict[str, Any] | None
    centre_lat: float | None
    centre_lon: float | None
    valid_from: date
    valid_to: date | None
    gridworkers: list[str]


class EnterpriseView(View):
    id: UUID
    name: str
    short_name: str
    credit_code: str | None
    credit_code_warning: str | None
    address: str
    sector: str
    grid: GridRef
    village: OrganizationRef | None
    township: OrganizationRef | None
    lat: float | None
    lon: float | None
    contact_name: str | None
    contact_phone: str | None
    is_key: bool
    distance_m: float | None = None


class Enterprises(View):
    items: list[EnterpriseView]
    next: str | None


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


def enterprises(page: EnterprisePage) -> dict[str, Any]:
    """One page; everything was fetched with the rows."""
    return {"items": [enterprise(found) for found in page.items], "next": page.next}


def enterprise(found: FoundEnterprise) -> EnterpriseView:
    """Whom to call is shown within reach, else masked."""
    place, body = found.enterprise, found.organization
    is_shown = found.is_contact_shown
    return EnterpriseView(
        id=place.id,
        name=body.name,
        short_name=body.short_name,
        credit_code=place.credit_code,
        credit_code_warning=places.credit_code_warning(place.credit_code),
        address=place.address,
        sector=place.sector,
        grid=GridRef.model_validate(found.grid),
        village=OrganizationRef.model_validate(found.village),
        township=OrganizationRef.model_validate(found.township) if found.township else None,
        lat=place.lat,
        lon=place.lon,
        contact_name=place.contact_name if is_shown else masked_name(place.contact_name),
        contact_phone=place.contact_phone if is_shown else masked_number(place.contact_phone),
        is_key=place.is_key,
        distance_m=found.distance_m,
    )


def _grid(
    row: Grid, runner: Organization, township: Organization | None, workers: list[str]
) -> GridView:
    return GridView(
        id=row.id,
        kind=row.kind,
        name=row.name,
        official_code=row.official_code,
        parent_id=row.parent_id,
        organization=OrganizationRef.model_validate(runner),
        township=OrganizationRef.model_validate(township) if township else None,
        outline=row.outline,
        centre_lat=row.centre_lat,
        centre_lon=row.centre_lon,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        gridworkers=workers,
    )
