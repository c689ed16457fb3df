"""Cases without the workflow: rows as a test of photos or of the feed needs them."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models.base import new_id
from app.models.hazard import Hazard, State
from app.models.person import Person
from app.models.photo import PhotoRole
from app.models.rules import Level
from app.services import rows
from app.services.access import Actor, Seat
from app.services.commands import PhotoPromise
from app.services.hazards.sorting import sort_key
from tests.factories import County
from tests.pictures import sha256


async def case(session: AsyncSession, county: County, **fields: Any) -> Hazard:
    """An open case in the first village, reported by its gridworker."""
    now = clock.now()
    defaults: dict[str, Any] = {
        "id": new_id(),
        "state": State.ESCALATED,
        "level": Level.GENERAL,
        "category_code": "fire",
        "note": "楼道堆放杂物",
        "grid_id": county.grids[0].id,
        "village_id": county.villages[0].id,
        "township_id": county.townships[0].id,
        "reporter_id": county.gridworker.id,
        "holder_id": county.townships[0].id,
        "occurred_at": now - timedelta(minutes=5),
        "received_at": now,
        "state_since": now,
    }
    row = Hazard(**{**defaults, **fields})
    if "sort_key" not in fields:
        row.sort_key = sort_key(rows.complete(row))
    session.add(row)
    await session.flush()
    return row


def there(county: County) -> dict[str, Any]:
    """The place of a case in the other township."""
    return {
        "grid_id": county.grids[1].id,
        "village_id": county.villages[1].id,
        "township_id": county.townships[1].id,
        "reporter_id": county.stranger.id,
        "holder_id": county.townships[1].id,
    }


def promise(body: bytes, photo_id: UUID | None = None, **fields: Any) -> PhotoPromise:
    """The line of a manifest for these bytes."""
    defaults: dict[str, Any] = {
        "photo_id": photo_id or new_id(),
        "sha256": sha256(body),
        "size": len(body),
        "role": PhotoRole.BEFORE,
        "taken_at": clock.now(),
    }
    return PhotoPromise(**{**defaults, **fields})


def acting(person: Person, *seats: Seat) -> Actor:
    """How a service sees a person."""
    return Actor(
        person_id=person.id,
        name=person.name,
        mobile=person.mobile,
        sign_in_id=None,
        must_change_password=False,
        seats=seats,
    )
