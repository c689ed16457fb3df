"""Which desk may take which step while the accident stands how: one table."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.errors import AccidentEnded, Incomplete, NotPermitted
from app.models.accident import Accident, AccidentStatus, HopKind
from app.services.access import Actor
from app.services.accidents import reach
from app.services.accidents.commands import StepAccident

S, H = AccidentStatus, HopKind
OPEN, ENDED, ANY = frozenset({S.OPEN}), frozenset({S.CLOSED, S.FALSE_ALARM}), frozenset(S)


class Desk(StrEnum):
    TOWNSHIP = "township"
    COUNTY = "county"


DESK_WORDS = {
    Desk.TOWNSHIP: ("事故所在镇街", "the township where it happened"),
    Desk.COUNTY: ("县里", "the county"),
}


@dataclass(frozen=True)
class Step:
    """`must`: fields without which it says nothing. `to`: None = it stays as it is."""

    by: Desk
    when: frozenset[AccidentStatus]
    to: AccidentStatus | None = None
    must: tuple[str, ...] = ()


# Only the county calls a report a false alarm: a township that could would judge in its own cause.
STEPS: dict[HopKind, Step] = {
    H.TOWNSHIP_RECEIVED: Step(Desk.TOWNSHIP, OPEN),
    H.COUNTY_RECEIVED: Step(Desk.COUNTY, OPEN),
    H.REPORTED_UP: Step(Desk.COUNTY, ANY, must=("to_whom", "means")),
    H.DEPARTMENT_TOLD: Step(Desk.COUNTY, OPEN, must=("organization_id",)),
    H.FALSE_ALARM: Step(Desk.COUNTY, OPEN, S.FALSE_ALARM, ("reason",)),
    H.REOPENED: Step(Desk.COUNTY, ENDED, S.OPEN, ("reason",)),
}
RECEIPTS = {
    H.TOWNSHIP_RECEIVED: "township_received_at",
    H.COUNTY_RECEIVED: "county_received_at",
}
CLOSING = Step(Desk.COUNTY, OPEN, S.CLOSED)  # the final report
_MISSING = {
    "to_whom": ("报给了谁", "to whom it was reported"),
    "means": ("用什么方式报的", "by what means"),
    "organization_id": ("告诉哪个部门", "which department"),
    "reason": ("原因", "a reason"),
}


def require(actor: Actor, accident: Accident, step: Step) -> None:
    """NotPermitted at another desk; AccidentEnded where the accident has gone on."""
    if not _is_mine(actor, accident, step):
        zh, en = DESK_WORDS[step.by]
        raise NotPermitted(why=f"应由{zh}办理。", why_en=f"It is for {en}.")
    if accident.status not in step.when:
        raise AccidentEnded


def may(actor: Actor, accident: Accident, step: Step) -> bool:
    return _is_mine(actor, accident, step) and accident.status in step.when


def possible(actor: Actor, accident: Accident) -> list[HopKind]:
    """Steps that make sense for the actor now; it is received once."""
    return [
        kind
        for kind, step in STEPS.items()
        if may(actor, accident, step) and not is_received(accident, kind)
    ]


def correctable(actor: Actor, accident: Accident) -> list[HopKind]:
    """Receipts of the actor's desk that an earlier time would put right."""
    return [
        kind
        for kind in RECEIPTS
        if may(actor, accident, STEPS[kind]) and is_received(accident, kind)
    ]


def is_received(accident: Accident, kind: HopKind) -> bool:
    return kind in RECEIPTS and getattr(accident, RECEIPTS[kind]) is not None


def _is_mine(actor: Actor, accident: Accident, step: Step) -> bool:
    if step.by is Desk.COUNTY:
        return reach.is_county(actor)
    return reach.is_township(actor, accident)


def require_said(step: Step, command: StepAccident) -> None:
    missing = [name for name in step.must if not getattr(command, name)]
    if missing:
        zh, en = (
            mark.join(_MISSING[name][place] for name in missing)
            for place, mark in enumerate(("、", ", "))
        )
        raise Incomplete(fields=missing, missing=missing, missing_zh=zh, missing_en=en)


def move(accident: Accident, step: Step, now: datetime) -> None:
    """The only lines that say how an accident stands."""
    if step.to is not None:
        accident.status = step.to
        accident.ended_at = None if step.to is S.OPEN else now
    if step.to is S.CLOSED:
        # Who closes it has it: at the latest from now on the hours of the county are counted.
        accident.county_received_at = accident.county_received_at or now
