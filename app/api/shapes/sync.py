"""The changes feed as an answer."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.api.shapes.hazards import hazard_views
from app.config import Settings
from app.services import sync
from app.services.access import Actor


async def changes(
    session: AsyncSession, settings: Settings, actor: Actor, found: sync.Changes
) -> dict[str, Any]:
    """Cases as the one who asks sees them."""
    return {
        "cursor": found.cursor,
        "has_more": found.has_more,
        "reset": found.is_reset,
        "hazards": await hazard_views(session, settings, actor, found.hazards),
        "gone": found.gone,
        "are_rules_changed": found.are_rules_changed,
        "are_objects_changed": found.are_objects_changed,
        "unread": found.unread,
        "server_time": clock.now().isoformat(),
    }
