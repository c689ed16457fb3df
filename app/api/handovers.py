"""Hand-overs of grids over HTTP: what would be handed over, doing it, the paper afterwards."""

from uuid import UUID

from fastapi import APIRouter

from app.api.deps import SessionDep, SettingsDep, SignedIn, refusals
from app.api.shapes.handovers import (
    HandoverPreview,
    HandoverRow,
    HandoverView,
    handover_preview,
    handover_row,
    handover_view,
)
from app.errors import Invalid, NotFound, NotPermitted, NotQualified, NotSignedIn
from app.services import handovers
from app.services.handovers import HandOver

router = APIRouter(prefix="/api", tags=["grid people"])
READ = refusals(NotSignedIn, NotPermitted, NotFound)


@router.get("/grids/{grid_id}/handovers/preview", responses=READ)
async def preview_handover(
    grid_id: UUID,
    actor: SignedIn,
    session: SessionDep,
    settings: SettingsDep,
    post_id: UUID | None = None,
) -> HandoverPreview:
    """What waits on a grid of my township, and for the one whose post ends; nothing is done."""
    found = await handovers.preview(session, settings, actor, grid_id, post_id)
    return handover_preview(found)


@router.post(
    "/grids/{grid_id}/handovers",
    status_code=201,
    responses=refusals(NotSignedIn, NotPermitted, NotFound, Invalid, NotQualified),
)
async def hand_over(
    grid_id: UUID, command: HandOver, actor: SignedIn, session: SessionDep, settings: SettingsDep
) -> HandoverView:
    """End one post and begin another on a day; both are told, the list is kept for the paper."""
    made = await handovers.hand_over(session, settings, actor, grid_id, command)
    return handover_view(settings.county_name, made)


@router.get("/grids/{grid_id}/handovers", responses=READ)
async def list_handovers(grid_id: UUID, actor: SignedIn, session: SessionDep) -> list[HandoverRow]:
    """Hand-overs of a grid of my township, the newest first."""
    return [handover_row(one) for one in await handovers.of_grid(session, actor, grid_id)]


@router.get("/handovers/{handover_id}", responses=READ)
async def read_handover(
    handover_id: UUID, actor: SignedIn, session: SessionDep, settings: SettingsDep
) -> HandoverView:
    """The paper of a hand-over, with the list as it was when it was made."""
    found = await handovers.read(session, actor, handover_id)
    return handover_view(settings.county_name, found)
