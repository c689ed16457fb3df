"""Campaigns: a township or the county has something looked at once (专项检查; S3-32)."""

from app.services.campaigns.choosing import Chosen, chosen
from app.services.campaigns.commands import Choice, MoveCampaign, OrderCampaign
from app.services.campaigns.moving import move
from app.services.campaigns.ordering import end, order
from app.services.campaigns.reading import FoundCampaign, everything, one

__all__ = [
    "Choice",
    "Chosen",
    "FoundCampaign",
    "MoveCampaign",
    "OrderCampaign",
    "chosen",
    "end",
    "everything",
    "move",
    "one",
    "order",
]
