"""闭循环: no inspection is closed without plan, list, records, measures and results (S0-26)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.errors import Incomplete
from app.models.hazard import State
from app.models.inspection import (
    Inspection,
    InspectionAnswer,
    InspectionPlace,
    InspectionStatus,
)
from app.models.visit import Answered
from app.services import audit
from app.services.access import Actor
from app.services.audit import Kind, Subject
from app.services.inspections import accompanying, facts, reach
from app.services.inspections.commands import CallOffInspection, CloseInspection
from app.services.inspections.planning import invalid
from app.services.inspections.settling import PUT_RIGHT
from app.services.inspections.standing import require_open


@dataclass(frozen=True)
class Whole:
    """Everything that the rule looks at."""

    inspection: Inspection
    places: Sequence[InspectionPlace]
    issues: Sequence[InspectionAnswer]
    states: dict[UUID, State]
    conclusion: str

    @property
    def waiting(self) -> int:
        """Places without a result, nor a reason why nobody has looked."""
        return sum(not (row.looked_on or row.left_out_reason) for row in self.places)

    @property
    def without_measure(self) -> int:
        return sum(not row.measure for row in self.issues)

    @property
    def unsettled(self) -> int:
        done = {*PUT_RIGHT, State.VOIDED}
        return sum(state not in done for state in self.states.values())


@dataclass(frozen=True)
class Part:
    """One part of the circle. `lacks`: how much of it is missing; 0 = it is whole."""

    name: str
    zh: str
    en: str
    lacks: Callable[[Whole], int]


RULE: tuple[Part, ...] = (
    Part("plan", "检查方案", "the plan", lambda w: not w.inspection.plan),
    Part("list", "检查清单", "the checklist", lambda w: not w.inspection.checklist_version_id),
    Part("records", "{n} 家的检查记录", "records of {n} places", lambda w: w.waiting),
    Part(
        "measures", "{n} 个问题的整改措施", "measures for {n} findings", lambda w: w.without_measure
    ),
    Part("results", "{n} 处隐患的整改结果", "results of {n} hazards", lambda w: w.unsettled),
    Part("conclusion", "检查结论", "the conclusion", lambda w: not w.conclusion),
)


def missing(whole: Whole) -> list[tuple[Part, int]]:
    """What is not whole yet, in the order of the rule."""
    return [(part, int(lack)) for part in RULE if (lack := part.lacks(whole))]


async def close(
    session: AsyncSession, actor: Actor, inspection_id: UUID, command: CloseInspection
) -> None:
    """By the leading body. Incomplete names every part that is missing."""
    row = await reach.locked(session, actor, inspection_id)
    reach.require_lead(actor, row)
    require_open(row)
    whole = await look(session, row, command.conclusion)
    _require_whole(missing(whole))
    if all(place.looked_on is None for place in whole.places):
        raise invalid("places", "一家也没查，请取消", "Nothing was looked at; call it off")
    row.status = InspectionStatus.CLOSED
    row.conclusion = command.conclusion
    told = {"places": len(whole.places), "issues": len(whole.issues)}
    await _end(session, actor, row, Kind.INSPECTION_CLOSED, told)


async def call_off(
    session: AsyncSession, actor: Actor, inspection_id: UUID, command: CallOffInspection
) -> None:
    """Before anybody has looked; what was found afterwards must come to its end (S0-26)."""
    row = await reach.locked(session, actor, inspection_id)
    reach.require_lead(actor, row)
    require_open(row)
    places = await facts.places_of(session, row.id)
    if any(place.looked_on for place in places):
        raise invalid("reason", "已经查了的不能取消，请办结", "It has begun; close it instead")
    row.status = InspectionStatus.CALLED_OFF
    row.end_reason = command.reason
    await accompanying.spare(session, row)
    await _end(session, actor, row, Kind.INSPECTION_CALLED_OFF, {"reason": command.reason})


async def look(session: AsyncSession, row: Inspection, conclusion: str) -> Whole:
    """What the rule looks at, of all places whoever asks."""
    places = await facts.places_of(session, row.id)
    answers = await facts.answers_of(session, row.id)
    issues = [each for each in answers if each.answer is Answered.ISSUE]
    states = await facts.states_of(session, issues)
    return Whole(row, places, issues, states, conclusion)


async def _end(
    session: AsyncSession, actor: Actor, row: Inspection, kind: Kind, told: Mapping[str, object]
) -> None:
    row.ended_at = clock.now()
    row.ended_by_id = actor.person_id
    await session.flush()
    await audit.record(session, kind, actor, Subject("inspection", row.id), told)


def _require_whole(lacking: list[tuple[Part, int]]) -> None:
    if lacking:
        names = [part.name for part, _ in lacking]
        raise Incomplete(
            fields=names,
            missing=names,
            missing_zh="、".join(part.zh.format(n=n) for part, n in lacking),
            missing_en=", ".join(part.en.format(n=n) for part, n in lacking),
        )
