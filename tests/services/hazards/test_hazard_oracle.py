"""Every person x every action in every kind of situation, against the workflow rewritten by hand.

Nothing here reads the table of the program. TABLE is the design's list of transitions, ANY_TIME
its "beside the states"; SITUATIONS say who is what in a case, by name, as a person would.
"""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from app import clock
from app.errors import Refusal
from app.models.base import new_id
from app.models.hazard import Hazard, State
from app.models.organization import Organization, OrganizationKind
from app.models.person import Person, Post, Role
from app.services import access, hazard_flow, rechecks
from app.services.access import Actor
from app.services.hazard_flow import Action
from app.services.hazards import standing, steps
from app.services.hazards.standing import Facts
from tests import factories
from tests.walking import A, Walk

TABLE = """
reported       fix_on_site       reporter
fixed_on_site  archive           reporter
reported       escalate          reporter
escalated      assign            holder/township/county/safety
escalated      escalate          holder/village/township
escalated      send_down         holder/county
escalated      refer             holder/county
escalated      ask               holder
escalated      merge             holder
escalated      void              holder
voided         reopen            reporter desk_above
assigned       sign_for          handler enterprise
assigned       hand_back         handler enterprise
assigned       reassign          dispatcher
assigned       ask_extension     handler enterprise
assigned       grant_extension   dispatcher
assigned       refuse_extension  dispatcher
assigned       finish_part       assistant
assigned       finish            handler enterprise
done           verify            reporter
done           reject            reporter
verified       archive           reporter
"""
_OPEN = "reported fixed_on_site escalated assigned done verified"
ANY_TIME = f"""
comment             {_OPEN} archived merged voided  : anyone
correct             {_OPEN}                         : reporter
suspect_major       {_OPEN}                         : reporter holder
confirm_major       {_OPEN}                         : handler supervisor
list_supervision    {_OPEN}                         : supervisor
delist              {_OPEN} archived                : supervisor
urge                escalated assigned done         : dispatcher supervisor
supervise           escalated assigned              : supervisor
reply_supervision   escalated assigned              : holder handler enterprise
record_enforcement  {_OPEN} archived                : handler
pass_recheck        fixed_on_site archived          : rechecker
fail_recheck        fixed_on_site archived          : rechecker
"""


def rows() -> Iterator[tuple[str, str, list[str]]]:
    for line in TABLE.strip().splitlines():
        state, action, *who = line.split()
        yield state, action, who
    for line in ANY_TIME.strip().splitlines():
        head, _, who_words = line.partition(":")
        action, *states = head.split()
        for state in states:
            yield state, action, who_words.split()


ROWS = {(state, action): who for state, action, who in rows()}
OK, GONE, NOT_YOURS, NOT_NOW, NOT_YET = (
    "ok",
    "not_found",
    "not_permitted",
    "not_allowed_now",
    "not_yet",
)
COUNTY_PEOPLE = {"county_officer", "supervisor", "leader"}
LOCALS = {"gridworker", "colleague", "chief", "clerk", "township_officer", "safety_officer"}


@dataclass(frozen=True)
class Situation:
    """Who is what in one case. `but`: what a permitted person is answered instead of OK."""

    state: str
    desk: str = ""
    parts: dict[str, set[str]] = field(default_factory=dict)
    sees: set[str] = field(default_factory=set)
    but: dict[str, str] = field(default_factory=dict)

    def answer(self, person: str, action: str) -> str:
        if person not in LOCALS | COUNTY_PEOPLE | self.sees:
            return GONE
        who = ROWS.get((self.state, action))
        if who is None:
            return NOT_NOW
        if not any(self._is(person, *part.split("/")) for part in who):
            return NOT_YOURS
        return {**NOTHING_YET, **self.but}.get(action, OK)

    def _is(self, person: str, part: str, *desks: str) -> bool:
        if part == "anyone":
            return True
        parts = {"reporter": {"gridworker"}, "supervisor": COUNTY_PEOPLE, **self.parts}
        return person in parts.get(part, set()) and (not desks or self.desk in desks)


