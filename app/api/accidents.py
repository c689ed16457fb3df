"""Accidents over HTTP: reported by phones, received and passed on by desks."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from app.api import shapes
from app.api.deps import (
    NOT_MODIFIED,
    DeviceTime,
    HeldTags,
    RawBody,
    SessionDep,
    SettingsDep,
    SignedIn,
    StorageDep,
    refusals,
)
from app.api.shapes import accidents as views
from app.api.shapes.accidents import (
    AccidentPageView,
    AccidentReceipt,
    AccidentView,
    WaitingAccidents,
)
from app.errors import (
    AccidentEnded,
    Incomplete,
    Invalid,
    NotFound,
    NotPermitted,
    NotSignedIn,
    SameIdOtherContent,
    StorageUnavailable,
    UnknownContract,
)
from app.services import accidents, photos
from app.services.accidents import (
    AccidentQuery,
    ReportAccident,
    StepAccident,
    SupplementAccident,
)

router = APIRouter(prefix="/api/accidents", tags=["accidents"])
SENT = (NotSignedIn, Invalid, SameIdOtherContent, UnknownContract)
STEP = (NotSignedIn, NotPermitted, NotFound, Incomplete, Invalid, AccidentEnded, SameIdOtherContent)


@router.put("/{accident_id}", responses=refusals(*SENT))
async def report_accident(
    accident_id: UUID,
    command: ReportAccident,
    body: RawBody,
    actor: SignedIn,
    session: SessionDep,
    settings: SettingsDep,
    device_time: DeviceTime = None,
) -> AccidentReceipt:
    """Report an accident under an id made by the phone (首报); a word is not needed."""
    taken = await accidents.report(session, actor, accident_id, command, body, device_time)
    return views.receipt(settings, taken)


@router.put(
    "/{accident_id}/reports/{report_id}",
    responses=refusals(*SENT, NotPermitted, NotFound, AccidentEnded),
)
async def supplement_accident(
    accident_id: UUID,
    report_id: UUID,
    command: SupplementAccident,
    body: RawBody,
    actor: SignedIn,
    session: SessionDep,
    settings: SettingsDep,
    device_time: DeviceTime = None,
) -> AccidentReceipt:
    """Add what is new (补报), also after the end; as the county close it (终报)."""
    ids = (accident_id, report_id)
    taken = await accidents.supplement(session, actor, *ids, command, body, device_time)
    return views.receipt(settings, taken)


@router.put("/{accident_id}/steps/{step_id}", responses=refusals(*STEP))
async def step_accident(
    accident_id: UUID,
    step_id: UUID,
    command: StepAccident,
    body: RawBody,
    actor: SignedIn,
    session: SessionDep,
    settings: SettingsDep,
) -> AccidentView:
    """Receive it, note the report upwards, tell a department, mark a false alarm."""
    await accidents.step(session, actor, accident_id, step_id, command, body)
    return views.whole(settings, await accidents.read(session, actor, accident_id))


@router.get("", responses=refusals(NotSignedIn, Invalid))
async def list_accidents(
    query: Annotated[AccidentQuery, Query()], actor: SignedIn, session: SessionDep
) -> AccidentPageView:
    """Accidents that I have reported, or on the ground of my desk, newest first."""
    return views.page(await accidents.find(session, actor, query))


@router.get("/waiting", responses=refusals(NotSignedIn))
async def count_waiting_accidents(actor: SignedIn, session: SessionDep) -> WaitingAccidents:
    """How many my desk has not received yet."""
    return WaitingAccidents(waiting=await accidents.waiting(session, actor))


@router.get(
    "/export.xlsx",
    responses=refusals(NotSignedIn, NotPermitted, Invalid),
    response_class=Response,
)
async def export_accidents(
    query: Annotated[AccidentQuery, Query()], actor: SignedIn, session: SessionDep
) -> Response:
    """The list as an Excel file; who took it leaves a row."""
    return shapes.excel(await accidents.export(session, actor, query))


@router.get("/{accident_id}", responses=refusals(NotSignedIn, NotFound))
async def read_accident(
    accident_id: UUID, actor: SignedIn, session: SessionDep, settings: SettingsDep
) -> AccidentView:
    """One accident with every report and every hop."""
    return views.whole(settings, await accidents.read(session, actor, accident_id))


@router.get(
    "/{accident_id}/photos/{photo_id}",
    responses={**NOT_MODIFIED, **refusals(NotSignedIn, NotFound, StorageUnavailable)},
    response_class=Response,
)
async def read_accident_photo(
    accident_id: UUID,
    photo_id: UUID,
    actor: SignedIn,
    session: SessionDep,
    storage: StorageDep,
    held: HeldTags,
) -> Response:
    """A photo of a report, 1600 px, without EXIF."""
    photo = await accidents.photo_of(session, actor, accident_id, photo_id)
    return shapes.image(await photos.shown(session, storage, photo, "view", held))
