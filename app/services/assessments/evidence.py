"""What may show why points are taken: found for a body, checked, and named to whoever sees it."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.config import Settings
from app.errors import NotFound
from app.models.accident import Accident
from app.models.duty import DutyRecord
from app.models.hazard import OPEN_STATES, Hazard
from app.models.instruction import Addressee, Instruction
from app.services import access, hazards
from app.services.access import Actor
from app.services.accidents import reach as accidents
from app.services.assessments.commands import AssessmentResult, Evidence, EvidenceKind
from app.services.duties import reach as duties
from app.services.instructions import reach as instructions

E = EvidenceKind
MOST = 50  # of each kind that are offered
Row = Any


@dataclass(frozen=True)
class NamedEvidence:
    kind: EvidenceKind
    id: UUID
    label: str
    on: date


@dataclass(frozen=True)
class _Source:
    """Where such things are, which one sees, what is offered for a body, how each is called."""

    row: Any
    sees: Callable[[Actor], ColumnElement[bool]]
    of_body: Callable[[UUID, datetime, datetime], ColumnElement[bool]]
    at: Any
    label: Callable[[Settings, Row], str]


def _cases(body: UUID, first: datetime, end: datetime) -> ColumnElement[bool]:
    """On its ground or in its hands; of the year, or open."""
    columns = (Hazard.township_id, Hazard.department_id, Hazard.village_id, Hazard.enterprise_id)
    of_year = and_(Hazard.received_at >= first, Hazard.received_at < end)
    of_body = or_(*(column == body for column in columns))
    return and_(of_body, or_(of_year, Hazard.state.in_(OPEN_STATES)))


def _accidents(body: UUID, first: datetime, end: datetime) -> ColumnElement[bool]:
    of_body = or_(Accident.township_id == body, Accident.village_id == body)
    return and_(of_body, Accident.received_at >= first, Accident.received_at < end)


def _sent(body: UUID, first: datetime, end: datetime) -> ColumnElement[bool]:
    to = select(Addressee.instruction_id).where(Addressee.organization_id == body)
    of_year = and_(Instruction.sent_at >= first, Instruction.sent_at < end)
    return and_(Instruction.id.in_(to), of_year)


def _kept(body: UUID, first: datetime, end: datetime) -> ColumnElement[bool]:
    days = (clock.local(first).date(), clock.local(end).date())
    of_year = and_(DutyRecord.held_on >= days[0], DutyRecord.held_on < days[1])
    return and_(DutyRecord.organization_id == body, of_year)


SOURCES: dict[EvidenceKind, _Source] = {
    E.HAZARD: _Source(
        Hazard, access.can_see, _cases, Hazard.received_at,
        lambda settings, row: (
            f"{hazards.number(settings, row.number, row.received_at)} {row.note or row.place}"
        ),
    ),
    E.ACCIDENT: _Source(
        Accident, accidents.can_see, _accidents, Accident.received_at,
        lambda _, row: f"事故 {row.number} {row.place or row.company or ''}".strip(),
    ),
    E.INSTRUCTION: _Source(
        Instruction, instructions.can_see, _sent, Instruction.sent_at, lambda _, row: row.subject
    ),
    E.DUTY_RECORD: _Source(
        DutyRecord, duties.can_see, _kept, DutyRecord.held_on, lambda _, row: row.subject
    ),
}  # fmt: skip


async def offered(
    session: AsyncSession, actor: Actor, settings: Settings, body: UUID, year: int
) -> list[NamedEvidence]:
    """Newest first of each kind, at most MOST."""
    first, end = clock.midnight(date(year, 1, 1)), clock.midnight(date(year + 1, 1, 1))
    found: list[NamedEvidence] = []
    for kind, source in SOURCES.items():
        query = select(source.row).where(source.of_body(body, first, end), source.sees(actor))
        ordered = query.order_by(source.at.desc(), source.row.id).limit(MOST)
        found += _named(settings, kind, (await session.scalars(ordered)).all())
    return found


async def require_seen(session: AsyncSession, actor: Actor, result: AssessmentResult) -> None:
    """NotFound if the actor does not see one of them."""
    for kind, ids in _by_kind(all_of(result)).items():
        found = await session.scalars(_seen(actor, kind, ids))
        if {row.id for row in found} != ids:
            raise NotFound(fields=["evidence"])


async def named(
    session: AsyncSession, actor: Actor, settings: Settings, results: Iterable[AssessmentResult]
) -> dict[UUID, NamedEvidence]:
    """Those that this reader may open; the others stay without a name."""
    found: dict[UUID, NamedEvidence] = {}
    every = [one for result in results for one in all_of(result)]
    for kind, ids in _by_kind(every).items():
        rows = (await session.scalars(_seen(actor, kind, ids))).all()
        found |= {one.id: one for one in _named(settings, kind, rows)}
    return found


def all_of(result: AssessmentResult) -> list[Evidence]:
    veto = [result.veto.evidence] if result.veto else []
    return [*(one.evidence for one in result.deductions), *veto]


def _by_kind(every: Iterable[Evidence]) -> dict[EvidenceKind, set[UUID]]:
    kinds: dict[EvidenceKind, set[UUID]] = {}
    for one in every:
        if one.id:
            kinds.setdefault(one.kind, set()).add(one.id)
    return kinds


def _seen(actor: Actor, kind: EvidenceKind, ids: Collection[UUID]) -> Select[Any]:
    source = SOURCES[kind]
    return select(source.row).where(source.row.id.in_(ids), source.sees(actor))


def _named(settings: Settings, kind: EvidenceKind, rows: Sequence[Row]) -> list[NamedEvidence]:
    source = SOURCES[kind]
    at = source.at.key
    return [
        NamedEvidence(kind, row.id, source.label(settings, row)[:80], _day(getattr(row, at)))
        for row in rows
    ]


def _day(at: datetime | date) -> date:
    return clock.local(at).date() if isinstance(at, datetime) else at
