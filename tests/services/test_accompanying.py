"""A gridworker goes along on a desk's inspection, and knows of no other (S1-29)."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.errors import Invalid, NotFound, Refusal
from app.models.inspection import InspectionPlace
from app.models.notification import Notification
from app.models.person import Person, Role
from app.models.supervised_object import SupervisedObject
from app.services import inspections
from app.services.inspections import CallOffInspection, WholeInspection
from tests import factories
from tests.conftest import Freeze
from tests.inspections import DAY, Scene

NEXT_DAY = "2026-11-24"


@pytest.fixture
async def scene(session: AsyncSession, settings: Settings, freeze: Freeze) -> Scene:
    freeze(f"{DAY} 10:00")
    return await Scene(session, settings, await factories.county(session)).build()


def along(place: SupervisedObject, person: Person | None) -> dict[str, Any]:
    return {"accompanying": [{"object_id": place.id, "person_id": person.id if person else None}]}


async def told(scene: Scene, who: Person) -> list[tuple[str, str]]:
    query = select(Notification).where(Notification.person_id == who.id)
    lines = await scene.session.scalars(query.order_by(Notification.created_at, Notification.id))
    return [(row.kind, row.params["place"]) for row in lines if "place" in row.params]


async def on_phone(scene: Scene, who: Person) -> list[str]:
    found = await inspections.accompanied_by_me(scene.session, await scene.actor(who))
    return [each.object.name for each in found]


def companion(whole: WholeInspection, name: str = "甲店") -> str | None:
    (place,) = [each for each in whole.places if each.object.name == name]
    return place.accompanied_by.name if place.accompanied_by else None


async def test_whoever_keeps_the_grid_is_proposed_told_and_stands_in_the_record(
    scene: Scene,
) -> None:
    county, officer = scene.county, scene.county.county_officer
    whole = await scene.plan(kind="announced_check", object_ids=[scene.shop.id, scene.works.id])
    proposed = [each.id for each in whole.places[0].could if each.is_of_grid]
    assert proposed == [county.gridworker.id]
    id_ = whole.found.inspection.id
    assert await on_phone(scene, county.gridworker) == [], "proposed is not asked"
    await scene.edit(officer, id_, **along(scene.shop, county.gridworker))
    await scene.edit(officer, id_, **along(scene.shop, county.gridworker), name="再说一次")
    assert await told(scene, county.gridworker) == [("inspection.accompany", "甲店")]
    (mine,) = await inspections.accompanied_by_me(
        scene.session, await scene.actor(county.gridworker)
    )
    assert (mine.object.name, mine.lead.id, mine.people) == (
        "甲店", county.centre.id, [officer.name],
    )  # fmt: skip
    whole = await scene.record(officer, id_)
    assert companion(whole) == county.gridworker.name, "what is not sent stays"
    assert await on_phone(scene, county.gridworker) == []
    whole = await scene.record(officer, id_, accompanied_by_id=None)
    assert companion(whole) is None, "corrected like any other part, and nobody is told of it"
    assert await told(scene, county.gridworker) == [("inspection.accompany", "甲店")]


@pytest.mark.parametrize("kind", ["unannounced_check", "no_notice_check"])
async def test_of_a_hidden_one_nothing_is_sent_nor_seen_before_somebody_was_there(
    scene: Scene, kind: str
) -> None:
    county, officer = scene.county, scene.county.county_officer
    objects = [scene.shop.id, scene.works.id]
    id_ = (await scene.plan(kind=kind, object_ids=objects)).found.inspection.id
    with pytest.raises(Invalid) as refused:
        await scene.edit(officer, id_, **along(scene.shop, county.gridworker))
    assert "记结果时再填" in refused.value.problem()["zh"]
    # Also if it stood there by mistake, the clause keeps it from the phone.
    place = await scene.session.get_one(InspectionPlace, (id_, scene.works.id))
    place.accompanied_by_id = county.gridworker.id
    await scene.session.flush()
    assert await on_phone(scene, county.gridworker) == []
    whole = await scene.record(officer, id_, accompanied_by_id=county.gridworker.id)
    assert companion(whole) == county.gridworker.name
    seen = await inspections.read(scene.session, await scene.actor(county.clerk), id_)
    assert [each.object.name for each in seen.places] == ["甲店"]
    assert companion(seen) == county.gridworker.name
    assert (await on_phone(scene, county.gridworker), await told(scene, county.gridworker)) == (
        [], [],
    )  # fmt: skip


async def test_who_need_not_come_any_more_is_told_and_a_new_day_is_told_anew(
    scene: Scene,
) -> None:
    county, officer = scene.county, scene.county.county_officer
    other = await factories.person(
        scene.session, Role.GRIDWORKER, county.villages[0], county.grids[0]
    )
    fields: dict[str, Any] = {
        "kind": "announced_check",
        "object_ids": [scene.shop.id, scene.works.id],
    }
    id_ = (await scene.plan(**fields)).found.inspection.id
    await scene.edit(officer, id_, **along(scene.shop, county.gridworker))
    await scene.edit(officer, id_, **along(scene.shop, other))
    assert [kind for kind, _ in await told(scene, county.gridworker)] == [
        "inspection.accompany", "inspection.accompany_off",
    ]  # fmt: skip
    await scene.edit(officer, id_, starts_on=NEXT_DAY)
    await scene.edit(officer, id_, object_ids=[scene.works.id])
    await scene.edit(officer, id_, **along(scene.works, other))
    off = CallOffInspection(reason="下雪")
    await inspections.call_off(scene.session, await scene.actor(officer), id_, off)
    assert sorted(await told(scene, other)) == sorted(
        [
            ("inspection.accompany", "甲店"), ("inspection.accompany", "甲店"),
            ("inspection.accompany_off", "甲店"), ("inspection.accompany", "乙厂"),
            ("inspection.accompany_off", "乙厂"),
        ]
    )  # fmt: skip
    assert await on_phone(scene, other) == []


async def test_only_gridworkers_of_that_ground_go_along_and_only_the_leading_body_asks(
    scene: Scene,
) -> None:
    county, officer = scene.county, scene.county.township_officer
    id_ = (await scene.plan(officer, kind="announced_check")).found.inspection.id
    stranger = await factories.person(
        scene.session, Role.GRIDWORKER, county.villages[1], county.grids[1]
    )
    for wrong in (stranger, county.clerk, county.handler):
        with pytest.raises(NotFound):
            await scene.edit(officer, id_, **along(scene.shop, wrong))
        with pytest.raises(NotFound):
            await scene.record(officer, id_, accompanied_by_id=wrong.id)
    with pytest.raises(NotFound):
        await scene.edit(officer, id_, **along(scene.mill, county.gridworker))
    for who in (county.gridworker, county.clerk, county.handler):
        with pytest.raises(Refusal):
            await scene.edit(who, id_, **along(scene.shop, county.gridworker))
    await scene.record(officer, id_)
    with pytest.raises(Invalid):
        await scene.edit(officer, id_, **along(scene.shop, county.gridworker))


async def test_where_nobody_has_looked_nobody_went_along(scene: Scene) -> None:
    county, officer = scene.county, scene.county.county_officer
    id_ = (await scene.plan(kind="announced_check")).found.inspection.id
    await scene.edit(officer, id_, **along(scene.shop, county.gridworker))
    whole = await scene.record(officer, id_, left_out_reason="停业")
    assert companion(whole) is None
