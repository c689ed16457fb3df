"""A year: its form, its papers, what a result comes to, the file, notes of bodies."""

from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.config import Settings
from app.errors import (
    Invalid,
    NotFound,
    NotPermitted,
    NotYet,
    SameIdOtherContent,
)
from app.models.accident import Accident, AccidentKind, AccidentStatus
from app.models.assessment import PaperStatus
from app.models.base import new_id
from app.models.organization import Organization, OrganizationKind
from app.services import assessments, lists, schemes
from app.services.assessments import (
    NotesQuery,
    TakeBack,
    WriteNote,
)
from app.services.lists.sheet import Sheet
from tests import factories
from tests.cases import case
from tests.conftest import Freeze
from tests.services.assessments.scene import Scene, less, words


async def test_a_year_has_a_paper_for_each_body_in_the_order_of_codes(scene: Scene) -> None:
    """However many points they have; of no village, no enterprise, no person."""
    county = scene.county
    for code, body in zip(("370499200000", "370499100000"), county.townships, strict=True):
        body.code = code
    await scene.settle()
    found = await scene.year(county.leader)
    names = [one.body.short_name for one in found.papers]
    assert names[:2] == [county.townships[1].short_name, county.townships[0].short_name]
    assert len(names) == 5
    assert {one.body.kind for one in found.papers} == {
        OrganizationKind.TOWNSHIP_SUBCENTRE,
        OrganizationKind.DEPARTMENT,
    }
    assert await scene.told(county.township_officer) == [
        "assessment.opened", "assessment.shown", "assessment.final"
    ]  # fmt: skip


async def test_a_result_fits_its_form(scene: Scene) -> None:
    await scene.submit()
    control = {"name": "死亡人数", "allowed": 1, "actual": 2}
    for wrong in (
        {"deductions": [less("nothing", 1)]},
        {"deductions": [less("plan", 12), less("plan", 12)]},
        {"remarks": {"nothing": "好"}},
        {"controls": [control]},
    ):
        with pytest.raises(Invalid):
            await scene.assess(result=wrong)


async def test_a_death_by_neglect_vetoes_and_no_target_gets_points(scene: Scene) -> None:
    """S3-34; the points of the items stay as they were found."""
    killed = Accident(
        id=new_id(), status=AccidentStatus.OPEN, kind=AccidentKind.FALL, dead=1,
        reporter_id=scene.county.township_officer.id, township_id=scene.county.townships[0].id,
        is_outside_county=False, is_time_doubtful=False, received_at=clock.now(),
        clock_from=clock.now(),
    )  # fmt: skip
    scene.session.add(killed)
    await scene.session.flush()
    await scene.submit()
    veto = {"reason": "安全措施没有落实", "evidence": {"kind": "accident", "id": str(killed.id)}}
    await scene.assess(result={"veto": veto})
    await scene.step(scene.county.county_officer, "show")
    whole = await scene.read(scene.county.township_officer)
    assert whole.found.score is not None
    assert (whole.found.score.is_vetoed, whole.found.score.total) == (True, 100.0)
    assert whole.found.score.targets == (None, None)
    assert (whole.facts["accidents"], whole.facts["dead"]) == (1, 1)


async def test_control_figures_and_no_veto_of_a_form_without_one(
    session: AsyncSession, settings: Settings, freeze: Freeze
) -> None:
    """S0-34; S2 knows no veto."""
    freeze("2026-11-23 09:15")
    scene = Scene(session, settings, await factories.county(session))
    form = schemes.named("s2").assessment
    assert form is not None
    own = form.model_copy(update={"controls": ("死亡人数",)})
    await scene.open(form=own)
    scene.paper = await scene.paper_of(scene.county.townships[0])
    await scene.submit()
    with pytest.raises(Invalid):
        await scene.assess(result={"veto": {"reason": "事故", "evidence": words()}})
    control = {"name": "死亡人数", "allowed": 1, "actual": 2}
    await scene.assess(result={"controls": [control]})
    found = (await scene.read(scene.county.county_officer)).found
    assert found.score is not None
    assert found.score.total == 100.0  # no points by themselves


async def test_facts_of_the_ground_stand_beside_and_take_no_points(scene: Scene) -> None:
    """S0-37: what the system knows helps; a late case is not a deduction."""
    late = await case(scene.session, scene.county)
    late.clock_due_at = late.received_at
    await scene.session.flush()
    await scene.submit()
    await scene.assess()
    await scene.step(scene.county.county_officer, "show")
    late.clock_due_at = None
    await scene.session.flush()
    whole = await scene.read(scene.county.township_officer)
    assert whole.facts["open"] == 1  # as it was when the result was told
    assert whole.found.score is not None
    assert whole.found.score.total == 100.0


