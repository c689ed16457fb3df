"""Who may take which step of a paper while it stands how: one table."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.errors import ChangedMeanwhile, Incomplete, NotPermitted, NotYet
from app.models.assessment import Assessment, AssessmentPaper, PaperStatus, PaperStepKind
from app.models.organization import Organization
from app.services import access
from app.services.access import Actor
from app.services.assessments import reach
from app.services.assessments.commands import StepPaper

S, K = PaperStatus, PaperStepKind
TOLD = frozenset({S.SHOWN, S.AGREED, S.OBJECTED, S.FINAL})  # the body has seen the result


class By(StrEnum):
    BODY = "body"
    COUNTY = "county"


BY_WORDS = {By.BODY: ("被考核单位", "the body itself"), By.COUNTY: ("县里", "the county")}


@dataclass(frozen=True)
class Step:
    """`to`: None = it stands as before. `must`: fields without which it says nothing."""

    by: By
    when: frozenset[PaperStatus]
    to: PaperStatus | None
    must: tuple[str, ...] = ()


STEPS: dict[PaperStepKind, Step] = {
    K.SUBMIT: Step(By.BODY, frozenset({S.SELF, S.SUBMITTED}), S.SUBMITTED, ("said",)),
    K.ASSESS: Step(By.COUNTY, frozenset({S.SELF, S.SUBMITTED, S.OBJECTED}), None, ("result",)),
    K.SHOW: Step(By.COUNTY, frozenset({S.SELF, S.SUBMITTED}), S.SHOWN),
    K.AGREE: Step(By.BODY, frozenset({S.SHOWN}), S.AGREED),
    K.OBJECT: Step(By.BODY, frozenset({S.SHOWN}), S.OBJECTED, ("text",)),
    K.FINISH: Step(By.COUNTY, frozenset({S.SHOWN, S.AGREED, S.OBJECTED}), S.FINAL),
    K.CORRECT: Step(By.COUNTY, frozenset({S.FINAL}), None, ("result", "text")),
}
_MISSING = {
    "said": ("自评", "the self-assessment"),
    "result": ("考评结果", "the result"),
    "text": ("说明", "some words"),
}


@dataclass(frozen=True)
class At:
    """A paper with the body and the year that it is of."""

    paper: AssessmentPaper
    body: Organization
    assessment: Assessment
    objection_days: int

    @property
    def object_until(self) -> date | None:
        shown = self.paper.shown_on
        return shown + timedelta(days=self.objection_days) if shown else None


def possible(actor: Actor, at: At) -> list[PaperStepKind]:
    return [
        kind
        for kind, rule in STEPS.items()
        if at.paper.status in rule.when and _is_for(actor, at, rule.by) and not _too_soon(at, kind)
    ]


def require(actor: Actor, at: At, command: StepPaper) -> Step:
    """NotPermitted for others, ChangedMeanwhile where it has gone on, NotYet, Incomplete."""
    rule = STEPS[command.step]
    if not _is_for(actor, at, rule.by):
        zh, en = BY_WORDS[rule.by]
        raise NotPermitted(why=f"应由{zh}办。", why_en=f"It is for {en}.")
    if at.paper.status not in rule.when or at.paper.version != command.version:
        raise ChangedMeanwhile
    if words := _too_soon(at, command.step):
        raise NotYet(reason_zh=words[0], reason_en=words[1])
    must = rule.must
    if command.step is K.FINISH and at.paper.status is S.OBJECTED:
        must = ("text",)
    missing = [name for name in must if not getattr(command, name)]
    if missing:
        zh, en = (
            mark.join(_MISSING[name][place] for name in missing)
            for place, mark in enumerate(("、", ", "))
        )
        raise Incomplete(fields=missing, missing=missing, missing_zh=zh, missing_en=en)
    return rule


def move(paper: AssessmentPaper, rule: Step) -> None:
    """The only line that says how a paper stands."""
    paper.status = rule.to or paper.status


def _is_for(actor: Actor, at: At, by: By) -> bool:
    return reach.answers(actor, at.body) if by is By.BODY else reach.assesses(actor)


def _too_soon(at: At, kind: PaperStepKind) -> tuple[str, str] | None:
    """While the body still has days to say something, or nothing has been found yet."""
    today, status = access.today(), at.paper.status
    if kind in {K.ASSESS, K.SHOW} and status is S.SELF and today <= at.assessment.self_until:
        return "自评还没交，也没过自评的期限。", "The body may still hand in its self-assessment."
    if kind is K.SHOW and at.paper.result is None:
        return "还没有考评结果。", "There is no result yet."
    until = at.object_until
    if kind is K.FINISH and status is S.SHOWN and until and today <= until:
        return "单位还可以提出说明。", "The body may still object."
    return None
