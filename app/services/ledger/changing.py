"""Every change of an object passes here and becomes history, field by field (S4-16)."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models.ledger import ObjectChange
from app.models.person import Person
from app.models.supervised_object import SupervisedObject
from app.services import rows
from app.services.access import SYSTEM, Actor
from app.services.personal import masked_name, masked_number

MOST_SHOWN = 200
_GATHERED = "lines of history"
# History is for ever; what is personal stands in it as others see it (decision 16).
_PERSONAL: Mapping[str, Callable[[Any], Any]] = {
    "contact_name": masked_name,
    "contact_phone": masked_number,
    "email": masked_name,
    "key_persons": lambda some: [
        {
            "duty": one["duty"],
            "name": masked_name(one["name"]),
            "phone": masked_number(one.get("phone")),
        }
        for one in some or ()
    ],
    "units": lambda some: [{**one, "person": masked_name(one["person"])} for one in some or ()],
}


@dataclass(frozen=True)
class Told:
    """One line of the history, with the name of whoever did it."""

    change: ObjectChange
    by: str | None


def change(
    session: AsyncSession,
    actor: Actor,
    row: SupervisedObject,
    sent: Mapping[str, Any],
    reason: str = "",
) -> list[str]:
    """Assign what differs and note it; answers the names of the fields."""
    differing = {name: value for name, value in sent.items() if getattr(row, name) != value}
    for name, value in differing.items():
        note(session, actor, row.id, name, getattr(row, name), value, reason)
        setattr(row, name, value)
    return list(differing)


def note(
    session: AsyncSession,
    actor: Actor,
    object_id: UUID,
    field: str,
    old: Any,
    new: Any,
    reason: str = "",
) -> None:
    """One line of history, for what is no column of the object too."""
    line = _line(actor, object_id, field, (old, new), reason)
    gathered: list[dict[str, Any]] | None = session.info.get(_GATHERED)
    if gathered is None:
        session.add(ObjectChange(**line))
    else:
        gathered.append(line)


async def note_all(
    session: AsyncSession,
    actor: Actor,
    news: Mapping[UUID, Any],
    field: str,
    reason: str,
) -> None:
    """A line for each of thousands of objects that are there already; nothing stood before."""
    lines = [_line(actor, id_, field, (None, new), reason) for id_, new in news.items()]
    await rows.add(session, ObjectChange, lines)


@asynccontextmanager
async def gathered(session: AsyncSession) -> AsyncIterator[None]:
    """Lines noted within this, of thousands of objects, are written at its end in one statement."""
    lines: list[dict[str, Any]] = []
    session.info[_GATHERED] = lines
    try:
        yield
    finally:
        del session.info[_GATHERED]
    await rows.add(session, ObjectChange, lines)


def _line(
    actor: Actor, object_id: UUID, field: str, both: tuple[Any, Any], reason: str
) -> dict[str, Any]:
    old, new = both
    return {
        "object_id": object_id,
        "at": clock.now(),
        "actor_id": None if actor is SYSTEM else actor.person_id,
        "field": field,
        "old": kept(field, old),
        "new": kept(field, new),
        "reason": reason,
    }


async def history(session: AsyncSession, object_id: UUID) -> Sequence[Told]:
    """Newest first, at most 200 lines."""
    query = (
        select(ObjectChange, Person.name)
        .outerjoin(Person, Person.id == ObjectChange.actor_id)
        .where(ObjectChange.object_id == object_id)
        .order_by(ObjectChange.seq.desc())
        .limit(MOST_SHOWN)
    )
    return [Told(change, name) for change, name in await session.execute(query)]


def kept(field: str, value: Any) -> Any:
    """As it may stand in history: masked where personal, in words where JSON has none."""
    shown = _PERSONAL[field](value) if field in _PERSONAL and value else value
    return plain(shown)


def plain(value: Any) -> Any:
    """As JSON has it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return value
