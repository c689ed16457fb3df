"""Who may take which step while the appeal stands how: one table."""

from dataclasses import dataclass
from enum import StrEnum

from app.errors import ChangedMeanwhile, Incomplete, NotPermitted
from app.models.appeal import Appeal, AppealStatus, AppealStepKind
from app.services.access import Actor
from app.services.appeals.commands import StepAppeal
from app.services.permissions import Permission

S, K = AppealStatus, AppealStepKind


class Side(StrEnum):
    ASKER = "asker"
    HOLDER = "holder"


SIDE_WORDS = {
    Side.ASKER: ("提诉求的人", "whoever asked"),
    Side.HOLDER: ("现在承办的单位", "the body that has it now"),
}


@dataclass(frozen=True)
class Step:
    """`must`: fields without which it says nothing."""

    by: Side
    when: AppealStatus
    to: AppealStatus
    must: tuple[str, ...] = ("text",)


STEPS: dict[AppealStepKind, Step] = {
    K.PASS_ON: Step(Side.HOLDER, S.OPEN, S.OPEN, ("target_id", "text")),
    K.ANSWER: Step(Side.HOLDER, S.OPEN, S.ANSWERED),
    K.CONFIRM: Step(Side.ASKER, S.ANSWERED, S.CLOSED, ()),
    K.ASK_AGAIN: Step(Side.ASKER, S.ANSWERED, S.OPEN),
}
_MISSING = {"text": ("要说的话", "some words"), "target_id": ("转给谁", "to whom")}


def stands_on(actor: Actor, appeal: Appeal, side: Side) -> bool:
    if side is Side.ASKER:
        return appeal.asker_id == actor.person_id or appeal.enterprise_id in actor.body_ids
    return appeal.holder_id in actor.body_ids and Permission.ANSWER_APPEALS in actor.permissions


def possible(actor: Actor, appeal: Appeal) -> list[AppealStepKind]:
    return [
        kind
        for kind, step in STEPS.items()
        if step.when is appeal.status and stands_on(actor, appeal, step.by)
    ]


def require(actor: Actor, appeal: Appeal, command: StepAppeal) -> Step:
    """NotPermitted on the other side, ChangedMeanwhile where it has gone on, Incomplete."""
    step = STEPS[command.step]
    if not stands_on(actor, appeal, step.by):
        zh, en = SIDE_WORDS[step.by]
        raise NotPermitted(why=f"应由{zh}办。", why_en=f"It is for {en}.")
    if appeal.status is not step.when:
        raise ChangedMeanwhile
    missing = [name for name in step.must if not getattr(command, name)]
    if missing:
        zh, en = (
            mark.join(_MISSING[name][place] for name in missing)
            for place, mark in enumerate(("、", ", "))
        )
        raise Incomplete(fields=missing, missing=missing, missing_zh=zh, missing_en=en)
    return step


def move(appeal: Appeal, step: Step) -> None:
    """The only line that says how an appeal stands."""
    appeal.status = step.to
