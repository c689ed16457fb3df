"""Many outlines from one file over HTTP: looked at first, then the good ones taken (S2-42)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, UploadFile

from app.api.deps import SessionDep, SessionsDep, SignedIn, refusals
from app.api.shapes.outline_imports import (
    CheckedOutlines,
    OutlineImportView,
    OutlineRunView,
    TakenOutlines,
    checked,
    past_import,
)
from app.errors import BodyTooLarge, ChangedMeanwhile, Invalid, NotFound, NotPermitted, NotSignedIn
from app.services.places import importing
from app.services.places.importing import ImportOutlines, TakeOutlines

router = APIRouter(prefix="/api/grids/outline-imports", tags=["places"])
READ = (NotSignedIn, NotPermitted, Invalid, BodyTooLarge)


@router.post("/check", responses=refusals(*READ))
async def check_outlines(
    file: UploadFile,
    command: Annotated[ImportOutlines, Query()],
    actor: SignedIn,
    session: SessionDep,
    sessions: SessionsDep,
) -> CheckedOutlines:
    """A GeoJSON FeatureCollection (multipart) against the grids as they are; nothing is kept."""
    name = (file.filename or "")[:100]
    body = await file.read()
    return checked(await importing.check(session, actor, command, body, name, sessions))


@router.post("", responses=refusals(*READ, ChangedMeanwhile))
async def take_outlines(
    file: UploadFile,
    command: Annotated[TakeOutlines, Query()],
    actor: SignedIn,
    session: SessionDep,
    sessions: SessionsDep,
) -> TakenOutlines:
    """The same file again: its good outlines are taken in, all or, if one has moved, none."""
    name = (file.filename or "")[:100]
    body = await file.read()
    taken = await importing.take(session, actor, command, body, name, sessions)
    return TakenOutlines(taken=taken)


@router.get("/running", responses=refusals(NotSignedIn, NotPermitted))
async def read_outline_run(actor: SignedIn, session: SessionDep) -> OutlineRunView | None:
    """How far my file is, while it is looked at or taken; null: nothing is under way."""
    found = await importing.running(session, actor)
    return OutlineRunView.model_validate(found) if found else None


@router.get("", responses=refusals(NotSignedIn, NotPermitted))
async def list_outline_imports(actor: SignedIn, session: SessionDep) -> list[OutlineImportView]:
    """The newest first, 30 at most: who, when, how many grids, and whether it was undone."""
    return [past_import(one) for one in await importing.imports(session, actor)]


@router.post("/{import_id}/undo", responses=refusals(NotSignedIn, NotPermitted, NotFound))
async def undo_outline_import(
    import_id: UUID, actor: SignedIn, session: SessionDep
) -> OutlineImportView:
    """Each grid gets back what it had before, if nobody has redrawn it since; safe to repeat."""
    return past_import(await importing.undo(session, actor, import_id))
