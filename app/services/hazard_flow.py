"""The workflow: one table. Buttons, diagram and tests are generated from it (workflow, S3).

`find` answers which step an action is in a state; `apply` holds the only line that assigns a
state. What a step changes beside the state stands in services/hazards/effects.py.
"""

from dataclasses import dataclass
from enum import Flag, StrEnum, auto
from functools import cache
from typing import Any

from app.errors import Incomplete, NotAllowedNow
from app.models.hazard import OPEN_STATES, Hazard, Outcome, State
from app.models.organization import OrganizationKind


class Action(StrEnum):
    FIX_ON_SITE = "fix_on_site"
    ARCHIVE = "archive"
    ESCALATE = "escalate"
    ASSIGN = "assign"
    SEND_DOWN = "send_down"
    REFER = "refer"
    ASK = "ask"
    MERGE = "merge"
    VOID = "void"
    REOPEN = "reopen"
    SIGN_FOR = "sign_for"
    HAND_BACK = "hand_back"
    REASSIGN = "reassign"
    ASK_EXTENSION = "ask_extension"
    GRANT_EXTENSION = "grant_extension"
    REFUSE_EXTENSION = "refuse_extension"
    FINISH_PART = "finish_part"
    FINISH = "finish"
    VERIFY = "verify"
    REJECT = "reject"
    COMMENT = "comment"
    CORRECT = "correct"
    SUSPECT_MAJOR = "suspect_major"
    CONFIRM_MAJOR = "confirm_major"
    LIST_SUPERVISION = "list_supervision"
    DELIST = "delist"
    URGE = "urge"
    SUPERVISE = "supervise"
    REPLY_SUPERVISION = "reply_supervision"
    RECORD_ENFORCEMENT = "record_enforcement"
    PASS_RECHECK = "pass_recheck"  # noqa: S105 - a step, no password
    FAIL_RECHECK = "fail_recheck"


class Who(StrEnum):
    REPORTER = "reporter"  # or the deputy
    HOLDER = "holder"
    DISPATCHER = "dispatcher"
    HANDLER = "handler"
    ENTERPRISE = "enterprise"  # where the hazard lies, when it is given to the place itself
    ASSISTANT = "assistant"
    DESK_ABOVE = "desk_above"
    RECHECKER = "rechecker"  # the second person, who looks whether an on-site fix has held
    SUPERVISOR = "supervisor"  # county centre, safety-management department, leader
    ANYONE = "anyone"  # who sees the case
    SYSTEM = "system"


class Needs(Flag):
    NOTHING = 0
    NOTE = auto()
    REASON = auto()
    RATING = auto()
    AFTER_PHOTO = auto()
    FRESH_PHOTO = auto()  # an after-photo taken after it was declared done
    DEPARTMENT = auto()
    SUGGESTION = auto()  # who should have it instead
    DUE = auto()
    DUPLICATE = auto()


S, A, N, K = State, Action, Needs, OrganizationKind
_VILLAGE, _TOWNSHIP = K.VILLAGE, K.TOWNSHIP_SUBCENTRE
_COUNTY, _SAFETY = K.COUNTY_CENTRE, K.SAFETY_DEPARTMENT
DESKS = (_VILLAGE, _TOWNSHIP, _COUNTY, _SAFETY)  # bodies that hold cases, lowest first
_ALL, _UPPER = frozenset(DESKS), frozenset({_TOWNSHIP, _COUNTY, _SAFETY})
_LOWER, _CENTRE = frozenset({_VILLAGE, _TOWNSHIP}), frozenset({_COUNTY})


@dataclass(frozen=True)
class Transition:
    """One row. `desks` narrows which kind of holder may take it; `seed` cites the source."""

    source: State
    action: Action
    target: State
    who: tuple[Who, ...]
    needs: Needs = Needs.NOTHING
    seed: str = ""
    desks: frozenset[OrganizationKind] = _ALL

    def require(self, brought: Needs) -> None:
        """Raise Incomplete naming everything that is still missing."""
        missing = [need for need in self.needs if need not in brought]
        if missing:
            raise incomplete(*missing)

    def apply(self, hazard: Hazard) -> None:
        hazard.state = self.target  # the only line that assigns a state


