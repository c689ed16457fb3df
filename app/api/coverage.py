"""Coverage of the ground over HTTP: what has not been seen, for how long, and why."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from app.api import shapes
from app.api.deps import SessionDep, SignedIn, refusals
from app.api.shapes import coverage as views
from app.api.shapes.coverage import GroundView, OutlineView, UnseenPageView
from app.errors import Invalid, NotPermitted, NotSignedIn
from app.services.patrols import coverage
from app.services.patrols.coverage import GroundQuery, UnseenFilters, UnseenQuery

router = APIRouter(prefix="/api/coverage", tags=["patrols"])
READ = refusals(NotSignedIn, NotPermitted, Invalid)
FILE: dict[int | str, dict[str, Any]] = {200: {"content": {shapes.XLSX: {}}}}


@router.get("/grids", responses=READ)
async def read_ground(
    query: Annotated[GroundQuery, Query()], actor: SignedIn, session: SessionDep
) -> GroundView:
    """By grid, the longest not seen first, with counts of why; never by person (S0-1)."""
    return views.ground(await coverage.ground(session, actor, query))


@router.get("/objects", responses=READ)
async def list_unseen(
    query: Annotated[UnseenQuery, Query()], actor: SignedIn, session: SessionDep
) -> UnseenPageView:
    """By object, the longest not seen first, with what is to come and why it waits."""
    return views.unseen(await coverage.unseen(session, actor, query))


@router.get("/outlines", responses=READ)
async def list_coverage_outlines(
    actor: SignedIn, session: SessionDep, township_id: UUID | None = None
) -> list[OutlineView]:
    """Outlines of my grids, thinned for a map of the county; GeoJSON, WGS-84."""
    found = await coverage.outlines(session, actor, township_id)
    return [OutlineView.model_validate(each) for each in found]


@router.get("/export.xlsx", responses={**FILE, **READ}, response_class=Response)
async def export_unseen(
    filters: Annotated[UnseenFilters, Query()], actor: SignedIn, session: SessionDep
) -> Response:
    """The list by object as it is filtered, at most 70,000 rows."""
    return shapes.excel(await coverage.export(session, actor, filters))
