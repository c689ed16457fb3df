"""Inspections over HTTP: plan, result place by place, the end, the list as a file."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from app.api import shapes
from app.api.deps import RawBody, SessionDep, SettingsDep, SignedIn, refusals
from app.api.shapes import inspections as views
from app.api.shapes.inspections import InspectionPageView, InspectionView, InspectorView
from app.errors import (
    Incomplete,
    InspectionEnded,
    Invalid,
    NotFound,
    NotPermitted,
    NotSignedIn,
    SameIdOtherContent,
)
from app.services import inspections
from app.services.inspections import (
    CallOffInspection,
    CloseInspection,
    EditInspection,
    InspectionFilters,
    InspectionQuery,
    InspectorQuery,
    PlanInspection,
    RecordResult,
)

router = APIRouter(prefix="/api/inspections", tags=["inspections"])
LIST = refusals(NotSignedIn, NotPermitted, Invalid)
CHANGE = (NotSignedIn, NotPermitted, NotFound, InspectionEnded, Invalid)


@router.get("", responses=LIST)
async def list_inspections(
    query: Annotated[InspectionQuery, Query()], actor: SignedIn, session: SessionDep
) -> InspectionPageView:
    """Inspections of my body and of places on my ground; an unannounced one only afterwards."""
    return views.page(await inspections.find(session, actor, query))


@router.get("/export.xlsx", responses=LIST, response_class=Response)
async def export_inspections(
    query: Annotated[InspectionFilters, Query()], actor: SignedIn, session: SessionDep
) -> Response:
    """The list as an Excel file; who took it leaves a row."""
    return shapes.excel(await inspections.export(session, actor, query))


@router.get("/inspectors", responses=LIST)
async def list_inspectors(
    query: Annotated[InspectorQuery, Query()], actor: SignedIn, session: SessionDep
) -> list[InspectorView]:
    """Names of those who could go for these bodies."""
    found = await inspections.inspectors(session, actor, query)
    return [views.inspector(each) for each in found]


@router.put(
    "/{inspection_id}",
    responses=refusals(NotSignedIn, NotPermitted, NotFound, Invalid, SameIdOtherContent),
)
async def plan_inspection(
    inspection_id: UUID,
    command: PlanInspection,
    body: RawBody,
    actor: SignedIn,
    session: SessionDep,
    settings: SettingsDep,
) -> InspectionView:
    """Plan who looks at which places, by which list, on which days. Safe to repeat."""
    await inspections.plan(session, actor, inspection_id, command, body)
    return views.whole(settings, await inspections.read(session, actor, inspection_id))


@router.patch("/{inspection_id}", responses=refusals(*CHANGE))
async def edit_inspection(
    inspection_id: UUID,
    command: EditInspection,
    actor: SignedIn,
    session: SessionDep,
    settings: SettingsDep,
) -> InspectionView:
    """Correct the plan while it runs; a place that has a result stays."""
    await inspections.edit(session, actor, inspection_id, command)
    return views.whole(settings, await inspections.read(session, actor, inspection_id))


@router.get("/{inspection_id}", responses=refusals(NotSignedIn, NotPermitted, NotFound))
async def read_inspection(
    inspection_id: UUID, actor: SignedIn, session: SessionDep, settings: SettingsDep
) -> InspectionView:
    """One inspection with the places that I see, what was found there and what became of it."""
    return views.whole(settings, await inspections.read(session, actor, inspection_id))


@router.put("/{inspection_id}/places/{object_id}", responses=refusals(*CHANGE, Incomplete))
async def record_inspection_result(
    inspection_id: UUID,
    object_id: UUID,
    command: RecordResult,
    actor: SignedIn,
    session: SessionDep,
    settings: SettingsDep,
) -> InspectionView:
    """What was found at one place, or why nobody has looked; again = corrected."""
    await inspections.record(session, actor, inspection_id, object_id, command)
    return views.whole(settings, await inspections.read(session, actor, inspection_id))


@router.put("/{inspection_id}/close", responses=refusals(*CHANGE, Incomplete))
async def close_inspection(
    inspection_id: UUID,
    command: CloseInspection,
    actor: SignedIn,
    session: SessionDep,
    settings: SettingsDep,
) -> InspectionView:
    """Close it; a refusal names what is missing of plan, list, records, measures, results."""
    await inspections.close(session, actor, inspection_id, command)
    return views.whole(settings, await inspections.read(session, actor, inspection_id))


@router.put("/{inspection_id}/call-off", responses=refusals(*CHANGE))
async def call_off_inspection(
    inspection_id: UUID,
    command: CallOffInspection,
    actor: SignedIn,
    session: SessionDep,
    settings: SettingsDep,
) -> InspectionView:
    """Call it off before anybody has looked."""
    await inspections.call_off(session, actor, inspection_id, command)
    return views.whole(settings, await inspections.read(session, actor, inspection_id))
