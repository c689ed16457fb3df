"""Coverage: what was not seen, for how long and why; by ground and object, never by person."""

import io
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.config import Settings
from app.errors import NotPermitted
from app.models.audit import AuditEntry
from app.models.base import new_id
from app.models.grid import Grid
from app.models.organization import OrganizationKind
from app.models.patrol import DelayReason
from app.models.person import Person, Post, Role
from app.models.supervised_object import ObjectKind, SupervisedObject
from app.models.visit import Visit
from app.services import access, patrols
from app.services.patrols import DelayTask, coverage
from app.services.patrols.coverage import GroundQuery, UnseenQuery, UnseenWhy, sight
from tests import factories
from tests.actors import actor_of
from tests.conftest import Freeze
from tests.factories import County
from tests.patrols import checklist, duty, tasks, thing

LONG_AGO = timedelta(days=100)
KINDS = {"kinds": ["individual_business", "bundle"]}


@pytest.fixture
async def county(session: AsyncSession, freeze: Freeze) -> County:
    freeze("2026-11-23 08:00")
    return await factories.county(session)


async def old(session: AsyncSession, grid: Grid, name: str, **fields: Any) -> SupervisedObject:
    """In the ledger for a hundred days."""
    return await thing(session, grid, name, created_at=clock.now() - LONG_AGO, **fields)


async def seen(
    session: AsyncSession, person: Person, place: SupervisedObject, days: int, **fields: Any
) -> Visit:
    """A look at the place so many days ago."""
    at = clock.now() - timedelta(days=days)
    row = Visit(
        id=new_id(), sha256="0" * 64, person_id=person.id, object_id=place.id,
        grid_id=place.grid_id, started_at=at, rest_fine=True, issue_count=0, note="",
        **{"occurred_at": at, "received_at": at, **fields},
    )  # fmt: skip
    session.add(row)
    await session.flush()
    await patrols.note_looks(session, [row.id])
    return row


async def whys(
    session: AsyncSession, settings: Settings, person: Person, **asked: Any
) -> dict[str, tuple[UnseenWhy, int]]:
    """Why and for how many days, by the object's name, in the order of the list."""
    actor = await actor_of(session, settings, person)
    page = await coverage.unseen(session, actor, UnseenQuery(**asked))
    return {row.object.name: (row.why, row.days) for row in page.items}


