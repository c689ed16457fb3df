"""Writing down what was done, in the transaction that does it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock, context
from app.models.audit import AuditEntry
from app.models.base import new_id
from app.services.access import SYSTEM, Actor
from app.services.audit.kinds import Kind, Subject
from app.services.events import chain
from app.services.personal.masks import masked_name, masked_number

_SHORTENED: dict[str, Callable[[Any], Any]] = {
    "mobile": masked_number,
    "phone": masked_number,
    "contact_phone": masked_number,
    "contact_name": masked_name,
}
_WORDS: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (Enum, lambda value: value.value),
    (float, repr),
    (datetime, chain.plain),
    (date, date.isoformat),
    (time, time.isoformat),
)


async def record(
    session: AsyncSession,
    kind: Kind,
    actor: Actor | UUID | None,
    subject: Subject,
    data: Mapping[str, Any] | None = None,
    *,
    succeeded: bool = True,
) -> None:
    """One entry. `actor` None: somebody who has not signed in, SYSTEM: nobody.

    What it was done with is kept small: numbers masked, contents left out.
    """
    members = _entry(kind, actor, subject, data or {}, succeeded=succeeded)
    await session.execute(insert(AuditEntry).values(**members))


async def record_each(
    session: AsyncSession,
    kind: Kind,
    actor: Actor,
    told: Sequence[tuple[Subject, Mapping[str, Any]]],
) -> None:
    """An entry for each subject, in one statement: what was done to many at once."""
    if told:
        entries = [_entry(kind, actor, subject, data) for subject, data in told]
        await session.execute(insert(AuditEntry), entries)


def _entry(
    kind: Kind,
    actor: Actor | UUID | None,
    subject: Subject,
    data: Mapping[str, Any],
    *,
    succeeded: bool = True,
) -> dict[str, Any]:
    request = context.current()
    members = {
        "id": new_id(),
        "at": clock.now(),
        "kind": kind.value,
        "succeeded": succeeded,
        "actor_id": _who(actor),
        "address": request.address if request else None,
        "request": request.id if request else None,
        "subject_kind": subject.kind,
        "subject_id": None if subject.id is None else str(subject.id),
        "data": {name: _kept(name, value) for name, value in data.items()},
    }
    return {**members, "hash": chain.standing_alone(members)}


def _who(actor: Actor | UUID | None) -> UUID | None:
    if actor is None or actor is SYSTEM:
        return None
    return actor.person_id if isinstance(actor, Actor) else actor


def changed(row: Any, sent: Mapping[str, Any]) -> dict[str, Any]:
    """Before → after of what `sent` is about to change in the row; ask before assigning."""
    before = {name: getattr(row, name) for name in sent}
    return {
        name: {"from": _kept(name, before[name]), "to": _kept(name, value)}
        for name, value in sent.items()
        if before[name] != value
    }


def _kept(name: str, value: Any) -> Any:
    """As it may stand in the entry: masked where personal, in words where JSON has none."""
    if isinstance(value, dict):
        return {key: _kept(key, inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_kept(name, inner) for inner in value]
    if value is not None and name in _SHORTENED:
        return _SHORTENED[name](value)
    for kind, words in _WORDS:
        if isinstance(value, kind):
            return words(value)
    return chain.plain(value)
