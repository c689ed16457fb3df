"""Grids revised, added or ended outside a change, over HTTP: the list, its filing (S1-5)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from app.api.deps import SessionDep, SignedIn, refusals
from app.api.shapes.divisions import RevisionsPage, RevisionView, revision, revision_page
from app.errors import Invalid, NotFound, NotPermitted, NotSignedIn
from app.services import divisions
from app.services.divisions import FileRevision, FilingQuery, NotAsRead

router = APIRouter(prefix="/api/grid-revisions", tags=["places"])


@router.get("", responses=refusals(NotSignedIn, NotPermitted, Invalid))
async def list_grid_revisions(
    query: Annotated[FilingQuery, Query()], actor: SignedIn, session: SessionDep
) -> RevisionsPage:
    """With their filing, the newest first; what only describes the same ground better is none."""
    return revision_page(await divisions.revision_page(session, actor, query))


@router.put(
    "/{revision_id}/filing",
    responses=refusals(NotSignedIn, NotPermitted, NotFound, Invalid, NotAsRead),
)
async def file_grid_revision(
    revision_id: UUID, command: FileRevision, actor: SignedIn, session: SessionDep
) -> RevisionView:
    """Note when the level above had it, and its number; refused for what was not read (S1-5)."""
    return revision(await divisions.file_revision(session, actor, revision_id, command))
