"""Changes of the division into grids over HTTP: the list, deciding one, its filing."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from app.api import shapes
from app.api.deps import SessionDep, SignedIn, refusals
from app.api.shapes.divisions import DivisionGround, DivisionView, division, division_ground
from app.errors import Invalid, NotFound, NotPermitted, NotSignedIn
from app.services import divisions
from app.services.divisions import ChangeDivision, FileChange

router = APIRouter(prefix="/api/division-changes", tags=["places"])
READ = refusals(NotSignedIn, NotPermitted)
EDIT = refusals(NotSignedIn, NotPermitted, NotFound, Invalid)


@router.get("", responses=READ)
async def list_division_changes(actor: SignedIn, session: SessionDep) -> list[DivisionView]:
    """Splits, mergers and closures with their filing, the newest first (S1-5)."""
    return [division(one) for one in await divisions.changes(session, actor)]


@router.get("/ground", responses=EDIT)
async def read_division_ground(
    grid_ids: Annotated[list[UUID], Query(min_length=1, max_length=20)],
    actor: SignedIn,
    session: SessionDep,
) -> DivisionGround:
    """Who and what is on the grids that would end, and how much work is open there."""
    return division_ground(await divisions.ground(session, actor, grid_ids))


@router.post("", status_code=201, responses=EDIT)
async def change_division(
    command: ChangeDivision, actor: SignedIn, session: SessionDep
) -> DivisionView:
    """Split, merge or close grids from a day on; posts, objects and open cases go over (S1-4)."""
    return division(await divisions.change(session, actor, command))


@router.put("/{change_id}/filing", responses=EDIT)
async def file_division_change(
    change_id: UUID, command: FileChange, actor: SignedIn, session: SessionDep
) -> DivisionView:
    """Note that the level above has it, when, and under which number (S1-5)."""
    return division(await divisions.file(session, actor, change_id, command))


@router.get("/export.xlsx", responses=READ, response_class=Response)
async def export_division_changes(actor: SignedIn, session: SessionDep) -> Response:
    """The filing package as an Excel file."""
    return shapes.excel(await divisions.export(session, actor))
