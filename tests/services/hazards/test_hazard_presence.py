"""Soft claims, who has a case open, putting off, and what the rules propose."""

from datetime import timedelta

import pytest
from sqlalchemy import delete

from app import clock
from app.api import shapes
from app.errors import ChangedMeanwhile, Invalid, NotFound, NotPermitted
from app.models.hazard import State
from app.models.organization import OrganizationKind
from app.models.person import Role
from app.models.rules import DeadlineRule, Level, RoutingRule
from app.services import hazards, rules
from app.services.hazard_flow import Action
from tests import factories
from tests.conftest import Freeze
from tests.walking import A, Walk


async def test_a_claim_warns_colleagues_for_five_minutes(walk: Walk, freeze: Freeze) -> None:
    freeze("2026-11-23 09:00")
    c, session = walk.county, walk.session
    colleague = await factories.person(session, Role.TOWNSHIP_OFFICER, c.townships[0])
    mine, other = await walk.actor(c.township_officer), await walk.actor(colleague)
    hazard = await walk.report()
    claimed = await hazards.claim(session, mine, hazard.id)
    assert claimed.claimed_by_id == c.township_officer.id
    freeze("2026-11-23 09:04")
    await hazards.claim(session, mine, hazard.id)
    with pytest.raises(ChangedMeanwhile) as refused:
        await hazards.claim(session, other, hazard.id)
    assert refused.value.details["claimed_by"] == "赵镇办"
    freeze("2026-11-23 09:09")
    assert (await hazards.claim(session, other, hazard.id)).claimed_by_id == colleague.id


async def test_a_claim_is_a_warning_and_never_a_wall(walk: Walk) -> None:
    c, session = walk.county, walk.session
    colleague = await factories.person(session, Role.TOWNSHIP_OFFICER, c.townships[0])
    hazard = await walk.report()
    await hazards.claim(session, await walk.actor(colleague), hazard.id)
    await walk.act(c.township_officer, hazard, A.ESCALATE)


async def test_one_gives_back_only_the_own_claim(walk: Walk) -> None:
    c, session = walk.county, walk.session
    hazard = await walk.report()
    await hazards.claim(session, await walk.actor(c.township_officer), hazard.id)
    await hazards.release(session, await walk.actor(c.county_officer), hazard.id)
    await session.refresh(hazard)
    assert hazard.claimed_by_id is not None
    await hazards.release(session, await walk.actor(c.township_officer), hazard.id)
    await session.refresh(hazard)
    assert hazard.claimed_by_id is None


async def test_a_row_shows_a_claim_while_it_lasts(walk: Walk, freeze: Freeze) -> None:
    freeze("2026-11-23 09:00")
    c, session = walk.county, walk.session
    hazard = await walk.report()
    await hazards.claim(session, await walk.actor(c.township_officer), hazard.id)
    row = await shapes.hazard_row(session, walk.settings, hazard)
    assert row.claimed_by is not None
    assert row.claimed_by.name == "赵镇办"
    freeze("2026-11-23 09:05")
    assert (await shapes.hazard_row(session, walk.settings, hazard)).claimed_by is None


async def test_one_sees_who_else_has_it_open(walk: Walk, freeze: Freeze) -> None:
    freeze("2026-11-23 09:00")
    c, session = walk.county, walk.session
    hazard = await walk.report()
    officer, leader = await walk.actor(c.county_officer), await walk.actor(c.leader)
    for actor in (officer, leader, leader):
        await hazards.view(session, actor, hazard.id)

    async def others() -> list[str]:
        view = await shapes.hazard_view(session, walk.settings, officer, hazard)
        return [person.name for person in view.viewers]

    assert await others() == ["郑领导"]
    freeze("2026-11-23 09:02")
    assert await others() == []


async def test_only_the_desk_that_holds_it_puts_a_case_off(walk: Walk) -> None:
    c, session = walk.county, walk.session
    hazard = await walk.report()
    later = clock.now() + timedelta(hours=1)
    with pytest.raises(NotPermitted):
        await hazards.snooze(session, await walk.actor(c.county_officer), hazard.id, later)
    desk = await walk.actor(c.township_officer)
    for wrong in (clock.now() - timedelta(minutes=1), clock.now() + timedelta(days=31)):
        with pytest.raises(Invalid):
            await hazards.snooze(session, desk, hazard.id, wrong)
    assert (await hazards.snooze(session, desk, hazard.id, later)).snoozed_until == later
    assert (await hazards.snooze(session, desk, hazard.id, None)).snoozed_until is None


