"""What guards a step and what it changes beside the state, in the words of the design."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta, timezone
from typing import TYPE_CHECKING, Any

from tests.faults.l0.cast import HANDLER_ROLES, PEOPLE, bodies_of

if TYPE_CHECKING:
    from tests.faults.l0.model import Case, Model

NOT_YOURS, NOT_NOW, NOT_YET, INVALID = "not_permitted", "not_allowed_now", "not_yet", "invalid"
COUNTY = timezone(timedelta(hours=8))
Content = dict[str, Any]
Effect = Callable[["Model", str, "Case", Content], "str | None"]


# -- guards: possible in this state, by this person, and yet not now -------------------------
def within_seven_days(model: Model, person: str, case: Case) -> str | None:
    is_late = case.closed_at and model.now - case.closed_at > timedelta(days=7)
    return NOT_YOURS if is_late and not model.desks_above(person, case) else None


def not_signed(_model: Model, _person: str, case: Case) -> str | None:
    return NOT_NOW if case.is_signed_for else None


def not_safety(_model: Model, _person: str, case: Case) -> str | None:
    return NOT_YOURS if case.department == "safety" else None


def not_asked(_model: Model, _person: str, case: Case) -> str | None:
    return NOT_NOW if case.asked else None


def asked(_model: Model, _person: str, case: Case) -> str | None:
    return None if case.asked else NOT_NOW


def own_part_open(_model: Model, person: str, case: Case) -> str | None:
    return None if my_open_parts(person, case) else NOT_NOW


def my_open_parts(person: str, case: Case) -> list[str]:
    mine = bodies_of(person, HANDLER_ROLES)
    return sorted(body for body, done in case.assistants.items() if body in mine and not done)


def parts_done(_model: Model, _person: str, case: Case) -> str | None:
    return None if all(case.assistants.values()) else NOT_YET


def not_own_work(model: Model, person: str, case: Case) -> str | None:
    return NOT_YOURS if {body for _, body, _ in PEOPLE[person]} & model.doers(case) else None


def not_suspected(_model: Model, _person: str, case: Case) -> str | None:
    return NOT_NOW if case.is_suspected or case.is_confirmed else None


def not_confirmed(_model: Model, _person: str, case: Case) -> str | None:
    return NOT_NOW if case.is_confirmed else None


def not_listed(_model: Model, _person: str, case: Case) -> str | None:
    return NOT_NOW if case.is_listed else None


def listed(_model: Model, _person: str, case: Case) -> str | None:
    return None if case.is_listed else NOT_NOW


def once_a_day(model: Model, _person: str, case: Case) -> str | None:
    return NOT_YET if case.urged_on == model.now.astimezone(COUNTY).date() else None


def awaited(_model: Model, _person: str, case: Case) -> str | None:
    return None if case.reply_awaited else NOT_NOW


# -- effects beside the state ---------------------------------------------------------------------
def fix(_model: Model, _person: str, case: Case, _content: Content) -> str | None:
    case.holder = None
    return None


def archive(model: Model, _person: str, case: Case, _content: Content) -> str | None:
    case.holder, case.closed_at = None, model.now
    return None


def escalate(model: Model, _person: str, case: Case, _content: Content) -> str | None:
    if case.state == "reported":
        model._escalate(case)
    elif case.holder == case.village:
        model.hold(case, case.township)
    else:
        model.hold(case, "county")
    return None


def assign(model: Model, _person: str, case: Case, content: Content) -> str | None:
    assert case.holder is not None
    return give(model, case, content, case.holder)


def reassign(model: Model, _person: str, case: Case, content: Content) -> str | None:
    assert case.dispatcher is not None
    previous = case.department
    if content["department"] == previous:
        return INVALID
    refused = give(model, case, content, case.dispatcher)
    if not refused and previous:
        case.parties.add(previous)
    return refused


def give(model: Model, case: Case, content: Content, desk: str) -> str | None:
    lead, helpers = content["department"], list(content.get("assisting", ()))
    if not {lead, *helpers} <= set(model.reach(desk)) or lead in helpers:
        return INVALID
    helpers = helpers or [body for body in case.assistants if body != lead]
    case.assistants = {body: case.assistants.get(body, False) for body in helpers}
    case.parties |= set(helpers)
    case.holder, case.dispatcher, case.department = None, desk, lead
    case.is_signed_for = case.asked = False
    case.due = model.now
    return None


def send_down(model: Model, _person: str, case: Case, _content: Content) -> str | None:
    model.hold(case, case.township)
    return None


def refer(model: Model, _person: str, case: Case, _content: Content) -> str | None:
    model.hold(case, "safety")
    return None


def merge(model: Model, person: str, case: Case, content: Content) -> str | None:
    other = model.cases.get(content["duplicate_of"])
    gone = other is None or other is case or other.state in {"merged", "voided"}
    if gone or other is None or not model.sees(person, other):
        return INVALID
    other.followers |= {case.reporter, *case.followers}
    case.closed_at = model.now
    return None


def void(model: Model, _person: str, case: Case, _content: Content) -> str | None:
    case.closed_at = model.now
    return None


def reopen(model: Model, person: str, case: Case, _content: Content) -> str | None:
    case.closed_at = None
    is_reporter = "reporter" in model.parts(person, case)
    if not is_reporter:
        (desk,) = model.desks_above(person, case)
        model.hold(case, desk)
    return None


def sign(_model: Model, _person: str, case: Case, _content: Content) -> str | None:
    case.is_signed_for = True
    return None


def hand_back(model: Model, _person: str, case: Case, content: Content) -> str | None:
    if content["suggested"] in {case.department, "shop", "village", "far_village"}:
        return INVALID
    case.bounces += 1
    desk = case.dispatcher if case.bounces == 1 else "safety"
    model.release(case)
    model.hold(case, str(desk))
    return None


def ask_more(_model: Model, _person: str, case: Case, _content: Content) -> str | None:
    case.asked = True
    return None


def answer_more(_model: Model, _person: str, case: Case, _content: Content) -> str | None:
    case.asked = False
    return None


def finish_part(_model: Model, person: str, case: Case, _content: Content) -> str | None:
    case.assistants[my_open_parts(person, case)[0]] = True
    return None


def finish(model: Model, _person: str, case: Case, _content: Content) -> str | None:
    case.is_signed_for, case.asked, case.done_at = True, False, model.now
    return None


def reject(model: Model, _person: str, case: Case, _content: Content) -> str | None:
    desk = str(case.dispatcher)
    case.round += 1
    model.release(case)
    model.hold(case, desk)
    return None


def flag(**flags: object) -> Effect:
    def effect(_model: Model, _person: str, case: Case, _content: Content) -> str | None:
        for name, value in flags.items():
            setattr(case, name, value)
        return None

    return effect


def urge(model: Model, _person: str, case: Case, _content: Content) -> str | None:
    case.urged_on = model.now.astimezone(COUNTY).date()
    return None


def correct(_model: Model, _person: str, _case: Case, content: Content) -> str | None:
    return None if content.get("corrected") else INVALID
