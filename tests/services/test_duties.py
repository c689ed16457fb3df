"""Duties of bodies: what is due when, who keeps what, what was decided, who is told."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.config import Settings
from app.errors import ChangedMeanwhile, Invalid, NotFound, NotPermitted, SameIdOtherContent
from app.models.base import new_id
from app.models.hazard import Clock, ClockOutcome, Hazard
from app.models.instruction import Instruction
from app.models.obligation import Obligation
from app.models.organization import Organization
from app.models.person import Role
from app.models.rules import Hop, Level
from app.models.slot import SlotAssignment, SlotRole
from app.services import duties
from app.services.duties import (
    AskDuty,
    Occurrence,
    Standing,
)
from tests import factories
from tests.actors import actor_of
from tests.cases import case
from tests.conftest import Freeze
from tests.duties import NEW_YEAR, Scene


@pytest.fixture
async def scene(session: AsyncSession, settings: Settings, freeze: Freeze) -> Scene:
    freeze("2026-11-23 09:15")
    return await Scene(session, settings, await factories.county(session)).build()


def _shown(found: list[Occurrence]) -> list[tuple[str, str, date, Standing]]:
    return [(one.duty.key, one.of.name, one.window.start, one.standing) for one in found]


async def test_what_is_due_follows_from_duty_calendar_and_body(scene: Scene) -> None:
    """Late first; each body its own; a line's meeting is its department's, not the townships'."""
    county = scene.county
    mine = _shown(await scene.found(county.handler, whose="own"))
    assert mine[0] == ("F7", "危化企业网格", date(2026, 1, 1), Standing.LATE)
    assert ("F7", "危化企业网格", date(2026, 10, 1), Standing.DUE) in mine
    assert {key for key, *_ in mine} == {"F7", "F13"}
    assert {name for key, name, *_ in mine if key == "F13"} == {"区消防救援大队"}
    township = _shown(await scene.found(county.township_officer))
    assert {(key, name) for key, name, *_ in township} == {("F13", "运河街道")}
    assert await scene.found(county.gridworker) == []
    every = await scene.found(county.leader)
    assert {one.of.name for one in every if one.duty.key == "F13"} == {
        "运河街道", "马兰屯镇", "区消防救援大队", "区住建局", "区供电公司",
    }  # fmt: skip
    assert not any(one.may_record for one in every if one.duty.key in {"F7", "F13"})
    county_own = {one.duty.key for one in await scene.found(county.supervisor, whose="own")}
    assert county_own == {"F8", "F9"}


async def test_a_record_in_time_is_done_and_one_after_the_period_done_late(
    scene: Scene, freeze: Freeze
) -> None:
    await scene.keep(scene.county.handler)
    await scene.keep(scene.county.handler, period_start="2026-07-01", held_on="2026-11-20")
    found = await scene.found(scene.county.handler, whose="own", show="all")
    standing = {one.window.start: one.standing for one in found if one.duty.key == "F7"}
    assert standing[date(2026, 10, 1)] is Standing.DONE
    assert standing[date(2026, 7, 1)] is Standing.DONE_LATE
    assert standing[date(2026, 4, 1)] is Standing.LATE
    freeze("2027-01-01 09:00")
    found = await scene.found(scene.county.handler, whose="own")
    assert ("F7", date(2027, 1, 1), Standing.DUE) in {
        (one.duty.key, one.window.start, one.standing) for one in found
    }


async def test_twice_a_period_is_done_with_the_second(scene: Scene) -> None:
    row = await scene.session.get_one(Obligation, "F7")
    row.min_count = 2
    for held_on, standing in (("2026-10-20", Standing.DUE), ("2026-11-20", Standing.DONE)):
        await scene.keep(scene.county.handler, held_on=held_on)
        found = await scene.found(scene.county.handler, whose="own", show="all")
        now = next(one for one in found if one.window.start == date(2026, 10, 1))
        assert now.standing is standing


