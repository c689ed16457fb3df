"""Which moment counts for the two hours, and what stops them."""

from datetime import datetime
from typing import Any

from app.models.base import new_id
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
