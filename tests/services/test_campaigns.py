"""Campaigns: looked at once, by everybody concerned, until a day; shown by ground alone."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.errors import CampaignEnded, Invalid, NotFound, NotPermitted, SameIdOtherContent
from app.models.audit import AuditEntry
from app.models.base import new_id
from app.models.campaign import Campaign
from app.models.checklist import Checklist
from app.models.notification import Notification
from app.models.patrol import PatrolTask, Postponement, TaskStatus
from app.models.person import Person, Role
from app.models.supervised_object import ObjectKind, SupervisedObject
from app.services import access, campaigns, patrols, visits
from app.services.access import Actor
from app.services.campaigns import Choice, FoundCampaign, MoveCampaign, OrderCampaign
from app.services.patrols import BoardQuery, TaskQuery, coverage
from app.services.patrols.coverage import UnseenQuery, UnseenWhy
from app.services.visits import MakeVisit
from tests import factories
from tests.actors import actor_of
from tests.conftest import Freeze
from tests.factories import County
from tests.patrols import a_visit, checklist, duty, tasks, thing

MONDAY = date(2026, 11, 23)


@pytest.fixture
async def county(session: AsyncSession, freeze: Freeze) -> County:
    """A restaurant on the township's own grid and on its village's; a ferry on the latter."""
    freeze("2026-11-23 08:00")
    county = await factories.county(session)
    await checklist(session, "gas")
    await thing(session, county.township_grids[0], "镇上饭店")
    await thing(session, county.grids[0], "村里饭店")
    await thing(session, county.grids[0], "渡口", kind=ObjectKind.FERRY, is_key=True)
    return county


@pytest.fixture
async def township(session: AsyncSession, settings: Settings, county: County) -> Actor:
    return await actor_of(session, settings, county.township_officer)


@pytest.fixture
async def worker(session: AsyncSession, settings: Settings, county: County) -> Actor:
    return await actor_of(session, settings, county.gridworker)


def an_order(**fields: Any) -> OrderCampaign:
    usual = {"name": "元旦前燃气专项检查", "checklist_key": "gas", "until": "2026-11-30"}
    return OrderCampaign.model_validate({**usual, **fields})


async def order(
    session: AsyncSession, actor: Actor, id_: UUID | None = None, **fields: Any
) -> FoundCampaign:
    command = an_order(**fields)
    body = command.model_dump_json().encode()
    return await campaigns.order(session, actor, id_ or new_id(), command, body)


async def look(session: AsyncSession, worker: Actor, task: PatrolTask, day: date = MONDAY) -> None:
    """At what the task asks for, with its list, in the morning of the day; nothing found."""
    assert task.checklist_version_id is not None
    visit_id = new_id()
    times = {"started_at": f"{day}T09:00:00+08:00", "occurred_at": f"{day}T09:10:00+08:00"}
    body = a_visit(visit_id, task.checklist_version_id, task_id=str(task.id), **times)
    command = MakeVisit.model_validate({**body, "object_id": str(task.object_id)})
    await visits.make(session, worker, visit_id, command, b"a visit", None)


async def test_every_gridworker_concerned_gets_one_task_a_place_with_the_list_and_the_last_day(
    session: AsyncSession, township: Actor, worker: Actor
) -> None:
    made = await order(session, township, choice={"kinds": ["individual_business"]})
    assert (made.planned, made.done, made.list_name) == (2, 0, "巡查清单")
    (mine,) = (await patrols.mine(session, worker)).tasks
    assert (mine.duty, mine.task.campaign_id) == ("元旦前燃气专项检查", made.campaign.id)
    assert (mine.task.period_end, mine.task.status) == (date(2026, 11, 30), TaskStatus.OPEN)
    assert MONDAY < mine.task.due_on <= date(2026, 11, 30)


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ({}, {"镇上饭店", "村里饭店", "渡口"}),
        ({"kinds": ["ferry"]}, {"渡口"}),
        ({"only_key": True}, {"渡口"}),
        ({"kinds": ["individual_business"], "village_id": 0}, {"村里饭店"}),
        ({"grid_id": 0}, {"村里饭店", "渡口"}),
    ],
)
async def test_the_order_says_what_is_looked_at_and_the_count_before_says_the_same(
    session: AsyncSession,
    county: County,
    township: Actor,
    choice: dict[str, Any],
    expected: set[str],
) -> None:
    ids = {"grid_id": county.grids[0].id, "village_id": county.villages[0].id}
    choice = {name: ids.get(name, value) for name, value in choice.items()}
    grid = county.grids[0]
    await thing(session, grid, "没核对", confirmed_at=None)
    await thing(session, grid, "关了", closed_on=date(2026, 11, 22))
    told = await campaigns.chosen(session, township, Choice.model_validate(choice))
    made = await order(session, township, choice=choice)
    page = await patrols.find(session, township, TaskQuery(campaign_id=made.campaign.id))
    names = {each.place.name for each in page.items if each.place}
    grids = {each.task.grid_id for each in page.items}
    assert names == expected
    assert (told.objects, told.grids) == (len(expected), len(grids))


async def test_a_draw_takes_so_many_and_no_more(
    session: AsyncSession, county: County, township: Actor
) -> None:
    for n in range(20):
        await thing(session, county.grids[0], f"店{n}")
    made = [await order(session, township, sample=5) for _ in range(3)]
    assert [one.planned for one in made] == [5, 5, 5]
    drawn = [
        frozenset(t.subject_id for t in await tasks(session) if t.campaign_id == one.campaign.id)
        for one in made
    ]
    assert len(set(drawn)) > 1  # 23 places, five of them: three times the same is one in 10⁹


async def test_an_order_is_safe_to_repeat_and_its_id_belongs_to_it(
    session: AsyncSession, township: Actor, county: County, settings: Settings
) -> None:
    id_ = new_id()
    first = await order(session, township, id_)
    again = await order(session, township, id_)
    assert first == again
    assert await session.scalar(select(func.count()).select_from(PatrolTask)) == 3
    with pytest.raises(SameIdOtherContent):
        await order(session, township, id_, name="另一件")
    other = await actor_of(session, settings, county.county_officer)
    with pytest.raises(NotFound):
        await order(session, other, id_)


async def test_a_repeat_gets_its_receipt_after_the_last_day_and_with_a_list_that_has_gone(
    session: AsyncSession, township: Actor, freeze: Freeze
) -> None:
    id_ = new_id()
    await order(session, township, id_)
    freeze("2026-12-02 08:00")
    assert (await order(session, township, id_)).campaign.id == id_
    (await session.get_one(Checklist, "gas")).is_active = False
    await session.flush()
    assert (await order(session, township, id_)).planned == 3
    with pytest.raises(SameIdOtherContent):
        await order(session, township, id_, until="2026-11-29")


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"until": "2026-11-22"}, "until"),
        ({"until": "2028-01-01"}, "until"),
        ({"checklist_key": "none"}, "checklist_key"),
        ({"choice": {"kinds": ["project"]}}, "choice"),
    ],
)
async def test_what_cannot_be_done_is_refused_by_name(
    session: AsyncSession, township: Actor, fields: dict[str, Any], wrong: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await order(session, township, **fields)
    assert refused.value.fields == [wrong]


async def test_a_township_orders_on_its_own_ground_only_and_the_county_everywhere(
    session: AsyncSession, county: County, township: Actor, settings: Settings
) -> None:
    await thing(session, county.grids[1], "那边饭店")
    assert (await order(session, township)).planned == 3
    officer = await factories.person(session, Role.TOWNSHIP_OFFICER, county.townships[1])
    there = await actor_of(session, settings, officer)
    assert (await order(session, there)).planned == 1
    with pytest.raises(Invalid):
        await order(session, there, choice={"grid_id": county.grids[0].id})
    centre = await actor_of(session, settings, county.county_officer)
    whole = await order(session, centre)
    assert whole.planned == 4
    seen = {one.campaign.id: one for one in await campaigns.everything(session, there)}
    assert len(seen) == 2  # its own and the county's, of that only its own ground
    assert (seen[whole.campaign.id].planned, seen[whole.campaign.id].is_mine) == (1, False)
    with pytest.raises(NotPermitted):
        await campaigns.end(session, there, whole.campaign.id)


async def test_who_is_posted_to_two_townships_orders_in_the_one_that_is_chosen(
    session: AsyncSession, county: County, settings: Settings
) -> None:
    await thing(session, county.grids[1], "那边饭店")
    here, there = county.townships[:2]
    person = await factories.person(session, Role.TOWNSHIP_OFFICER, here)
    await factories.post(session, person, Role.TOWNSHIP_OFFICER, there)
    actor = await actor_of(session, settings, person)
    for choice, body, objects in (
        ({"township_id": here.id}, here, 3),
        ({"township_id": there.id}, there, 1),
        ({"grid_id": county.grids[0].id}, here, 2),
        ({"grid_id": county.grids[1].id}, there, 1),
    ):
        told = await campaigns.chosen(session, actor, Choice.model_validate(choice))
        made = await order(session, actor, choice=choice)
        assert (made.body.id, made.planned, told.objects) == (body.id, objects, objects)
    with pytest.raises(Invalid):
        await order(session, actor, choice={"township_id": new_id()})


@pytest.mark.parametrize("who", ["gridworker", "chief", "leader", "handler"])
async def test_who_has_not_the_right_orders_nothing(
    session: AsyncSession, county: County, settings: Settings, who: str
) -> None:
    person: Person = getattr(county, who)
    actor = await actor_of(session, settings, person)
    with pytest.raises(NotPermitted):
        await order(session, actor)
    with pytest.raises(NotPermitted):
        await campaigns.chosen(session, actor, Choice())


async def test_a_look_counts_where_it_belongs_and_nobody_is_named(
    session: AsyncSession, county: County, township: Actor, worker: Actor
) -> None:
    await checklist(session)
    await duty(session)  # the usual round of the same places goes on beside it
    await patrols.turn(session)
    made = await order(session, township, choice={"kinds": ["ferry"]})
    (task,) = [t for t in await tasks(session) if t.campaign_id]
    await look(session, worker, task)
    (seen,) = await campaigns.everything(session, township)
    assert (seen.planned, seen.done, seen.late, seen.missed, seen.issues) == (1, 1, 0, 0, 0)
    others = {t.status for t in await tasks(session) if not t.campaign_id}
    assert others == {TaskStatus.OPEN}
    query = BoardQuery(due_from=MONDAY, due_to=date(2026, 12, 31), campaign_id=made.campaign.id)
    (line,) = await patrols.board(session, township, query)
    assert (line.grid_id, line.planned, line.done) == (county.grids[0].id, 1, 1)
    usual = query.model_copy(update={"campaign_id": None})
    lines = await patrols.board(session, township, usual)
    assert {line.done for line in lines} == {0}
    assert sum(line.planned for line in lines) == len(
        [t for t in await tasks(session) if not t.campaign_id]
    )
    for line in lines:  # what is opened from the plan's board is what it has counted
        of_plan = TaskQuery(grid_id=line.grid_id, is_plan=True)
        opened = (await patrols.find(session, township, of_plan)).items
        assert (len(opened), {t.task.campaign_id for t in opened}) == (line.planned, {None})


async def test_what_is_not_done_rolls_on_past_the_last_day_until_the_campaign_is_ended(
    session: AsyncSession, township: Actor, freeze: Freeze
) -> None:
    made = await order(session, township, choice={"kinds": ["ferry"]})
    freeze("2026-12-02 00:05")
    await patrols.turn(session)
    (task,) = await tasks(session)
    assert (task.status, task.due_on, task.rollovers) == (TaskStatus.OPEN, date(2026, 12, 2), 1)
    assert await session.scalar(select(func.count()).select_from(Postponement)) == 1
    ended = await campaigns.end(session, township, made.campaign.id)
    assert (ended.missed, ended.campaign.ended_on) == (1, date(2026, 12, 2))
    freeze("2026-12-03 00:05")
    again = await campaigns.end(session, township, made.campaign.id)
    assert again.campaign.ended_on == date(2026, 12, 2)
    kinds = await session.scalars(select(AuditEntry.kind).order_by(AuditEntry.seq))
    assert list(kinds) == ["campaign.ordered", "campaign.ended"]


@pytest.mark.parametrize("day", [MONDAY, date(2026, 12, 2)], ids=["called off", "past its day"])
async def test_a_look_made_in_the_morning_of_the_day_on_which_it_ends_counts(
    session: AsyncSession, township: Actor, worker: Actor, freeze: Freeze, day: date
) -> None:
    made = await order(session, township, choice={"kinds": ["ferry"]})
    (task,) = await tasks(session)
    freeze(f"{day} 15:00")
    await campaigns.end(session, township, made.campaign.id)
    await session.refresh(task)
    await look(session, worker, task, day)
    (seen,) = await campaigns.everything(session, township)
    assert (seen.planned, seen.done, seen.missed) == (1, 1, 0)


async def test_a_look_made_on_the_day_after_it_ended_does_not_count(
    session: AsyncSession, township: Actor, worker: Actor, freeze: Freeze
) -> None:
    made = await order(session, township, choice={"kinds": ["ferry"]})
    (task,) = await tasks(session)
    await campaigns.end(session, township, made.campaign.id)
    await session.refresh(task)
    freeze("2026-11-24 15:00")
    await look(session, worker, task, date(2026, 11, 24))
    (seen,) = await campaigns.everything(session, township)
    assert seen.done == 0


async def test_one_that_is_called_off_early_leaves_nothing_missed_and_does_not_come_back(
    session: AsyncSession, township: Actor, freeze: Freeze
) -> None:
    made = await order(session, township)
    ended = await campaigns.end(session, township, made.campaign.id)
    assert (ended.planned, ended.missed, ended.dropped) == (0, 0, 3)
    freeze("2026-11-24 08:00")
    await patrols.turn(session)
    assert {t.status for t in await tasks(session)} == {TaskStatus.DROPPED}


async def test_running_ones_come_first_by_their_last_day_and_then_what_ended_last(
    session: AsyncSession, township: Actor, freeze: Freeze
) -> None:
    for name, until in (("旧的", "2026-11-25"), ("新的", "2026-11-26")):
        made = await order(session, township, name=name, until=until)
        await campaigns.end(session, township, made.campaign.id)
        freeze("2026-11-24 08:00")
    for name, until in (("晚的", "2026-12-30"), ("早的", "2026-12-01")):
        await order(session, township, name=name, until=until)
    names = [one.campaign.name for one in await campaigns.everything(session, township)]
    assert names == ["早的", "晚的", "新的", "旧的"]


async def test_a_place_that_closes_leaves_the_campaign_and_comes_back_with_it(
    session: AsyncSession, county: County, township: Actor
) -> None:
    place = await thing(session, county.grids[0], "工地", kind=ObjectKind.PROJECT)
    made = await order(session, township, choice={"kinds": ["project"]})
    for closed_on, planned in ((date(2026, 11, 22), 0), (None, 1)):
        place.closed_on = closed_on
        await patrols.turn(session)
        (seen,) = await campaigns.everything(session, township)
        assert (seen.campaign.id, seen.planned) == (made.campaign.id, planned)


async def test_the_plan_of_duties_leaves_campaigns_alone(
    session: AsyncSession, township: Actor
) -> None:
    """No duty is active: what a campaign asks for stands all the same."""
    await order(session, township)
    await patrols.turn(session)
    assert {t.status for t in await tasks(session)} == {TaskStatus.OPEN}
    assert await session.scalar(select(func.count()).select_from(Campaign)) == 1


async def test_a_new_last_day_spreads_what_is_still_to_come_and_tells_who_has_it(
    session: AsyncSession, settings: Settings, county: County, township: Actor, freeze: Freeze
) -> None:
    """What has fallen due keeps its day: to extend is no way out of being late (decision 29)."""
    worker_id, officer_id = county.gridworker.id, county.township_officer.id
    village = await actor_of(session, settings, county.clerk)
    kept = MoveCampaign(until=date(2026, 12, 4), reason="下雪，推迟四天")
    found = await order(session, township)
    rows = {row.object_id: row for row in await tasks(session)}
    first = min(rows.values(), key=lambda row: row.original_due_on)
    freeze(f"{first.original_due_on + timedelta(days=1)} 08:00")
    due, campaign_id = first.original_due_on, found.campaign.id
    await patrols.turn(session)
    moved = await campaigns.move(session, township, campaign_id, kept)
    assert moved.campaign.until == date(2026, 12, 4)
    assert moved.campaign.first_until == date(2026, 11, 30)
    session.expire_all()
    after = await tasks(session)
    assert {row.period_end for row in after} == {date(2026, 12, 4)}
    late = next(row for row in after if row.original_due_on == due)
    assert late.due_on > due
    assert max(row.original_due_on for row in after) == date(2026, 12, 4)
    query = select(Notification).where(Notification.kind == "campaign.moved")
    told = list(await session.scalars(query))
    assert worker_id in {row.person_id for row in told}
    assert officer_id not in {row.person_id for row in told}, "who moved it knows"
    await campaigns.move(session, township, campaign_id, kept)
    assert len(list(await session.scalars(query))) == len(told), "a repeat tells nobody"
    short = kept.model_copy(update={"until": access.today()})
    await campaigns.move(session, township, campaign_id, short)
    session.expire_all()
    assert max(row.original_due_on for row in await tasks(session)) <= access.today()
    with pytest.raises(NotPermitted):
        await campaigns.move(session, village, campaign_id, kept)
    await campaigns.end(session, township, campaign_id)
    with pytest.raises(CampaignEnded) as refused:
        await campaigns.move(session, township, campaign_id, kept)
    assert refused.value.fields == ["until"]
    assert "已经结束" in refused.value.problem()["zh"]


async def test_only_places_of_the_trade_are_asked_for_and_drawn(
    session: AsyncSession, county: County, township: Actor
) -> None:
    """元旦前燃气: catering alone (H62); whose trade nobody has entered is not among them."""
    grid = county.grids[0]
    for name, division in (("面馆", "H62"), ("火锅店", "H62"), ("旅馆", "H61"), ("矿", "B06")):
        await thing(session, grid, name, division=division)
    names = {row.id: row.name for row in await session.scalars(select(SupervisedObject))}
    for sectors, expected in (
        (["H62"], {"面馆", "火锅店"}),
        (["H"], {"面馆", "火锅店", "旅馆"}),
        (["H61", "B06"], {"旅馆", "矿"}),
    ):
        told = await campaigns.chosen(session, township, Choice(sectors=sectors))
        assert told.objects == len(expected), sectors
        made = await order(session, township, choice={"sectors": sectors}, sample=2)
        drawn = {
            names[task.object_id]
            for task in await tasks(session)
            if task.campaign_id == made.campaign.id and task.object_id
        }
        assert drawn <= expected, sectors
        assert len(drawn) == 2, sectors
    for wrong in ("62", "h62", "H6", "H62%"):
        with pytest.raises(ValidationError):
            Choice(sectors=[wrong])


async def test_tasks_go_out_on_the_first_day_and_until_then_only_who_ordered_knows_where(
    session: AsyncSession,
    settings: Settings,
    county: County,
    township: Actor,
    worker: Actor,
    freeze: Freeze,
) -> None:
    village = await actor_of(session, settings, county.clerk)
    days: dict[str, Any] = {"starts_on": "2026-11-26", "until": "2026-12-02"}
    made = await order(session, township, sample=3, **days)
    assert made.campaign.starts_on == date(2026, 11, 26)
    rows = await tasks(session)
    assert {row.period_start for row in rows} == {date(2026, 11, 26)}
    assert all(row.original_due_on >= date(2026, 11, 26) for row in rows)
    query = TaskQuery(campaign_id=made.campaign.id)

    async def known() -> tuple[int, int, int]:
        await patrols.turn(session)
        mine = (await patrols.mine(session, worker)).tasks
        found = [(await patrols.find(session, who, query)).items for who in (village, township)]
        seen = await coverage.unseen(session, village, UnseenQuery(why=UnseenWhy.PLANNED))
        assert bool(seen.items) == bool(mine)
        return len(mine), len(found[0]), len(found[1])

    assert await known() == (0, 0, 3)
    freeze("2026-11-25 23:00")
    assert await known() == (0, 0, 3)
    freeze("2026-11-26 00:10")
    assert await known() == (2, 2, 3)


@pytest.mark.parametrize(
    ("days", "field"),
    [
        ({"starts_on": "2026-11-22", "until": "2026-11-30"}, "starts_on"),
        ({"starts_on": "2026-12-01", "until": "2026-11-30"}, "until"),
    ],
)
async def test_it_begins_between_today_and_its_last_day(
    session: AsyncSession, township: Actor, days: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await order(session, township, **days)
    assert refused.value.fields == [field]


async def test_one_that_has_not_begun_is_moved_within_its_days(
    session: AsyncSession, township: Actor
) -> None:
    days: dict[str, Any] = {"starts_on": "2026-11-26", "until": "2026-12-04"}
    found = await order(session, township, **days)
    too_early = MoveCampaign(until=date(2026, 11, 25), reason="提前")
    with pytest.raises(Invalid):
        await campaigns.move(session, township, found.campaign.id, too_early)
    last = MoveCampaign(until=date(2026, 11, 27), reason="提前")
    await campaigns.move(session, township, found.campaign.id, last)
    session.expire_all()
    due = {row.original_due_on for row in await tasks(session)}
    assert due <= {date(2026, 11, 26), date(2026, 11, 27)}
