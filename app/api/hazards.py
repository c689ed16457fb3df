"""Cases over HTTP: nothing but declarations."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import Field

from app.api import shapes
from app.api.deps import DeviceTime, IfMatch, RawBody, SessionDep, SettingsDep, SignedIn, refusals
from app.api.digest import ComparedBody
from app.api.views import EventView, HazardReceipt, HazardRow, HazardView, NearbyView, Page, View
from app.errors import (
    ChangedMeanwhile,
    DigestMismatch,
    Incomplete,
    Invalid,
    NotAllowedNow,
    NotFound,
    NotPermitted,
    NotSignedIn,
    NotYet,
    SameIdOtherContent,
    UnknownContract,
)
from app.services import hazards
from app.services.commands import Input, Moment
from app.services.hazards import HazardAction, HazardFilters, HazardQuery, ReportHazard

router = APIRouter(prefix="/api/hazards", tags=["hazards"], route_class=ComparedBody)
WRITE = (
    NotSignedIn,
    NotPermitted,
    SameIdOtherContent,
    UnknownContract,
    Incomplete,
    Invalid,
    DigestMismatch,
)
READ = refusals(NotSignedIn, NotFound)


class Snooze(Input):
    until: Moment | None = None


class BulkQuestion(Input):
    """May this action be taken on each of these cases?"""

    action: hazards.Action
    ids: Annotated[list[UUID], Field(max_length=200)]


class BulkAnswer(View):
    id: UUID
    number: str
    is_possible: bool
    zh: str
    en: str


class Count(View):
    count: int
    is_capped: bool


class MapPoint(View):
    id: UUID
    number: str
    lat: float
    lon: float
    state: str
    level: str
    category_code: str


@router.put("/{hazard_id}", responses=refusals(*WRITE))
async def report_hazard(
    hazard_id: UUID,
    command: ReportHazard,
    body: RawBody,
    actor: SignedIn,
    session: SessionDep,
    settings: SettingsDep,
    device_time: DeviceTime = None,
) -> HazardReceipt:
    """Report a hazard under an id made by the phone. Safe to repeat for ever (sync)."""
    done = await hazards.report(session, actor, hazard_id, command, body, device_time)
    return await shapes.hazard_receipt(session, settings, actor, done)


@router.put(
    "/{hazard_id}/actions/{action_id}",
    responses=refusals(*WRITE, NotFound, NotAllowedNow, NotYet, ChangedMeanwhile),
)
async def act_on_hazard(  # noqa: PLR0913, PLR0917 - a route lists what it asks for
    hazard_id: UUID,
    action_id: UUID,
    command: HazardAction,
    body: RawBody,
    actor: SignedIn,
    session: SessionDep,
    settings: SettingsDep,
    device_time: DeviceTime = None,
    if_match: IfMatch = None,
) -> HazardReceipt:
    """Take one step of the workflow; hazard_flow says who may take which."""
    async with shapes.as_it_is(session, settings, actor, hazard_id):
        done = await hazards.act(
            session, actor, hazard_id, action_id, command, body, device_time, if_match
        )
    return await shapes.hazard_receipt(session, settings, actor, done)


@router.get("", responses=refusals(NotSignedIn, Invalid))
async def list_hazards(
    query: Annotated[HazardQuery, Query()],
    actor: SignedIn,
    session: SessionDep,
    settings: SettingsDep,
) -> Page[HazardRow]:
    """One page of the cases that the signed-in person may see."""
    return await shapes.row_page(session, settings, await hazards.find(session, actor, query))


@router.get("/count", responses=refusals(NotSignedIn, Invalid))
async def count_hazards(
    filters: Annotated[HazardFilters, Query()], actor: SignedIn, session: SessionDep
) -> Count:
    """How many cases a filter finds, counted to 1,000."""
    return Count.model_validate(await hazards.count(session, actor, filters))


@router.get("/map", responses=refusals(NotSignedIn, Invalid))
async def map_hazards(
    filters: Annotated[HazardFilters, Query()],
    actor: SignedIn,
    session: SessionDep,
    settings: SettingsDep,
) -> list[MapPoint]:
    """At most 500 positions, most urgent first."""
    return [
        MapPoint.model_validate(shapes.map_point(settings, row))
        for row in await hazards.positions(session, actor, filters)
    ]


@router.get(
    "/export.xlsx",
    responses={200: {"content": {shapes.XLSX: {}}}, **refusals(NotSignedIn, NotPermitted, Invalid)},
    response_class=Response,
)
async def export_hazards(
    filters: Annotated[HazardFilters, Query()],
    actor: SignedIn,
    session: SessionDep,
    settings: SettingsDep,
) -> Response:
    """The current filter as an Excel file, at most 20,000 rows."""
    return shapes.excel(await hazards.export(session, settings, actor, filters))


@router.post("/bulk-preview", responses=refusals(NotSignedIn, Invalid))
async def preview_bulk(
    question: BulkQuestion, actor: SignedIn, session: SessionDep, settings: SettingsDep
) -> list[BulkAnswer]:
    """Which of the chosen cases would take the step, and why the others would not."""
    answers = await hazards.preview(session, settings, actor, question.action, question.ids)
    return [BulkAnswer.model_validate(answer) for answer in answers]


@router.get("/{hazard_id}", responses=READ)
async def read_hazard(
    hazard_id: UUID,
    actor: SignedIn,
    session: SessionDep,
    settings: SettingsDep,
    response: Response,
) -> HazardView:
    """A whole case: photos, clocks, what I may do now, why it is here. ETag = version."""
    hazard = await hazards.read(session, actor, hazard_id)
    response.headers["ETag"] = f'"{hazard.version}"'
    return await shapes.hazard_view(session, settings, actor, hazard)


@router.get("/{hazard_id}/timeline", responses=READ)
async def read_timeline(hazard_id: UUID, actor: SignedIn, session: SessionDep) -> list[EventView]:
    """Everything that has happened to a case, oldest first, with the hash chain."""
    return await shapes.timeline(session, await hazards.timeline(session, actor, hazard_id))


@router.get("/{hazard_id}/nearby", responses=READ)
async def read_nearby(
    hazard_id: UUID, actor: SignedIn, session: SessionDep, settings: SettingsDep
) -> list[NearbyView]:
    """Cases within 50 m or at the same place in the last 14 days: perhaps the same one."""
    return await shapes.nearby(session, settings, await hazards.nearby(session, actor, hazard_id))


@router.put("/{hazard_id}/claim", responses=refusals(NotSignedIn, NotFound, ChangedMeanwhile))
async def claim_hazard(
    hazard_id: UUID, actor: SignedIn, session: SessionDep, settings: SettingsDep
) -> HazardRow:
    """Take a case on for five minutes; a warning to colleagues, never a wall."""
    async with shapes.as_it_is(session, settings, actor, hazard_id):
        hazard = await hazards.claim(session, actor, hazard_id)
    return await shapes.hazard_row(session, settings, hazard)


@router.delete("/{hazard_id}/claim", status_code=204, responses=READ)
async def release_hazard(hazard_id: UUID, actor: SignedIn, session: SessionDep) -> None:
    """Give a claimed case free again."""
    await hazards.release(session, actor, hazard_id)


@router.put("/{hazard_id}/viewing", status_code=204, responses=READ)
async def view_hazard(hazard_id: UUID, actor: SignedIn, session: SessionDep) -> None:
    """Tell colleagues that I have this open; lasts two minutes."""
    await hazards.view(session, actor, hazard_id)


@router.put("/{hazard_id}/snooze", responses=refusals(NotSignedIn, NotFound, NotPermitted, Invalid))
async def snooze_hazard(
    hazard_id: UUID, wish: Snooze, actor: SignedIn, session: SessionDep, settings: SettingsDep
) -> HazardRow:
    """Hide a case from my desk's queue until a moment; its clock goes on."""
    hazard = await hazards.snooze(session, actor, hazard_id, wish.until)
    return await shapes.hazard_row(session, settings, hazard)
