"""The changes feed: nothing skipped, nothing foreign, nothing twice without need."""

import random
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models.base import new_id
from app.models.hazard import Follower, Hazard, Party, State
from app.models.notification import Notification
from app.models.person import Person, Post, Role
from app.services import sync
from app.services.access import Actor
from app.services.ledger.telling import tell
from app.services.sync import Changes, News, asking, hearers
from app.services.sync.hearers import Hearers
from app.services.sync.places import LAST, NOWHERE, Place
from tests import factories
from tests.actors import actor_of
from tests.cases import case, there
from tests.conftest import Committed
from tests.factories import County
from tests.statements import counted


@pytest.fixture(autouse=True)
def _everything_goes_into_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "WORTH_KNOWING", 0)


@pytest.fixture
async def county(committed: Committed) -> County:
    async with committed.work() as session:
        return await factories.county(session)


@pytest.fixture
async def actor(committed: Committed, county: County) -> Actor:
    return await as_actor(committed, county.gridworker)


async def as_actor(committed: Committed, person: Person) -> Actor:
    async with committed.work() as session:
        return await actor_of(session, committed.settings, person)


async def read(committed: Committed, actor: Actor, since: str, limit: int = 50) -> Changes:
    async with committed.work() as session:
        return await sync.changes(session, actor, since, limit)


async def read_all(
    committed: Committed, actor: Actor, since: str, limit: int = 50
) -> tuple[str, list[UUID]]:
    """Page by page to the end: the last cursor and the ids of the cases in order."""
    ids: list[UUID] = []
    while True:
        page = await read(committed, actor, since, limit)
        ids += [hazard.id for hazard in page.hazards]
        since = page.cursor
        if not page.has_more:
            return since, ids


async def add_case(committed: Committed, county: County, *, elsewhere: bool = False) -> UUID:
    async with committed.work() as session:
        hazard = await case(session, county, **(there(county) if elsewhere else {}))
        await sync.record_change(session, "hazard", hazard_id=hazard.id)
        return hazard.id


async def touch(session: AsyncSession, hazard_id: UUID) -> None:
    await sync.record_change(session, "hazard", hazard_id=hazard_id)


async def test_a_transaction_that_commits_late_is_not_skipped(
    committed: Committed, county: County, actor: Actor
) -> None:
    slow_id, fast_id = [await add_case(committed, county) for _ in range(2)]
    cursor, _ = await read_all(committed, actor, "")
    async with committed.sessions() as slow:
        await touch(slow, slow_id)  # has its place in the order, and is not committed
        async with committed.work() as fast:
            await touch(fast, fast_id)
        cursor, early = await read_all(committed, actor, cursor)
        assert early == []  # what is committed behind an open transaction waits for it
        await slow.commit()
    cursor, late = await read_all(committed, actor, cursor)
    assert sorted(late) == sorted([slow_id, fast_id])
    assert (await read_all(committed, actor, cursor))[1] == []


@pytest.mark.parametrize("seed", range(5))
async def test_whatever_the_order_of_commits_every_change_is_told(
    seed: int, committed: Committed, county: County, actor: Actor
) -> None:
    """Up to six open transactions, ended in any order; a reader looks in between."""
    chance = random.Random(seed)
    ids = [await add_case(committed, county) for _ in range(40)]
    cursor, _ = await read_all(committed, actor, "")
    open_: list[tuple[AsyncSession, UUID]] = []
    told: list[UUID] = []
    wanted: set[UUID] = set()
    while ids or open_:
        if ids and len(open_) < 6 and chance.random() < 0.6:
            session = committed.sessions()
            await touch(session, ids[-1])
            open_.append((session, ids.pop()))
        elif open_:
            session, id_ = open_.pop(chance.randrange(len(open_)))
            if chance.random() < 0.8:
                await session.commit()
                wanted.add(id_)
            await session.close()
        if chance.random() < 0.5:
            cursor, some = await read_all(committed, actor, cursor, limit=2)
            told += some
    cursor, some = await read_all(committed, actor, cursor)
    told += some
    assert set(told) == wanted
    assert len(told) == len(wanted)


