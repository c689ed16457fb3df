"""Reported situations over HTTP: they come out of visits and inspections, desks answer them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from app.api.deps import RawBody, SessionDep, SignedIn, refusals
from app.api.shapes import situations as shapes
from app.api.shapes.situations import SituationPageView, SituationView
from app.errors import (
    ChangedMeanwhile,
    Incomplete,
    Invalid,
    NotFound,
    NotPermitted,
    NotSignedIn,
    SameIdOtherContent,
)
from app.services import situations
from app.services.situations import SituationQuery, StepSituation

router = APIRouter(prefix="/api/situations", tags=["situations"])
WRITE = (NotSignedIn, NotPermitted, NotFound, SameIdOtherContent)


@router.get("", responses=refusals(NotSignedIn, Invalid))
async def list_situations(
    query: Annotated[SituationQuery, Query()], actor: SignedIn, session: SessionDep
) -> SituationPageView:
    """What I have reported, or what came to my desk: open ones first, then the newest."""
    return shapes.page(await situations.find(session, actor, query))


@router.get("/{situation_id}", responses=refusals(NotSignedIn, NotFound))
async def read_situation(situation_id: UUID, actor: SignedIn, session: SessionDep) -> SituationView:
    """One situation with all that became of it."""
    return shapes.whole(await situations.read(session, actor, situation_id))


@router.put(
    "/{situation_id}/steps/{step_id}", responses=refusals(*WRITE, Incomplete, ChangedMeanwhile)
)
async def step_situation(
    situation_id: UUID,
    step_id: UUID,
    command: StepSituation,
    body: RawBody,
    actor: SignedIn,
    session: SessionDep,
) -> SituationView:
    """Take note of it, pass it on to a department, raise it, settle it. Safe to repeat."""
    await situations.step(session, actor, situation_id, step_id, command, body)
    return shapes.whole(await situations.read(session, actor, situation_id))
