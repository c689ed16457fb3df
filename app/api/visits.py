"""Visits over HTTP: made by phones under ids of their own, read by desks."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from app.api.deps import DeviceTime, RawBody, SessionDep, SettingsDep, SignedIn, refusals
from app.api.shapes import patrols as shapes
from app.api.shapes.patrols import VisitPageView, VisitReceipt, VisitWhole
from app.errors import (
    Incomplete,
    Invalid,
    NotFound,
    NotPermitted,
    NotSignedIn,
    SameIdOtherContent,
    UnknownContract,
)
from app.services import visits
from app.services.visits import MakeVisit, VisitQuery

router = APIRouter(prefix="/api/visits", tags=["visits"])
WRITE = refusals(
    NotSignedIn, NotPermitted, NotFound, Incomplete, Invalid, SameIdOtherContent, UnknownContract
)


@router.put("/{visit_id}", responses=WRITE)
async def make_visit(
    visit_id: UUID,
    command: MakeVisit,
    body: RawBody,
    actor: SignedIn,
    session: SessionDep,
    settings: SettingsDep,
    device_time: DeviceTime = None,
) -> VisitReceipt:
    """Keep a finished visit under the phone's id; "nothing found" counts as much as a finding."""
    made = await visits.make(session, actor, visit_id, command, body, device_time)
    return shapes.visit_receipt(settings, made)


@router.get("", responses=refusals(NotSignedIn, NotPermitted, Invalid))
async def list_visits(
    query: Annotated[VisitQuery, Query()], actor: SignedIn, session: SessionDep
) -> VisitPageView:
    """Visits on the ground of my village, township or county, newest first."""
    found = await visits.find(session, actor, query)
    return VisitPageView(items=[shapes.visit(each) for each in found.items], next=found.next)


@router.get("/{visit_id}", responses=refusals(NotSignedIn, NotFound))
async def read_visit(visit_id: UUID, actor: SignedIn, session: SessionDep) -> VisitWhole:
    """One visit: every answer that was given one by one, and what was fine with 其余都正常."""
    return shapes.visit_whole(await visits.read(session, actor, visit_id))