async def test_the_first_call_brings_the_whole_scope_newest_first_in_pages(
    committed: Committed, county: County, actor: Actor
) -> None:
    ids = [await add_case(committed, county) for _ in range(7)]
    await add_case(committed, county, elsewhere=True)
    first = await read(committed, actor, "", limit=3)
    assert first.is_reset
    assert first.has_more
    assert first.are_rules_changed
    cursor, rest = await read_all(committed, actor, first.cursor, limit=3)
    assert [hazard.id for hazard in first.hazards] + rest == ids[::-1]
    assert not (await read(committed, actor, first.cursor, limit=3)).is_reset
    assert (await read_all(committed, actor, cursor))[1] == []


@pytest.mark.parametrize(("days", "is_told"), [(1, True), (29, True), (31, False)])
async def test_a_fresh_copy_holds_what_was_closed_in_the_last_thirty_days(
    days: int, is_told: bool, committed: Committed, county: County, actor: Actor
) -> None:
    async with committed.work() as session:
        closed_at = clock.now() - timedelta(days=days)
        await case(session, county, state=State.ARCHIVED, closed_at=closed_at)
    assert bool((await read_all(committed, actor, ""))[1]) is is_told


async def test_what_changes_while_the_copy_is_taken_comes_after_it(
    committed: Committed, county: County, actor: Actor
) -> None:
    ids = [await add_case(committed, county) for _ in range(4)]
    first = await read(committed, actor, "", limit=2)
    newest = await add_case(committed, county)
    async with committed.work() as session:
        await touch(session, ids[3])  # already in the first page
    cursor, rest = await read_all(committed, actor, first.cursor, limit=2)
    assert rest == [ids[1], ids[0]]
    _, after = await read_all(committed, actor, cursor)
    assert after == [newest, ids[3]]


async def test_a_county_desk_gets_its_newest_thousand_not_everything(
    committed: Committed, county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync.feed, "MOST_CASES", 5)
    ids = [await add_case(committed, county) for _ in range(8)]
    officer = await as_actor(committed, county.county_officer)
    assert (await read_all(committed, officer, "", limit=2))[1] == ids[:2:-1]


async def test_everybody_is_told_of_the_cases_they_see_and_no_others(
    committed: Committed, county: County
) -> None:
    people = [
        county.gridworker, county.chief, county.clerk, county.township_officer,
        county.county_officer, county.supervisor, county.handler, county.leader,
        county.administrator, county.stranger,
    ]  # fmt: skip
    actors = [await as_actor(committed, person) for person in people]
    cursors = [(await read_all(committed, actor, ""))[0] for actor in actors]
    here = await add_case(committed, county)
    elsewhere = await add_case(committed, county, elsewhere=True)
    for actor, cursor in zip(actors, cursors, strict=True):
        _, told = await read_all(committed, actor, cursor)
        _, whole = await read_all(committed, actor, "")
        assert sorted(told) == sorted(whole)
        sees_here = actor.person_id not in {
            county.handler.id, county.administrator.id, county.stranger.id,
        }  # fmt: skip
        assert (here in told) is sees_here
        sees_elsewhere = actor.person_id in {
            county.county_officer.id, county.supervisor.id, county.leader.id, county.stranger.id,
        }  # fmt: skip
        assert (elsewhere in told) is sees_elsewhere