T = Transition
_REPORTER, _HOLDER, _RECTIFIER, _DISPATCHER = (
    (Who.REPORTER,),
    (Who.HOLDER,),
    (Who.HANDLER, Who.ENTERPRISE),
    (Who.DISPATCHER,),
)
FLOW: tuple[Transition, ...] = (
    # from             action              to               who           must bring
    T(S.REPORTED, A.FIX_ON_SITE, S.FIXED_ON_SITE, _REPORTER, N.AFTER_PHOTO | N.RATING, "S3-16"),
    T(S.FIXED_ON_SITE, A.ARCHIVE, S.ARCHIVED, _REPORTER, seed="S3-16"),
    T(S.REPORTED, A.ESCALATE, S.ESCALATED, _REPORTER, seed="S3-17 S2-30 S2-31"),
    T(S.ESCALATED, A.ASSIGN, S.ASSIGNED, _HOLDER, N.DEPARTMENT, "S3-18 S3-19", _UPPER),
    T(S.ESCALATED, A.ESCALATE, S.ESCALATED, _HOLDER, N.REASON, "S3-19 S2-21", _LOWER),
    T(S.ESCALATED, A.SEND_DOWN, S.ESCALATED, _HOLDER, N.NOTE, "S1-40", _CENTRE),
    T(S.ESCALATED, A.REFER, S.ESCALATED, _HOLDER, N.REASON, "S3-20", _CENTRE),
    T(S.ESCALATED, A.ASK, S.REPORTED, _HOLDER, N.NOTE),
    T(S.ESCALATED, A.MERGE, S.MERGED, _HOLDER, N.DUPLICATE),
    T(S.ESCALATED, A.VOID, S.VOIDED, _HOLDER, N.REASON),
    T(S.VOIDED, A.REOPEN, S.ESCALATED, (Who.REPORTER, Who.DESK_ABOVE), N.NOTE),
    T(S.ASSIGNED, A.SIGN_FOR, S.ASSIGNED, _RECTIFIER, seed="S3-2"),
    T(S.ASSIGNED, A.HAND_BACK, S.ESCALATED, _RECTIFIER, N.REASON | N.SUGGESTION, "S1-40"),
    T(S.ASSIGNED, A.REASSIGN, S.ASSIGNED, _DISPATCHER, N.DEPARTMENT | N.NOTE),
    T(S.ASSIGNED, A.ASK_EXTENSION, S.ASSIGNED, _RECTIFIER, N.DUE | N.REASON),
    T(S.ASSIGNED, A.GRANT_EXTENSION, S.ASSIGNED, _DISPATCHER, N.DUE | N.REASON),
    T(S.ASSIGNED, A.REFUSE_EXTENSION, S.ASSIGNED, _DISPATCHER, N.REASON),
    T(S.ASSIGNED, A.FINISH_PART, S.ASSIGNED, (Who.ASSISTANT,), N.NOTE, "S3-20"),
    T(S.ASSIGNED, A.FINISH, S.DONE, _RECTIFIER, N.NOTE | N.AFTER_PHOTO, "S3-21"),
    T(S.DONE, A.VERIFY, S.VERIFIED, _REPORTER, N.FRESH_PHOTO | N.RATING, "S3-22"),
    T(S.DONE, A.REJECT, S.ESCALATED, _REPORTER, N.FRESH_PHOTO | N.REASON, "S3-24"),
    T(S.VERIFIED, A.ARCHIVE, S.ARCHIVED, (Who.REPORTER, Who.SYSTEM), seed="S3-23"),
)

