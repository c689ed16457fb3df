"""What a meeting decided is corrected: both stay, with who and why; whom it concerns is told."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.config import Settings
from app.errors import ChangedMeanwhile, Invalid, NotFound, NotPermitted
from app.models.audit import AuditEntry
from app.models.notification import Notification
from app.models.person import Person
from app.services import duties
from app.services.audit import Kind
from tests import factories
from tests.conftest import Freeze
from tests.duties import Scene


@pytest.fixture
async def scene(session: AsyncSession, settings: Settings, freeze: Freeze) -> Scene:
    freeze("2026-11-23 09:15")
    return await Scene(session, settings, await factories.county(session)).build()


def _said(scene: Scene, **more: Any) -> dict[str, Any]:
    said = {"text": "更换可燃气体报警器", "organization_id": str(scene.plant.id)}
    return {**said, "due_on": "2026-12-10", **more}


async def _decided(scene: Scene, **more: Any) -> tuple[UUID, UUID]:
    """The record, and its one item."""
    id_ = await scene.keep(scene.county.handler, decided=[_said(scene, **more)])
    (item,) = (await scene.read(scene.county.handler, id_)).items
    return id_, item.item.id


async def _seen(scene: Scene, person: Person, id_: UUID) -> list[tuple[int, str, str, date]]:
    (one,) = (await scene.read(person, id_)).items
    now = (one.item.version, one.item.text, one.body.short_name, one.item.due_on)
    before = [(was.version, was.text, body.short_name, was.due_on) for was, body in one.earlier]
    return [*before, now]


async def test_a_correction_keeps_what_stood_with_who_when_and_why(scene: Scene) -> None:
    """Twice the same is one; who corrects may say it again, another finds that it has changed."""
    county = scene.county
    id_, item_id = await _decided(scene, text="更换可然气体报警器")
    for _ in range(2):
        await scene.correct_item(county.handler, item_id, **_said(scene))
    await scene.correct_item(county.county_officer, item_id, 3, **_said(scene, due_on="2026-12-11"))
    plant = scene.plant.short_name
    assert await _seen(scene, county.handler, id_) == [
        (1, "更换可然气体报警器", plant, date(2026, 12, 10)),
        (2, "更换可燃气体报警器", plant, date(2026, 12, 10)),
        (3, "更换可燃气体报警器", plant, date(2026, 12, 11)),
    ]
    whole = await scene.read(county.handler, id_)
    (was, _), (later, _) = whole.items[0].earlier
    assert (was.because, was.corrected_at) == ("写错了", clock.now())
    assert whole.people[was.corrected_by_id] == county.handler.name
    assert whole.people[later.corrected_by_id] == county.county_officer.name
    assert scene.plant.id in {body.id for body in whole.bodies}
    with pytest.raises(ChangedMeanwhile):
        await scene.correct_item(county.handler, item_id, 2, **_said(scene, text="又改"))
    with pytest.raises(DBAPIError, match="append-only"):
        await scene.session.execute(text("update duty_item_versions set because = ''"))


async def test_each_leaves_an_audit_row_with_its_reason(scene: Scene) -> None:
    _, item_id = await _decided(scene)
    await scene.correct_item(
        scene.county.handler, item_id, **_said(scene, due_on="2026-12-11", because="日子写错")
    )
    kind = AuditEntry.kind == Kind.DUTY_ITEM_CORRECTED
    (row,) = (await scene.session.scalars(select(AuditEntry).where(kind))).all()
    assert (row.actor_id, row.subject_id) == (scene.county.handler.id, str(item_id))
    assert row.data == {"version": 2, "fields": ["due_on"], "reason": "日子写错"}


async def test_only_the_body_that_convened_or_the_county_corrects(scene: Scene) -> None:
    """Who has the item reads what stood, and corrects nothing."""
    id_, item_id = await _decided(scene)
    with pytest.raises(NotPermitted):
        await scene.correct_item(scene.officer, item_id, **_said(scene, text="别的"))
    with pytest.raises(NotFound):
        await scene.correct_item(
            scene.county.township_officer, item_id, **_said(scene, text="别的")
        )
    await scene.correct_item(scene.county.supervisor, item_id, **_said(scene, text="换报警器"))
    assert [row[1] for row in await _seen(scene, scene.officer, id_)] == [
        "更换可燃气体报警器", "换报警器",
    ]  # fmt: skip
    assert not (await scene.read(scene.officer, id_)).bodies


@pytest.mark.parametrize(
    ("said", "field"),
    [({}, "text"), ({"due_on": "2026-11-19"}, "due_on"), ({"organization_id": None}, None)],
)
async def test_what_cannot_be_is_refused_and_named(
    scene: Scene, said: dict[str, Any], field: str | None
) -> None:
    """Nothing changed; before the meeting; a body that the form does not offer."""
    id_, item_id = await _decided(scene)
    if field is None:
        said, field = {"organization_id": str(scene.county.villages[0].id)}, "organization_id"
    with pytest.raises((Invalid, NotFound)) as refused:
        await scene.correct_item(scene.county.handler, item_id, **_said(scene, **said))
    assert refused.value.fields == [field]
    assert len(await _seen(scene, scene.county.handler, id_)) == 1


async def test_what_goes_to_another_body_is_told_to_both(scene: Scene) -> None:
    """The former sees the record no more and is led to no page that it may not open."""
    county = scene.county
    id_, item_id = await _decided(scene)
    moved = _said(scene, organization_id=str(county.townships[0].id))
    await scene.correct_item(county.handler, item_id, **moved)
    assert await scene.told(scene.officer) == ["duty.item", "duty.item_moved"]
    assert await scene.told(county.township_officer) == ["duty.item_corrected"]
    with pytest.raises(NotFound):
        await scene.read(scene.officer, id_)
    params = select(Notification.params).where(Notification.kind == "duty.item_moved")
    assert "duty_record_id" not in (await scene.session.scalars(params)).one()
    await scene.finish(county.township_officer, item_id, "换好了")


async def test_what_is_done_stays_with_whom_it_was_done_by(scene: Scene) -> None:
    county = scene.county
    id_, item_id = await _decided(scene)
    await scene.finish(scene.officer, item_id, "换了 6 只")
    elsewhere = _said(scene, organization_id=str(county.townships[0].id))
    with pytest.raises(Invalid) as refused:
        await scene.correct_item(county.handler, item_id, **elsewhere)
    assert refused.value.fields == ["organization_id"]
    await scene.correct_item(county.handler, item_id, **_said(scene, text="更换 6 只报警器"))
    (one,) = (await scene.read(county.handler, id_)).items
    assert (one.item.text, one.item.done_note) == ("更换 6 只报警器", "换了 6 只")


async def test_a_day_that_was_wrong_may_be_late_once_more(scene: Scene, freeze: Freeze) -> None:
    """Each day that stands is told of once."""
    _, item_id = await _decided(scene, due_on="2026-11-24")
    freeze("2026-11-25 07:00")
    for _ in range(2):
        await duties.remind(scene.session)
    await scene.correct_item(scene.county.handler, item_id, **_said(scene, due_on="2026-11-26"))
    freeze("2026-11-27 07:00")
    for _ in range(2):
        await duties.remind(scene.session)
    told = await scene.told(scene.officer)
    assert told == ["duty.item", "duty.item_late", "duty.item_corrected", "duty.item_late"]
