"""Campaigns over HTTP: what they would ask for, ordering, progress, the end."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from app.api.deps import RawBody, SessionDep, SignedIn, refusals
from app.api.shapes import campaigns as shapes
from app.api.shapes.campaigns import CampaignView, ChosenView
from app.errors import (
    CampaignEnded,
    Invalid,
    NotFound,
    NotPermitted,
    NotSignedIn,
    SameIdOtherContent,
)
from app.services import campaigns
from app.services.campaigns import Choice, MoveCampaign, OrderCampaign

router = APIRouter(prefix="/api/campaigns", tags=["patrols"])
READ = refusals(NotSignedIn, NotPermitted)


@router.get("", responses=READ)
async def list_campaigns(actor: SignedIn, session: SessionDep) -> list[CampaignView]:
    """Campaigns on the ground of my village, township or county, with how far they are there."""
    return [shapes.campaign(each) for each in await campaigns.everything(session, actor)]


@router.get("/choice", responses=refusals(NotSignedIn, NotPermitted, Invalid))
async def count_choice(
    choice: Annotated[Choice, Query()], actor: SignedIn, session: SessionDep
) -> ChosenView:
    """How many objects on how many grids would be looked at."""
    return ChosenView.model_validate(await campaigns.chosen(session, actor, choice))


@router.put(
    "/{campaign_id}",
    responses=refusals(NotSignedIn, NotPermitted, NotFound, Invalid, SameIdOtherContent),
)
async def order_campaign(
    campaign_id: UUID,
    command: OrderCampaign,
    body: RawBody,
    actor: SignedIn,
    session: SessionDep,
) -> CampaignView:
    """Have objects looked at once until a day; their gridworkers get the tasks at once."""
    return shapes.campaign(await campaigns.order(session, actor, campaign_id, command, body))


@router.put(
    "/{campaign_id}/until",
    responses=refusals(NotSignedIn, NotPermitted, NotFound, CampaignEnded, Invalid),
)
async def move_campaign(
    campaign_id: UUID, command: MoveCampaign, actor: SignedIn, session: SessionDep
) -> CampaignView:
    """Give it another last day; what is still to come is spread anew, whoever has it is told."""
    return shapes.campaign(await campaigns.move(session, actor, campaign_id, command))


@router.put("/{campaign_id}/end", responses=refusals(NotSignedIn, NotPermitted, NotFound))
async def end_campaign(campaign_id: UUID, actor: SignedIn, session: SessionDep) -> CampaignView:
    """Ask no more for what is open: missed after the last day, called off before it."""
    return shapes.campaign(await campaigns.end(session, actor, campaign_id))