async def test_a_year_is_open_once_until_it_is_taken_back(scene: Scene) -> None:
    county, form = scene.county, schemes.named("s2").assessment
    await scene.open(form=schemes.named("s3").assessment)  # the same bytes under the same id
    with pytest.raises(SameIdOtherContent):
        await scene.open(form=form)
    with pytest.raises(Invalid):
        await scene.open(id_=new_id(), form=form)
    with pytest.raises(NotPermitted):
        await scene.open(county.township_officer, id_=new_id(), form=form)
    officer = await scene.actor(county.county_officer)
    await assessments.take_back_year(
        scene.session, officer, scene.id, TakeBack(because="考核表用错了")
    )
    with pytest.raises(NotFound):
        await scene.read(county.township_officer)
    await scene.open(id_=new_id(), form=form)
    (year,) = await assessments.years(scene.session, officer)
    assert year.form["name"] == "网格化监管年度考核"


async def test_a_year_whose_result_was_told_is_not_taken_back(scene: Scene) -> None:
    await scene.submit()
    await scene.assess()
    await scene.step(scene.county.county_officer, "show")
    officer = await scene.actor(scene.county.county_officer)
    with pytest.raises(NotYet):
        await assessments.take_back_year(scene.session, officer, scene.id, TakeBack(because="错"))


async def test_the_next_year_begins_with_the_countys_own_words(
    scene: Scene, session: AsyncSession
) -> None:
    officer = await scene.actor(scene.county.supervisor)
    proposal = await assessments.propose(session, officer)
    assert proposal.is_own
    assert proposal.form == schemes.named("s3").assessment
    with pytest.raises(NotPermitted):
        await assessments.propose(session, await scene.actor(scene.county.township_officer))


async def test_an_enterprise_has_no_desk_and_the_county_writes_for_it(
    session: AsyncSession, settings: Settings, freeze: Freeze
) -> None:
    """S0: every enterprise of the line is a grid."""
    freeze("2026-11-23 09:15")
    scene = Scene(session, settings, await factories.county(session))
    plant = await factories.enterprise(
        session, "城南化工", scene.county.villages[0], scene.county.grids[0]
    )
    await scene.open(form=schemes.named("s0").assessment)
    scene.paper = await scene.paper_of(await session.get_one(Organization, plant.id))
    keys = [item.key for item in (await scene.read(scene.county.county_officer)).form.items]
    await scene.step(
        scene.county.county_officer, "submit", said=dict.fromkeys(keys, "按企业交来的材料")
    )
    assert (await scene.read(scene.county.county_officer)).at.paper.status is PaperStatus.SUBMITTED


async def test_notes_stand_with_their_year_and_stay_when_taken_back(scene: Scene) -> None:
    county = scene.county
    officer = await scene.actor(county.county_officer)
    said = {"organization_id": county.townships[0].id, "said_on": "2026-11-20", "text": "行动迟缓"}
    command = WriteNote.model_validate({"kind": "criticism", **said})
    id_, body = new_id(), command.model_dump_json().encode()
    for _ in range(2):
        await assessments.write_note(scene.session, officer, id_, command, body)
    assert (await scene.told(county.township_officer))[-1] == "assessment.criticism"
    mine = await scene.actor(county.township_officer)
    this_year, before = NotesQuery(year=2026), NotesQuery(year=2025)
    (found,) = await assessments.find_notes(scene.session, mine, this_year)
    assert found.note.text == "行动迟缓"
    assert await assessments.find_notes(scene.session, mine, before) == []
    stranger = await scene.actor(county.handler)
    assert await assessments.find_notes(scene.session, stranger, this_year) == []
    with pytest.raises(NotPermitted):
        await assessments.write_note(scene.session, mine, new_id(), command, body)
    village = command.model_copy(update={"organization_id": county.centre.id})
    with pytest.raises(NotFound):
        await assessments.write_note(scene.session, officer, new_id(), village, body)
    await assessments.take_back_note(scene.session, officer, id_, TakeBack(because="单位写错了"))
    (found,) = await assessments.find_notes(scene.session, mine, this_year)
    assert found.note.withdrawn_because == "单位写错了"


async def _cells(scene: Scene, sheet: Sheet[Any, Any]) -> list[dict[str, Any]]:
    actor = await scene.actor(scene.county.county_officer)
    rows = await sheet.rows(scene.session, actor, lists.OneYear(assessment_id=scene.id))
    columns = (*sheet.columns, *sheet.more(rows))
    return [{head: cell(row) for head, _, cell in columns} for row in rows]


async def test_the_file_has_both_targets_and_only_what_is_settled(scene: Scene) -> None:
    """S3-40: 安全生产年度目标 and 综治管理."""
    await scene.settle()
    rows = await _cells(scene, lists.ASSESSMENT)
    settled = next(row for row in rows if row["到哪一步"] == "已定")
    assert settled["计入安全生产年度目标考核（100 分）"] == 95.0
    assert settled["计入综治管理考核（100 分）"] == 95.0
    assert settled["扣分"] == "整改及时有力 -5：查实"
    others = [row for row in rows if row is not settled]
    assert {row["合计（100 分）"] for row in others} == {None}
