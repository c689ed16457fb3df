"""Who may take which step while a situation stands how: one table."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from app.errors import ChangedMeanwhile, Incomplete, NotPermitted
from app.models.situation import Situation, SituationStatus, SituationStepKind
from app.services import access
from app.services.access import Actor
from app.services.permissions import Permission
from app.services.situations.commands import StepSituation

S, K = SituationStatus, SituationStepKind
OPEN = frozenset(S) - {S.SETTLED}


class By(StrEnum):
    """Of the body that has it now."""

    HOLDER = "holder"
    DESK = "desk"  # a township, a department, the county: no village passes on to departments
    GROUND = "ground"  # a village or a township: above the county there is nobody here


BY_WORDS = {
    By.HOLDER: ("现在承办的单位", "the body that has it now"),
    By.DESK: ("镇街、部门或县里", "a township, a department or the county"),
    By.GROUND: ("村（社区）或镇街", "a village or a township"),
}


@dataclass(frozen=True)
class Step:
    """`must`: fields without which it says nothing."""

    by: By
    when: frozenset[SituationStatus]
    to: SituationStatus
    must: tuple[str, ...] = ("text",)


STEPS: dict[SituationStepKind, Step] = {
    K.NOTE: Step(By.HOLDER, OPEN - {S.NOTED}, S.NOTED),
    K.PASS_ON: Step(By.DESK, OPEN, S.PASSED_ON, ("target_id", "text")),
    K.RAISE: Step(By.GROUND, OPEN, S.RAISED),
    K.SETTLE: Step(By.HOLDER, OPEN, S.SETTLED),
}
_MISSING = {"text": ("要说的话", "some words"), "target_id": ("转给谁", "to whom")}


def acts_for(actor: Actor, situation: Situation) -> UUID | None:
    """The body for which the actor has it: the holder, or the township over a village holding it.

    None: it is somebody else's to act.
    """
    if Permission.ANSWER_SITUATIONS not in actor.permissions:
        return None
    if situation.holder_id in actor.body_ids:
        return situation.holder_id
    is_village = situation.holder_id == situation.village_id
    is_above = situation.township_id in access.sight(actor)["townships"]
    return situation.township_id if is_village and is_above else None


def possible(actor: Actor, situation: Situation) -> list[SituationStepKind]:
    body = acts_for(actor, situation)
    return [
        kind
        for kind, step in STEPS.items()
        if situation.status in step.when and _stands(situation, body, step.by)
    ]


def require(actor: Actor, situation: Situation, command: StepSituation) -> tuple[Step, UUID]:
    """The step and the body that takes it.

    NotPermitted for others, ChangedMeanwhile where it has gone on, Incomplete.
    """
    step, body = STEPS[command.step], acts_for(actor, situation)
    if body is None or not _stands(situation, body, step.by):
        zh, en = BY_WORDS[By.HOLDER if body is None else step.by]
        raise NotPermitted(why=f"应由{zh}办。", why_en=f"It is for {en}.")
    if situation.status not in step.when:
        raise ChangedMeanwhile
    missing = [name for name in step.must if not getattr(command, name)]
    if missing:
        zh, en = (
            mark.join(_MISSING[name][place] for name in missing)
            for place, mark in enumerate(("、", ", "))
        )
        raise Incomplete(fields=missing, missing=missing, missing_zh=zh, missing_en=en)
    return step, body


def move(situation: Situation, step: Step) -> None:
    """The only line that says how a situation stands."""
    situation.status = step.to


def _stands(situation: Situation, body: UUID | None, by: By) -> bool:
    if body is None:
        return False
    if by is By.GROUND:
        return body in {situation.village_id, situation.township_id}
    return by is By.HOLDER or body != situation.village_id