NOTHING_YET = {
    "delist": NOT_NOW,
    "reply_supervision": NOT_NOW,
    "grant_extension": NOT_NOW,
    "refuse_extension": NOT_NOW,
}
_FIRE = {"dispatcher": {"county_officer"}, "handler": {"handler"}}
_HELPED = {**_FIRE, "assistant": {"helper"}}
_SEEN_BY_FIRE = {"handler"}
_ITSELF = {"dispatcher": {"county_officer"}, "enterprise": {"safety_officer"}}
_CLERKS = {"holder": {"clerk"}}
SITUATIONS: dict[str, Situation] = {
    "just reported": Situation("reported"),
    "back with a question": Situation("reported", parts={"holder": {"township_officer"}}),
    "fixed on site": Situation("fixed_on_site"),
    "fixed on site, a colleague to look again": Situation(
        "fixed_on_site", parts={"rechecker": {"colleague"}}
    ),
    "fixed on site, the township to look again": Situation(
        "archived", parts={"rechecker": {"township_officer"}}
    ),
    "fixed on site, looked at again": Situation(
        "archived",
        parts={"rechecker": {"colleague"}},
        but={"pass_recheck": NOT_NOW, "fail_recheck": NOT_NOW},
    ),
    "at the village": Situation("escalated", "village", _CLERKS),
    "at the township": Situation("escalated", "township", {"holder": {"township_officer"}}),
    "at the county": Situation("escalated", "county", {"holder": {"county_officer"}}),
    "at the default owner": Situation("escalated", "safety", {"holder": {"supervisor"}}),
    "assigned by the township": Situation(
        "assigned",
        parts={"dispatcher": {"township_officer"}, "handler": {"station_handler"}},
        sees={"station_handler"},
    ),
    "joint, signed for, more time asked": Situation(
        "assigned",
        parts=_HELPED,
        sees={"handler", "helper"},
        but={
            "sign_for": NOT_NOW,
            "ask_extension": NOT_NOW,
            "grant_extension": OK,
            "refuse_extension": OK,
            "finish": NOT_YET,
        },
    ),
    "joint, the other part finished": Situation(
        "assigned", parts=_HELPED, sees={"handler", "helper"}, but={"finish_part": NOT_NOW}
    ),
    "assigned by the default owner": Situation(
        "assigned", parts={**_FIRE, "dispatcher": {"supervisor"}}, sees=_SEEN_BY_FIRE
    ),
    "assigned to the default owner": Situation(
        "assigned",
        parts={"dispatcher": {"county_officer"}, "handler": {"supervisor"}},
        but={"hand_back": NOT_YOURS},
    ),
    "assigned to the enterprise by the township": Situation(
        "assigned", parts={"dispatcher": {"township_officer"}, "enterprise": {"safety_officer"}}
    ),
    "assigned to the enterprise by the county": Situation("assigned", parts=_ITSELF),
    "declared done by the enterprise": Situation("done", parts=_ITSELF),
    "found and done by the enterprise": Situation(
        "done", parts={**_ITSELF, "reporter": {"safety_officer", "gridworker", "colleague"}}
    ),
    "declared done": Situation("done", parts=_FIRE, sees=_SEEN_BY_FIRE),
    "done, the reporter on leave": Situation(
        "done", parts={**_FIRE, "reporter": {"gridworker", "colleague"}}, sees=_SEEN_BY_FIRE
    ),
    "done, all gridworkers on leave": Situation(
        "done", parts={**_FIRE, "reporter": {"gridworker", "chief"}}, sees=_SEEN_BY_FIRE
    ),
    "done, nobody of the grid there": Situation(
        "done", parts={**_FIRE, "reporter": {"gridworker", "clerk"}}, sees=_SEEN_BY_FIRE
    ),
    "done, nobody of the village there": Situation(
        "done", parts={**_FIRE, "reporter": {"gridworker", "township_officer"}}, sees=_SEEN_BY_FIRE
    ),
    "done, nobody of the township there": Situation(
        "done", parts={**_FIRE, "reporter": {"gridworker", "county_officer"}}, sees=_SEEN_BY_FIRE
    ),
    "done by the next deputy's own department": Situation(
        "done",
        parts={
            **_FIRE,
            "handler": {"handler", "chief"},
            "reporter": {"gridworker", "clerk"},
        },
        sees=_SEEN_BY_FIRE,
    ),
    "done by the reporter's own department": Situation(
        "done",
        parts={
            "dispatcher": {"county_officer"},
            "handler": {"gridworker", "handler"},
            "reporter": {"gridworker", "colleague"},
        },
        sees=_SEEN_BY_FIRE,
    ),
    "verified": Situation("verified", parts=_FIRE, sees=_SEEN_BY_FIRE),
    "archived": Situation("archived", parts=_FIRE, sees=_SEEN_BY_FIRE),
    "merged": Situation("merged"),
    "voided by the village": Situation(
        "voided", parts={"desk_above": {"township_officer", "county_officer", "supervisor"}}
    ),
    "voided by the township": Situation(
        "voided", parts={"desk_above": {"county_officer", "supervisor"}}
    ),
    "voided by the county": Situation("voided", parts={"desk_above": {"supervisor"}}),
    "voided eight days ago": Situation(
        "voided", parts={"desk_above": {"county_officer", "supervisor"}}
    ),
    "major, listed, urged, supervised": Situation(
        "escalated",
        "county",
        {"holder": {"county_officer"}},
        but={
            "suspect_major": NOT_NOW,
            "confirm_major": NOT_NOW,
            "list_supervision": NOT_NOW,
            "delist": OK,
            "urge": NOT_YET,
            "reply_supervision": OK,
        },
    ),
}