async def test_only_who_owes_it_or_the_county_keeps_a_record(scene: Scene) -> None:
    county = scene.county
    with pytest.raises(NotFound):
        await scene.keep(county.township_officer)
    with pytest.raises(NotPermitted):
        await scene.keep(county.leader)  # sees it, and is not linked to the line
    link = SlotAssignment(
        grid_id=scene.leaf.id, role=SlotRole.LINKED_LEADER, person_id=county.leader.id,
        title="副局长", starts_on=NEW_YEAR,
    )  # fmt: skip
    scene.session.add(link)
    await scene.session.flush()
    for person in (county.leader, county.county_officer):
        assert await scene.keep(person)
    with pytest.raises(Invalid):
        await scene.keep(county.handler, held_on="2026-11-24")  # tomorrow
    with pytest.raises(Invalid):
        await scene.keep(county.handler, held_on="2026-09-30")  # of the quarter before
    with pytest.raises(NotFound):
        await scene.keep(county.handler, period_start="2026-10-02")


async def test_the_same_record_twice_is_one_and_another_under_its_id_is_refused(
    scene: Scene,
) -> None:
    id_ = await scene.keep(scene.county.handler)
    await scene.keep(scene.county.handler, id_)
    with pytest.raises(SameIdOtherContent):
        await scene.keep(scene.county.handler, id_, subject="另一次会")
    found = await scene.found(scene.county.handler, whose="own", show="all")
    assert [len(one.records) for one in found if one.window.start == date(2026, 10, 1)] == [1]


async def test_a_correction_keeps_what_stood_before(scene: Scene) -> None:
    county = scene.county
    id_ = await scene.keep(county.handler)
    await scene.correct(county.handler, id_, 2)
    await scene.correct(county.handler, id_, 2)  # a repeat
    with pytest.raises(ChangedMeanwhile):
        await scene.correct(county.county_officer, id_, 2, text="别的")
    whole = await scene.read(county.handler, id_)
    assert (whole.record.version, whole.record.text) == (2, "通报隐患整改情况，研究两件。")
    assert [(one.text, one.because) for one in whole.earlier] == [
        ("通报隐患整改情况。", "漏写了一件")
    ]
    with pytest.raises(NotFound):
        await scene.correct(county.township_officer, id_, 3)
    with pytest.raises(DBAPIError, match="append-only"):
        await scene.session.execute(text("delete from duty_record_versions"))


async def test_what_was_decided_is_told_done_by_its_body_and_seen_by_it_alone(
    scene: Scene,
) -> None:
    """S0-29: the enterprise reads the minutes for its item's sake, and says that it is done."""
    county, plant = scene.county, scene.plant
    items = [
        {"text": "更换可燃气体报警器", "organization_id": str(plant.id), "due_on": "2026-11-20"},
        {"text": "复查", "organization_id": str(scene.brigade.id), "due_on": "2026-12-10"},
    ]  # fmt: skip
    with pytest.raises(Invalid):
        await scene.keep(county.handler, decided=[{**items[0], "due_on": "2026-11-19"}])
    village = {**items[0], "organization_id": str(county.villages[0].id)}
    with pytest.raises(NotFound):  # the form offers desks, and enterprises of the line
        await scene.keep(county.handler, decided=[village])
    id_ = await scene.keep(county.handler, decided=items)
    assert await scene.told(scene.officer) == ["duty.item"]
    whole = await scene.read(scene.officer, id_)
    assert [(one.item.text, one.may_finish, one.is_late) for one in whole.items] == [
        ("更换可燃气体报警器", True, True),
        ("复查", False, False),
    ]
    assert not whole.may_correct
    with pytest.raises(NotPermitted):
        await scene.finish(scene.officer, whole.items[1].item.id, "替别人")
    with pytest.raises(NotFound):
        await scene.finish(county.township_officer, whole.items[0].item.id, "路过")
    await scene.finish(scene.officer, whole.items[0].item.id, "换了 6 只，发票在案")
    await scene.finish(scene.officer, whole.items[0].item.id, "换了 6 只，发票在案")
    with pytest.raises(ChangedMeanwhile):
        await scene.finish(county.handler, whole.items[0].item.id, "又换了")
    assert await scene.told(county.handler) == ["duty.item_done"]
    await scene.finish(county.handler, whole.items[1].item.id, "复查合格")
    actor = await actor_of(scene.session, scene.settings, county.handler)
    assert await duties.find_items(scene.session, actor) == []
    done = (await scene.read(county.handler, id_)).items
    assert {one.item.done_note for one in done} == {"换了 6 只，发票在案", "复查合格"}


