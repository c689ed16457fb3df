"""May this person take this step now? The flow says who; the guards below say when not."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from app import clock
from app.errors import NotAllowedNow, NotPermitted, NotYet, Refusal
from app.models.hazard import Hazard
from app.models.organization import OrganizationKind
from app.services import hazard_flow
from app.services.access import Actor, Seat
from app.services.hazard_flow import EVENT_OF, Action, Transition, Who
from app.services.hazards import standing
from app.services.hazards.standing import Facts

REOPEN_WITHIN = timedelta(days=7)
_URGED, _SUPERVISED, _REPLIED = (
    EVENT_OF[action] for action in (Action.URGE, Action.SUPERVISE, Action.REPLY_SUPERVISION)
)
KINDS = frozenset({_URGED, _SUPERVISED, _REPLIED})  # events that the guards look at

WHO_WORDS: dict[Who, tuple[str, str]] = {
    Who.REPORTER: ("上报人（或代办的网格员）", "whoever reported it (or the deputy)"),
    Who.HOLDER: ("正在受理的单位", "the body that holds it"),
    Who.DISPATCHER: ("派发单位", "the desk that dispatched it"),
    Who.HANDLER: ("牵头整改的部门", "the lead department"),
    Who.ENTERPRISE: ("自行整改的企业", "the enterprise that rectifies its own place"),
    Who.ASSISTANT: ("配合整改的部门", "an assisting department"),
    Who.DESK_ABOVE: ("上一级中心", "a desk above"),
    Who.RECHECKER: ("复查人", "whoever was asked to look again"),
    Who.SUPERVISOR: ("县级监管人员", "the county's supervisors"),
    Who.ANYONE: ("看得到案件的人", "anybody who sees the case"),
    Who.SYSTEM: ("系统", "the system"),
}


Parts = Mapping[Who, Seat | None]


@dataclass(frozen=True)
class Part:
    """In which part, and by which post, a person takes a step."""

    who: Who
    seat: Seat | None


@dataclass(frozen=True)
class Case:
    """What a guard looks at."""

    actor: Actor
    hazard: Hazard
    facts: Facts
    parts: tuple[Part, ...]
    now: datetime


def judge(actor: Actor, hazard: Hazard, facts: Facts, row: Transition) -> Part:
    """The part in which the actor may take the step; else the refusal that says why not."""
    return _judge(actor, hazard, facts, row, standing.parts(actor, hazard, facts))


def _judge(actor: Actor, hazard: Hazard, facts: Facts, row: Transition, mine: Parts) -> Part:
    found = tuple(Part(who, mine[who]) for who in row.who if who in mine)
    found = tuple(part for part in found if _desk_may(part, row, hazard, facts))
    if not found:
        raise _not_yours(row)
    case = Case(actor, hazard, facts, found, clock.now())
    for guard in GUARDS.get(row.action, ()):
        guard(case)
    return found[0]


def possible(actor: Actor, hazard: Hazard, facts: Facts) -> list[Transition]:
    """Every step that the actor may take now, in the order of the table."""
    mine = standing.parts(actor, hazard, facts)
    rows = (
        row for row in hazard_flow.steps_from(hazard.state) if not mine.keys().isdisjoint(row.who)
    )
    return [row for row in rows if _is_possible(actor, hazard, facts, row, mine)]


def _is_possible(actor: Actor, hazard: Hazard, facts: Facts, row: Transition, mine: Parts) -> bool:
    try:
        _judge(actor, hazard, facts, row, mine)
    except Refusal:
        return False
    return True


def _desk_may(part: Part, row: Transition, hazard: Hazard, facts: Facts) -> bool:
    """A row of the flow may be for some kinds of desk only."""
    holder = facts.bodies.get(hazard.holder_id) if hazard.holder_id else None
    return part.who is not Who.HOLDER or (holder is not None and holder.kind in row.desks)


def _not_yours(row: Transition) -> NotPermitted:
    zh, en = zip(*(WHO_WORDS[who] for who in row.who), strict=True)
    return NotPermitted(
        why=f"应由{'或'.join(zh)}办理。", why_en=f"It is for {' or '.join(en)}.", who=list(row.who)
    )


def _passed(case: Case, action: Action) -> NotAllowedNow:
    return NotAllowedNow(state=case.hazard.state.value, action=action.value)


def _not_signed_for(case: Case) -> None:
    if case.hazard.is_signed_for:
        raise _passed(case, Action.SIGN_FOR)


def _not_the_default_owner(case: Case) -> None:
    """The safety-management department is where handing back ends (workflow)."""
    body = case.facts.bodies.get(case.hazard.department_id) if case.hazard.department_id else None
    if body and body.kind is OrganizationKind.SAFETY_DEPARTMENT:
        raise NotPermitted(
            why="安全管理部门兜底办理，不能再退回。",
            why_en="The safety-management department is the default owner.",
        )


def _no_request_open(case: Case) -> None:
    if case.hazard.asked_extension_to:
        raise _passed(case, Action.ASK_EXTENSION)


def _request_open(case: Case) -> None:
    if not case.hazard.asked_extension_to:
        raise _passed(case, Action.GRANT_EXTENSION)


def _part_not_finished(case: Case) -> None:
    """Somebody with posts in two assisting departments finishes one part after the other."""
    seat = case.parts[0].seat
    done = {row.organization_id for row in case.facts.assistants if row.finished_at}
    if seat is None or seat.organization_id in done:
        raise _passed(case, Action.FINISH_PART)


def _parts_finished(case: Case) -> None:
    waiting = [row for row in case.facts.assistants if row.finished_at is None]
    if waiting:
        raise NotYet(
            reason_zh=f"还有 {len(waiting)} 个配合部门没有办完，等他们办完再提交。",
            reason_en=f"{len(waiting)} assisting departments have not finished their parts yet.",
            waiting_for=[str(row.organization_id) for row in waiting],
        )


def _not_the_doer(case: Case) -> None:
    """Whoever did it never verifies it (S3-22)."""
    doers = case.facts.doer_ids | {case.hazard.department_id}
    if case.actor.organization_ids & doers:
        raise NotPermitted(
            why="整改的部门不能核验自己的整改，由网格的其他人去看。",
            why_en="A department never verifies its own work; somebody else of the grid goes.",
        )


def _within_seven_days(case: Case) -> None:
    closed_at = case.hazard.closed_at or case.now
    by_reporter_only = all(part.who is Who.REPORTER for part in case.parts)
    if by_reporter_only and case.now - closed_at > REOPEN_WITHIN:
        raise NotPermitted(
            why="作废超过 7 天，请上一级中心恢复。",
            why_en="It was voided more than 7 days ago; a desk above may reopen it.",
        )


def _not_suspected(case: Case) -> None:
    if case.hazard.is_suspected_major or case.hazard.is_major_confirmed:
        raise _passed(case, Action.SUSPECT_MAJOR)


def _not_confirmed(case: Case) -> None:
    if case.hazard.is_major_confirmed:
        raise _passed(case, Action.CONFIRM_MAJOR)


def _not_listed(case: Case) -> None:
    if case.hazard.is_listed:
        raise _passed(case, Action.LIST_SUPERVISION)


def _listed(case: Case) -> None:
    if not case.hazard.is_listed:
        raise _passed(case, Action.DELIST)


def _not_urged_today(case: Case) -> None:
    last = case.facts.latest.get(_URGED)
    if last and clock.local(last.at).date() == clock.local(case.now).date():
        raise NotYet(reason_zh="今天已经催办过，明天再催。", reason_en="Urged today already.")


def _reply_awaited(case: Case) -> None:
    asked, replied = (case.facts.latest.get(kind) for kind in (_SUPERVISED, _REPLIED))
    if asked is None or (replied and replied.position > asked.position):
        raise _passed(case, Action.REPLY_SUPERVISION)


def _recheck_open(case: Case) -> None:
    if case.facts.recheck is None or case.facts.recheck.answered_at:
        raise _passed(case, Action.PASS_RECHECK)


GUARDS: dict[Action, tuple[Callable[[Case], None], ...]] = {
    Action.REOPEN: (_within_seven_days,),
    Action.SIGN_FOR: (_not_signed_for,),
    Action.HAND_BACK: (_not_the_default_owner,),
    Action.ASK_EXTENSION: (_no_request_open,),
    Action.GRANT_EXTENSION: (_request_open,),
    Action.REFUSE_EXTENSION: (_request_open,),
    Action.FINISH_PART: (_part_not_finished,),
    Action.FINISH: (_parts_finished,),
    Action.VERIFY: (_not_the_doer,),
    Action.REJECT: (_not_the_doer,),
    Action.SUSPECT_MAJOR: (_not_suspected,),
    Action.CONFIRM_MAJOR: (_not_confirmed,),
    Action.LIST_SUPERVISION: (_not_listed,),
    Action.DELIST: (_listed,),
    Action.URGE: (_not_urged_today,),
    Action.REPLY_SUPERVISION: (_reply_awaited,),
    Action.PASS_RECHECK: (_recheck_open,),
    Action.FAIL_RECHECK: (_recheck_open,),
}
