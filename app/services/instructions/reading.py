"""Instructions as they are shown: what came in, what my desk sent, who read and answered."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, select, tuple_, type_coerce
from sqlalchemy.dialects.postgresql import JSONB, array
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import NotFound
from app.models.instruction import (
    Addressee,
    Instruction,
    InstructionFeedback,
    InstructionStep,
)
from app.models.organization import Organization
from app.models.person import Person
from app.services import access, accounts, clocks, cursors, due_days
from app.services.access import Actor
from app.services.instructions import reach
from app.services.instructions.commands import AddresseeQuery, InstructionQuery
from app.services.permissions import Permission


@dataclass(frozen=True)
class Counts:
    """Of addressees, never of persons. `late`: nothing answered and the day is over."""

    addressees: int = 0
    read: int = 0
    answered: int = 0
    late: int = 0


@dataclass(frozen=True)
class Said:
    feedback: InstructionFeedback
    person: str


@dataclass(frozen=True)
class FoundAddressee:
    """`is_vacant`: nobody holds a post there today who could read it."""

    addressee: Addressee
    reader: str | None
    said: Sequence[Said] = ()
    is_vacant: bool = False


@dataclass(frozen=True)
class FoundInstruction:
    """`mine`: as what it came to me; `is_from_before`: sent before I held a post there.

    `counts` None: it is not of my desk. `counts_until`: its day, or the working day after the
    holiday that it falls on.
    """

    instruction: Instruction
    organization: Organization
    sender: str
    mine: list[FoundAddressee] = field(default_factory=list)
    is_from_before: bool = False
    counts: Counts | None = None
    steps: Sequence[tuple[InstructionStep, str]] = ()
    counts_until: date | None = None


@dataclass(frozen=True)
class InstructionPage:
    items: list[FoundInstruction]
    next: str | None


@dataclass(frozen=True)
class AddresseePage:
    items: list[FoundAddressee]
    next: str | None


async def find(session: AsyncSession, actor: Actor, query: InstructionQuery) -> InstructionPage:
    """One page of a box, newest first."""
    box = reach.sent_by(actor) if query.box == "sent" else reach.received_by(actor)
    statement = _select().where(box)
    keys = (Instruction.sent_at, Instruction.id)
    if query.cursor:
        before = cursors.decode(query.cursor, datetime.fromisoformat, UUID)
        statement = statement.where(tuple_(*keys) < tuple_(*before))
    order = (key.desc() for key in keys)
    rows = (await session.execute(statement.order_by(*order).limit(query.limit + 1))).all()
    page = rows[: query.limit]
    last = page[-1][0] if len(rows) > query.limit else None
    onward = cursors.encode(last.sent_at.isoformat(), last.id) if last else None
    return InstructionPage(await _whole(session, actor, page), onward)


async def read(session: AsyncSession, actor: Actor, instruction_id: UUID) -> FoundInstruction:
    """One instruction; NotFound for whoever neither sent it nor is addressed."""
    query = _select().where(Instruction.id == instruction_id, reach.can_see(actor))
    rows = (await session.execute(query)).all()
    if not rows:
        raise NotFound
    return (await _whole(session, actor, rows))[0]


async def addressees(
    session: AsyncSession, actor: Actor, instruction_id: UUID, query: AddresseeQuery
) -> AddresseePage:
    """Who has read and answered, by name; for the desk that sent it."""
    access.require(actor, Permission.SEND_INSTRUCTIONS)
    mine = select(Instruction.id).where(Instruction.id == instruction_id, reach.sent_by(actor))
    if await session.scalar(mine) is None:
        raise NotFound
    over = due_days.newest_over(await clocks.load(session), access.today())
    statement = (
        select(Addressee)
        .join(Instruction, Instruction.id == Addressee.instruction_id)
        .where(Addressee.instruction_id == instruction_id, *_SHOWN[query.show](over))
    )
    keys = (Addressee.name, Addressee.id)
    if query.cursor:
        after = cursors.decode(query.cursor, str, UUID)
        statement = statement.where(tuple_(*keys) > tuple_(*after))
    rows = list(await session.scalars(statement.order_by(*keys).limit(query.limit + 1)))
    page = rows[: query.limit]
    onward = cursors.encode(page[-1].name, page[-1].id) if len(rows) > query.limit else None
    return AddresseePage(await _told(session, page), onward)


def _is_late(over: date) -> ColumnElement[bool]:
    """`over`: the newest day that has run out (due_days)."""
    return and_(Addressee.answered_at.is_(None), Instruction.due_on <= over)


_SHOWN: dict[str, Callable[[date], list[ColumnElement[bool]]]] = {
    "all": lambda _: [],
    "unread": lambda _: [Addressee.read_at.is_(None)],
    "unanswered": lambda _: [Addressee.answered_at.is_(None)],
    "late": lambda over: [_is_late(over)],
}


def _select() -> Select[*tuple[Any, ...]]:
    return (
        select(Instruction, Organization, Person.name)
        .join(Organization, Organization.id == Instruction.organization_id)
        .join(Person, Person.id == Instruction.sender_id)
    )


async def _whole(
    session: AsyncSession, actor: Actor, rows: Sequence[Any]
) -> list[FoundInstruction]:
    """What belongs to a page, in as many statements at any length."""
    ids = [row[0].id for row in rows]
    if not ids:
        return []
    came = await _came(session, actor, ids)
    told = {found.addressee.id: found for found in await _told(session, [row for row, _ in came])}
    known = await clocks.load(session)
    counts = await _counts(session, actor, ids, due_days.newest_over(known, access.today()))
    steps = await _steps(session, ids)
    return [
        FoundInstruction(
            row[0],
            row[1],
            row[2],
            mine=[told[one.id] for one, _ in came if one.instruction_id == row[0].id],
            is_from_before=row[0].id in _from_before(came),
            counts=counts.get(row[0].id),
            steps=steps.get(row[0].id, ()),
            counts_until=due_days.runs_until(known, row[0].due_on) if row[0].due_on else None,
        )
        for row in rows
    ]


async def _came(
    session: AsyncSession, actor: Actor, ids: Collection[UUID]
) -> list[tuple[Addressee, bool]]:
    """As what these came to the actor, and whether that was before the actor's time there."""
    query = (
        select(Addressee, reach.came_before(actor))
        .join(Instruction, Instruction.id == Addressee.instruction_id)
        .where(Addressee.instruction_id.in_(ids), reach.addressed(actor))
        .order_by(Addressee.name, Addressee.id)
    )
    return [(row, is_before) for row, is_before in await session.execute(query)]


