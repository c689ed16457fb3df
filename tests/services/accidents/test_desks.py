"""Each receipt belongs to its desk; the same report twice at once is one accident."""

import asyncio

import pytest
from sqlalchemy import func, select

from app import clock
from app.models.accident import Accident, AccidentKind, AccidentReport
from app.models.base import new_id
from app.models.notification import Notification
from app.services import accidents
from tests import factories
from tests.actors import actor_of
from tests.conftest import Committed
from tests.services.accidents.scene import Scene

TWINS = 8


@pytest.mark.parametrize(
    ("desk", "step"),
    [
        ("township_officer", "county_received"),
        ("county_officer", "township_received"),
        ("supervisor", "township_received"),
        ("leader", "county_received"),
        ("clerk", "township_received"),
    ],
)
async def test_nobody_receives_for_another_desk(scene: Scene, desk: str, step: str) -> None:
    id_, county = new_id(), scene.county
    await scene.report(id_)
    refused = await scene.step(getattr(county, desk), id_, step)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_permitted")
    seen = await scene.get(county.county_officer, f"/{id_}")
    assert (seen["township_received_at"], seen["county_received_at"], seen["hops"]) == (
        None,
        None,
        [],
    )


async def test_two_same_first_reports_at_once_are_one_accident(committed: Committed) -> None:
    async with committed.work() as session:
        made = await factories.county(session)
        actor = await actor_of(session, committed.settings, made.gridworker)
    id_ = new_id()
    command = accidents.ReportAccident(kind=AccidentKind.FIRE, occurred_at=clock.now())

    async def report() -> int:
        async with committed.work() as session:
            taken = await accidents.report(session, actor, id_, command, b"{}")
            assert taken.accident
            return taken.report.seq

    assert len(set(await asyncio.gather(*(report() for _ in range(TWINS))))) == 1
    async with committed.work() as session:
        for table, n in ((Accident, 1), (AccidentReport, 1), (Notification, 4)):
            assert await session.scalar(select(func.count()).select_from(table)) == n