@dataclass
class Cast:
    walk: Walk
    people: dict[str, Person]
    station: Organization
    other_station: Organization
    enterprise_id: Any

    async def act(self, person: str, hazard: Hazard, action: Action, **fields: Any) -> None:
        await self.walk.act(self.people[person], hazard, action, **fields)

    async def report(self, person: Person | None = None, **fields: Any) -> Hazard:
        return await self.walk.report(person, enterprise_id=self.enterprise_id, **fields)

    async def look_again(self, hazard: Hazard) -> None:
        fix = next(e for e in await self.walk.events(hazard) if e.kind == "hazard.fixed_on_site")
        drawn = self.walk.settings.model_copy(update={"second_look_percent": 100})
        await rechecks.second_look(self.walk.session, drawn, str(fix.id))

    async def leave(self, person: str) -> None:
        until = access.today() + timedelta(days=5)
        mine = Post.person_id == self.people[person].id
        await self.walk.session.execute(update(Post).where(mine).values(on_leave_until=until))


@pytest.fixture
async def cast(walk: Walk) -> Cast:
    c, session = walk.county, walk.session
    (township, far), (village, _) = c.townships, c.villages
    _, housing, power = c.departments
    kind = OrganizationKind.DEPARTMENT
    station = await factories.organization(session, kind, "运河街道安监站", township)
    other = await factories.organization(session, kind, "运河街道城管站", township)
    shop = await factories.enterprise(session, "永安饭店", village, c.grids[0])
    make = factories.person
    shop_body = await session.get_one(Organization, shop.id)
    people = {
        "gridworker": c.gridworker,
        "colleague": await make(session, Role.GRIDWORKER, village, c.grids[0]),
        "chief": c.chief,
        "clerk": c.clerk,
        "far_gridworker": c.stranger,
        "far_clerk": await make(session, Role.VILLAGE_CLERK, c.villages[1]),
        "far_township_officer": await make(session, Role.TOWNSHIP_OFFICER, far),
        "township_officer": c.township_officer,
        "county_officer": c.county_officer,
        "supervisor": c.supervisor,
        "leader": c.leader,
        "administrator": c.administrator,
        "handler": c.handler,
        "helper": await make(session, Role.HANDLER, housing),
        "idle_handler": await make(session, Role.HANDLER, power),
        "station_handler": await make(session, Role.HANDLER, station),
        "safety_officer": await make(session, Role.SAFETY_OFFICER, shop_body),
        "township_worker": await make(session, Role.GRIDWORKER, far, c.township_grids[1]),
    }
    return Cast(walk, people, station, other, shop.id)


async def reported(cast: Cast) -> Hazard:
    return await cast.report(escalate=False)


async def asked(cast: Cast) -> Hazard:
    hazard = await cast.report()
    await cast.act("township_officer", hazard, A.ASK)
    return hazard


async def fixed(cast: Cast) -> Hazard:
    hazard = await reported(cast)
    await cast.act("gridworker", hazard, A.FIX_ON_SITE)
    return hazard


async def to_look_again(cast: Cast) -> Hazard:
    """A colleague is there, so the lot of a second look falls on that person."""
    hazard = await fixed(cast)
    await cast.look_again(hazard)
    return hazard


