"""The workflow as its design tells it, small and independent: nothing here reads the program.

`report` and `act` answer "ok" or the code of the refusal and change the model only if "ok".
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.faults.l0.cast import (
    CHAIN,
    COUNTY_REACH,
    DESK_KINDS,
    DESK_ROLES,
    GRIDS,
    HANDLER_ROLES,
    NOT_FOR_BODY,
    PEOPLE,
    RANK,
    REPORTS,
    SEES_COUNTY,
    SUMS_UP,
    SUPERVISES,
    TOWNSHIP_OF,
    bodies_of,
    has,
    on_grid,
)
from tests.faults.l0.table import NEEDS, Row, find

OK, GONE, NOT_YOURS, NOT_NOW = "ok", "not_found", "not_permitted", "not_allowed_now"
NOT_YET, INCOMPLETE, INVALID, OTHER = "not_yet", "incomplete", "invalid", "same_id_other_content"
REOPEN_WITHIN = timedelta(days=7)
TOLERANCE = timedelta(minutes=5)
Content = dict[str, Any]


@dataclass
class Case:
    id: str
    reporter: str
    grid: str
    enterprise: str | None
    urgent: bool
    state: str = "reported"
    holder: str | None = None
    dispatcher: str | None = None
    department: str | None = None
    assistants: dict[str, bool] = field(default_factory=dict)  # has the part been finished?
    parties: set[str] = field(default_factory=set)
    followers: set[str] = field(default_factory=set)
    round: int = 1
    bounces: int = 0
    version: int = 1
    is_signed_for: bool = False
    asked: bool = False
    due: datetime | None = None
    done_at: datetime | None = None
    closed_at: datetime | None = None
    is_suspected: bool = False
    is_confirmed: bool = False
    is_listed: bool = False
    urged_on: Any = None
    reply_awaited: bool = False
    promised: set[str] = field(default_factory=set)

    @property
    def village(self) -> str:
        return GRIDS[self.grid]

    @property
    def township(self) -> str:
        return TOWNSHIP_OF[self.village]


@dataclass
class Model:
    """`photos`: id → (sha of the bytes, who sent them); `promises`: id → (sha, case, step)."""

    now: datetime
    cases: dict[str, Case] = field(default_factory=dict)
    events: dict[str, tuple[str, str, str]] = field(default_factory=dict)  # id → case, sha, by
    photos: dict[str, tuple[str, str]] = field(default_factory=dict)
    promises: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    strangers: set[tuple[str, str]] = field(default_factory=set)
    on_leave: set[str] = field(default_factory=set)

    # -- who sees and who is what -------------------------------------------------------------
    def sees(self, person: str, case: Case) -> bool:
        if has(person, SEES_COUNTY) or person in {case.reporter, *case.followers}:
            return True
        bodies = {body for role, body, _ in PEOPLE[person] if role not in NOT_FOR_BODY}
        concerned = {case.township, case.village, case.department, case.enterprise, *case.parties}
        return on_grid(person, case.grid) or bool(bodies & concerned)

    def visible(self, person: str) -> set[str]:
        return {case.id for case in self.cases.values() if self.sees(person, case)}

    def doers(self, case: Case) -> set[str | None]:
        return {case.department, *case.assistants} - {None}

    def deputies(self, case: Case) -> set[str]:
        """The first link of the chain with somebody present, while the reporter cannot go."""
        if case.reporter not in self.on_leave and not self._did_it(case.reporter, case):
            return set()
        village = GRIDS[case.grid]
        places = {case.grid, village, TOWNSHIP_OF[village], "county"}
        for role in CHAIN:
            found = {
                person
                for person, posts in PEOPLE.items()
                if person not in {case.reporter, *self.on_leave}
                and not self._did_it(person, case)
                and any(own == role and {grid or body} & places for own, body, grid in posts)
            }
            if found:
                return found
        return set()

    def _did_it(self, person: str, case: Case) -> bool:
        return bool({body for _, body, _ in PEOPLE[person]} & self.doers(case))

    def parts(self, person: str, case: Case) -> set[str]:
        handles, decides = bodies_of(person, HANDLER_ROLES), bodies_of(person, DESK_ROLES)
        found = {
            "reporter": person == case.reporter or person in self.deputies(case),
            "holder": case.holder in decides,
            "dispatcher": case.dispatcher in decides,
            "handler": case.department in handles,
            "assistant": bool(handles & case.assistants.keys()),
            "desk_above": bool(self.desks_above(person, case)),
            "supervisor": has(person, SUPERVISES),
            "anyone": True,
        }
        return {name for name, holds in found.items() if holds}

    def desks_above(self, person: str, case: Case) -> set[str]:
        if case.holder is None:
            return set()
        level = RANK.index(DESK_KINDS[case.holder])
        above = {name for name, kind in DESK_KINDS.items() if RANK.index(kind) > level}
        near = {name for name in above if TOWNSHIP_OF.get(name) in {None, case.township}}
        return near & bodies_of(person, DESK_ROLES)

    # -- what is sent ------------------------------------------------------------------------
    def report(self, person: str, id_: str, sha: str, content: Content) -> str:
        known = self._repeat(id_, id_, sha)
        if known:
            return known
        if not has(person, REPORTS):
            return NOT_YOURS
        if not content["place"]:
            return INCOMPLETE
        case = Case(id_, person, content["grid"], content["enterprise"], content["urgent"])
        wrong = self._promise(person, case, id_, content["photos"])
        if wrong:
            return wrong
        self.cases[id_] = case
        self.events[id_] = (id_, sha, person)
        if content["escalate"]:
            self._escalate(case)
            case.version += 1
        return OK

    def act(self, person: str, case_id: str, id_: str, sha: str, content: Content) -> str:
        known = self._repeat(id_, case_id, sha)
        if known:
            return known
        case = self.cases.get(case_id)
        if case is None or not self.sees(person, case):
            return GONE
        step = find(case.state, content["action"])
        if step is None:
            return NOT_NOW
        refused = self._may(person, case, step, content)
        refused = refused or self._promise(person, case, id_, content["photos"])
        if refused:
            return refused
        spoiled: str | None = step.effect(self, person, case, content)
        if spoiled is not None:
            for photo in content["photos"]:
                self.promises.pop(photo["id"], None)
                case.promised.discard(photo["id"])
            return spoiled
        self.events[id_] = (case_id, sha, person)
        case.state = step.to or case.state
        case.version += 1
        return OK

    def upload(self, person: str, id_: str, sha: str) -> str:
        known, promise = self.photos.get(id_), self.promises.get(id_)
        if any(one and one[0] != sha for one in (known, promise)):
            self.strangers.add((id_, sha))
            return OTHER
        self.photos.setdefault(id_, (sha, person))
        return OK

    def arrived(self, case: Case) -> int:
        kept = (self.photos.get(id_, ("", ""))[0] == self.promises[id_][0] for id_ in case.promised)
        return sum(kept)

    def held_status(self, person: str, kind: str, id_: str, sha: str) -> str:
        """What reconcile says, while the object store is whole."""
        if kind == "photo":
            known = self.photos.get(id_)
            if known is None or known[1] != person:
                return "unknown"
            return "complete" if known[0] == sha else "differs"
        event = self.events.get(id_)
        if event is None or event[2] != person or (kind == "hazard") != (event[0] == id_):
            return "unknown"
        if event[1] != sha:
            return "differs"
        mine = {photo: one[0] for photo, one in self.promises.items() if one[2] == id_}
        whole = all(self.photos.get(photo, ("", ""))[0] == one for photo, one in mine.items())
        return "complete" if whole else "received"

    # -- the rules -----------------------------------------------------------------------------
    def _repeat(self, id_: str, case_id: str, sha: str) -> str | None:
        known = self.events.get(id_)
        if known is None:
            return None
        if known[:2] == (case_id, sha):
            return OK
        self.strangers.add((id_, sha))
        return OTHER

    def _promise(self, person: str, case: Case, event: str, photos: list[Content]) -> str | None:
        for photo in photos:
            promise, sent = self.promises.get(photo["id"]), self.photos.get(photo["id"])
            if promise and promise[1:] != (case.id, event):
                return INVALID
            if sent and sent[1] != person:
                return INVALID
        for photo in photos:
            self.promises[photo["id"]] = (photo["sha"], case.id, event)
            case.promised.add(photo["id"])
        return None

    def permits(self, person: str, case: Case, step: Row) -> bool:
        """Whether the step is offered to somebody who sees the case."""
        return self._is_theirs(person, case, step) and not step.guard(self, person, case)

    def _is_theirs(self, person: str, case: Case, step: Row) -> bool:
        fitting = self.parts(person, case) & set(step.who)
        if step.desks and DESK_KINDS.get(case.holder or "") not in step.desks:
            fitting.discard("holder")
        return bool(fitting)

    def _may(self, person: str, case: Case, step: Row, content: Content) -> str | None:
        if not self._is_theirs(person, case, step):
            return NOT_YOURS
        missing = [need for need in step.needs if not NEEDS[need](self, case, content)]
        refused: str | None = step.guard(self, person, case)
        return refused or (INCOMPLETE if missing else None)

    def _escalate(self, case: Case) -> None:
        """From the ground: to the desk that asked, else to the first one."""
        if case.holder is None:
            by_village = case.village == SUMS_UP and not case.urgent
            case.holder = case.village if by_village else case.township
        case.state = "escalated"

    def hold(self, case: Case, desk: str) -> None:
        case.holder = desk
        if desk not in {case.township, case.village}:
            case.parties.add(desk)

    def release(self, case: Case) -> None:
        if case.department:
            case.parties.add(case.department)
        case.department = case.dispatcher = case.due = case.done_at = None
        case.is_signed_for = case.asked = False
        case.assistants = {}

    def reach(self, desk: str) -> tuple[str, ...]:
        return COUNTY_REACH if DESK_KINDS[desk] in {"county", "safety"} else _STATIONS[desk]


_STATIONS: dict[str, tuple[str, ...]] = {"township": ("station",), "far_township": ()}