async def test_a_preview_says_which_would_take_the_step_and_why_not(walk: Walk) -> None:
    c, session = walk.county, walk.session
    held, gone = await walk.to(State.ESCALATED), await walk.to(State.ASSIGNED)
    township = await walk.report()
    officer = await walk.actor(c.county_officer)
    ids = [gone.id, held.id, township.id, held.id]
    lines = await hazards.preview(session, walk.settings, officer, Action.VOID, ids)
    assert [(line.id, line.is_possible) for line in lines] == [
        (gone.id, False),
        (held.id, True),
        (township.id, False),
    ]
    assert lines[0].zh.startswith("案件已经走到下一步")
    assert "正在受理的单位" in lines[2].zh
    assert lines[1].zh == lines[1].en == ""


async def test_the_steps_offered_are_the_steps_that_are_taken(walk: Walk) -> None:
    c = walk.county
    hazard = await walk.to(State.ASSIGNED)
    offered = await hazards.allowed_actions(walk.session, await walk.actor(c.handler), hazard)
    assert [row.action for row in offered] == [
        A.SIGN_FOR,
        A.HAND_BACK,
        A.ASK_EXTENSION,
        A.FINISH,
        A.COMMENT,
        A.CONFIRM_MAJOR,
        A.RECORD_ENFORCEMENT,
    ]


async def test_the_rules_propose_a_department_and_a_date(walk: Walk, freeze: Freeze) -> None:
    freeze("2026-11-23 09:00")
    c, session = walk.county, walk.session
    hazard = await walk.to(State.ESCALATED)
    officer = await walk.actor(c.county_officer)
    found = await rules.propose(session, officer, hazard.id)
    assert found.department is c.departments[0]
    assert (
        found.zh
        == f"因类别“消防”按规则 {found.routing_rule_id} 建议派发区消防救援大队，限 11-30 前整改"
    )
    other = await rules.propose(session, officer, hazard.id, "building", Level.SERIOUS)
    assert other.department is c.departments[1]
    assert other.due_at is not None
    assert clock.local(other.due_at).strftime("%m-%d") == "12-08"


async def test_a_township_is_proposed_its_own_station(walk: Walk) -> None:
    c, session = walk.county, walk.session
    desk = await walk.actor(c.township_officer)
    hazard = await walk.report()
    nothing = await rules.propose(session, desk, hazard.id)
    assert (nothing.department, nothing.routing_rule_id) == (None, None)
    assert "请手工选部门" in nothing.zh
    station = await factories.organization(
        session, OrganizationKind.DEPARTMENT, "安监站", c.townships[0]
    )
    rule = RoutingRule(
        category_code="fire", township_id=c.townships[0].id, department_id=station.id
    )
    session.add(rule)
    await session.flush()
    found = await rules.propose(session, desk, hazard.id)
    assert (found.department, found.routing_rule_id) == (station, rule.id)


async def test_who_was_suggested_is_proposed_first(walk: Walk) -> None:
    c = walk.county
    hazard = await walk.to(State.ASSIGNED)
    await walk.act(c.handler, hazard, A.HAND_BACK)
    found = await rules.propose(walk.session, await walk.actor(c.county_officer), hazard.id)
    assert (found.department, found.routing_rule_id) == (c.departments[1], None)
    assert found.zh.startswith("按上一次的建议派发区住建局")


async def test_a_closed_department_is_not_proposed(walk: Walk) -> None:
    c = walk.county
    c.departments[0].is_active = False
    hazard = await walk.to(State.ESCALATED)
    found = await rules.propose(walk.session, await walk.actor(c.county_officer), hazard.id)
    assert (found.department, found.routing_rule_id) == (None, None)