async def test_the_form_proposes_the_open_cases_of_the_line_and_minutes_keep_them(
    scene: Scene,
) -> None:
    """S0-28: major ones first; a case of other ground is not among them."""
    county = scene.county
    of_line = {"grid_id": scene.leaf.id, "village_id": None, "department_id": scene.brigade.id}
    plain = await case(scene.session, county, **of_line)
    major = await case(scene.session, county, level=Level.MAJOR, **of_line)
    await case(scene.session, county)
    actor = await actor_of(scene.session, scene.settings, county.handler)
    asked = AskDuty(obligation_key="F7", grid_id=scene.line.id, period_start="2026-10-01")
    draft = await duties.draft(scene.session, actor, asked)
    assert [row.id for row in draft.agenda] == [major.id, plain.id]
    assert draft.bodies[0].id == scene.plant.id
    id_ = await scene.keep(county.handler, hazard_ids=[str(major.id)])
    whole = await scene.read(county.handler, id_)
    assert [row.id for row in whole.hazards] == [major.id]
    unseen = await case(scene.session, county)
    with pytest.raises(NotFound):
        await scene.keep(county.handler, hazard_ids=[str(unseen.id)])


async def test_who_owes_it_is_told_before_the_end_and_once_when_it_is_late(
    scene: Scene, freeze: Freeze
) -> None:
    county = scene.county
    await _remind(scene)
    assert await scene.told(county.handler) == []  # what was late for months is in the list
    assert await scene.told(county.supervisor) == [
        "duty.late",
        "duty.soon",
    ]  # F8: October, November
    freeze("2026-12-22 07:00")
    await _remind(scene)
    await _remind(scene)
    assert await scene.told(county.handler) == ["duty.soon", "duty.soon"]  # F7, F13
    assert sorted(await scene.told(county.supervisor)) == ["duty.late"] * 2 + ["duty.soon"] * 2
    assert await scene.told(county.leader) == []
    freeze("2027-01-01 07:00")
    await _remind(scene)
    assert sorted(await scene.told(county.handler)) == ["duty.late"] * 2 + ["duty.soon"] * 2
    freeze("2027-01-02 07:00")
    await _remind(scene)
    assert len(await scene.told(county.handler)) == 4


async def test_a_line_reminds_its_chief_and_its_linked_leader_and_an_item_its_body(
    scene: Scene, freeze: Freeze
) -> None:
    chief = await factories.person(scene.session, Role.GRID_CHIEF, scene.brigade, scene.line)
    link = SlotAssignment(
        grid_id=scene.leaf.id, role=SlotRole.LINKED_LEADER, person_id=scene.linked.id,
        title="副局长", starts_on=NEW_YEAR,
    )  # fmt: skip
    scene.session.add(link)
    item = {"text": "更换", "organization_id": str(scene.plant.id), "due_on": "2026-12-20"}
    await scene.keep(chief, period_start="2026-07-01", decided=[item])
    freeze("2026-12-22 07:00")
    await _remind(scene)
    for person in (chief, scene.linked):
        assert await scene.told(person) == ["duty.soon"]
    assert await scene.told(scene.officer) == ["duty.item", "duty.item_late"]


async def test_a_supervision_proposes_who_is_late_and_keeps_what_was_sent(scene: Scene) -> None:
    """S3-28: whose clocks have run out and still run; what they were sent is an instruction."""
    county = scene.county
    actor = await actor_of(scene.session, scene.settings, county.county_officer)
    asked = AskDuty(
        obligation_key="F8", organization_id=county.centre.id, period_start="2026-11-01"
    )
    assert (await duties.draft(scene.session, actor, asked)).late == []
    late, ended = await case(scene.session, county), await case(scene.session, county)
    day = timedelta(days=1)
    scene.session.add_all(
        (
            _clock(late, county.townships[0], Hop.TRIAGE, clock.now() - day),
            _clock(late, county.townships[1], Hop.TRIAGE, clock.now() + day),
            _clock(ended, scene.brigade, Hop.RECTIFY, clock.now() - day, ended_at=clock.now()),
        )
    )
    await scene.session.flush()
    found = (await duties.draft(scene.session, actor, asked)).late
    assert [(row.body.id, row.cases) for row in found] == [(county.townships[0].id, 1)]
    to = {"to_body_ids": [str(found[0].body.id)], "due_on": "2026-11-27"}
    id_ = await scene.keep(county.county_officer, supervise=to, **_supervision(scene))
    kept = (await scene.read(county.leader, id_)).record
    (sent,) = (await scene.session.scalars(select(Instruction))).all()
    assert (kept.instruction_id, sent.text, sent.due_on) == (sent.id, kept.text, date(2026, 11, 27))
    assert await scene.told(county.township_officer) == ["instruction.sent"]


