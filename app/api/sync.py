"""Reconcile, changes, rescue and the live stream over HTTP."""

from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request, Response, UploadFile
from fastapi.sse import EventSourceResponse, ServerSentEvent

from app.api import live, shapes
from app.api.deps import SessionDep, SettingsDep, SignedIn, StorageDep, refusals
from app.api.views import HazardView, View
from app.errors import BodyTooLarge, Invalid, NotSignedIn
from app.services import rescue, sync
from app.services.sync import HeldKind, Holdings

router = APIRouter(prefix="/api", tags=["sync"])


class HeldAnswer(View):
    """unknown: send it; received: keep it; complete: bytes may go; differs: ask a person."""

    kind: HeldKind
    id: UUID
    status: str


class Reconciliation(View):
    items: list[HeldAnswer]
    server_time: str


class Changes(View):
    """What changed in my scope since the cursor. `reset`: forget the copy, this is all of it."""

    cursor: str
    has_more: bool
    reset: bool
    hazards: list[HazardView]
    gone: list[UUID]
    are_rules_changed: bool
    are_objects_changed: bool
    unread: int
    server_time: str


class RescueLine(View):
    kind: str
    id: UUID
    status: str
    zh: str
    en: str


@router.post("/sync/reconcile", responses=refusals(NotSignedIn))
async def reconcile(
    holdings: Holdings,
    actor: SignedIn,
    session: SessionDep,
    storage: StorageDep,
    settings: SettingsDep,
) -> Reconciliation:
    """Only `complete` lets a phone delete photo bytes."""
    found = await sync.reconcile(session, storage, settings, actor, holdings)
    return Reconciliation.model_validate(found)


@router.get("/sync/changes", response_model=Changes, responses=refusals(NotSignedIn, Invalid))
async def read_changes(
    actor: SignedIn,
    session: SessionDep,
    settings: SettingsDep,
    since: Annotated[str, Query(max_length=120)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Response:
    """One page of changes; nothing new costs one small statement."""
    page = await shapes.changes(session, settings, actor, since, limit)
    return Response(page, media_type="application/json")


@router.post("/sync/rescue", responses=refusals(NotSignedIn, Invalid, BodyTooLarge))
async def import_rescue_file(
    file: UploadFile,
    actor: SignedIn,
    session: SessionDep,
    storage: StorageDep,
    settings: SettingsDep,
) -> list[RescueLine]:
    """Take in a phone's exported unsent records (multipart); repeats are recognised by id.

    One's own, or as an officer those of a gridworker within reach: they stay the author's.
    """
    lines = await rescue.import_file(session, storage, settings, actor, file.file)
    return [RescueLine.model_validate(line) for line in lines]


@router.get("/stream", response_class=EventSourceResponse, responses=refusals(NotSignedIn))
async def stream(
    request: Request,
    _: SignedIn,
    last_event_id: Annotated[str | None, Header(alias="Last-Event-ID")] = None,
) -> AsyncIterator[ServerSentEvent]:
    """Server-sent events for desks: `changed` and `presence` with ids, `notice` with a count."""
    async for event in live.follow(request, last_event_id or ""):
        yield event