async def township_to_look_again(cast: Cast) -> Hazard:
    """Nobody else is on the ground: the township sends somebody."""
    hazard = await fixed(cast)
    await cast.act("gridworker", hazard, A.ARCHIVE)
    for person in ("colleague", "chief"):
        await cast.leave(person)
    await cast.look_again(hazard)
    return hazard


async def looked_at_again(cast: Cast) -> Hazard:
    hazard = await to_look_again(cast)
    await cast.act("colleague", hazard, A.PASS_RECHECK)
    await cast.act("gridworker", hazard, A.ARCHIVE)
    return hazard


async def at_village(cast: Cast) -> Hazard:
    cast.walk.county.villages[0].is_summarising = True
    await cast.walk.session.flush()
    return await cast.report()


async def at_township(cast: Cast) -> Hazard:
    return await cast.report()


async def at_county(cast: Cast) -> Hazard:
    hazard = await cast.report()
    await cast.act("township_officer", hazard, A.ESCALATE)
    return hazard


async def at_safety(cast: Cast) -> Hazard:
    hazard = await at_county(cast)
    await cast.act("county_officer", hazard, A.REFER)
    return hazard


async def by_township(cast: Cast) -> Hazard:
    hazard = await cast.report()
    await cast.act("township_officer", hazard, A.ASSIGN, department_id=cast.station.id)
    return hazard


async def joint(cast: Cast) -> Hazard:
    hazard = await at_county(cast)
    helpers = [cast.walk.county.departments[1].id]
    await cast.act("county_officer", hazard, A.ASSIGN, assisting_ids=helpers)
    return hazard


async def joint_and_asked(cast: Cast) -> Hazard:
    hazard = await joint(cast)
    await cast.act("handler", hazard, A.SIGN_FOR)
    await cast.act("handler", hazard, A.ASK_EXTENSION)
    return hazard


async def joint_and_finished(cast: Cast) -> Hazard:
    hazard = await joint(cast)
    await cast.act("helper", hazard, A.FINISH_PART)
    return hazard


async def by_safety(cast: Cast) -> Hazard:
    hazard = await at_safety(cast)
    await cast.act("supervisor", hazard, A.ASSIGN)
    return hazard


async def to_safety(cast: Cast) -> Hazard:
    hazard = await at_county(cast)
    safety = cast.walk.county.safety.id
    await cast.act("county_officer", hazard, A.ASSIGN, department_id=safety)
    return hazard


async def to_enterprise_by_township(cast: Cast) -> Hazard:
    hazard = await cast.report()
    await cast.act("township_officer", hazard, A.ASSIGN, department_id=cast.enterprise_id)
    return hazard


async def to_enterprise_by_county(cast: Cast, reporter: str = "gridworker") -> Hazard:
    hazard = await cast.report(cast.people[reporter])
    await cast.act("township_officer", hazard, A.ESCALATE)
    await cast.act("county_officer", hazard, A.ASSIGN, department_id=cast.enterprise_id)
    return hazard


async def done_by_enterprise(cast: Cast) -> Hazard:
    hazard = await to_enterprise_by_county(cast)
    await cast.act("safety_officer", hazard, A.FINISH)
    return hazard


async def found_and_done_by_enterprise(cast: Cast) -> Hazard:
    """The own work of whoever found it: somebody of the grid goes and looks."""
    hazard = await to_enterprise_by_county(cast, "safety_officer")
    await cast.act("safety_officer", hazard, A.FINISH)
    return hazard


async def done(cast: Cast) -> Hazard:
    return await cast.walk.to(State.DONE, enterprise_id=cast.enterprise_id)


async def done_on_leave(cast: Cast) -> Hazard:
    hazard = await done(cast)
    await cast.leave("gridworker")
    return hazard


async def done_all_on_leave(cast: Cast) -> Hazard:
    hazard = await done_on_leave(cast)
    await cast.leave("colleague")
    return hazard


async def _all_away(cast: Cast, *people: str) -> Hazard:
    hazard = await done(cast)
    for person in ("gridworker", "colleague", *people):
        await cast.leave(person)
    return hazard


async def done_grid_away(cast: Cast) -> Hazard:
    return await _all_away(cast, "chief")


async def done_village_away(cast: Cast) -> Hazard:
    return await _all_away(cast, "chief", "clerk")


async def done_township_away(cast: Cast) -> Hazard:
    return await _all_away(cast, "chief", "clerk", "township_officer")