# Beside the states: (in which states, who, must bring, seed). They never assign a state.
OPEN = OPEN_STATES
_KEPT = (*OPEN, S.ARCHIVED)
_PENDING = (S.ESCALATED, S.ASSIGNED)
_CAN_CONFIRM = (Who.HANDLER, Who.SUPERVISOR)
_CAN_URGE = (Who.DISPATCHER, Who.SUPERVISOR)
_CAN_REPLY = (Who.HOLDER, Who.HANDLER, Who.ENTERPRISE)
_ON_SITE = (S.FIXED_ON_SITE, S.ARCHIVED)
BESIDE: dict[Action, tuple[tuple[State, ...], tuple[Who, ...], Needs, str]] = {
    A.COMMENT: (tuple(S), (Who.ANYONE,), N.NOTE, ""),
    A.CORRECT: (OPEN, _REPORTER, N.NOTHING, ""),
    A.SUSPECT_MAJOR: (OPEN, (Who.REPORTER, Who.HOLDER), N.REASON, "S3-38"),
    A.CONFIRM_MAJOR: (OPEN, _CAN_CONFIRM, N.REASON, "S3-38"),
    A.LIST_SUPERVISION: (OPEN, (Who.SUPERVISOR,), N.REASON, ""),
    A.DELIST: (_KEPT, (Who.SUPERVISOR,), N.REASON, ""),
    A.URGE: ((*_PENDING, S.DONE), _CAN_URGE, N.NOTHING, "S3-28"),
    A.SUPERVISE: (_PENDING, (Who.SUPERVISOR,), N.NOTE | N.DUE, "S3-28"),
    A.REPLY_SUPERVISION: (_PENDING, _CAN_REPLY, N.NOTE, "S3-28"),
    A.RECORD_ENFORCEMENT: (_KEPT, (Who.HANDLER,), N.NOTE, "S1-27"),
    A.PASS_RECHECK: (_ON_SITE, (Who.RECHECKER,), N.FRESH_PHOTO, ""),
    A.FAIL_RECHECK: (_ON_SITE, (Who.RECHECKER,), N.FRESH_PHOTO, ""),
}

# What may be said to have been done with a step, the usual first (S1-27, S2-25; decision 67).
_O = Outcome
ENFORCED = (_O.ORDERED, _O.PENALISED, _O.TRANSFERRED)
OUTCOMES: dict[Action, tuple[Outcome, ...]] = {
    A.FIX_ON_SITE: (_O.REMOVED, _O.DISSUADED, _O.STOPPED),
    A.FINISH: (_O.RECTIFIED, *ENFORCED),
    A.RECORD_ENFORCEMENT: ENFORCED,
}

REPORTED = "hazard.reported"
RECHECK_ASKED = "hazard.recheck_asked"
REGROUNDED = "hazard.regrounded"  # its grid has ended, another one follows
MOVED = "hazard.moved"  # a correction that puts the case on other ground
EVENT_OF: dict[Action, str] = {
    A.FIX_ON_SITE: "hazard.fixed_on_site",
    A.ARCHIVE: "hazard.archived",
    A.ESCALATE: "hazard.escalated",
    A.ASSIGN: "hazard.assigned",
    A.SEND_DOWN: "hazard.sent_down",
    A.REFER: "hazard.referred",
    A.ASK: "hazard.asked",
    A.MERGE: "hazard.merged",
    A.VOID: "hazard.voided",
    A.REOPEN: "hazard.reopened",
    A.SIGN_FOR: "hazard.signed_for",
    A.HAND_BACK: "hazard.handed_back",
    A.REASSIGN: "hazard.reassigned",
    A.ASK_EXTENSION: "hazard.extension_asked",
    A.GRANT_EXTENSION: "hazard.extension_granted",
    A.REFUSE_EXTENSION: "hazard.extension_refused",
    A.FINISH_PART: "hazard.part_finished",
    A.FINISH: "hazard.finished",
    A.VERIFY: "hazard.verified",
    A.REJECT: "hazard.rejected",
    A.COMMENT: "hazard.commented",
    A.CORRECT: "hazard.corrected",
    A.SUSPECT_MAJOR: "hazard.suspected_major",
    A.CONFIRM_MAJOR: "hazard.confirmed_major",
    A.LIST_SUPERVISION: "hazard.listed",
    A.DELIST: "hazard.delisted",
    A.URGE: "hazard.urged",
    A.SUPERVISE: "hazard.supervised",
    A.REPLY_SUPERVISION: "hazard.supervision_replied",
    A.RECORD_ENFORCEMENT: "hazard.enforcement_recorded",
    A.PASS_RECHECK: "hazard.recheck_passed",
    A.FAIL_RECHECK: "hazard.recheck_failed",
}