async def test_a_supervision_and_its_notice_stand_together_or_not_at_all(scene: Scene) -> None:
    """Sent again it sends nothing twice; what is refused has sent nothing."""
    county, said = scene.county, _supervision(scene)
    to = {"to_body_ids": [str(county.townships[0].id)], "due_on": "2026-11-27"}
    count = select(func.count(Instruction.id))
    for wrong, field in (
        ({"supervise": {**to, "to_body_ids": [str(new_id())]}}, "to_body_ids"),
        ({"supervise": to, "text": "长" * 2001}, "text"),
        ({"supervise": {**to, "due_on": "2026-11-22"}}, "due_on"),
    ):
        with pytest.raises((NotFound, Invalid)) as refused:
            async with scene.session.begin_nested():
                await scene.keep(county.county_officer, **{**said, **wrong})
        assert refused.value.fields == [field]
        assert await scene.session.scalar(count) == 0
    of_another = {**said, "obligation_key": "F9", "period_start": "2026-10-01"}
    with pytest.raises(Invalid):
        await scene.keep(county.county_officer, supervise=to, **of_another)
    again: dict[str, Any] = {"record_id": new_id(), "supervise": to, **said}
    for _ in range(2):
        await scene.keep(county.county_officer, **again)
    assert await scene.session.scalar(count) == 1


def _supervision(scene: Scene) -> dict[str, Any]:
    of_county = {"grid_id": None, "organization_id": str(scene.county.centre.id)}
    return {"obligation_key": "F8", "period_start": "2026-11-01", **of_county}


async def test_the_figures_tell_timeliness_and_rework_by_department(scene: Scene) -> None:
    """S3-26, S3-29: in the order of codes, and only of the period; kept as they were."""
    county = scene.county
    first = await case(scene.session, county)
    again = await case(scene.session, county)
    now, long_ago = clock.now(), clock.now() - timedelta(days=200)
    met = {"ended_at": now, "outcome": ClockOutcome.MET}
    scene.session.add_all(
        (
            _clock(first, scene.brigade, Hop.RECTIFY, now, **met),
            _clock(again, scene.brigade, Hop.RECTIFY, now - timedelta(days=1), round=2),
            _clock(first, scene.brigade, Hop.RECTIFY, long_ago, **met),
        )
    )
    await scene.session.flush()
    of_county: dict[str, Any] = {"grid_id": None, "organization_id": str(county.centre.id)}
    id_ = await scene.keep(county.county_officer, obligation_key="F9", **of_county)
    await case(scene.session, county)  # too late for these figures
    figures = (await scene.read(county.leader, id_)).record.figures
    assert figures is not None
    assert [(row["name"], row["reported"]) for row in figures["townships"]] == [
        ("运河街道", 2), ("马兰屯镇", 0),
    ]  # fmt: skip
    told = [{**row, "id": ""} for row in figures["departments"]]
    counts = {"due": 2, "in_time": 1, "again": 1, "overdue": 1}
    assert told == [{"id": "", "name": "区消防救援大队", **counts}]
    with pytest.raises(NotFound):
        await scene.read(county.township_officer, id_)


def _clock(hazard: Hazard, owner: Organization, hop: Hop, due: datetime, **more: Any) -> Clock:
    begun = min(due, clock.now()) - timedelta(days=2)
    marks = {"approaching_at": due, "very_late_at": due + timedelta(days=9), "pauses": {}}
    return Clock(
        hazard_id=hazard.id, owner_id=owner.id, hop=hop, due_at=due, started_at=begun,
        **{"round": 1, **marks, **more},
    )  # fmt: skip