async def test_where_a_plan_decides_no_date_is_proposed(walk: Walk) -> None:
    major = DeadlineRule.level == Level.MAJOR
    await walk.session.execute(delete(DeadlineRule).where(major))
    hazard = await walk.to(State.ESCALATED)
    officer = await walk.actor(walk.county.county_officer)
    found = await rules.propose(walk.session, officer, hazard.id, None, Level.MAJOR)
    assert (found.due_at, found.deadline_rule_id) == (None, None)
    assert found.zh.endswith("期限按整改方案另定")


async def test_nothing_is_proposed_for_what_one_does_not_see(walk: Walk) -> None:
    hazard = await walk.report()
    with pytest.raises(NotFound):
        await rules.propose(walk.session, await walk.actor(walk.county.stranger), hazard.id)
    officer = await walk.actor(walk.county.county_officer)
    with pytest.raises(NotFound):
        await rules.propose(walk.session, officer, hazard.id, "no_such_category")


WHY = [
    (State.REPORTED, "文化社区张网格上报，2026-11-23 10:04", "reported by 文化社区 张网格"),
    (
        State.ESCALATED,
        "运河街道赵镇办报送区网格中心，2026-11-23 10:04，限 11-23 16:04 前受理",
        "to be decided by 11-23 16:04",
    ),
    (
        State.ASSIGNED,
        (
            "因类别“消防”按规则 {rule} 派发区消防救援大队，2026-11-23 10:04，"
            "限 11-24 17:30 前接收，限 11-30 前整改"
        ),
        "by rule {rule} to 区消防救援大队, 2026-11-23 10:04",
    ),
    (
        State.DONE,
        "区消防救援大队办理完成，2026-11-23 10:04，等上报人到现场核验，限 11-26 17:30 前核验",
        "to be verified by 11-26 17:30",
    ),
    (State.VOIDED, "区网格中心孙调度作废，2026-11-23 10:04：不属于本单位职责", "voided by"),
]


@pytest.mark.parametrize(("state", "zh", "en"), WHY)
async def test_every_case_says_why_it_is_where_it_is(
    walk: Walk, freeze: Freeze, state: State, zh: str, en: str
) -> None:
    freeze("2026-11-23 10:04")
    hazard = await walk.to(state)
    data = (await walk.events(hazard))[-1].data
    rule = data.get("routing_rule_id")
    line = await hazards.why(walk.session, hazard)
    assert line.zh == zh.format(rule=rule)
    assert en.format(rule=rule) in line.en


async def test_a_person_is_named_where_no_rule_decided(walk: Walk, freeze: Freeze) -> None:
    freeze("2026-11-23 10:04")
    hazard = await walk.to(State.ESCALATED)
    housing = walk.county.departments[1].id
    await walk.act(walk.county.county_officer, hazard, A.ASSIGN, department_id=housing)
    line = await hazards.why(walk.session, hazard)
    assert line.zh.startswith("区网格中心孙调度派发区住建局，2026-11-23 10:04")


async def test_a_comment_does_not_change_why_a_case_is_here(walk: Walk) -> None:
    hazard = await walk.to(State.ASSIGNED)
    before = await hazards.why(walk.session, hazard)
    await walk.act(walk.county.leader, hazard, A.COMMENT)
    assert await hazards.why(walk.session, hazard) == before


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("现场核实不构成隐患。", "现场核实不构成隐患"),
        ("误报。。", "误报"),
        ("字" * 39 + "。还有", "字" * 39 + "…"),
        ("字" * 41, "字" * 40 + "…"),
        ("真的吗？", "真的吗？"),
        ("。", "…"),
    ],
)
async def test_what_was_said_does_not_double_the_punctuation(
    walk: Walk, said: str, shown: str
) -> None:
    c = walk.county
    hazard = await walk.to(State.ASSIGNED)
    await walk.act(c.handler, hazard, A.HAND_BACK, reason=said)
    line = await hazards.why(walk.session, hazard)
    comma = "" if shown.endswith("？") else "，"
    assert f"：{shown}{comma}限 " in line.zh
    await walk.act(c.county_officer, hazard, A.VOID, reason=said)
    assert (await hazards.why(walk.session, hazard)).zh.endswith(f"：{shown}")
