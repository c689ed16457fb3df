"""One paper from the self-assessment to the frozen result: who, when, with what evidence."""

import pytest
from pydantic import ValidationError
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.errors import (
    ChangedMeanwhile,
    Incomplete,
    NotFound,
    NotPermitted,
    NotYet,
    SameIdOtherContent,
)
from app.models.assessment import PaperStatus
from app.models.base import new_id
from app.models.duty import DutyRecord
from app.models.obligation import Obligation
from app.services import duties
from app.services.duties import DutyQuery, Standing
from tests.cases import case
from tests.conftest import Freeze
from tests.services.assessments.scene import Scene, less


async def test_the_whole_circle_ends_with_a_frozen_result_that_is_the_bodys_duty(
    scene: Scene,
) -> None:
    await scene.settle()
    whole = await scene.read(scene.county.township_officer)
    assert whole.at.paper.status is PaperStatus.FINAL
    assert whole.found.score is not None
    assert (whole.found.score.total, whole.found.score.targets) == (95.0, (95.0, 95.0))
    assert whole.may == []
    actor = await scene.actor(scene.county.township_officer)
    (owed,) = await duties.find(scene.session, actor, DutyQuery(show="all", whose="own"))
    assert owed.standing is Standing.DONE
    assert [row.assessment_paper_id for row in owed.records] == [scene.paper]
    assert "95" not in owed.records[0].text  # a correction of points would leave it wrong
    with pytest.raises(ChangedMeanwhile):
        await scene.assess()


async def test_a_record_by_hand_is_not_doubled_and_no_duty_needs_none(scene: Scene) -> None:
    row = await scene.session.get_one(Obligation, "F13-assessment")
    row.is_active = False
    await scene.settle()
    assert await scene.session.scalar(select(DutyRecord.id)) is None


async def test_a_body_says_a_sentence_for_each_item_and_only_of_itself(scene: Scene) -> None:
    county = scene.county
    with pytest.raises(Incomplete) as refused:
        await scene.submit(rectify="")
    assert "整改及时有力" in refused.value.details["missing_zh"]
    for stranger in (county.handler, county.gridworker):
        with pytest.raises(NotFound):
            await scene.step(stranger, "submit", said={"plan": "好"}, version=1)
    for reader in (county.leader, county.county_officer, county.auditor, county.clerk):
        with pytest.raises((NotPermitted, NotFound)):
            await scene.step(reader, "submit", said={"plan": "好"}, version=1)
    await scene.submit()
    await scene.submit(plan="补充：方案已备案")
    assert (await scene.read(county.auditor)).at.paper.said["plan"] == "补充：方案已备案"


async def test_what_the_county_still_works_on_is_its_own(scene: Scene) -> None:
    county = scene.county
    await scene.submit()
    await scene.assess(less("plan", 4))
    for reader in (county.township_officer, county.leader, county.auditor):
        whole = await scene.read(reader)
        assert (whole.found.result, whole.found.score, whole.offered) == (None, None, [])
    assert (await scene.read(county.supervisor)).found.score is not None
    await scene.step(county.county_officer, "show")
    assert (await scene.read(county.township_officer)).found.score is not None
    assert {one.body.id for one in (await scene.year(county.township_officer)).papers} == {
        county.townships[0].id
    }


async def test_the_county_waits_for_the_self_assessment_until_its_day(
    scene: Scene, freeze: Freeze
) -> None:
    with pytest.raises(NotYet):
        await scene.assess()
    freeze("2026-12-11 09:00")
    with pytest.raises(NotYet):
        await scene.step(scene.county.county_officer, "show")  # nothing has been found yet
    await scene.assess()
    await scene.step(scene.county.county_officer, "show")
    assert (await scene.read(scene.county.township_officer)).found.score is not None


