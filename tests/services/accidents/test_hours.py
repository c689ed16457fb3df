"""Which moment counts for the two hours, and what stops them."""

from collections import defaultdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import worker
from app.models.base import new_id
from app.models.notification import Notification
from app.models.person import Role
from app.services import accidents
from tests import factories
from tests.services.accidents.scene import Scene, at

UP = {"to_whom": "市应急管理局", "means": "电话"}


def statuses(seen: Any) -> list[str]:
    return [each["status"] for each in seen["clocks"]]


def moment(minutes: float) -> datetime:
    return datetime.fromisoformat(at(minutes))


def received(seen: Any, by: str = "county") -> datetime:
    return datetime.fromisoformat(seen[f"{by}_received_at"])


async def test_closing_hides_no_missed_hour(scene: Scene) -> None:
    id_, county = new_id(), scene.county
    await scene.report(id_)
    scene.freeze(at(90))
    await scene.more(county.county_officer, id_, report="final", measures="已扑灭")
    seen = await scene.get(county.county_officer, f"/{id_}")
    assert (received(seen), statuses(seen)) == (moment(90), ["missed", "running"])
    scene.freeze(at(90 + 121))
    seen = await scene.get(county.county_officer, f"/{id_}")
    assert statuses(seen) == ["missed", "late"]
    up = await scene.step(county.supervisor, id_, "reported_up", done_at=at(100), **UP)
    assert statuses(up.json()) == ["missed", "met"]


async def test_closing_leaves_the_time_of_receipt_that_is_noted(scene: Scene) -> None:
    id_, county = new_id(), scene.county
    await scene.report(id_)
    await scene.step(county.county_officer, id_, "county_received")
    scene.freeze(at(90))
    await scene.more(county.county_officer, id_, report="final")
    seen = await scene.get(county.county_officer, f"/{id_}")
    assert (received(seen), statuses(seen)[0]) == (moment(0), "met")


async def test_the_earliest_counts_whenever_it_was_noted(scene: Scene) -> None:
    id_, county = new_id(), scene.county
    await scene.report(id_)
    scene.freeze(at(90))
    seen = (await scene.step(county.county_officer, id_, "county_received")).json()
    assert (statuses(seen)[0], seen["may_correct"]) == ("missed", ["county_received"])
    seen = (await scene.step(county.supervisor, id_, "county_received", done_at=at(20))).json()
    assert (statuses(seen)[0], received(seen), len(seen["hops"])) == ("met", moment(20), 2)
    seen = (await scene.step(county.supervisor, id_, "county_received", done_at=at(60))).json()
    assert (received(seen), len(seen["hops"])) == (moment(20), 2)

    scene.freeze(at(20 + 121))
    for done_at, status in ((at(20 + 121), "missed"), (at(50), "met"), (at(130), "met")):
        up = await scene.step(county.county_officer, id_, "reported_up", done_at=done_at, **UP)
        assert statuses(up.json())[1] == status
    township = await scene.get(county.township_officer, f"/{id_}")
    assert (township["may"], township["may_correct"]) == (["township_received"], [])


async def test_an_officer_of_two_townships_signs_for_the_one_where_it_happened(
    scene: Scene, session: AsyncSession
) -> None:
    id_, county = new_id(), scene.county
    here, elsewhere = county.townships
    both = await factories.person(session, Role.TOWNSHIP_OFFICER, elsewhere)
    await factories.post(session, both, Role.TOWNSHIP_OFFICER, here)
    await scene.report(id_)
    taken = await scene.step(both, id_, "township_received")
    assert taken.json()["hops"][0]["organization"]["id"] == str(here.id)


async def test_whoever_has_to_act_is_told_before_an_hour_is_over_and_once(
    scene: Scene, session: AsyncSession
) -> None:
    """Twenty minutes before the hour, half an hour before the two, and when they are over."""
    id_, county = new_id(), scene.county
    await scene.report(id_)
    desks = {county.county_officer.id, county.supervisor.id}
    above, ground = desks | {county.leader.id}, {county.township_officer.id}

    async def heard(minutes: float) -> dict[str, set[UUID]]:
        scene.freeze(at(minutes))
        known = set(await session.scalars(select(Notification.id)))
        await accidents.ring(session)
        found: dict[str, set[UUID]] = defaultdict(set)
        for row in await session.scalars(select(Notification)):
            if row.id not in known:
                found[row.kind.removeprefix("accident.")].add(row.person_id)
        return dict(found)

    assert await heard(39) == {}
    assert await heard(41) == {"hour_ends": desks | ground}
    assert await heard(42) == {}
    assert await heard(61) == {"hour_over": above | ground}
    await scene.step(county.county_officer, id_, "county_received")
    assert await heard(61 + 89) == {}
    assert await heard(61 + 91) == {"upwards_ends": desks}
    assert await heard(61 + 121) == {"upwards_over": above}
    await scene.step(county.supervisor, id_, "reported_up", **UP)
    assert await heard(61 + 122) == {}
    other = new_id()
    await scene.report(other, occurred_at=at(183))
    await scene.step(county.supervisor, other, "false_alarm", reason="烧纸")
    assert await heard(183 + 61) == {}
    assert [job.cron for job in worker.JOBS if job.do is accidents.ring] == ["* * * * *"]