async def test_a_case_that_leaves_the_grid_is_gone_there_and_new_in_the_other(
    committed: Committed, county: County
) -> None:
    async with committed.work() as session:
        moved = await case(session, county, reporter_id=county.administrator.id)
        moved_id = moved.id
    chief, stranger, officer = [
        await as_actor(committed, person)
        for person in (county.chief, county.stranger, county.township_officer)
    ]
    cursors = [(await read_all(committed, one, ""))[0] for one in (chief, stranger, officer)]
    async with committed.work() as session:
        fields = {**there(county), "reporter_id": county.administrator.id}
        await session.execute(update(Hazard).where(Hazard.id == moved_id).values(**fields))
        await sync.record_change(
            session, "hazard", hazard_id=moved_id, left_grid_id=county.grids[0].id
        )
    lost, found, lost_too = [
        await read(committed, one, cursor)
        for one, cursor in zip((chief, stranger, officer), cursors, strict=True)
    ]
    assert (lost.gone, lost.hazards) == ([moved_id], [])
    assert (lost_too.gone, lost_too.hazards) == ([moved_id], [])
    assert ([hazard.id for hazard in found.hazards], found.gone) == ([moved_id], [])


async def test_new_posts_make_the_copy_void(committed: Committed, county: County) -> None:
    there_id = await add_case(committed, county, elsewhere=True)
    cursor, ids = await read_all(committed, await as_actor(committed, county.gridworker), "")
    assert ids == []
    async with committed.work() as session:
        await session.execute(
            update(Post)
            .where(Post.person_id == county.gridworker.id)
            .values(grid_id=county.grids[1].id)
        )
    page = await read(committed, await as_actor(committed, county.gridworker), cursor)
    assert page.is_reset
    assert [hazard.id for hazard in page.hazards] == [there_id]


@pytest.mark.parametrize(
    "useless",
    ["", "rubbish", "0123456789abcdef.1.1.0.0", "x" * 120, "0123456789abcdef.1.1.0", "' or 1=1 --"],
)
async def test_a_useless_cursor_leads_to_a_fresh_copy(
    useless: str, committed: Committed, county: County, actor: Actor
) -> None:
    id_ = await add_case(committed, county)
    page = await read(committed, actor, useless)
    assert page.is_reset
    assert [hazard.id for hazard in page.hazards] == [id_]


async def test_a_cursor_from_the_future_of_a_restored_database_is_useless(
    committed: Committed, county: County, actor: Actor
) -> None:
    await add_case(committed, county)
    cursor, _ = await read_all(committed, actor, "")
    scope, xid, *rest = cursor.split(".")
    ahead = ".".join([scope, str(int(xid) + 1_000_000), *rest])
    assert (await read(committed, actor, ahead)).is_reset
    assert not (await read(committed, actor, cursor)).is_reset


async def test_nothing_new_costs_one_statement(
    committed: Committed, county: County, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "WORTH_KNOWING", 1)
    await add_case(committed, county)
    cursor, _ = await read_all(committed, actor, "")
    await add_case(committed, county, elsewhere=True)
    async with committed.work() as session:
        with counted(committed.engine) as sent:
            page = await sync.changes(session, actor, cursor, 50)
    assert (page.hazards, page.gone, page.has_more) == ([], [], False)
    assert len(sent) == 1


async def test_a_case_changed_often_is_told_once_a_page(
    committed: Committed, county: County, actor: Actor
) -> None:
    id_ = await add_case(committed, county)
    cursor, _ = await read_all(committed, actor, "")
    async with committed.work() as session:
        for _ in range(10):
            await touch(session, id_)
    assert (await read_all(committed, actor, cursor))[1] == [id_]


async def test_rules_are_for_all_and_notices_for_one(
    committed: Committed, county: County, actor: Actor
) -> None:
    other = await as_actor(committed, county.stranger)
    cursors = [(await read_all(committed, one, ""))[0] for one in (actor, other)]
    async with committed.work() as session:
        await sync.record_change(session, "rules")
    pages = [
        await read(committed, one, cursor)
        for one, cursor in zip((actor, other), cursors, strict=True)
    ]
    assert all(page.are_rules_changed and not page.hazards for page in pages)
    async with committed.work() as session:
        session.add(
            Notification(
                id=new_id(),
                person_id=actor.person_id,
                kind="assigned",
                params={},
                dedup="1",
                created_at=clock.now(),
            )
        )
        await sync.record_change(session, "notice", person_id=actor.person_id)
    mine = await read(committed, actor, pages[0].cursor)
    theirs = await read(committed, other, pages[1].cursor)
    assert (mine.unread, theirs.unread) == (1, 0)
    assert not mine.are_rules_changed