def _from_before(came: Sequence[tuple[Addressee, bool]]) -> set[UUID]:
    """Instructions that came to nobody but predecessors."""
    ids = {one.instruction_id for one, _ in came}
    return ids - {one.instruction_id for one, is_before in came if not is_before}


async def _counts(
    session: AsyncSession, actor: Actor, ids: Collection[UUID], over: date
) -> dict[UUID, Counts]:
    """Of those that the actor's desk has sent."""
    query = (
        select(
            Instruction.id,
            func.count(Addressee.id),
            func.count(Addressee.read_at),
            func.count(Addressee.answered_at),
            func.count().filter(_is_late(over)),
        )
        .join(Addressee, Addressee.instruction_id == Instruction.id)
        .where(Instruction.id.in_(ids), reach.sent_by(actor))
        .group_by(Instruction.id)
    )
    return {row[0]: Counts(*row[1:]) for row in await session.execute(query)}


async def _steps(
    session: AsyncSession, ids: Collection[UUID]
) -> dict[UUID, list[tuple[InstructionStep, str]]]:
    query = (
        select(InstructionStep, Person.name)
        .join(Person, Person.id == InstructionStep.person_id)
        .where(InstructionStep.instruction_id.in_(ids))
        .order_by(InstructionStep.at, InstructionStep.id)
    )
    found: dict[UUID, list[tuple[InstructionStep, str]]] = {}
    for step, name in await session.execute(query):
        found.setdefault(step.instruction_id, []).append((step, name))
    return found


async def _told(session: AsyncSession, rows: Sequence[Addressee]) -> list[FoundAddressee]:
    """With who read it, what was said, and whether anybody is there."""
    ids = [row.id for row in rows]
    if not ids:
        return []
    readers = {row.read_by_id for row in rows if row.read_by_id}
    names = await accounts.names_of(session, readers)
    said = await _said(session, {row.instruction_id for row in rows}, ids)
    held = {row[0] for row in await session.execute(reach.people(Addressee.id.in_(ids)))}
    return [
        FoundAddressee(
            row,
            names.get(row.read_by_id) if row.read_by_id else None,
            said.get(str(row.id), ()),
            row.id not in held,
        )
        for row in rows
    ]


async def _said(
    session: AsyncSession, instruction_ids: Collection[UUID], ids: Collection[UUID]
) -> dict[str, list[Said]]:
    """By addressee, in the order in which it came."""
    kept = type_coerce(InstructionFeedback.addressee_ids, JSONB)
    wanted = kept.has_any(array([str(id_) for id_ in ids]))
    query = (
        select(InstructionFeedback, Person.name)
        .join(Person, Person.id == InstructionFeedback.person_id)
        .where(InstructionFeedback.instruction_id.in_(instruction_ids), wanted)
        .order_by(InstructionFeedback.seq)
    )
    found: dict[str, list[Said]] = {}
    for feedback, name in await session.execute(query):
        for id_ in feedback.addressee_ids:
            found.setdefault(id_, []).append(Said(feedback, name))
    return found
