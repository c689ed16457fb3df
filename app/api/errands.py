"""Errands over HTTP: recorded by phones, listed for whoever made them and for desks."""

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
from app.api.shapes import errands as views
from app.api.shapes.errands import ErrandPageView, ErrandReceipt
from app.errors import (
    Incomplete,
    Invalid,
    NotFound,
    NotPermitted,
    NotSignedIn,
    SameIdOtherContent,
    StorageUnavailable,
    UnknownContract,
)
from app.services import errands, photos
from app.services.errands import ErrandFilters, ErrandQuery, RecordErrand

router = APIRouter(prefix="/api/errands", tags=["errands"])
WRITE = refusals(
    NotSignedIn, NotPermitted, NotFound, Incomplete, Invalid, SameIdOtherContent, UnknownContract
)


@router.put("/{errand_id}", responses=WRITE)
async def record_errand(
    errand_id: UUID,
    command: RecordErrand,
    body: RawBody,
    actor: SignedIn,
    session: SessionDep,
    settings: SettingsDep,
    device_time: DeviceTime = None,
) -> ErrandReceipt:
    """Keep under the phone's id that a document was delivered, what was told, who was called on."""
    made = await errands.record(session, actor, errand_id, command, body, device_time)
    return views.receipt(settings, made)


@router.get("", responses=refusals(NotSignedIn, Invalid))
async def list_errands(
    query: Annotated[ErrandQuery, Query()], actor: SignedIn, session: SessionDep
) -> ErrandPageView:
    """What I have recorded myself and, at a desk, on the ground that I look over; newest first."""
    return views.page(await errands.find(session, actor, query))


@router.get(
    "/export.xlsx",
    responses=refusals(NotSignedIn, NotPermitted, Invalid),
    response_class=Response,
)
async def export_errands(
    query: Annotated[ErrandFilters, Query()], actor: SignedIn, session: SessionDep
) -> Response:
    """The list as an Excel file; who took it leaves a row."""
    return shapes.excel(await errands.export(session, actor, query))


@router.get(
    "/{errand_id}/photos/{photo_id}",
    responses={**NOT_MODIFIED, **refusals(NotSignedIn, NotFound, StorageUnavailable)},
    response_class=Response,
)
async def read_errand_photo(
    errand_id: UUID,
    photo_id: UUID,
    actor: SignedIn,
    session: SessionDep,
    storage: StorageDep,
    held: HeldTags,
) -> Response:
    """A photo or a signature of a record, 1600 px, without EXIF."""
    photo = await errands.photo_of(session, actor, errand_id, photo_id)
    return shapes.image(await photos.shown(session, storage, photo, "view", held))
