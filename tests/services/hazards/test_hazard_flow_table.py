"""The table of the workflow as a graph, and everything that must have a row for every action."""

import json

import pytest

from app.errors import Incomplete, NotAllowedNow
from app.models.hazard import OPEN_STATES, State
from app.services import audiences, clocks, events, hazard_flow
from app.services.hazard_flow import BESIDE, EVENT_OF, FIELD_OF, FLOW, NEED_WORDS, Action, Needs
from app.services.hazards import standing, steps
from app.services.hazards.effects import EFFECTS
from app.services.hazards.telling import WHY

ENDS = set(State) - set(OPEN_STATES)


def reachable_from(state: State) -> set[State]:
    found, new = {state}, [state]
    while new:
        source = new.pop()
        targets = {row.target for row in FLOW if row.source is source} - found
        found |= targets
        new += targets
    return found


def test_every_state_can_be_reached() -> None:
    assert reachable_from(State.REPORTED) == set(State)


@pytest.mark.parametrize("state", State)
def test_every_case_can_come_to_an_end(state: State) -> None:
    assert reachable_from(state) & ENDS


def test_a_state_and_an_action_name_one_step() -> None:
    pairs = [(row.source, row.action) for row in FLOW]
    assert len(pairs) == len(set(pairs))
    assert not {action for _, action in pairs} & BESIDE.keys()


def test_what_stands_beside_the_flow_never_moves_a_case() -> None:
    for action, (states, *_) in BESIDE.items():
        for state in states:
            assert hazard_flow.find(state, action).target is state


def test_every_action_has_an_event_and_an_effect() -> None:
    assert EVENT_OF.keys() == EFFECTS.keys() == set(Action)
    assert len(set(EVENT_OF.values())) == len(Action)


def test_clocks_follow_only_steps_of_the_flow() -> None:
    assert clocks.TICKS.keys() <= {(row.source, row.action) for row in FLOW}


def test_every_event_that_tells_somebody_queues_the_job() -> None:
    telling = {kind for kind, jobs in events.SUBSCRIPTIONS.items() if "notify" in jobs}
    assert telling == audiences.TELL.keys()


def test_every_part_can_be_judged_and_named() -> None:
    assert standing.WHO.keys() == steps.WHO_WORDS.keys() == set(hazard_flow.Who)


def test_every_step_that_moves_a_case_has_its_why() -> None:
    moving = {EVENT_OF[row.action] for row in FLOW if row.source is not row.target}
    assert moving <= WHY.keys()


def test_every_need_has_a_field_and_words() -> None:
    assert set(FIELD_OF) == set(NEED_WORDS) == set(Needs)


def test_what_is_missing_is_named_in_both_languages() -> None:
    row = hazard_flow.find(State.ASSIGNED, Action.HAND_BACK)
    with pytest.raises(Incomplete) as refused:
        row.require(Needs.NOTE)
    problem = refused.value.problem()
    assert problem["fields"] == ["reason", "suggested_department_id"]
    assert problem["zh"] == "还差：原因、应该交给谁。补上再提交，已填的都还在。"
    assert "the reason, who should have it" in problem["en"]


def test_a_step_that_is_not_in_the_table_is_refused() -> None:
    with pytest.raises(NotAllowedNow) as refused:
        hazard_flow.find(State.ARCHIVED, Action.ASSIGN)
    assert refused.value.details == {"state": "archived", "action": "assign"}


def test_the_table_can_be_written_as_json() -> None:
    data = json.loads(json.dumps(hazard_flow.as_data()))
    assert data["actions"]["finish"] == {"beside": False, "event": "hazard.finished"}
    assert len(data["steps"]) == sum(len(hazard_flow.steps_from(state)) for state in State)
    first = data["steps"][0]
    assert (first["from"], first["action"], first["needs"]) == (
        "reported",
        "fix_on_site",
        ["rating", "after_photo"],
    )