async def done_by_deputys_department(cast: Cast) -> Hazard:
    """The chief would be next, and works for the department that did it."""
    chief, fire = cast.people["chief"], cast.walk.county.departments[0]
    hazard = await _all_away(cast)
    await factories.post(cast.walk.session, chief, Role.HANDLER, fire)
    cast.walk.forget(chief)
    return hazard


async def done_by_own_department(cast: Cast) -> Hazard:
    reporter, fire = cast.people["gridworker"], cast.walk.county.departments[0]
    hazard = await done(cast)
    await factories.post(cast.walk.session, reporter, Role.HANDLER, fire)
    cast.walk.forget(reporter)
    return hazard


async def verified(cast: Cast) -> Hazard:
    return await cast.walk.to(State.VERIFIED, enterprise_id=cast.enterprise_id)


async def archived(cast: Cast) -> Hazard:
    return await cast.walk.to(State.ARCHIVED, enterprise_id=cast.enterprise_id)


async def merged(cast: Cast) -> Hazard:
    other, hazard = await cast.report(), await cast.report()
    await cast.act("township_officer", hazard, A.MERGE, duplicate_of=other.id)
    return hazard


async def voided_by_village(cast: Cast) -> Hazard:
    hazard = await at_village(cast)
    await cast.act("clerk", hazard, A.VOID)
    return hazard


async def voided_by_township(cast: Cast) -> Hazard:
    hazard = await cast.report()
    await cast.act("township_officer", hazard, A.VOID)
    return hazard


async def voided_by_county(cast: Cast) -> Hazard:
    hazard = await at_county(cast)
    await cast.act("county_officer", hazard, A.VOID)
    return hazard


async def voided_long_ago(cast: Cast) -> Hazard:
    hazard = await voided_by_township(cast)
    hazard.closed_at = clock.now() - timedelta(days=8)
    await cast.walk.session.flush()
    return hazard


async def flagged(cast: Cast) -> Hazard:
    hazard = await at_county(cast)
    for action in (A.CONFIRM_MAJOR, A.LIST_SUPERVISION, A.URGE, A.SUPERVISE):
        await cast.act("supervisor", hazard, action)
    return hazard


BUILT: dict[str, Callable[[Cast], Awaitable[Hazard]]] = {
    "just reported": reported,
    "back with a question": asked,
    "fixed on site": fixed,
    "fixed on site, a colleague to look again": to_look_again,
    "fixed on site, the township to look again": township_to_look_again,
    "fixed on site, looked at again": looked_at_again,
    "at the village": at_village,
    "at the township": at_township,
    "at the county": at_county,
    "at the default owner": at_safety,
    "assigned by the township": by_township,
    "joint, signed for, more time asked": joint_and_asked,
    "joint, the other part finished": joint_and_finished,
    "assigned by the default owner": by_safety,
    "assigned to the default owner": to_safety,
    "assigned to the enterprise by the township": to_enterprise_by_township,
    "assigned to the enterprise by the county": to_enterprise_by_county,
    "declared done by the enterprise": done_by_enterprise,
    "found and done by the enterprise": found_and_done_by_enterprise,
    "declared done": done,
    "done, the reporter on leave": done_on_leave,
    "done, all gridworkers on leave": done_all_on_leave,
    "done, nobody of the grid there": done_grid_away,
    "done, nobody of the village there": done_village_away,
    "done, nobody of the township there": done_township_away,
    "done by the next deputy's own department": done_by_deputys_department,
    "done by the reporter's own department": done_by_own_department,
    "verified": verified,
    "archived": archived,
    "merged": merged,
    "voided by the village": voided_by_village,
    "voided by the township": voided_by_township,
    "voided by the county": voided_by_county,
    "voided eight days ago": voided_long_ago,
    "major, listed, urged, supervised": flagged,
}


# Who found it and works for the body that rectified it.
OWN_WORK = {
    "done by the reporter's own department": "gridworker",
    "found and done by the enterprise": "safety_officer",
}


def expected(name: str, person: str, action: str) -> str:
    """The oracle, with the two answers that hang on the person and not on the part."""
    situation = SITUATIONS[name]
    if name == "voided eight days ago" and person == "gridworker" and action == "reopen":
        return NOT_YOURS
    if OWN_WORK.get(name) == person and action in {"verify", "reject"}:
        return NOT_YOURS
    return situation.answer(person, action)


