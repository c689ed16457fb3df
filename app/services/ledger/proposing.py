"""What has changed on the spot, said by who goes there and decided at the desk (S1-62, S4-16)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, any_, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models import collection as collections
from app.models.object_proposal import ObjectProposal, Verdict
from app.models.person import Person
from app.models.supervised_object import SupervisedObject
from app.services import access
from app.services.access import Actor
from app.services.ledger import changing, credit_codes
from app.services.ledger.commands import CollectObject

PROPOSABLE = (
    "kind", "small_kind", "name", "address", "credit_code", "contact_name", "contact_phone",
    "concerns",
)  # fmt: skip
RETURNED_IS_SHOWN = timedelta(days=30)
_IS_WAITING = ObjectProposal.verdict.is_(None)
CLOSED_ALREADY = "台账里已经停用"


@dataclass(frozen=True)
class Line:
    """One field: as the phone showed it, as it is in the ledger now, as it is to be."""

    field: str
    seen: Any
    old: Any
    new: Any

    @property
    def is_stale(self) -> bool:
        return self.old not in (self.seen, self.new)


@dataclass(frozen=True)
class Proposed:
    """A proposal with its sender's name, beside the object as it is now."""

    proposal: ObjectProposal
    by: str
    lines: Sequence[Line]

    @property
    def is_stale(self) -> bool:
        """The ledger says something else meanwhile than what its sender saw."""
        return any(line.is_stale for line in self.lines)


def propose(
    session: AsyncSession,
    row: collections.Collection,
    place: SupervisedObject,
    command: CollectObject,
    facts: Mapping[str, Any],
) -> ObjectProposal | None:
    """Of an object that is locked. None: it stands in the ledger like this already."""
    seen = _seen(place, command)
    changes = {} if command.gone else _changes(facts, seen)
    if not changes and not command.gone:
        return None
    kept = ObjectProposal(
        id=row.id,
        object_id=place.id,
        person_id=row.person_id,
        changes=changes,
        seen={name: seen[name] for name in changes},
        gone=command.gone,
        note=command.note,
        occurred_at=row.occurred_at,
        received_at=row.received_at,
        word="",
    )
    if place.closed_on is not None:
        _settle(kept, Verdict.RETURNED, None, CLOSED_ALREADY)
    session.add(kept)
    return kept


async def replace_former(session: AsyncSession, kept: ObjectProposal) -> None:
    """Whoever says it anew takes back what waited or was returned."""
    query = select(ObjectProposal).where(
        ObjectProposal.object_id == kept.object_id,
        ObjectProposal.person_id == kept.person_id,
        ObjectProposal.id != kept.id,
        or_(_IS_WAITING, ObjectProposal.verdict == Verdict.RETURNED),
    )
    for former in await session.scalars(query):
        former.verdict = Verdict.REPLACED
        _mask(former)


def settle(row: ObjectProposal, actor: Actor, verdict: Verdict, word: str = "") -> None:
    """Of a proposal that waits, within the lock of its object."""
    _settle(row, verdict, actor.person_id, word)
    if verdict is Verdict.ACCEPTED:
        _mask(row)


async def end_all(session: AsyncSession, object_ids: Collection[UUID], reason: str) -> None:
    """The objects have closed: what was said of them is returned, as the phone then shows."""
    word = f"{CLOSED_ALREADY}：{reason}"
    done = {"verdict": Verdict.RETURNED, "word": word, "decided_at": clock.now()}
    theirs = ObjectProposal.object_id == any_(access.given("ids"))
    ended = update(ObjectProposal).where(theirs, _IS_WAITING).values(done)
    await session.execute(ended, {"ids": list(object_ids)})


def waits() -> ColumnElement[bool]:
    """A clause on supervised objects."""
    link = select(ObjectProposal.id).where(
        ObjectProposal.object_id == SupervisedObject.id, _IS_WAITING
    )
    return exists(link.correlate(SupervisedObject))


async def live(
    session: AsyncSession, places: Collection[SupervisedObject]
) -> dict[UUID, list[Proposed]]:
    """What waits, and what was returned lately and not said anew; oldest first."""
    if not places:
        return {}
    by_id = {place.id: place for place in places}
    lately = clock.now() - RETURNED_IS_SHOWN
    returned = and_(ObjectProposal.verdict == Verdict.RETURNED, ObjectProposal.decided_at > lately)
    query = (
        select(ObjectProposal, Person.name)
        .join(Person, Person.id == ObjectProposal.person_id)
        .where(ObjectProposal.object_id.in_(by_id), or_(_IS_WAITING, returned))
        .order_by(ObjectProposal.received_at, ObjectProposal.id)
    )
    found: dict[UUID, list[Proposed]] = {}
    for row, by in await session.execute(query):
        found.setdefault(row.object_id, []).append(beside(row, by, by_id[row.object_id]))
    return found


def beside(row: ObjectProposal, by: str, place: SupervisedObject) -> Proposed:
    lines = [
        Line(name, row.seen.get(name), changing.plain(getattr(place, name)), row.changes[name])
        for name in PROPOSABLE
        if name in row.changes
    ]
    return Proposed(row, by, lines)


def _seen(place: SupervisedObject, command: CollectObject) -> dict[str, Any]:
    """What a build of before does not say it has shown counts as the ledger has it."""
    now = {name: changing.plain(getattr(place, name)) for name in PROPOSABLE}
    if command.seen is None:
        return now
    shown = command.seen.model_dump(mode="json", exclude_unset=True)
    if "credit_code" in shown:
        shown["credit_code"] = credit_codes.normalise(shown["credit_code"])
    return now | shown


def _changes(facts: Mapping[str, Any], seen: Mapping[str, Any]) -> dict[str, Any]:
    said = {name: changing.plain(facts[name]) for name in PROPOSABLE if name in facts}
    return {name: new for name, new in said.items() if (new or None) != (seen[name] or None)}


def _settle(row: ObjectProposal, verdict: Verdict, by: UUID | None, word: str) -> None:
    row.verdict, row.word = verdict, word
    row.decided_at, row.decided_by_id = clock.now(), by


def _mask(row: ObjectProposal) -> None:
    row.changes = {name: changing.kept(name, value) for name, value in row.changes.items()}
    row.seen = {name: changing.kept(name, value) for name, value in row.seen.items()}
