"""The ledger of supervised objects over HTTP."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from app.api import shapes
from app.api.deps import DeviceTime, RawBody, SessionDep, SettingsDep, SignedIn, refusals
from app.api.shapes.ledger import (
    CollectionReceipt,
    LedgerFieldView,
    LedgerReference,
    ObjectChangeView,
    ObjectRows,
    ObjectWhole,
    WholeContact,
)
from app.api.shapes.ledger_counts import CadreChoice, Gaps, LeftPlaceView, ObjectCounts
from app.api.shapes.ledger_registers import RegisterRows
from app.errors import (
    ChangedMeanwhile,
    Invalid,
    NotFound,
    NotPermitted,
    NotReturned,
    NotSignedIn,
    SameIdOtherContent,
    UnknownContract,
)
from app.services import ledger
from app.services.ledger import (
    AddObject,
    AssignCadre,
    Because,
    ChangeMembers,
    CollectObject,
    DefineField,
    EditObject,
    FieldKey,
    MoveObject,
    ObjectFilters,
    ObjectQuery,
    RegisterQuery,
    ReopenObject,
    RevealContact,
    SuperviseObject,
)

router = APIRouter(prefix="/api", tags=["ledger"])
READ = refusals(NotSignedIn, NotFound)
DESK = refusals(NotSignedIn, NotPermitted, Invalid)
EDIT = refusals(NotSignedIn, NotPermitted, NotFound, Invalid)
MAY_HAVE_CHANGED = refusals(NotSignedIn, NotPermitted, NotFound, Invalid, ChangedMeanwhile)
COLLECT = refusals(
    NotSignedIn, NotPermitted, NotFound, Invalid, NotReturned, SameIdOtherContent, UnknownContract
)


@router.get("/objects", responses=refusals(NotSignedIn, Invalid))
async def list_objects(
    query: Annotated[ObjectQuery, Query()], actor: SignedIn, session: SessionDep
) -> ObjectRows:
    """Objects by name, or nearest first from a position. Contact data only within my reach."""
    return shapes.object_rows(await ledger.objects(session, actor, query))


@router.get("/objects/gaps", responses=refusals(NotSignedIn))
async def count_gaps(actor: SignedIn, session: SessionDep) -> Gaps:
    """Orphans and blind spots within my reach, counted; each is a list by `lacks`."""
    return Gaps.model_validate(await ledger.gaps(session, actor))


@router.get("/objects/counts", responses=refusals(NotSignedIn, Invalid))
async def count_objects(
    filters: Annotated[ObjectFilters, Query()], actor: SignedIn, session: SessionDep
) -> ObjectCounts:
    """How many objects the filter finds, by kind and by which of the three small (S1-28)."""
    return ObjectCounts.model_validate(await ledger.counts(session, actor, filters))


@router.get("/objects/{object_id}", responses=READ)
async def read_object(object_id: UUID, actor: SignedIn, session: SessionDep) -> ObjectWhole:
    """One object; its details only within my reach."""
    return shapes.object_view(await ledger.read_whole(session, actor, object_id))


@router.get("/objects/{object_id}/history", responses=READ)
async def read_object_history(
    object_id: UUID, actor: SignedIn, session: SessionDep
) -> list[ObjectChangeView]:
    """Every change of every field, newest first."""
    return shapes.object_changes(await ledger.history(session, actor, object_id))


@router.post("/objects", status_code=201, responses=EDIT)
async def add_object(command: AddObject, actor: SignedIn, session: SessionDep) -> ObjectWhole:
    """Add an object; an odd credit code is warned about, not refused."""
    return shapes.object_view(await ledger.add_object(session, actor, command))


@router.patch("/objects/{object_id}", responses=EDIT)
async def edit_object(
    object_id: UUID, command: EditObject, actor: SignedIn, session: SessionDep
) -> ObjectWhole:
    """Correct what is known about an object."""
    return shapes.object_view(await ledger.edit_object(session, actor, object_id, command))


@router.put("/objects/{object_id}/collections/{collection_id}", responses=COLLECT)
async def collect_object(
    object_id: UUID,
    collection_id: UUID,
    command: CollectObject,
    body: RawBody,
    actor: SignedIn,
    session: SessionDep,
    settings: SettingsDep,
    device_time: DeviceTime = None,
) -> CollectionReceipt:
    """Keep what was collected on site, under the phone's ids, until its village confirms it."""
    made = await ledger.collect(
        session, actor, object_id, collection_id, command, body, device_time
    )
    return shapes.collection_receipt(settings, made)


@router.put("/objects/{object_id}/confirmation", responses=MAY_HAVE_CHANGED)
async def confirm_object(
    object_id: UUID,
    actor: SignedIn,
    session: SessionDep,
    read_at: Annotated[
        datetime | None,
        Query(description="`received_at` of the collection that was looked at"),
    ] = None,
) -> ObjectWhole:
    """Vouch for what a gridworker collected on site (S2-23); safe to repeat."""
    return shapes.object_view(await ledger.confirm_object(session, actor, object_id, read_at))


@router.post("/objects/{object_id}/return", responses=MAY_HAVE_CHANGED)
async def return_object(
    object_id: UUID, command: Because, actor: SignedIn, session: SessionDep
) -> ObjectWhole:
    """Send it back to whoever collected it, with what is to be corrected; safe to repeat."""
    return shapes.object_view(await ledger.return_object(session, actor, object_id, command))


