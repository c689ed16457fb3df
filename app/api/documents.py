"""Papers of grids over HTTP: to be printed by the desk, and the board that anybody may read."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from app.api.deps import SessionDep, SettingsDep, SignedIn, refusals
from app.api.shapes import card_page, notice_page, sheets
from app.api.shapes.documents import (
    CardsView,
    NetworkView,
    NoticeView,
    WorkCardsView,
    cards_view,
    network_view,
    notice_view,
    work_cards_view,
)
from app.api.shapes.sheets import Paper
from app.errors import NotFound, NotPermitted, NotSignedIn
from app.services import documents

router = APIRouter(tags=["documents"])
READ = refusals(NotSignedIn, NotFound)
FILE: dict[int | str, dict[str, Any]] = {200: {"content": {sheets.SVG: {}}}, **READ}


@router.get("/api/grids/{grid_id}/notice", responses=READ)
async def read_notice(
    grid_id: UUID, actor: SignedIn, session: SessionDep, settings: SettingsDep
) -> NoticeView:
    """The notice board of a grid: ground, people, numbers that may stand there (S1-46, S2-41)."""
    return notice_view(await documents.notice(session, settings, grid_id))


@router.get("/api/grids/{grid_id}/network", responses=READ)
async def read_network(
    grid_id: UUID, actor: SignedIn, session: SessionDep, settings: SettingsDep
) -> NetworkView:
    """Who answers for a grid from the county down, and which department for what (S0-35)."""
    return network_view(settings.county_name, await documents.network(session, actor, grid_id))


@router.get("/api/grids/{grid_id}/duty-cards", responses=READ)
async def read_duty_cards(
    grid_id: UUID, actor: SignedIn, session: SessionDep, settings: SettingsDep
) -> CardsView:
    """A card for everybody who walks the grid: tasks, whom to tell, offices' numbers (S1-23)."""
    return cards_view(settings.county_name, await documents.cards(session, grid_id))


@router.get(
    "/api/grids/{grid_id}/work-cards", responses=refusals(NotSignedIn, NotPermitted, NotFound)
)
async def read_work_cards(
    grid_id: UUID, actor: SignedIn, session: SessionDep, settings: SettingsDep
) -> WorkCardsView:
    """A work card for everybody on foot here and below, within my reach, to be printed (S1-47)."""
    found = await documents.work_cards(session, settings, actor, grid_id)
    return work_cards_view(settings.county_name, found)


@router.get("/api/grids/{grid_id}/papers/{paper}.svg", responses=FILE, response_class=Response)
async def read_paper(
    grid_id: UUID, paper: Paper, actor: SignedIn, session: SessionDep, settings: SettingsDep
) -> Response:
    """A paper as a file of pure vectors (SVG); NotFound also for the map of an undrawn grid."""
    if paper is Paper.NETWORK:
        return sheets.network(
            settings.county_name, await documents.network(session, actor, grid_id)
        )
    if paper is Paper.CARDS:
        return sheets.cards(settings.county_name, await documents.cards(session, grid_id))
    return sheets.ground(await documents.notice(session, settings, grid_id))


@router.get("/notice/board.css", response_class=Response, include_in_schema=False)
async def read_board_style() -> Response:
    """How a public board looks."""
    return notice_page.stylesheet()


@router.get("/notice/{mark}", response_class=HTMLResponse, include_in_schema=False)
async def read_board(mark: str, session: SessionDep, settings: SettingsDep) -> HTMLResponse:
    """The same board for whoever scans its code, if the county shows boards to everybody."""
    return notice_page.page(await documents.public_notice(session, settings, mark))


@router.get("/notice/cards/{code}", response_class=HTMLResponse, include_in_schema=False)
async def read_verdict(code: str, session: SessionDep, settings: SettingsDep) -> HTMLResponse:
    """Whether a card is valid today, for whoever scans it; it is noted nowhere."""
    return card_page.page(await documents.verify(session, settings, code))