async def test_every_reason_is_told_and_the_longest_not_seen_comes_first(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    version, (ground, elsewhere) = await checklist(session), county.grids
    village = county.villages[0]
    ended = await factories.grid(session, village)
    ended.valid_to = date(2026, 11, 1)
    deserted = await factories.grid(session, village)
    for name, kind, days in (("有任务", "individual_business", 3), ("推后了", "bundle", 20)):
        place = await old(session, ground, name, kind=ObjectKind(kind))
        await seen(session, county.gridworker, place, days, checklist_version_id=version)
    await duty(session, applies_to=KINDS)
    await patrols.turn(session)
    worker = await actor_of(session, settings, county.gridworker)
    late = next(task for task in await tasks(session) if task.object_id == place.id)
    late.due_on = access.today()
    said = DelayTask(reason=DelayReason.CLOSED, occurred_at=clock.now())
    await patrols.delay(session, worker, late.id, new_id(), said, b"said")
    await old(session, ground, "没人管", kind=ObjectKind.KEY_LOCATION)
    await old(session, ground, "王家", kind=ObjectKind.HOUSEHOLD)
    await old(session, ground, "刚采集", confirmed_at=None)
    await old(session, ended, "网格没了")
    await old(session, deserted, "没有人")
    await thing(session, elsewhere, "邻村新店")

    found = await whys(session, settings, county.county_officer)

    assert found == {
        "没人管": (UnseenWhy.NO_PLAN, 100),
        "王家": (UnseenWhy.WITH_GRID, 100),
        "刚采集": (UnseenWhy.UNCONFIRMED, 100),
        "网格没了": (UnseenWhy.NO_GRID, 100),
        "没有人": (UnseenWhy.NOBODY, 100),
        "推后了": (UnseenWhy.PUT_OFF, 20),
        "有任务": (UnseenWhy.PLANNED, 3),
        "邻村新店": (UnseenWhy.NEXT_ROUND, 0),
    }
    assert list(found)[-3:] == ["推后了", "有任务", "邻村新店"]
    assert list(await whys(session, settings, county.county_officer, why="put_off")) == ["推后了"]
    assert (
        list(await whys(session, settings, county.county_officer, over_days=3)) == list(found)[:6]
    )


async def test_a_look_of_a_firm_at_itself_and_a_clock_that_runs_ahead_hide_nothing(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    version = await checklist(session)
    firm = await factories.organization(
        session, OrganizationKind.ENTERPRISE, "恒泰化工", county.villages[0]
    )
    officer = await factories.person(session, Role.SAFETY_OFFICER, firm)
    own = await old(session, county.grids[0], "恒泰化工", organization_id=firm.id)
    shop = await old(session, county.grids[0], "河边饭店")
    await seen(session, officer, own, 1, checklist_version_id=version)
    ahead = clock.now() + timedelta(days=400)
    await seen(
        session, county.gridworker, shop, 40, occurred_at=ahead, checklist_version_id=version
    )

    found = await whys(session, settings, county.township_officer)
    assert {name: days for name, (_, days) in found.items()} == {"恒泰化工": 100, "河边饭店": 40}

    for place in (own, shop):
        await seen(session, county.gridworker, place, 5, checklist_version_id=version)
    found = await whys(session, settings, county.township_officer)
    assert {name: days for name, (_, days) in found.items()} == {"恒泰化工": 5, "河边饭店": 5}


async def test_a_home_goes_with_a_grid_that_is_walked_until_a_duty_asks_for_homes(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    """S3 gives homes no rhythm; where nothing else is planned, nobody passes by either."""
    walked, lonely = county.grids
    await old(session, walked, "河边饭店")
    await old(session, lonely, "没确认的店", confirmed_at=None)
    for grid, name in ((walked, "王家"), (lonely, "李家")):
        await old(session, grid, name, kind=ObjectKind.HOUSEHOLD)
    await duty(session, applies_to=KINDS)
    found = await whys(session, settings, county.county_officer)
    assert {name: found[name][0] for name in ("王家", "李家")} == {
        "王家": UnseenWhy.WITH_GRID,
        "李家": UnseenWhy.NO_PLAN,
    }

    key_homes = {"kinds": ["household"], "is_key": True}
    await duty(session, key="F5-households", applies_to=key_homes)
    found = await whys(session, settings, county.county_officer)
    assert found["王家"][0] is UnseenWhy.NO_PLAN


async def test_ground_is_counted_by_grid_with_what_lies_on_it(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    version, (ground, elsewhere) = await checklist(session), county.grids
    await duty(session, applies_to=KINDS)
    bundle = await old(session, ground, "一条街", kind=ObjectKind.BUNDLE)
    await old(session, ground, "街上的店", bundle_id=bundle.id)
    await old(session, ground, "老宅", kind=ObjectKind.HOUSEHOLD)
    key = await old(session, ground, "加油站", is_key=True)
    await old(session, ground, "关了的", closed_on=date(2026, 10, 1))
    await seen(session, county.gridworker, bundle, 2, checklist_version_id=version)
    counted = await old(session, ground, "看过十五天", kind=ObjectKind.HOUSEHOLD)
    morning = {"occurred_at": clock.now() - timedelta(days=15, hours=1)}
    await seen(session, county.gridworker, counted, 15, checklist_version_id=version, **morning)
    ahead = {"occurred_at": clock.now() + timedelta(days=400)}  # its clock; it came 30 days ago
    await seen(session, county.gridworker, key, 30, checklist_version_id=version, **ahead)
    await seen(session, county.gridworker, key, 16, checklist_version_id=version)
    township = await actor_of(session, settings, county.township_officer)
    boss = await actor_of(session, settings, county.county_officer)

    (line,) = (await coverage.ground(session, township, GroundQuery())).lines

    assert (line.grid.id, line.is_manned, line.is_over) == (ground.id, True, False)
    assert (line.objects, line.long, line.never) == (4, 2, 1)
    assert line.seen_at == clock.now() - timedelta(days=2)
    assert (line.days, line.days_since_visit) == (100, 2)
    assert line.whys == {UnseenWhy.WITH_GRID: 2, UnseenWhy.NEXT_ROUND: 2}
    assert line.long_whys == {UnseenWhy.WITH_GRID: 1, UnseenWhy.NEXT_ROUND: 1}
    whole = await coverage.ground(session, boss, GroundQuery())
    assert [each.grid.id for each in whole.lines] == [ground.id, elsewhere.id]
    assert [each.key for each in whole.duties] == ["F5"]
    for asked, objects in (
        ({"kind": ["household"]}, 2),
        ({"is_key": True}, 1),
        ({"duty": "F5"}, 2),
        ({"grid_id": ground.id, "long_days": 200}, 4),
    ):
        (line,) = (await coverage.ground(session, boss, GroundQuery(**asked))).lines
        assert line.objects == objects, asked
    assert (await coverage.ground(session, boss, GroundQuery(duty="F99"))).lines == []


async def test_the_board_counts_what_the_list_shows(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    """Grid by grid, each reason; where the ground has one of its own, it holds for all on it."""
    version, (ground, elsewhere) = await checklist(session), county.grids
    ended = await factories.grid(session, county.villages[0])
    ended.valid_to = date(2026, 11, 1)
    deserted = await factories.grid(session, county.villages[0])
    await duty(session, applies_to=KINDS)
    for grid in (ground, elsewhere, ended, deserted):
        await old(session, grid, "没人管")
        await old(session, grid, "刚采集", confirmed_at=None)
        await old(session, grid, "住户", kind=ObjectKind.HOUSEHOLD)
        shop = await old(session, grid, "小店", kind=ObjectKind("individual_business"))
        await seen(session, county.gridworker, shop, 3, checklist_version_id=version)
    ahead = await factories.grid(session, county.villages[0])
    await thing(session, ahead, "时间错", created_at=clock.now() + LONG_AGO)
    await patrols.turn(session)
    boss = await actor_of(session, settings, county.county_officer)

    found = await coverage.ground(session, boss, GroundQuery())
    board = {line.grid.id: line for line in found.lines}
    listed = (await coverage.unseen(session, boss, UnseenQuery())).items

    assert {grid.id for grid in (ground, elsewhere, ended, deserted, ahead)} <= set(board)
    for id_, line in board.items():
        here = [row for row in listed if row.grid.id == id_]
        assert line.whys == Counter(row.why for row in here)
        assert line.long_whys == Counter(row.why for row in here if row.days > 15)
        assert (line.objects, line.long) == (len(here), sum(row.days > 15 for row in here))
        assert line.never == sum(row.seen_at is None for row in here)
        assert line.days == max((row.days for row in here), default=None)
    assert board[ended.id].whys == {UnseenWhy.NO_GRID: 4}
    assert board[ended.id].is_over
    assert board[deserted.id].whys == {UnseenWhy.NOBODY: 4}
    assert len(board[ground.id].whys) > 2
    assert (board[ahead.id].days, board[ahead.id].days_since_visit) == (0, None)


async def test_what_waits_in_a_county_is_told_from_the_index(session: AsyncSession) -> None:
    """Without a task being read, once vacuum has been there; the bench shows that it is chosen."""
    for plan in ("seqscan", "bitmapscan", "sort"):
        await session.execute(text(f"set local enable_{plan} = off"))
    told = sight.waiting([]).c
    query = select(told.id, told.original_due_on, told.due_on, told.rollovers).compile(
        dialect=session.get_bind().dialect, compile_kwargs={"literal_binds": True}
    )
    plan = "\n".join(await session.scalars(text(f"explain {query}")))
    assert "Index Only Scan using ix_patrol_tasks_waiting" in plan, plan


async def test_each_sees_the_own_ground_and_a_page_goes_on_where_the_last_ended(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    for n in range(3):
        await old(session, county.grids[0], f"店{n}")
    await old(session, county.grids[1], "邻镇店")
    boss = await actor_of(session, settings, county.county_officer)
    first = await coverage.unseen(session, boss, UnseenQuery(limit=2))
    rest = await coverage.unseen(session, boss, UnseenQuery(limit=2, cursor=first.next))
    assert {row.object.name for row in [*first.items, *rest.items]} == {
        "店0",
        "店1",
        "店2",
        "邻镇店",
    }
    assert rest.next is None
    for person in (county.township_officer, county.clerk):
        assert set(await whys(session, settings, person)) == {"店0", "店1", "店2"}
    elsewhere = {"township_id": county.townships[1].id}
    assert await whys(session, settings, county.township_officer, **elsewhere) == {}
    for person in (county.gridworker, county.handler):
        with pytest.raises(NotPermitted):
            await whys(session, settings, person)


async def test_outlines_keep_their_common_border_and_their_reach(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    west, east = county.grids
    west.outline = {"type": "Polygon", "coordinates": [_box(117.70, 117.72)]}
    east.outline = {"type": "Polygon", "coordinates": [_box(117.72, 117.74)]}
    await session.flush()
    boss = await actor_of(session, settings, county.county_officer)
    township = await actor_of(session, settings, county.township_officer)

    drawn = {each.grid_id: each.geometry for each in await coverage.outlines(session, boss)}
    sides = [{tuple(point) for point in drawn[id_]["coordinates"][0]} for id_ in (west.id, east.id)]
    assert len(sides[0] & sides[1]) == 2
    assert len(sides[0]) == 4
    assert [each.grid_id for each in await coverage.outlines(session, township)] == [west.id]


def _box(left: float, right: float) -> list[list[float]]:
    """With a point in the middle of the common border that says nothing."""
    return [[left, 34.5], [right, 34.5], [right, 34.51], [right, 34.52], [left, 34.52], [left, 34.51], [left, 34.5]]  # fmt: skip  # noqa: E501


async def test_the_sheet_says_what_the_list_says_and_that_it_was_taken(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    await old(session, county.grids[0], "=SUM(A1)", is_key=True)
    actor = await actor_of(session, settings, county.township_officer)
    book = await coverage.export(session, actor, UnseenQuery())
    heads, row = (
        CalamineWorkbook.from_filelike(io.BytesIO(book.body)).get_sheet_by_index(0).to_python()
    )
    told = dict(zip(heads, row, strict=True))
    assert (told["场所"], told["重点"], told["镇街"]) == ("=SUM(A1)", "是", "运河街道")
    assert (told["最近一次看"], told["多少天没看"], told["为什么"]) == (
        "没看过",
        100,
        "没有计划管到它",
    )
    (entry,) = await session.scalars(
        select(AuditEntry).where(AuditEntry.kind == "coverage.exported")
    )
    assert entry.actor_id == actor.person_id


async def test_a_grid_whose_only_worker_is_away_is_shown_unless_somebody_stands_in(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    """To the township: nobody walks there, though somebody has the post."""
    await old(session, county.grids[0], "河边饭店")
    people = {county.gridworker.id, county.chief.id}
    posts = list(await session.scalars(select(Post).where(Post.person_id.in_(people))))
    township = await actor_of(session, settings, county.township_officer)

    async def is_manned() -> bool:
        (line,) = (await coverage.ground(session, township, GroundQuery())).lines
        return line.is_manned

    for post in posts:
        post.on_leave_until = access.today() + timedelta(days=3)
    await session.flush()
    assert not await is_manned()
    found = await whys(session, settings, county.township_officer)
    assert [why for why, _ in found.values()] == [UnseenWhy.NOBODY]
    posts[0].deputy_id = county.clerk.id
    await session.flush()
    assert await is_manned()
    county.clerk.disabled_at = clock.now()
    await session.flush()
    assert not await is_manned()
    posts[1].on_leave_until = access.today() - timedelta(days=1)  # is back
    await session.flush()
    assert await is_manned()