async def _remind(scene: Scene) -> None:
    await duties.remind(scene.session)


async def test_a_duty_is_asked_for_by_the_last_working_day_and_late_only_after_the_period(
    scene: Scene, freeze: Freeze
) -> None:
    """31 January 2026 is a Saturday, 28 February one that is worked for 春节."""
    freeze("2026-01-31 09:00")
    mine = {one.duty.key: one for one in await scene.found(scene.county.supervisor, whose="own")}
    one = mine["F8"]
    assert (one.due.on, one.due.is_provisional) == (date(2026, 1, 30), False)
    assert one.standing is Standing.DUE  # what is done on this Saturday is done in January
    of_county = {"grid_id": None, "organization_id": str(scene.county.centre.id)}
    january: dict[str, Any] = {"obligation_key": "F8", "period_start": "2026-01-01", **of_county}
    await scene.keep(scene.county.supervisor, held_on="2026-01-31", **january)
    freeze("2026-02-01 09:00")
    found = await scene.found(scene.county.supervisor, whose="own", show="all")
    of_f8 = {one.window.start: one for one in found if one.duty.key == "F8"}
    assert of_f8[date(2026, 1, 1)].standing is Standing.DONE
    assert of_f8[date(2026, 2, 1)].due.on == date(2026, 2, 28)
    freeze("2027-01-05 09:00")
    found = await scene.found(scene.county.supervisor, whose="own")
    (one,) = [one for one in found if one.duty.key == "F8" and one.standing is Standing.DUE]
    assert (one.due.on, one.due.is_provisional) == (date(2027, 1, 31), True)


async def test_nobody_is_reminded_on_a_holiday_and_the_days_before_are_working_days(
    scene: Scene, freeze: Freeze
) -> None:
    """Five working days before 28 February 2026 is the worked Saturday before 春节."""
    told = await _told_on(scene, freeze, "2026-02-13", "2026-02-14", "2026-02-15")
    assert told == {"2026-02-13": ["duty.late"], "2026-02-14": ["duty.soon"], "2026-02-15": []}
    told = await _told_on(scene, freeze, "2026-10-01", "2026-10-07", "2026-10-08")
    assert told["2026-10-01"] == told["2026-10-07"] == []  # F8, F9 of September are late by then
    assert told["2026-10-08"] == ["duty.late", "duty.late"]


async def _told_on(scene: Scene, freeze: Freeze, *days: str) -> dict[str, list[str]]:
    """What is new in the supervisor's inbox on each of these mornings."""
    new: dict[str, list[str]] = {}
    for day in days:
        freeze(f"{day} 07:00")
        before = len(await scene.told(scene.county.supervisor))
        await _remind(scene)
        new[day] = (await scene.told(scene.county.supervisor))[before:]
    return new


async def test_what_was_decided_for_a_holiday_runs_on_to_the_next_working_day(
    scene: Scene, freeze: Freeze
) -> None:
    freeze("2026-09-28 09:00")
    item = {"text": "更换", "organization_id": str(scene.plant.id), "due_on": "2026-10-02"}
    id_ = await scene.keep(
        scene.county.handler, period_start="2026-07-01", held_on="2026-09-28", decided=[item]
    )
    freeze("2026-10-08 07:00")
    (one,) = (await scene.read(scene.officer, id_)).items
    assert (one.counts_until, one.is_late) == (date(2026, 10, 8), False)
    await _remind(scene)
    assert await scene.told(scene.officer) == ["duty.item"]
    freeze("2026-10-09 07:00")
    (one,) = (await scene.read(scene.officer, id_)).items
    assert one.is_late
    await _remind(scene)
    assert await scene.told(scene.officer) == ["duty.item", "duty.item_late"]


async def test_a_supervision_proposes_working_days_to_answer_in(
    scene: Scene, freeze: Freeze
) -> None:
    freeze("2026-09-29 09:00")
    county = scene.county
    actor = await actor_of(scene.session, scene.settings, county.county_officer)
    asked = AskDuty(
        obligation_key="F8", organization_id=county.centre.id, period_start="2026-09-01"
    )
    assert (await duties.draft(scene.session, actor, asked)).answer_by == date(2026, 10, 12)
