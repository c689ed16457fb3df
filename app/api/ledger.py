"""The ledger of supervised objects over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from app.api import shapes
from app.api.deps import SessionDep, SignedIn, refusals
from app.api.shapes.ledger import ObjectRows, ObjectView
from app.errors import Invalid, NotFound, NotPermitted, NotSignedIn
from app.services import ledger
from app.services.ledger import AddObject, EditObject, ObjectQuery

router = APIRouter(prefix="/api/objects", tags=["ledger"])
EDIT = refusals(NotSignedIn, NotPermitted, NotFound, Invalid)


@router.get("", responses=refusals(NotSignedIn, Invalid))
async def list_objects(
    query: Annotated[ObjectQuery, Query()], actor: SignedIn, session: SessionDep
) -> ObjectRows:
    """Objects by name, or nearest first from a position. Contact data only within my reach."""
    return shapes.object_rows(await ledger.objects(session, actor, query))


@router.get("/{object_id}", responses=refusals(NotSignedIn, NotFound))
async def read_object(object_id: UUID, actor: SignedIn, session: SessionDep) -> ObjectView:
    """One object."""
    return shapes.object_view(await ledger.read_object(session, actor, object_id))


@router.post("", status_code=201, responses=EDIT)
async def add_object(command: AddObject, actor: SignedIn, session: SessionDep) -> ObjectView:
    """Add an object; an odd credit code is warned about, not refused."""
    return shapes.object_view(await ledger.add_object(session, actor, command))


@router.patch("/{object_id}", responses=EDIT)
async def edit_object(
    object_id: UUID, command: EditObject, actor: SignedIn, session: SessionDep
) -> ObjectView:
    """Correct what is known about an object."""
    return shapes.object_view(await ledger.edit_object(session, actor, object_id, command))


@router.put("/{object_id}/account", responses=EDIT)
async def open_object_account(object_id: UUID, actor: SignedIn, session: SessionDep) -> ObjectView:
    """Let safety officers be employed there (enterprise accounts); safe to repeat."""
    return shapes.object_view(await ledger.open_account(session, actor, object_id))
