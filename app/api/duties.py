"""Duties of bodies over HTTP: what is due, what was done of it, what was decided."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query

from app.api.deps import RawBody, SessionDep, SettingsDep, SignedIn, refusals
from app.api.shapes import duties as shapes
from app.api.shapes.duties import DutyCalendar, DutyDraft, DutyRecordView
from app.errors import (
    ChangedMeanwhile,
    Invalid,
    NotFound,
    NotPermitted,
    NotSignedIn,
    SameIdOtherContent,
)
from app.services import access, duties
from app.services.duties import (
    AskDuty,
    CorrectItem,
    CorrectRecord,
    DutyQuery,
    FinishItem,
    RecordDuty,
)

router = APIRouter(prefix="/api/duties", tags=["duties"])
MINE = (NotSignedIn, NotPermitted, NotFound)
WRITE = (*MINE, Invalid, ChangedMeanwhile)


@router.get("", responses=refusals(NotSignedIn, Invalid))
async def read_duties(
    query: Annotated[DutyQuery, Query()], actor: SignedIn, session: SessionDep
) -> DutyCalendar:
    """What bodies must do by which day, of those I see; and what mine has to do of decisions."""
    found = await duties.find(session, actor, query)
    items = await duties.find_items(session, actor)
    return shapes.calendar(access.today(), found, items)


@router.get("/draft", responses=refusals(NotSignedIn, NotFound, Invalid))
async def draft_duty(
    query: Annotated[AskDuty, Query()], actor: SignedIn, session: SessionDep, settings: SettingsDep
) -> DutyDraft:
    """What the form proposes: open cases of that ground, late bodies, figures of the period."""
    return shapes.draft(settings, await duties.draft(session, actor, query))


@router.get("/records/{record_id}", responses=refusals(NotSignedIn, NotFound))
async def read_duty_record(
    record_id: UUID, actor: SignedIn, session: SessionDep, settings: SettingsDep
) -> DutyRecordView:
    """What was done, with what it decided and what it said before each correction."""
    return shapes.whole(settings, await duties.read(session, actor, record_id))


@router.put("/records/{record_id}", responses=refusals(*WRITE, SameIdOtherContent))
async def record_duty(
    record_id: UUID,
    command: RecordDuty,
    body: RawBody,
    actor: SignedIn,
    session: SessionDep,
    settings: SettingsDep,
) -> DutyRecordView:
    """Keep what was done of a duty, and what was decided. Safe to repeat."""
    await duties.record(session, actor, record_id, command, body)
    return shapes.whole(settings, await duties.read(session, actor, record_id))


@router.put("/records/{record_id}/versions/{version}", responses=refusals(*WRITE))
async def correct_duty_record(
    record_id: UUID,
    version: Annotated[int, Path(ge=2, le=1000)],
    command: CorrectRecord,
    actor: SignedIn,
    session: SessionDep,
    settings: SettingsDep,
) -> DutyRecordView:
    """Say it better, for a reason; what it said before stays readable. Safe to repeat."""
    await duties.correct(session, actor, record_id, version, command)
    return shapes.whole(settings, await duties.read(session, actor, record_id))


@router.put("/items/{item_id}/versions/{version}", responses=refusals(*WRITE))
async def correct_duty_item(
    item_id: UUID,
    version: Annotated[int, Path(ge=2, le=1000)],
    command: CorrectItem,
    actor: SignedIn,
    session: SessionDep,
    settings: SettingsDep,
) -> DutyRecordView:
    """Correct what, who or by when, for a reason; what stood before stays readable. Repeatable."""
    item = await duties.correct_item(session, actor, item_id, version, command)
    return shapes.whole(settings, await duties.read(session, actor, item.record_id))


@router.put(
    "/items/{item_id}/done",
    responses=refusals(*MINE, ChangedMeanwhile),
)
async def finish_duty_item(
    item_id: UUID,
    command: FinishItem,
    actor: SignedIn,
    session: SessionDep,
    settings: SettingsDep,
) -> DutyRecordView:
    """What was decided is done, in a word; by the body that had it or the one that convened."""
    item = await duties.finish(session, actor, item_id, command)
    return shapes.whole(settings, await duties.read(session, actor, item.record_id))
