"""What was done about a case: said with the step that does it, the usual where nothing is said."""

from typing import Any

import pytest

from app.errors import Invalid
from app.models.hazard import Outcome, State
from app.models.organization import Organization
from app.models.person import Role
from app.services import hazards
from app.services.hazards import HazardQuery
from tests import factories
from tests.walking import A, Walk


async def data_of_last(walk: Walk, hazard: Any) -> dict[str, Any]:
    return (await walk.events(hazard))[-1].data


async def test_a_step_of_an_older_phone_says_nothing_and_the_usual_was_done(walk: Walk) -> None:
    fixed = await walk.to(State.FIXED_ON_SITE)
    done = await walk.to(State.DONE)
    assert (fixed.outcome, done.outcome) == (Outcome.REMOVED, Outcome.RECTIFIED)
    assert (await data_of_last(walk, done))["outcome"] == "rectified"


@pytest.mark.parametrize("outcome", [Outcome.DISSUADED, Outcome.STOPPED])
async def test_on_the_spot_it_may_have_been_dissuaded_or_stopped(
    walk: Walk, outcome: Outcome
) -> None:
    hazard = await walk.to(State.REPORTED)
    await walk.act(walk.county.gridworker, hazard, A.FIX_ON_SITE, outcome=outcome)
    assert hazard.outcome is outcome


async def test_a_penalty_has_its_document_and_outlives_a_rejection(walk: Walk) -> None:
    c = walk.county
    hazard = await walk.to(State.ASSIGNED)
    told = {"outcome": Outcome.PENALISED, "outcome_document": "台应急罚〔2026〕15号"}
    await walk.act(c.handler, hazard, A.FINISH, **told)
    assert (hazard.outcome, hazard.outcome_document) == (*told.values(),)
    data = await data_of_last(walk, hazard)
    assert (data["outcome"], data["outcome_document"]) == ("penalised", told["outcome_document"])
    await walk.act(c.gridworker, hazard, A.REJECT)
    assert hazard.outcome is Outcome.PENALISED
    await walk.act(c.county_officer, hazard, A.ASSIGN)
    await walk.act(c.handler, hazard, A.FINISH)
    assert (hazard.outcome, hazard.outcome_document) == (*told.values(),)


async def test_what_was_not_rectified_after_all_is_not_called_so(walk: Walk) -> None:
    hazard = await walk.to(State.DONE)
    await walk.act(walk.county.gridworker, hazard, A.REJECT)
    assert hazard.outcome is None


async def test_an_order_that_comes_beside_the_states_stands(walk: Walk) -> None:
    c = walk.county
    hazard = await walk.to(State.ASSIGNED)
    await walk.act(c.handler, hazard, A.RECORD_ENFORCEMENT, note="到现场检查")
    assert hazard.outcome is None
    await walk.act(c.handler, hazard, A.RECORD_ENFORCEMENT, outcome=Outcome.ORDERED)
    await walk.act(c.handler, hazard, A.FINISH)
    assert hazard.outcome is Outcome.ORDERED
    later = {"outcome": Outcome.TRANSFERRED, "outcome_document": "台应急移〔2026〕2号"}
    await walk.act(c.handler, hazard, A.RECORD_ENFORCEMENT, **later)
    assert (hazard.outcome, hazard.outcome_document) == (*later.values(),)


@pytest.mark.parametrize("said", [{}, {"outcome": Outcome.DISSUADED}])
async def test_a_fix_on_the_spot_takes_no_order_back(walk: Walk, said: dict[str, Any]) -> None:
    """Ordered, handed back, asked, and mended by the finder, whose phone may know of no order."""
    c = walk.county
    hazard = await walk.to(State.ASSIGNED)
    await walk.act(c.handler, hazard, A.RECORD_ENFORCEMENT, outcome=Outcome.ORDERED)
    await walk.act(c.handler, hazard, A.HAND_BACK)
    await walk.act(c.county_officer, hazard, A.SEND_DOWN)
    await walk.act(c.township_officer, hazard, A.ASK)
    await walk.act(c.gridworker, hazard, A.FIX_ON_SITE, **said)
    assert hazard.outcome is Outcome.ORDERED
    told = said.get("outcome", Outcome.REMOVED)
    assert (await data_of_last(walk, hazard))["outcome"] == told.value


@pytest.mark.parametrize(
    ("action", "told", "field"),
    [
        (A.FINISH, {"outcome": Outcome.DISSUADED}, "outcome"),
        (A.RECORD_ENFORCEMENT, {"outcome": Outcome.RECTIFIED}, "outcome"),
        (A.FINISH, {"outcome_document": "1号"}, "outcome_document"),
    ],
)
async def test_an_outcome_belongs_to_its_step(
    walk: Walk, action: Any, told: dict[str, Any], field: str
) -> None:
    hazard = await walk.to(State.ASSIGNED)
    with pytest.raises(Invalid) as refused:
        await walk.act(walk.county.handler, hazard, action, **told)
    assert refused.value.problem()["fields"] == [field]


async def test_an_enterprise_neither_penalises_nor_orders_itself(walk: Walk) -> None:
    c = walk.county
    shop = await factories.enterprise(walk.session, "永安饭店", c.villages[0], c.grids[0])
    body = await walk.session.get_one(Organization, shop.id)
    officer = await factories.person(walk.session, Role.SAFETY_OFFICER, body)
    hazard = await walk.to(State.ESCALATED, enterprise_id=shop.id)
    await walk.act(c.county_officer, hazard, A.ASSIGN, department_id=shop.id)
    with pytest.raises(Invalid):
        await walk.act(officer, hazard, A.FINISH, outcome=Outcome.PENALISED)
    await walk.act(officer, hazard, A.FINISH)
    assert hazard.outcome is Outcome.RECTIFIED


async def test_the_list_finds_what_was_enforced(walk: Walk) -> None:
    c = walk.county
    await walk.to(State.DONE)
    ordered = await walk.to(State.ASSIGNED)
    await walk.act(c.handler, ordered, A.FINISH, outcome=Outcome.ORDERED)
    officer = await walk.actor(c.county_officer)
    for asked, wanted in ((["ordered", "penalised"], [ordered.id]), (["transferred"], [])):
        found = await hazards.find(walk.session, officer, HazardQuery(outcome=asked))
        assert [one.id for one in found.hazards] == wanted
