"""Organisations and grids over HTTP."""

from uuid import UUID

from fastapi import APIRouter

from app.api import shapes
from app.api.deps import SessionDep, SettingsDep, SignedIn, refusals
from app.api.shapes.places import (
    CheckedOutline,
    ComparedOutline,
    CountyMap,
    GridView,
    OrganizationView,
    OutlineFaults,
    PastOutlineView,
    ProposedCode,
    compared,
    past_outline,
)
from app.errors import (
    ChangedMeanwhile,
    Invalid,
    NotFound,
    NotPermitted,
    NotSignedIn,
    UnfittingGridCode,
)
from app.models.organization import OrganizationKind
from app.services import places, slots
from app.services.places import (
    AddGrid,
    AddOrganization,
    CheckOutline,
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
    """To whom my desk may assign this case: departments, the enterprise itself (S3-18, S3-19)."""
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


@router.post("/grids/outline-check", responses=EDIT)
async def check_outline(
    command: CheckOutline, actor: SignedIn, session: SessionDep
) -> CheckedOutline:
    """An outline in WGS-84, with what does not fit; nothing is kept (S2-42)."""
    return CheckedOutline.model_validate(await places.check_outline(session, actor, command))


@router.get("/grids/outline-faults", responses=refusals(NotSignedIn, NotPermitted))
async def list_outline_faults(
    actor: SignedIn, session: SessionDep, township_id: UUID
) -> OutlineFaults:
    """Ground that two grids claim or nobody does, and grids without an outline (S2-42)."""
    return OutlineFaults.model_validate(await places.faults(session, actor, township_id))


@router.get("/grids/next-code", responses=refusals(NotSignedIn, NotPermitted, NotFound))
async def read_next_code(
    actor: SignedIn, session: SessionDep, organization_id: UUID
) -> ProposedCode:
    """The code that a new grid of this body would have by the county's rule."""
    found = await places.next_code(session, actor, organization_id)
    return ProposedCode.model_validate(found)


@router.post(
    "/grids",
    status_code=201,
    responses=refusals(NotSignedIn, NotPermitted, NotFound, Invalid, UnfittingGridCode),
)
async def add_grid(command: AddGrid, actor: SignedIn, session: SessionDep) -> GridView:
    """Add a grid of a village, community or department."""
    return (await shapes.grids(session, [await places.add_grid(session, actor, command)]))[0]


@router.get("/grids/{grid_id}", responses=refusals(NotSignedIn, NotFound))
async def read_grid(grid_id: UUID, actor: SignedIn, session: SessionDep) -> GridView:
    """One grid, over or to come as well."""
    return (await shapes.grids(session, [await slots.read_grid(session, grid_id)]))[0]


@router.get("/grids/{grid_id}/outlines", responses=refusals(NotSignedIn, NotFound))
async def list_past_outlines(
    grid_id: UUID, actor: SignedIn, session: SessionDep
) -> list[PastOutlineView]:
    """Every outline that the grid has had, the newest first: since when, by whom (S1-4)."""
    return [past_outline(one) for one in await places.outlines_of(session, grid_id)]


@router.get("/grids/{grid_id}/outlines/{outline_id}", responses=refusals(NotSignedIn, NotFound))
async def compare_past_outline(
    grid_id: UUID, outline_id: UUID, actor: SignedIn, session: SessionDep
) -> ComparedOutline:
    """One of them, and how much ground has gone and come since."""
    return compared(await places.compared(session, grid_id, outline_id))


@router.patch(
    "/grids/{grid_id}",
    responses=refusals(
        NotSignedIn, NotPermitted, NotFound, Invalid, UnfittingGridCode, ChangedMeanwhile
    ),
)
async def edit_grid(
    grid_id: UUID, command: EditGrid, actor: SignedIn, session: SessionDep
) -> GridView:
    """Rename a grid, give it a code or an outline, or end it."""
    grid = await places.edit_grid(session, actor, grid_id, command)
    return (await shapes.grids(session, [grid]))[0]


@router.get("/county/map", responses=READ)
async def read_county_map(actor: SignedIn, session: SessionDep, settings: SettingsDep) -> CountyMap:
    """The county's outline and its townships' centres."""
    return CountyMap.model_validate(await places.county_map(session, settings))