def everybody(county: County) -> list[Person]:
    return [
        county.gridworker, county.chief, county.clerk, county.township_officer,
        county.county_officer, county.handler, county.administrator, county.stranger,
    ]  # fmt: skip


async def look(committed: Committed, actor: Actor, since: str, limit: int = 5) -> News:
    """Without the place, which moves on by itself."""
    async with committed.work() as session:
        found = await sync.news(session, actor, since, limit)
    return replace(found, place=NOWHERE)


async def change_something(session: AsyncSession, county: County, chance: random.Random) -> None:
    """One of everything that is told, now here, now elsewhere."""
    hazard = await case(session, county, **(there(county) if chance.random() < 0.4 else {}))
    left = None
    match chance.randrange(7):
        case 0:
            session.add(Party(hazard_id=hazard.id, organization_id=county.departments[0].id))
        case 1:
            session.add(Follower(hazard_id=hazard.id, person_id=county.administrator.id))
        case 2:
            left = county.grids[chance.randrange(2)].id
        case 3:
            await sync.record_change(session, "rules")
        case 4:
            person = chance.choice(everybody(county))
            await sync.record_change(session, "notice", person_id=person.id)
        case 5:
            await tell(session, [county.grids[0].id])
    await sync.record_change(session, "hazard", hazard_id=hazard.id, left_grid_id=left)


@pytest.mark.parametrize(("kept", "told"), [(20_000, 1_000), (8, 3)], ids=["all", "little"])
async def test_who_is_led_by_memory_is_told_what_everybody_else_is(
    kept: int, told: int, committed: Committed, county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read in pieces, and with too little room; from wherever a phone stands."""
    for name, value in {"MOST_KEPT": kept, "MOST_TOLD": told, "READ_AT_ONCE": 7}.items():
        monkeypatch.setattr(hearers, name, value)
    chance, used = random.Random(kept), 0
    async with committed.work() as session:
        other = await factories.grid(session, county.villages[0])
        neighbour = await factories.person(session, Role.GRIDWORKER, county.villages[0], other)
    people = [*everybody(county), neighbour]
    actors = [await as_actor(committed, person) for person in people]
    stood: list[tuple[Actor, str]] = []
    for _ in range(2):
        stood += [(one, (await read_all(committed, one, "", 100))[0]) for one in actors]
        async with committed.work() as session:
            for _ in range(10):
                await change_something(session, county, chance)
        for one, since in stood:
            by_memory = await look(committed, one, since)
            with monkeypatch.context() as without:
                without.setattr(hearers, "of", lambda _: Hearers())
                assert by_memory == await look(committed, one, since)
        async with committed.work() as session:
            known = hearers.of(await session.connection())
            used += sum(bool(known.part(Place.read(since).spot, {one.person_id}).numbers)
                        for one, since in stood)  # fmt: skip
    assert used or told == 3  # so little room that nobody may be led


async def test_what_is_in_memory_of_another_database_is_forgotten(
    committed: Committed, county: County, actor: Actor
) -> None:
    """It failed over: transactions have other numbers there."""
    cursor, _ = await read_all(committed, actor, "")
    await add_case(committed, county, elsewhere=True)
    await read_all(committed, actor, cursor)
    id_ = await add_case(committed, county)
    async with committed.work() as session:
        known = hearers.of(await session.connection())
    assert known.spots
    known.database, known.end = "another", (LAST, 0)
    assert (await read_all(committed, actor, cursor))[1] == [id_]
    assert (known.database, known.spots) == ("", [])