async def test_points_go_with_evidence_that_one_sees(scene: Scene) -> None:
    county = scene.county
    seen = await case(scene.session, county)
    await scene.submit()
    with pytest.raises(ValidationError):
        await scene.assess(less("rectify", 5, {"kind": "words", "text": "超期"}))
    with pytest.raises(ValidationError):
        await scene.assess(less("rectify", 5, {"kind": "hazard"}))
    for kind in ("hazard", "accident", "instruction", "duty_record"):
        with pytest.raises(NotFound):
            await scene.assess(less("rectify", 5, {"kind": kind, "id": str(new_id())}))
    await scene.assess(less("rectify", 5, {"kind": "hazard", "id": str(seen.id)}))
    await scene.step(county.county_officer, "show")
    offered = (await scene.read(county.county_officer)).named
    assert (
        offered[seen.id].label.startswith("TEZ-2026-") or "楼道堆放杂物" in offered[seen.id].label
    )
    assert seen.id in (await scene.read(county.township_officer)).named


async def test_evidence_is_named_only_to_whoever_may_open_it(scene: Scene) -> None:
    """A case of the other township shows why; this township cannot open it."""
    other = scene.county.townships[1]
    foreign = await case(
        scene.session, scene.county, township_id=other.id, village_id=scene.county.villages[1].id,
        grid_id=scene.county.grids[1].id, holder_id=other.id, reporter_id=scene.county.stranger.id,
    )  # fmt: skip
    await scene.submit()
    await scene.assess(less("rectify", 5, {"kind": "hazard", "id": str(foreign.id)}))
    await scene.step(scene.county.county_officer, "show")
    whole = await scene.read(scene.county.township_officer)
    assert whole.found.result is not None
    assert whole.named == {}
    assert foreign.id in (await scene.read(scene.county.county_officer)).named


async def test_a_body_objects_once_and_the_county_answers(scene: Scene, freeze: Freeze) -> None:
    county = scene.county
    await scene.submit()
    await scene.assess(less("rectify", 5), less("plan", 2))
    await scene.step(county.county_officer, "show")
    with pytest.raises(NotYet):
        await scene.step(county.county_officer, "finish")  # it still has days to object
    with pytest.raises(ChangedMeanwhile):
        await scene.assess()  # what was told changes only after a word of the body
    await scene.step(county.township_officer, "object", text="方案十月已经备案")
    assert (await scene.told(county.supervisor))[-1] == "assessment.objected"
    for again in ("object", "agree"):
        with pytest.raises(ChangedMeanwhile):
            await scene.step(county.township_officer, again, text="再说一次")
    await scene.assess(less("rectify", 5))
    with pytest.raises(Incomplete):
        await scene.step(county.county_officer, "finish")
    await scene.step(county.county_officer, "finish", text="核实了，方案一项不扣")
    whole = await scene.read(county.township_officer)
    assert whole.found.score is not None
    assert whole.found.score.total == 95.0
    kept = [one.before for one in whole.steps if one.before]
    assert [len(before["deductions"]) for before in kept] == [2]


async def test_who_says_nothing_in_its_days_has_no_objection(scene: Scene, freeze: Freeze) -> None:
    await scene.submit()
    await scene.assess()
    await scene.step(scene.county.county_officer, "show")
    freeze("2026-11-29 09:00")
    await scene.step(scene.county.county_officer, "finish")


async def test_a_correction_keeps_what_was_there_and_says_why(scene: Scene) -> None:
    await scene.settle()
    with pytest.raises(Incomplete):
        await scene.assess(step="correct")
    await scene.assess(step="correct", text="重复扣分")
    whole = await scene.read(scene.county.township_officer)
    assert whole.found.score is not None
    assert whole.found.score.total == 100.0
    last = whole.steps[-1]
    assert last.before is not None
    assert (last.text, last.before["deductions"][0]["points"]) == ("重复扣分", 5.0)
    with pytest.raises(DBAPIError):
        await scene.session.execute(text("update assessment_steps set before = null"))


async def test_a_step_is_taken_once_and_not_on_what_has_changed(scene: Scene) -> None:
    await scene.submit()
    id_ = new_id()
    result = {"deductions": [less("plan", 1)]}
    officer = scene.county.county_officer
    for _ in range(2):
        await scene.step(officer, "assess", id_=id_, result=result, version=2)
    assert (await scene.read(officer)).at.paper.version == 3
    with pytest.raises(SameIdOtherContent):
        await scene.step(officer, "assess", id_=id_, result={}, version=2)
    with pytest.raises(ChangedMeanwhile):
        await scene.step(scene.county.supervisor, "assess", result={}, version=2)
