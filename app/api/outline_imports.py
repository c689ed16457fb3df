"""Many outlines from one file over HTTP: looked at first, then the good ones taken (S2-42)."""

from typing import Annotated

from fastapi import APIRouter, Query, UploadFile

from app.api.deps import SessionDep, SignedIn, refusals
from app.api.shapes.outline_imports import CheckedOutlines, TakenOutlines, checked
from app.errors import BodyTooLarge, ChangedMeanwhile, Invalid, NotPermitted, NotSignedIn
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
) -> CheckedOutlines:
    """A GeoJSON FeatureCollection (multipart) against the grids as they are; nothing is kept."""
    return checked(await importing.check(session, actor, command, await file.read()))


@router.post("", responses=refusals(*READ, ChangedMeanwhile))
async def take_outlines(
    file: UploadFile,
    command: Annotated[TakeOutlines, Query()],
    actor: SignedIn,
    session: SessionDep,
) -> TakenOutlines:
    """The same file again: its good outlines are taken in, all or, if one has moved, none."""
    name = (file.filename or "")[:100]
    body = await file.read()
    return TakenOutlines(taken=await importing.take(session, actor, command, body, name))
