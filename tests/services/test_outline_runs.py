"""How far a file is, asked of another server: not more often than it is needed, and never stale."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app import clock, db
from app.errors import NotPermitted
from app.models.grid import OutlineRun
from app.models.person import Role
from app.services.access import Actor
from app.services.places import importing
from app.services.places.importing import Step, running
from app.services.places.importing.running import EVERY_S, run
from tests import factories
from tests.actors import actor_of
from tests.conftest import Committed
from tests.statements import counted


@pytest.fixture
async def people(committed: Committed) -> tuple[Actor, Actor, Actor]:
    """Two who keep the grids, and one who does not."""
    async with committed.work() as session:
        county = await factories.county(session)
        other = await factories.person(session, Role.ADMINISTRATOR, county.centre)
        who = (county.administrator, other, county.township_officer)
        first, second, third = [await actor_of(session, committed.settings, one) for one in who]
    return first, second, third


async def until_written(committed: Committed) -> None:
    for _ in range(40):
        await asyncio.sleep(EVERY_S / 4)
        async with committed.work() as session:
            if await session.scalar(select(OutlineRun.id).limit(1)):
                return


async def test_another_server_knows_how_far_a_file_is_until_it_is_done(
    committed: Committed, people: tuple[Actor, Actor, Actor]
) -> None:
    sender, other, clerk = people
    elsewhere = db.make_sessions(db.make_engine(committed.settings))
    async with run(committed.sessions, sender, "全县.geojson", is_taking=True) as mine:
        mine.tell(Step.COMPARING, 30, 400)
        await until_written(committed)
        async with elsewhere() as session:
            found = await running(session, sender)
            assert found is not None
            assert (found.file, found.is_taking, found.step, found.done, found.total) == (
                "全县.geojson", True, Step.COMPARING, 30, 400,
            )  # fmt: skip
            assert await running(session, other) is None, "nobody else's"
            with pytest.raises(NotPermitted):
                await running(session, clerk)
    async with elsewhere() as session:
        assert await running(session, sender) is None, "nothing is left behind"
        assert await session.scalar(select(OutlineRun.id)) is None
    await elsewhere.kw["bind"].dispose()


async def test_it_is_written_twice_a_second_at_most_and_what_is_short_never(
    committed: Committed, people: tuple[Actor, Actor, Actor]
) -> None:
    sender, *_ = people
    with counted(committed.engine) as sent:
        async with run(committed.sessions, sender, "小.geojson") as mine:
            mine.tell(Step.READING, 1, 2)
    assert not [one for one in sent if "outline_runs" in one]
    with counted(committed.engine) as sent:
        async with run(committed.sessions, sender, "大.geojson") as mine:
            for done in range(120):
                mine.tell(Step.COMPARING, done, 120)
                await asyncio.sleep(0.01)
    written = [one for one in sent if one.startswith("INSERT INTO outline_runs")]
    assert 1 <= len(written) <= 4


async def test_what_a_killed_server_left_is_not_believed_and_goes(
    committed: Committed, people: tuple[Actor, Actor, Actor]
) -> None:
    sender, *_ = people
    async with run(committed.sessions, sender, "断电.geojson") as mine:
        mine.tell(Step.TAKING, 5, 9)
        await until_written(committed)
        async with committed.work() as session:
            row = (await session.scalars(select(OutlineRun))).one()
            copy = {c.key: getattr(row, c.key) for c in OutlineRun.__table__.columns}
    async with committed.work() as session:
        session.add(OutlineRun(**copy))
        await session.flush()
        long_ago = clock.now() - importing.BELIEVED - timedelta(seconds=1)
        await session.execute(update(OutlineRun).values(told_at=long_ago))
        assert await running(session, sender) is None
    async with run(committed.sessions, sender, "再来.geojson") as mine:
        mine.tell(Step.READING, 1, 9)
        await asyncio.sleep(EVERY_S * 2)
    async with committed.work() as session:
        assert not list(await session.scalars(select(OutlineRun)))


async def test_a_fault_of_the_file_is_told_whatever_becomes_of_the_hint(
    committed: Committed, people: tuple[Actor, Actor, Actor]
) -> None:
    sender, *_ = people
    nowhere = "postgresql+psycopg://nobody@127.0.0.1:1/none"
    engine = db.make_engine(committed.settings.model_copy(update={"database_url": nowhere}))

    async def work() -> None:
        async with run(db.make_sessions(engine), sender, "坏.geojson") as mine:
            mine.tell(Step.READING, 1, 9)
            await asyncio.sleep(EVERY_S * 2)
            raise ValueError("坏文件")

    with pytest.raises(ValueError, match="坏文件"):
        await work()
    await engine.dispose()
