"""The changes feed as an answer."""

import json

from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.api.shapes.hazards import Telling
from app.config import Settings
from app.services import sync
from app.services.access import Actor


async def changes(
    session: AsyncSession, settings: Settings, actor: Actor, since: str, limit: int
) -> bytes:
    """One page of the feed (views.Changes) as JSON; cases as the one who asks sees them."""
    telling = Telling(session)
    found = await sync.changes(session, actor, since, limit, telling.has)
    await telling.build(settings, found.hazards, found.marks)
    texts = await telling.texts(actor, found.ids)
    rest = {
        "cursor": found.cursor,
        "has_more": found.has_more,
        "reset": found.is_reset,
        "gone": [str(id_) for id_ in found.gone],
        "are_rules_changed": found.are_rules_changed,
        "are_objects_changed": found.are_objects_changed,
        "unread": found.unread,
        "server_time": clock.now().isoformat(),
    }
    return b'%s,"hazards":[%s]}' % (json.dumps(rest).encode()[:-1], b",".join(texts))
