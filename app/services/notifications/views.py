"""Built-in queues per role, as a table, and the views people save; each with its count."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Invalid, NotFound
from app.models.hazard import State
from app.models.notification import SavedView
from app.models.person import Role
from app.services import hazards
from app.services.access import Actor
from app.services.hazards import HazardFilters
from app.services.notifications.commands import SaveView

MOST_VIEWS = 30


@dataclass(frozen=True)
class Queue:
    """`key` names the words in the PWA; the filters are fixed."""

    key: str
    filters: HazardFilters


_F, _S = HazardFilters, State
_TO_DECIDE = _F(queue="holder", state=[_S.ESCALATED])
_DISPATCHED = Queue("dispatched", _F(queue="dispatched", state=[_S.ASSIGNED]))
_EXTENSIONS = Queue("extensions", _F(queue="dispatched", is_extension_asked=True))
_OVERDUE = Queue("overdue", _F(is_open=True, is_overdue=True))
_VERY_LATE = Queue("very_late", _F(is_open=True, is_very_late=True))
_MAJOR = Queue("major", _F(is_open=True, is_major=True))
_LISTED = Queue("listed", _F(is_listed=True))
_MINE = Queue("mine", _F(queue="mine", is_open=True))
_VERIFY = Queue("verify", _F(queue="verify"))
_RECHECK = Queue("recheck", _F(queue="recheck"))
_TO_SIGN_FOR = Queue(
    "to_sign_for", _F(queue="department", state=[_S.ASSIGNED], is_signed_for=False)
)
_RECTIFYING = Queue("rectifying", _F(queue="department", state=[_S.ASSIGNED], is_signed_for=True))
_ALL_OPEN = Queue("all_open", _F(is_open=True))

QUEUES: dict[Role, tuple[Queue, ...]] = {
    Role.GRIDWORKER: (_VERIFY, _RECHECK, _MINE),
    Role.GRID_CHIEF: (_VERIFY, _RECHECK, _MINE),
    Role.SAFETY_OFFICER: (_TO_SIGN_FOR, _RECTIFYING, _VERIFY, _MINE),
    Role.VILLAGE_CLERK: (Queue("village_triage", _TO_DECIDE), _OVERDUE, _VERIFY, _ALL_OPEN),
    Role.TOWNSHIP_OFFICER: (
        Queue("triage", _TO_DECIDE),
        _DISPATCHED,
        _EXTENSIONS,
        _OVERDUE,
        _VERY_LATE,
        _VERIFY,
        _RECHECK,
        _ALL_OPEN,
    ),
    Role.COUNTY_OFFICER: (
        Queue("dispatch", _TO_DECIDE),
        _DISPATCHED,
        _EXTENSIONS,
        _OVERDUE,
        _VERY_LATE,
        _MAJOR,
        _LISTED,
        _VERIFY,
        _RECHECK,
        _ALL_OPEN,
    ),
    Role.SAFETY_SUPERVISOR: (
        Queue("unclear", _TO_DECIDE),
        _DISPATCHED,
        _EXTENSIONS,
        _OVERDUE,
        _VERY_LATE,
        _MAJOR,
        _LISTED,
        _VERIFY,
        _ALL_OPEN,
    ),
    Role.HANDLER: (
        _TO_SIGN_FOR,
        _RECTIFYING,
        Queue("extension_asked", _F(queue="department", is_extension_asked=True)),
        Queue("awaiting_verification", _F(queue="department", state=[_S.DONE])),
        _OVERDUE,
        _VERIFY,
        _ALL_OPEN,
    ),
    Role.LEADER: (_MAJOR, _LISTED, _OVERDUE, _VERY_LATE, _ALL_OPEN),
    Role.ADMINISTRATOR: (_VERIFY, _ALL_OPEN),
    Role.SECURITY_ADMINISTRATOR: (),
    Role.AUDIT_ADMINISTRATOR: (),
}


async def views(session: AsyncSession, actor: Actor) -> dict[str, Any]:
    """The queues of all the actor's roles, in the order of the posts, then the saved views."""
    queues = {queue.key: queue for seat in actor.seats for queue in QUEUES[seat.role]}
    return {
        "queues": [await _queue(session, actor, queue) for queue in queues.values()],
        "saved": [await _saved(session, actor, row) for row in await _own(session, actor)],
    }


async def save_view(
    session: AsyncSession, actor: Actor, view_id: UUID, command: SaveView
) -> SavedView:
    """Keep a filter under a name; the id comes from the desk, so that a repeat changes nothing."""
    row = await session.get(SavedView, view_id)
    if row is None:
        await _require_room(session, actor)
        row = SavedView(id=view_id, person_id=actor.person_id)
        session.add(row)
    if row.person_id != actor.person_id:
        raise NotFound
    row.name, row.position = command.name, command.position
    row.filters = command.filters.model_dump(mode="json", exclude_defaults=True)
    await session.flush()
    return row


async def delete_view(session: AsyncSession, actor: Actor, view_id: UUID) -> None:
    row = await session.get(SavedView, view_id)
    if row is None or row.person_id != actor.person_id:
        raise NotFound
    await session.delete(row)
    await session.flush()


async def _own(session: AsyncSession, actor: Actor) -> list[SavedView]:
    query = select(SavedView).where(SavedView.person_id == actor.person_id)
    return list(await session.scalars(query.order_by(SavedView.position, SavedView.id)))


async def _require_room(session: AsyncSession, actor: Actor) -> None:
    query = select(func.count()).where(SavedView.person_id == actor.person_id)
    if (await session.scalar(query) or 0) >= MOST_VIEWS:
        raise Invalid(
            fields=["name"],
            reason_zh=f"最多存 {MOST_VIEWS} 个视图，先删掉不用的。",
            reason_en=f"At most {MOST_VIEWS} views; delete one first.",
        )


async def _queue(session: AsyncSession, actor: Actor, queue: Queue) -> dict[str, Any]:
    return {
        "key": queue.key,
        "filters": queue.filters,
        **await _count(session, actor, queue.filters),
    }


async def _saved(session: AsyncSession, actor: Actor, row: SavedView) -> dict[str, Any]:
    filters = HazardFilters.model_validate(row.filters)
    return {
        "id": row.id,
        "name": row.name,
        "filters": filters,
        "position": row.position,
        **await _count(session, actor, filters),
    }


async def _count(session: AsyncSession, actor: Actor, filters: HazardFilters) -> dict[str, Any]:
    found = await hazards.count(session, actor, filters)
    return {"count": found.count, "is_count_capped": found.is_capped}