FIELD_OF: dict[Needs, str] = {
    N.NOTE: "note",
    N.REASON: "reason",
    N.RATING: "rating",
    N.AFTER_PHOTO: "photos",
    N.FRESH_PHOTO: "photos",
    N.DEPARTMENT: "department_id",
    N.SUGGESTION: "suggested_department_id",
    N.DUE: "due_at",
    N.DUPLICATE: "duplicate_of",
}
NEED_WORDS: dict[Needs, tuple[str, str]] = {
    N.NOTE: ("说明", "a note"),
    N.REASON: ("原因", "the reason"),
    N.RATING: ("评价", "a rating"),
    N.AFTER_PHOTO: ("整改后照片", "an after-photo"),
    N.FRESH_PHOTO: ("整改完成以后现场拍的新照片", "a new photo taken on site after completion"),
    N.DEPARTMENT: ("牵头部门", "the lead department"),
    N.SUGGESTION: ("应该交给谁", "who should have it"),
    N.DUE: ("期限", "a due date"),
    N.DUPLICATE: ("与哪一件重复", "which case it repeats"),
}


def incomplete(*missing: Needs) -> Incomplete:
    """The refusal that names what is missing."""
    return Incomplete(
        fields=[FIELD_OF[need] for need in missing],
        missing=[need.name.lower() for need in missing if need.name],
        missing_zh="、".join(NEED_WORDS[need][0] for need in missing),
        missing_en=", ".join(NEED_WORDS[need][1] for need in missing),
    )


def find(state: State, action: Action) -> Transition:
    """The step that `action` is in `state`; NotAllowedNow if there is none."""
    for row in FLOW:
        if row.source is state and row.action is action:
            return row
    beside = BESIDE.get(action)
    if beside and state in beside[0]:
        return Transition(state, action, state, beside[1], beside[2], beside[3])
    raise NotAllowedNow(state=state.value, action=action.value)


@cache
def steps_from(state: State) -> tuple[Transition, ...]:
    """Every step that somebody may take in this state, flow first."""
    beside = (find(state, action) for action, row in BESIDE.items() if state in row[0])
    return (*(row for row in FLOW if row.source is state), *beside)


def as_data() -> dict[str, Any]:
    """The table as plain data: source of flow.json and of the README diagram."""
    return {
        "states": [state.value for state in State],
        "open": [state.value for state in OPEN],
        "actions": {
            action.value: {"beside": action in BESIDE, "event": EVENT_OF[action]}
            for action in Action
        },
        "outcomes": {action.value: [*map(str, some)] for action, some in OUTCOMES.items()},
        "enforced": [*map(str, ENFORCED)],
        "steps": [_as_data(row) for state in State for row in steps_from(state)],
    }


def _as_data(row: Transition) -> dict[str, Any]:
    return {
        "from": row.source.value,
        "action": row.action.value,
        "to": row.target.value,
        "who": [who.value for who in row.who],
        "needs": [need.name.lower() for need in row.needs if need.name],
        "desks": sorted(kind.value for kind in row.desks) if Who.HOLDER in row.who else [],
        "seed": row.seed.split(),
    }
