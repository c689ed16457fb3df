"""The steps of the workflow as rows: from where, by whom, bringing what, with which effect."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tests.faults.l0 import rules

if TYPE_CHECKING:
    from tests.faults.l0.model import Case, Model

OPEN = ("reported", "fixed_on_site", "escalated", "assigned", "done", "verified")
ALL = (*OPEN, "archived", "merged", "voided")
Content = dict[str, Any]


def _none(_model: Model, _person: str, _case: Case) -> str | None:
    return None


def _only_said(_model: Model, _person: str, _case: Case, _content: Content) -> str | None:
    return None


@dataclass(frozen=True)
class Row:
    """`to` empty: the state stays."""

    states: tuple[str, ...]
    to: str
    who: tuple[str, ...]
    needs: tuple[str, ...] = ()
    desks: tuple[str, ...] = ()
    guard: Any = _none
    effect: Any = _only_said


def _has_after(content: Content) -> list[Content]:
    return [photo for photo in content["photos"] if photo["role"] == "after"]


def _is_fresh(model: Model, case: Case, content: Content) -> bool:
    """Taken after it was done, and no picture that the case has had before."""
    if case.done_at is None:
        return False
    earliest = case.done_at - timedelta(minutes=5)
    known = {model.promises[id_][0] for id_ in case.promised}
    late = {photo["sha"] for photo in _has_after(content) if photo["taken_at"] >= earliest}
    return bool(late - known)


NEEDS: dict[str, Callable[[Any, Any, Content], object]] = {
    "note": lambda _m, _c, content: content.get("note"),
    "reason": lambda _m, _c, content: content.get("reason"),
    "rating": lambda _m, _c, content: content.get("rating"),
    "after": lambda _m, _c, content: _has_after(content),
    "fresh": _is_fresh,
    "department": lambda _m, _c, content: content.get("department"),
    "suggestion": lambda _m, _c, content: content.get("suggested"),
    "due": lambda _m, _c, content: content.get("due"),
    "duplicate": lambda _m, _c, content: content.get("duplicate_of"),
}


R, H, D, L, X = ("reporter",), ("holder",), ("dispatcher",), ("handler",), ("supervisor",)
E, S = ("escalated",), ("assigned",)
PENDING = ("escalated", "assigned")
STEPS: dict[str, Row] = {
    "fix_on_site": Row(("reported",), "fixed_on_site", R, ("after", "rating"), effect=rules.fix),
    "archive": Row(("fixed_on_site", "verified"), "archived", R, effect=rules.archive),
    "escalate": Row(("reported",), "escalated", R, effect=rules.escalate),
    "assign": Row(
        E, "assigned", H, ("department",), ("township", "county", "safety"), effect=rules.assign
    ),
    "send_down": Row(E, "escalated", H, ("note",), ("county",), effect=rules.send_down),
    "refer": Row(E, "escalated", H, ("reason",), ("county",), effect=rules.refer),
    "ask": Row(E, "reported", H, ("note",)),
    "merge": Row(E, "merged", H, ("duplicate",), effect=rules.merge),
    "void": Row(E, "voided", H, ("reason",), effect=rules.void),
    "reopen": Row(
        ("voided",),
        "escalated",
        (*R, "desk_above"),
        ("note",),
        (),
        rules.within_seven_days,
        rules.reopen,
    ),
    "sign_for": Row(S, "", L, (), (), rules.not_signed, rules.sign),
    "hand_back": Row(
        S, "escalated", L, ("reason", "suggestion"), (), rules.not_safety, rules.hand_back
    ),
    "reassign": Row(S, "", D, ("department", "note"), effect=rules.reassign),
    "ask_extension": Row(S, "", L, ("due", "reason"), (), rules.not_asked, rules.ask_more),
    "grant_extension": Row(S, "", D, ("due", "reason"), (), rules.asked, rules.answer_more),
    "refuse_extension": Row(S, "", D, ("reason",), (), rules.asked, rules.answer_more),
    "finish_part": Row(
        S, "", ("assistant",), ("note",), (), rules.own_part_open, rules.finish_part
    ),
    "finish": Row(S, "done", L, ("note", "after"), (), rules.parts_done, rules.finish),
    "verify": Row(("done",), "verified", R, ("fresh", "rating"), (), rules.not_own_work),
    "reject": Row(
        ("done",), "escalated", R, ("fresh", "reason"), (), rules.not_own_work, rules.reject
    ),
    "correct": Row(OPEN, "", R, effect=rules.correct),
    "comment": Row(ALL, "", ("anyone",), ("note",)),
    "suspect_major": Row(
        OPEN, "", (*R, *H), ("reason",), (), rules.not_suspected, rules.flag(is_suspected=True)
    ),
    "confirm_major": Row(
        OPEN, "", (*L, *X), ("reason",), (), rules.not_confirmed, rules.flag(is_confirmed=True)
    ),
    "list_supervision": Row(
        OPEN, "", X, ("reason",), (), rules.not_listed, rules.flag(is_listed=True)
    ),
    "delist": Row(
        (*OPEN, "archived"), "", X, ("reason",), (), rules.listed, rules.flag(is_listed=False)
    ),
    "urge": Row((*PENDING, "done"), "", (*D, *X), (), (), rules.once_a_day, rules.urge),
    "supervise": Row(PENDING, "", X, ("note", "due"), effect=rules.flag(reply_awaited=True)),
    "reply_supervision": Row(
        PENDING, "", (*H, *L), ("note",), (), rules.awaited, rules.flag(reply_awaited=False)
    ),
    "record_enforcement": Row((*OPEN, "archived"), "", L, ("note",)),
}
UP = Row(E, "escalated", H, ("reason",), ("village", "township"), effect=rules.escalate)


def find(state: str, action: str) -> Row | None:
    """The step that an action is in a state; one action is two steps."""
    row = UP if (state, action) == ("escalated", "escalate") else STEPS[action]
    return row if state in row.states else None
