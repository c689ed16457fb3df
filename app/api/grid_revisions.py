"""Grids redrawn, renamed or given another code, over HTTP: the list and its filing (S1-5)."""

from uuid import UUID

from fastapi import APIRouter

from app.api.deps import SessionDep, SignedIn, refusals
from app.api.shapes.divisions import RevisionView, revision
from app.errors import Invalid, NotFound, NotPermitted, NotSignedIn
from app.services import divisions
from app.services.divisions import FileRevision

router = APIRouter(prefix="/api/grid-revisions", tags=["places"])


@router.get("", responses=refusals(NotSignedIn, NotPermitted))
async def list_grid_revisions(actor: SignedIn, session: SessionDep) -> list[RevisionView]:
    """With their filing, the newest first; what only describes the same ground better is none."""
    return [revision(one) for one in await divisions.revisions(session, actor)]


@router.put(
    "/{revision_id}/filing", responses=refusals(NotSignedIn, NotPermitted, NotFound, Invalid)
)
async def file_grid_revision(
    revision_id: UUID, command: FileRevision, actor: SignedIn, session: SessionDep
) -> RevisionView:
    """Note that the level above has it, when, and under which number (S1-5)."""
    return revision(await divisions.file_revision(session, actor, revision_id, command))