@router.put("/objects/{object_id}/proposals/{proposal_id}/acceptance", responses=MAY_HAVE_CHANGED)
async def accept_proposal(
    object_id: UUID,
    proposal_id: UUID,
    actor: SignedIn,
    session: SessionDep,
    despite: Annotated[
        bool, Query(description="it was seen that the ledger has changed since")
    ] = False,
) -> ObjectWhole:
    """Take over what was reported on the spot: the object is changed or closed; safe to repeat."""
    done = await ledger.accept_proposal(session, actor, object_id, proposal_id, despite=despite)
    return shapes.object_view(done)


@router.post("/objects/{object_id}/proposals/{proposal_id}/return", responses=MAY_HAVE_CHANGED)
async def return_proposal(
    object_id: UUID, proposal_id: UUID, command: Because, actor: SignedIn, session: SessionDep
) -> ObjectWhole:
    """Back to whoever reported the change, with a word; nothing changes. Safe to repeat."""
    done = await ledger.return_proposal(session, actor, object_id, proposal_id, command)
    return shapes.object_view(done)


@router.put("/objects/{object_id}/grid", responses=EDIT)
async def move_object(
    object_id: UUID, command: MoveObject, actor: SignedIn, session: SessionDep
) -> ObjectWhole:
    """Move it to another grid, for a reason; a bundle takes its members along."""
    return shapes.object_view(await ledger.move_object(session, actor, object_id, command))


@router.put("/objects/{object_id}/members", responses=EDIT)
async def change_members(
    object_id: UUID, command: ChangeMembers, actor: SignedIn, session: SessionDep
) -> ObjectWhole:
    """Put objects of its grid into a bundle and take others out, all or none (S2-44)."""
    return shapes.object_view(await ledger.change_members(session, actor, object_id, command))


@router.get("/objects/{object_id}/cadres", responses=READ)
async def list_cadres(object_id: UUID, actor: SignedIn, session: SessionDep) -> list[CadreChoice]:
    """Who of its grid could take care of it: gridworkers, chiefs and 包保干部 of today."""
    found = await ledger.candidates_of(session, actor, object_id)
    return [CadreChoice.model_validate(one) for one in found]


@router.put("/objects/{object_id}/cadre", responses=EDIT)
async def assign_cadre(
    object_id: UUID, command: AssignCadre, actor: SignedIn, session: SessionDep
) -> ObjectWhole:
    """Say who of its grid takes care of it (包保干部, S4-18); what is planned goes to that one."""
    return shapes.object_view(await ledger.assign_cadre(session, actor, object_id, command))


@router.put("/objects/{object_id}/departments", responses=EDIT)
async def supervise_object(
    object_id: UUID, command: SuperviseObject, actor: SignedIn, session: SessionDep
) -> ObjectWhole:
    """Say which departments answer for it, in charge or licensing (S0-11); replaces all."""
    return shapes.object_view(await ledger.supervise_object(session, actor, object_id, command))


@router.put("/objects/{object_id}/account", responses=EDIT)
async def open_object_account(object_id: UUID, actor: SignedIn, session: SessionDep) -> ObjectWhole:
    """Let safety officers be employed there (enterprise accounts); safe to repeat."""
    return shapes.object_view(await ledger.open_account(session, actor, object_id))


@router.post("/objects/{object_id}/close", responses=EDIT)
async def close_object(
    object_id: UUID, command: Because, actor: SignedIn, session: SessionDep
) -> ObjectWhole:
    """It is no more; refused while cases are open there."""
    return shapes.object_view(await ledger.close_object(session, actor, object_id, command))


@router.get("/objects/{object_id}/left-places", responses=EDIT)
async def list_left_places(
    object_id: UUID, actor: SignedIn, session: SessionDep
) -> list[LeftPlaceView]:
    """Who had a place on its grid when it closed and could have it again (S4-28)."""
    found = await ledger.left_places(session, actor, object_id)
    return [LeftPlaceView.model_validate(one) for one in found]


@router.post("/objects/{object_id}/reopen", responses=MAY_HAVE_CHANGED)
async def reopen_object(
    object_id: UUID, command: ReopenObject, actor: SignedIn, session: SessionDep
) -> ObjectWhole:
    """It is there again; if it was a grid, so is that, with those who get their places back."""
    return shapes.object_view(await ledger.reopen_object(session, actor, object_id, command))


@router.post("/objects/{object_id}/reveal", responses=EDIT)
async def reveal_contact(
    object_id: UUID, command: RevealContact, actor: SignedIn, session: SessionDep
) -> WholeContact:
    """Name and number of a place's contact, for a reason; who asked and why is put on record."""
    row = await ledger.reveal_contact(session, actor, object_id, command)
    return WholeContact.model_validate(row)


@router.get("/ledger/register", responses=DESK)
async def read_register(
    query: Annotated[RegisterQuery, Query()], actor: SignedIn, session: SessionDep
) -> RegisterRows:
    """Major hazard sources, or key units, of my reach (S3-31, S3-38)."""
    return shapes.register_rows(await ledger.register(session, actor, query))


@router.get("/ledger/reference", responses=refusals(NotSignedIn))
async def read_ledger_reference(_: SignedIn, session: SessionDep) -> LedgerReference:
    """GB/T 4754 divisions and the county's own columns."""
    own = [LedgerFieldView.model_validate(row) for row in await ledger.own_fields(session)]
    return LedgerReference(divisions=dict(ledger.divisions()), fields=own)


@router.put("/ledger/fields/{key}", responses=EDIT)
async def define_ledger_field(
    key: FieldKey, command: DefineField, actor: SignedIn, session: SessionDep
) -> LedgerFieldView:
    """Add a column of the county's own, rename it, or take it out of use (S1-63)."""
    return LedgerFieldView.model_validate(await ledger.define_field(session, actor, key, command))
