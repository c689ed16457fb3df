"""Organisations, grids, enterprises over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from app.api import shapes
from app.api.deps import SessionDep, SettingsDep, SignedIn, refusals
from app.api.shapes.places import (
    CountyMap,
    Enterprises,
    EnterpriseView,
    GridView,
    OrganizationView,
)
from app.errors import Invalid, NotFound, NotPermitted, NotSignedIn
from app.models.organization import OrganizationKind
from app.services import places
from app.services.commands import Search
from app.services.places import (
    AddEnterprise,
    AddGrid,
    AddOrganization,
    EditEnterprise,
    EditGrid,
    EditOrganization,
)

router = APIRouter(prefix="/api", tags=["places"])
EDIT = refusals(NotSignedIn, NotPermitted, NotFound, Invalid)
READ = refusals(NotSignedIn)


@router.get("/organizations", responses=READ)
async def list_organizations(
    actor: SignedIn,
    session: SessionDep,
    kind: OrganizationKind | None = None,
    parent_id: UUID | None = None,
) -> list[OrganizationView]:
    """The tree of bodies, flat, by code and name; enterprises only if asked for by kind."""
    found = await places.organizations(session, actor, kind, parent_id)
    return [OrganizationView.model_validate(row) for row in found]


@router.get("/organizations/reachable", responses=refusals(NotSignedIn, NotFound))
async def list_reachable(
    actor: SignedIn, session: SessionDep, hazard_id: UUID
) -> list[OrganizationView]:
    """Departments to which my desk may assign this case (S3-18, S3-19)."""
    found = await places.reachable(session, actor, hazard_id)
    return [OrganizationView.model_validate(row) for row in found]


@router.post("/organizations", status_code=201, responses=EDIT)
async def add_organization(
    command: AddOrganization, actor: SignedIn, session: SessionDep
) -> OrganizationView:
    """Add a body under another one."""
    return OrganizationView.model_validate(await places.add_organization(session, actor, command))


@router.patch("/organizations/{organization_id}", responses=EDIT)
async def edit_organization(
    organization_id: UUID, command: EditOrganization, actor: SignedIn, session: SessionDep
) -> OrganizationView:
    """Rename a body, let a village summarise first (S2-30), or close it when it holds nothing."""
    body = await places.edit_organization(session, actor, organization_id, command)
    return OrganizationView.model_validate(body)


@router.get("/grids", responses=READ)
async def list_grids(
    actor: SignedIn, session: SessionDep, township_id: UUID | None = None, is_mine: bool = False
) -> list[GridView]:
    """Grids in force today, with their gridworkers."""
    return await shapes.grids(session, await places.grids(session, actor, township_id, is_mine))


@router.post("/grids", status_code=201, responses=EDIT)
async def add_grid(command: AddGrid, actor: SignedIn, session: SessionDep) -> GridView:
    """Add a grid of a village, community or department."""
    return (await shapes.grids(session, [await places.add_grid(session, actor, command)]))[0]


@router.patch("/grids/{grid_id}", responses=EDIT)
async def edit_grid(
    grid_id: UUID, command: EditGrid, actor: SignedIn, session: SessionDep
) -> GridView:
    """Rename a grid, give it a code or an outline, or end it."""
    grid = await places.edit_grid(session, actor, grid_id, command)
    return (await shapes.grids(session, [grid]))[0]


@router.get("/enterprises", responses=refusals(NotSignedIn, Invalid))
async def list_enterprises(
    actor: SignedIn,
    session: SessionDep,
    text: Annotated[Search, Query()] = "",
    grid_id: UUID | None = None,
    township_id: UUID | None = None,
    near_lat: Annotated[float | None, Query(ge=-90, le=90)] = None,
    near_lon: Annotated[float | None, Query(ge=-180, le=180)] = None,
    cursor: Annotated[str | None, Query(max_length=800)] = None,
) -> Enterprises:
    """Enterprises, 50 a page; nearest first from a position. Contact data only within my reach."""
    near = (near_lat, near_lon) if near_lat is not None and near_lon is not None else None
    found = await places.enterprises(session, actor, text, grid_id, township_id, near, cursor)
    return Enterprises.model_validate(shapes.enterprises(found))


@router.post("/enterprises", status_code=201, responses=EDIT)
async def add_enterprise(
    command: AddEnterprise, actor: SignedIn, session: SessionDep
) -> EnterpriseView:
    """Add an enterprise; an odd credit code is warned about, not refused."""
    return shapes.enterprise(await places.add_enterprise(session, actor, command))


@router.patch("/enterprises/{enterprise_id}", responses=EDIT)
async def edit_enterprise(
    enterprise_id: UUID, command: EditEnterprise, actor: SignedIn, session: SessionDep
) -> EnterpriseView:
    """Correct an enterprise's data."""
    enterprise = await places.edit_enterprise(session, actor, enterprise_id, command)
    return shapes.enterprise(enterprise)


@router.get("/county/map", responses=READ)
async def read_county_map(actor: SignedIn, session: SessionDep, settings: SettingsDep) -> CountyMap:
    """The county's outline and its townships' centres."""
    return CountyMap.model_validate(await places.county_map(session, settings))
