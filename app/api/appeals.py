"""Appeals over HTTP: asked by enterprises and gridworkers, answered by desks."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from app.api.deps import RawBody, SessionDep, SettingsDep, SignedIn, refusals
from app.api.shapes import appeals as shapes
from app.api.shapes.appeals import AppealPageView, AppealReceipt, AppealView
from app.errors import (
    ChangedMeanwhile,
    Incomplete,
    Invalid,
    NotFound,
    NotPermitted,
    NotSignedIn,
    SameIdOtherContent,
    UnknownContract,
)
from app.services import appeals
from app.services.appeals import AppealQuery, MakeAppeal, StepAppeal

router = APIRouter(prefix="/api/appeals", tags=["appeals"])
WRITE = (NotSignedIn, NotPermitted, NotFound, SameIdOtherContent)


@router.get("", responses=refusals(NotSignedIn, Invalid))
async def list_appeals(
    query: Annotated[AppealQuery, Query()], actor: SignedIn, session: SessionDep
) -> AppealPageView:
    """What I have asked, or what came to my desk, newest first."""
    return shapes.page(await appeals.find(session, actor, query))


@router.put("/{appeal_id}", responses=refusals(*WRITE, Invalid, UnknownContract))
async def make_appeal(
    appeal_id: UUID,
    command: MakeAppeal,
    body: RawBody,
    actor: SignedIn,
    session: SessionDep,
    settings: SettingsDep,
) -> AppealReceipt:
    """Ask something of the government; it goes to the township of the ground. Safe to repeat."""
    await appeals.make(session, actor, appeal_id, command, body)
    return shapes.receipt(settings, await appeals.read(session, actor, appeal_id))


@router.get("/{appeal_id}", responses=refusals(NotSignedIn, NotFound))
async def read_appeal(appeal_id: UUID, actor: SignedIn, session: SessionDep) -> AppealView:
    """One appeal with all that was said."""
    return shapes.whole(await appeals.read(session, actor, appeal_id))


@router.put(
    "/{appeal_id}/steps/{step_id}", responses=refusals(*WRITE, Incomplete, ChangedMeanwhile)
)
async def step_appeal(
    appeal_id: UUID,
    step_id: UUID,
    command: StepAppeal,
    body: RawBody,
    actor: SignedIn,
    session: SessionDep,
) -> AppealView:
    """Pass it on, answer it; confirm the answer, or ask again."""
    await appeals.step(session, actor, appeal_id, step_id, command, body)
    return shapes.whole(await appeals.read(session, actor, appeal_id))
