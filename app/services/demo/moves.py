"""What the people of the demo county do and say: one row per word of a story."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import Any, Literal
from uuid import UUID

from app.models.hazard import Hazard
from app.models.recheck import Recheck
from app.services import presets
from app.services.access import Actor
from app.services.demo.people import Staff
from app.services.demo.stories import Case
from app.services.hazard_flow import Action

_MORE_TIME = timedelta(days=6)
_REPLY_WITHIN = timedelta(days=3)
_HELPERS = ("enforcement", "market", "industry")


@dataclass(frozen=True)
class Scene:
    """Everything that a move looks at."""

    case: Case
    hazard: Hazard
    reporter: Actor
    staff: Staff
    chance: Random
    now: datetime
    first_id: UUID | None = None
    assistant_id: UUID | None = None
    second_look: Recheck | None = None

    def member(self, body_id: UUID | None) -> Actor:
        return self.staff.member(body_id, self.chance)

    def say(self, what: str, key: str = "default") -> str:
        """One of the sentences of words.toml."""
        known = words()[what][key]
        return known if isinstance(known, str) else str(self.chance.choice(known))


Who = Callable[[Scene], Actor]
Say = Callable[[Scene], dict[str, Any]]


@dataclass(frozen=True)
class Move:
    """`photo`: in which condition the place is photographed with this step."""

    action: Action | None
    who: Who
    say: Say = lambda _: {}
    photo: Literal["before", "after"] | None = None


@cache
def words() -> dict[str, dict[str, Any]]:
    return presets.read("demo/words")


@cache
def routes() -> Mapping[str, dict[str, str]]:
    return {row["category"]: row for row in presets.read("routing")["route"]}


def _reporter(scene: Scene) -> Actor:
    return scene.reporter


def _holder(scene: Scene) -> Actor:
    return scene.member(scene.hazard.holder_id)


def _dispatcher(scene: Scene) -> Actor:
    return scene.member(scene.hazard.dispatcher_id)


def _handler(scene: Scene) -> Actor:
    return scene.member(scene.hazard.department_id)


def _assistant(scene: Scene) -> Actor:
    return scene.member(scene.assistant_id)


def _second_person(scene: Scene) -> Actor:
    """Whom the second look was given to, or the desk that sends somebody."""
    task = scene.second_look
    assert task is not None
    if task.person_id is None:
        return scene.member(task.organization_id)
    return scene.staff.actor(task.person_id)


def _county(scene: Scene) -> Actor:
    return scene.member(presets.body_id("centre"))


def _safety(scene: Scene) -> Actor:
    return scene.member(presets.body_id("safety"))


def _station(scene: Scene) -> dict[str, Any]:
    key = routes()[scene.case.found.category]["township"]
    return {"department_id": presets.body_id(f"{scene.case.village.township_code}/{key}")}


def _department(scene: Scene) -> dict[str, Any]:
    return {"department_id": presets.body_id(routes()[scene.case.found.category]["county"])}


def _joint(scene: Scene) -> dict[str, Any]:
    lead = routes()[scene.case.found.category]["county"]
    helpers = [presets.body_id(key) for key in _HELPERS if key != lead][:2]
    return {"department_id": presets.body_id(lead), "assisting_ids": helpers}


def _itself(scene: Scene) -> dict[str, Any]:
    assert scene.case.company is not None
    return {"department_id": scene.case.company.id}


def _suggested(scene: Scene) -> dict[str, Any]:
    return {"department_id": scene.hazard.suggested_department_id}


def _hand_back(scene: Scene) -> dict[str, Any]:
    """The second department names the first one again: that is how cases bounce."""
    reason, key = words()["hand_back"][scene.case.found.category]
    lead = presets.body_id(routes()[scene.case.found.category]["county"])
    other = presets.body_id(key)
    return {"reason": reason, "suggested_department_id": lead if scene.hazard.bounces else other}


def _extend(scene: Scene) -> dict[str, Any]:
    assert scene.hazard.due_at is not None
    reason = scene.say("extension", scene.case.found.category)
    return {"reason": reason, "due_at": scene.hazard.due_at + _MORE_TIME}


def _grant(scene: Scene) -> dict[str, Any]:
    return {"reason": "情况属实，同意延期。", "due_at": scene.hazard.asked_extension_to}


def _supervise(scene: Scene) -> dict[str, Any]:
    return {"note": scene.say("major", "supervise"), "due_at": scene.now + _REPLY_WITHIN}


def _judged(what: str) -> Say:
    def say(scene: Scene) -> dict[str, Any]:
        text = scene.say(what, scene.case.found.stage)
        if what == "reject":
            return {"reason": text}
        return {"note": text, "rating": scene.chance.choice((4, 5, 5))}

    return say


def _reason(what: str, key: str = "default") -> Say:
    return lambda scene: {"reason": scene.say(what, key)}


def _note(what: str, key: str = "default") -> Say:
    return lambda scene: {"note": scene.say(what, key)}


def _why_up(scene: Scene) -> dict[str, Any]:
    return {"reason": scene.say("up", scene.case.found.category)}


def _fixed(scene: Scene) -> dict[str, Any]:
    return {"note": scene.case.found.fixed, "rating": scene.chance.choice((4, 5, 5))}


def _done(scene: Scene) -> dict[str, Any]:
    return {"note": scene.case.found.done}


A = Action
MOVES: dict[str, Move] = {
    "report": Move(None, _reporter, photo="before"),
    "report_only": Move(None, _reporter, photo="before"),
    "fix": Move(A.FIX_ON_SITE, _reporter, _fixed, "after"),
    "up": Move(A.ESCALATE, _holder, _why_up),
    "refer": Move(A.REFER, _holder, _reason("refer")),
    "ask": Move(A.ASK, _holder, _note("ask")),
    "answer": Move(A.ESCALATE, _reporter, _note("answer"), "before"),
    "merge": Move(A.MERGE, _holder, lambda scene: {"duplicate_of": scene.first_id}),
    "void": Move(A.VOID, _holder, _reason("void")),
    "reopen": Move(A.REOPEN, _reporter, _note("reopen"), "before"),
    "to_station": Move(A.ASSIGN, _holder, _station),
    "to_department": Move(A.ASSIGN, _holder, _department),
    "to_joint": Move(A.ASSIGN, _holder, _joint),
    "to_enterprise": Move(A.ASSIGN, _holder, _itself),
    "to_suggested": Move(A.ASSIGN, _holder, _suggested),
    "sign": Move(A.SIGN_FOR, _handler),
    "hand_back": Move(A.HAND_BACK, _handler, _hand_back),
    "extend": Move(A.ASK_EXTENSION, _handler, _extend),
    "grant": Move(A.GRANT_EXTENSION, _dispatcher, _grant),
    "part": Move(A.FINISH_PART, _assistant, _note("part")),
    "finish": Move(A.FINISH, _handler, _done, "after"),
    "finish_again": Move(A.FINISH, _handler, _note("again"), "after"),
    "verify": Move(A.VERIFY, _reporter, _judged("verify"), "after"),
    "reject": Move(A.REJECT, _reporter, _judged("reject"), "before"),
    "archive": Move(A.ARCHIVE, _reporter),
    "recheck_fine": Move(A.PASS_RECHECK, _second_person, _note("recheck", "fine"), "after"),
    "recheck_again": Move(A.FAIL_RECHECK, _second_person, _note("recheck", "again"), "before"),
    "urge": Move(A.URGE, _dispatcher),
    "comment": Move(A.COMMENT, _county, _note("comment")),
    "suspect": Move(A.SUSPECT_MAJOR, _reporter, _reason("major", "suspect")),
    "confirm": Move(A.CONFIRM_MAJOR, _handler, _reason("major", "confirm")),
    "list": Move(A.LIST_SUPERVISION, _safety, _reason("major", "list")),
    "supervise": Move(A.SUPERVISE, _safety, _supervise),
    "reply": Move(A.REPLY_SUPERVISION, _handler, _note("major", "reply")),
    "delist": Move(A.DELIST, _safety, _reason("major", "delist")),
}
