"""Photos over HTTP: raw body in, derivatives out."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Request, Response

from app.api import shapes
from app.api.deps import (
    NOT_MODIFIED,
    RAW_PHOTO,
    HeldTags,
    SessionDep,
    SettingsDep,
    SignedIn,
    StorageDep,
    refusals,
)
from app.api.views import Receipt, View
from app.errors import (
    BodyTooLarge,
    DailyLimit,
    DigestMismatch,
    Invalid,
    NotFound,
    NotPermitted,
    NotSignedIn,
    SameIdOtherContent,
    StorageUnavailable,
    UnreadablePhoto,
)
from app.services import photos

router = APIRouter(prefix="/api/photos", tags=["photos"])
READ = {**NOT_MODIFIED, **refusals(NotSignedIn, NotFound, StorageUnavailable)}


class PhotoReceipt(View):
    receipt: Receipt
    content_type: str
    width: int
    height: int
    received_at: datetime


@router.put(
    "/{photo_id}",
    openapi_extra=RAW_PHOTO,
    responses=refusals(
        NotSignedIn,
        SameIdOtherContent,
        Invalid,
        DigestMismatch,
        BodyTooLarge,
        UnreadablePhoto,
        DailyLimit,
        StorageUnavailable,
    ),
)
async def store_photo(
    photo_id: UUID,
    request: Request,
    actor: SignedIn,
    session: SessionDep,
    storage: StorageDep,
    settings: SettingsDep,
    content_digest: Annotated[str, Header(description="sha-256=:<base64>: (RFC 9530)")],
) -> PhotoReceipt:
    """Store the bytes of a photo, bit for bit. Safe to repeat; order with its report is free."""
    photo = await photos.store(
        session, storage, settings, actor, photo_id, request.stream(), content_digest
    )
    return PhotoReceipt.model_validate(shapes.photo_receipt(settings, photo))


@router.get("/{photo_id}/thumb", responses=READ, response_class=Response)
async def read_thumb(
    photo_id: UUID, actor: SignedIn, session: SessionDep, storage: StorageDep, held: HeldTags
) -> Response:
    """320 px, right way up, without EXIF."""
    return shapes.image(await photos.derivative(session, storage, actor, photo_id, "thumb", held))


@router.get("/{photo_id}/view", responses=READ, response_class=Response)
async def read_view(
    photo_id: UUID, actor: SignedIn, session: SessionDep, storage: StorageDep, held: HeldTags
) -> Response:
    """1600 px, right way up, without EXIF."""
    return shapes.image(await photos.derivative(session, storage, actor, photo_id, "view", held))


@router.get(
    "/{photo_id}/original",
    responses=refusals(NotSignedIn, NotFound, NotPermitted, StorageUnavailable),
    response_class=Response,
)
async def read_original(
    photo_id: UUID, actor: SignedIn, session: SessionDep, storage: StorageDep
) -> Response:
    """The bytes as captured, as an attachment; who looks leaves a row."""
    return shapes.attachment(await photos.original(session, storage, actor, photo_id))