@dataclass(frozen=True)
class Judge:
    """What the program would answer, without taking the step."""

    hazard: Hazard
    facts: Facts
    actor: Actor
    is_seen: bool

    def answer(self, action: Action) -> str:
        if not self.is_seen:
            return GONE
        try:
            row = hazard_flow.find(self.hazard.state, action)
            steps.judge(self.actor, self.hazard, self.facts, row)
        except Refusal as refusal:
            return refusal.code
        return OK


async def judge(cast: Cast, hazard: Hazard, person: str) -> Judge:
    actor = await cast.walk.actor(cast.people[person])
    session = cast.walk.session
    seen = select(Hazard.id).where(Hazard.id == hazard.id, access.can_see(actor))
    facts = await standing.load(session, [hazard], steps.KINDS)
    return Judge(hazard, facts[hazard.id], actor, await session.scalar(seen) is not None)


def test_the_oracle_knows_every_state_and_every_action() -> None:
    assert {situation.state for situation in SITUATIONS.values()} == {s.value for s in State}
    assert {action for _, action in ROWS} == {action.value for action in A}
    assert SITUATIONS.keys() == BUILT.keys()


def test_the_programs_table_has_the_oracles_rows_and_no_others() -> None:
    program = {
        (row.source.value, row.action.value)
        for state in State
        for row in hazard_flow.steps_from(state)
    }
    assert program == ROWS.keys()


@pytest.mark.parametrize("name", SITUATIONS)
async def test_everybody_is_answered_as_the_workflow_says(cast: Cast, name: str) -> None:
    hazard = await BUILT[name](cast)
    assert hazard.state.value == SITUATIONS[name].state
    programs = {person: await judge(cast, hazard, person) for person in cast.people}
    wrong = [
        f"{person} {action.value}: {found}, not {wanted}"
        for person, program in programs.items()
        for action in A
        if (found := program.answer(action)) != (wanted := expected(name, person, action.value))
    ]
    assert wrong == []
    await check_steps(cast, hazard, name)


async def check_steps(cast: Cast, hazard: Hazard, name: str) -> None:
    """The step itself, for one person of every kind of answer; a refusal changes nothing."""
    other = await cast.report()
    for action in A:
        people = {expected(name, person, action.value): person for person in cast.people}
        for wanted, person in people.items():
            found = await attempted(cast, hazard, person, action, other)
            assert found == wanted, (person, action)


async def attempted(cast: Cast, hazard: Hazard, person: str, action: Action, other: Hazard) -> str:
    session, version = cast.walk.session, hazard.version
    savepoint = await session.begin_nested()
    try:
        fields = fitting(cast, hazard, action, other)
        await cast.walk.act(cast.people[person], hazard, action, **fields)
        answer = OK
    except Refusal as refusal:
        answer = refusal.code
    assert hazard.version == version + (1 if answer == OK else 0)
    await savepoint.rollback()
    await session.refresh(hazard)
    return answer


def fitting(cast: Cast, hazard: Hazard, action: Action, other: Hazard) -> dict[str, Any]:
    """Contents that fit the desk, so that only the rule under test can refuse."""
    township = cast.walk.county.townships[0].id
    is_local = township in {hazard.holder_id, hazard.dispatcher_id}
    if action is A.MERGE:
        return {"duplicate_of": other.id}
    if action is A.ASSIGN and is_local:
        return {"department_id": cast.station.id}
    if action is A.REASSIGN and is_local:
        return {"department_id": cast.other_station.id}
    return {}


async def test_the_oracle_would_notice_a_foreign_hand(cast: Cast) -> None:
    """A harness that cannot fail proves nothing: with one part moved, it finds the difference."""
    hazard = await at_township(cast)
    bent = replace(SITUATIONS["at the township"], parts={"holder": {"clerk"}})
    found = (await judge(cast, hazard, "clerk")).answer(A.VOID)
    assert bent.answer("clerk", "void") == OK != found


async def test_an_action_under_a_new_id_of_an_unknown_case_is_not_found(cast: Cast) -> None:
    ghost = Hazard(id=new_id())
    with pytest.raises(Refusal) as refused:
        await cast.walk.act(cast.people["county_officer"], ghost, A.COMMENT)
    assert refused.value.code == GONE
