"""Changes of the division into grids over HTTP: the list, deciding one, its filing."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from app.api import shapes
from app.api.deps import SessionDep, SignedIn, refusals
from app.api.shapes.divisions import (
    DivisionGround,
    DivisionPage,
    DivisionView,
    OutlookView,
    UndoingView,
    division,
    division_ground,
    division_page,
    outlook,
    undoing,
)
from app.errors import (
    ChangedMeanwhile,
    Invalid,
    NotFound,
    NotPermitted,
    NotSignedIn,
    UnfittingGridCode,
)
from app.services import divisions
from app.services.divisions import (
    CannotBeUndone,
    ChangeDivision,
    FileChange,
    FilingQuery,
    NotAsRead,
    UndoChange,
)

router = APIRouter(prefix="/api/division-changes", tags=["places"])
READ = refusals(NotSignedIn, NotPermitted)
EDIT = refusals(NotSignedIn, NotPermitted, NotFound, Invalid)
CHANGE = refusals(NotSignedIn, NotPermitted, NotFound, Invalid, UnfittingGridCode)


@router.get("", responses=refusals(NotSignedIn, NotPermitted, Invalid))
async def list_division_changes(
    query: Annotated[FilingQuery, Query()], actor: SignedIn, session: SessionDep
) -> DivisionPage:
    """Splits, mergers and closures with their filing, the newest first (S1-5)."""
    return division_page(await divisions.change_page(session, actor, query))


@router.get("/ground", responses=EDIT)
async def read_division_ground(
    grid_ids: Annotated[list[UUID], Query(min_length=1, max_length=20)],
    actor: SignedIn,
    session: SessionDep,
) -> DivisionGround:
    """Who and what is on the grids that would end, and how much work is open there."""
    return division_ground(await divisions.ground(session, actor, grid_ids))


@router.post("", status_code=201, responses=CHANGE)
async def change_division(
    command: ChangeDivision, actor: SignedIn, session: SessionDep
) -> DivisionView:
    """Split, merge or close grids from a day on; posts, objects and open cases go over (S1-4)."""
    return division(await divisions.change(session, actor, command))


@router.post("/preview", responses=CHANGE)
async def preview_division_change(
    command: ChangeDivision, actor: SignedIn, session: SessionDep
) -> OutlookView:
    """What it would do, by the rules by which it would be decided; nothing is written."""
    return outlook(await divisions.preview(session, actor, command))


@router.get(
    "/{change_id}/undoing",
    responses=refusals(NotSignedIn, NotPermitted, NotFound, ChangedMeanwhile),
)
async def look_at_undoing(change_id: UUID, actor: SignedIn, session: SessionDep) -> UndoingView:
    """What would go back if the change were undone now, and what hinders it (S1-4)."""
    return undoing(await divisions.look(session, actor, change_id))


@router.post(
    "/{change_id}/undoing",
    responses=refusals(
        NotSignedIn, NotPermitted, NotFound, Invalid, ChangedMeanwhile, CannotBeUndone
    ),
)
async def undo_division_change(
    change_id: UUID, command: UndoChange, actor: SignedIn, session: SessionDep
) -> DivisionView:
    """Before its day withdrawn, after it put back as it was; it stays in the list (S1-4)."""
    return division(await divisions.undo(session, actor, change_id, command))


@router.put(
    "/{change_id}/filing",
    responses=refusals(NotSignedIn, NotPermitted, NotFound, Invalid, ChangedMeanwhile, NotAsRead),
)
async def file_division_change(
    change_id: UUID, command: FileChange, actor: SignedIn, session: SessionDep
) -> DivisionView:
    """Note that the level above has it, when, and under which number (S1-5)."""
    return division(await divisions.file(session, actor, change_id, command))


@router.get("/export.xlsx", responses=READ, response_class=Response)
async def export_division_changes(actor: SignedIn, session: SessionDep) -> Response:
    """The filing list as an Excel file: changes, and grids revised, added, ended by themselves."""
    return shapes.excel(await divisions.export(session, actor))


@router.get("/package.zip", responses=READ, response_class=Response)
async def pack_division_changes(actor: SignedIn, session: SessionDep) -> Response:
    """The filing package: the list, and the outlines before and after as GeoJSON (S1-5)."""
    return shapes.archive(await divisions.package(session, actor))
