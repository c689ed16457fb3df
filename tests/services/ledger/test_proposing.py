"""What has changed on the spot: reported once, decided at the desk (S1-62, S4-16)."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import jobs
from app.config import Settings
from app.errors import ChangedMeanwhile, Invalid, NotFound, NotPermitted, SameIdOtherContent
from app.models.base import new_id
from app.models.object_proposal import ObjectProposal, Verdict
from app.models.supervised_object import SupervisedObject
from app.services import ledger
from app.services.access import Actor
from app.services.ledger import Because, Collected, CollectObject, EditObject, ObjectQuery, Proposed
from tests import factories
from tests.actors import actor_of
from tests.factories import County
from tests.patrols import thing
from tests.services.test_organizations import hazard

WRONG = Because(reason="打电话问过，没有换人")
SEEN = {
    "name": "老王修车铺", "address": "一路 1 号", "credit_code": None, "contact_name": "王老板",
    "contact_phone": "13812341234", "concerns": "",
}  # fmt: skip


@dataclass(frozen=True)
class Scene:
    session: AsyncSession
    county: County
    worker: Actor
    clerk: Actor
    place: SupervisedObject

    async def report(
        self, id_: UUID | None = None, actor: Actor | None = None, **said: Any
    ) -> Collected:
        body = {
            "kind": "individual_business",
            "grid_id": str(self.county.grids[0].id),
            "seen": SEEN,
            "occurred_at": "2026-11-22T10:00:00+08:00",
            **SEEN,
            **said,
        }
        command = CollectObject.model_validate(body)
        raw = json.dumps(body).encode()
        ids = (self.place.id, id_ or new_id())
        return await ledger.collect(self.session, actor or self.worker, *ids, command, raw)

    async def seen_by(self, actor: Actor) -> list[Proposed]:
        return list((await ledger.read_object(self.session, actor, self.place.id)).proposals)


@pytest.fixture
async def scene(session: AsyncSession, settings: Settings) -> Scene:
    county = await factories.county(session)
    worker, clerk = [
        await actor_of(session, settings, person) for person in (county.gridworker, county.clerk)
    ]
    shown = {name: SEEN[name] for name in ("contact_name", "contact_phone")}
    place = await thing(session, county.grids[0], "老王修车铺", **shown)
    return Scene(session, county, worker, clerk, place)


async def test_a_change_waits_beside_what_the_ledger_has_and_changes_nothing(scene: Scene) -> None:
    made = await scene.report(contact_name="李老板", contact_phone="13900001111")
    assert (scene.place.contact_name, scene.place.contact_phone) == ("王老板", "13812341234")
    assert made.found
    (one,) = made.found.proposals
    assert (one.by, one.proposal.verdict, one.is_stale) == ("张网格", None, False)
    assert [(line.field, line.old, line.new) for line in one.lines] == [
        ("contact_name", "王老板", "李老板"),
        ("contact_phone", "13812341234", "13900001111"),
    ]
    waiting = await ledger.objects(scene.session, scene.clerk, ObjectQuery(has_change=True))
    assert [one.object.id for one in waiting.items] == [scene.place.id]
    assert (await ledger.gaps(scene.session, scene.clerk))["change"] == 1


async def test_the_same_again_is_one_change_and_other_content_is_kept_aside(scene: Scene) -> None:
    id_ = new_id()
    first, again = [await scene.report(id_, name="老王汽修") for _ in range(2)]
    assert first.collection.seq == again.collection.seq
    assert len(await scene.seen_by(scene.clerk)) == 1
    with pytest.raises(SameIdOtherContent):
        await scene.report(id_, name="别的")
    await scene.report()  # nothing differs: taken in, nothing waits
    assert len(await scene.seen_by(scene.clerk)) == 1


async def test_accepted_the_history_names_who_reported_and_who_accepted(scene: Scene) -> None:
    session = scene.session
    made = await scene.report(contact_phone="13900001111")
    with jobs.held_back() as told:
        for _ in range(2):
            await ledger.accept_proposal(session, scene.clerk, scene.place.id, made.collection.id)
    assert len(told) == 1
    assert scene.place.contact_phone == "13900001111"
    (line,) = await ledger.history(session, scene.clerk, scene.place.id)
    assert (line.change.field, line.by) == ("contact_phone", scene.county.clerk.name)
    assert line.change.reason == "张网格 11 月 22 日在现场报的"
    assert await scene.seen_by(scene.worker) == []
    row = await session.get_one(ObjectProposal, made.collection.id)
    assert (row.verdict, row.changes) == (Verdict.ACCEPTED, {"contact_phone": "139****1111"})


async def test_what_changed_since_is_told_and_is_not_overwritten_unseen(scene: Scene) -> None:
    session, place = scene.session, scene.place
    made = await scene.report(contact_phone="13900001111")
    desk = EditObject(contact_phone="13700002222")
    await ledger.edit_object(session, scene.clerk, place.id, desk)
    (one,) = await scene.seen_by(scene.clerk)
    assert (one.is_stale, one.lines[0].seen, one.lines[0].old) == (
        True,
        "13812341234",
        "13700002222",
    )
    with pytest.raises(ChangedMeanwhile):
        await ledger.accept_proposal(session, scene.clerk, place.id, made.collection.id)
    assert place.contact_phone == "13700002222"
    await ledger.accept_proposal(session, scene.clerk, place.id, made.collection.id, despite=True)
    assert place.contact_phone == "13900001111"


async def test_returned_it_is_seen_on_the_spot_and_amended(scene: Scene) -> None:
    session, place = scene.session, scene.place
    made = await scene.report(contact_name="李老板")
    with jobs.held_back() as told:
        for _ in range(2):
            await ledger.return_proposal(session, scene.clerk, place.id, made.collection.id, WRONG)
    assert len(told) == 1
    (one,) = await scene.seen_by(scene.worker)
    assert (one.proposal.verdict, one.proposal.word) == (Verdict.RETURNED, WRONG.reason)
    with pytest.raises(ChangedMeanwhile):
        await ledger.accept_proposal(session, scene.clerk, place.id, made.collection.id)
    await scene.report(contact_name="李老板", concerns="李老板的弟弟在管")
    (one,) = await scene.seen_by(scene.worker)
    assert (one.proposal.verdict, len(one.lines)) == (None, 2)


async def test_gone_it_is_closed_with_the_checks_of_every_closing(scene: Scene) -> None:
    session, place = scene.session, scene.place
    case = await hazard(session, scene.county, enterprise_id=place.id)
    made = await scene.report(gone="moved", note="搬到邻县")
    with pytest.raises(Invalid):
        async with session.begin_nested():
            await ledger.accept_proposal(session, scene.clerk, place.id, made.collection.id)
    await session.refresh(place)
    assert place.closed_on is None
    case.enterprise_id = None
    await session.flush()
    await ledger.accept_proposal(session, scene.clerk, place.id, made.collection.id)
    assert place.closed_on is not None
    line = (await ledger.history(session, scene.clerk, place.id))[0]
    assert line.change.reason == "已搬走，搬到邻县，张网格 11 月 22 日在现场报的"


async def test_of_what_closes_meanwhile_the_sender_hears(scene: Scene) -> None:
    session, place = scene.session, scene.place
    await scene.report(contact_name="李老板")
    await ledger.close_object(session, scene.clerk, place.id, Because(reason="拆迁"))
    (one,) = await scene.seen_by(scene.worker)
    assert one.proposal.word == "台账里已经停用：拆迁"
    await scene.report(contact_name="赵老板")
    (one,) = await scene.seen_by(scene.worker)
    assert (one.proposal.verdict, one.lines[0].new) == (Verdict.RETURNED, "赵老板")


async def test_only_who_goes_there_reports_and_only_its_desk_decides(
    scene: Scene, settings: Settings
) -> None:
    session, county = scene.session, scene.county
    stranger = await actor_of(session, settings, county.stranger)
    with pytest.raises(NotFound):
        await scene.report(actor=stranger, name="别的")
    made = await scene.report(name="老王汽修")
    with pytest.raises(NotPermitted):
        await ledger.accept_proposal(session, scene.worker, scene.place.id, made.collection.id)
    with pytest.raises(NotFound):
        await ledger.accept_proposal(session, scene.clerk, scene.place.id, new_id())
    for person in (county.clerk, county.township_officer):
        actor = await actor_of(session, settings, person)
        assert len(await scene.seen_by(actor)) == 1
    assert await scene.seen_by(stranger) == []
    assert len((await session.scalars(select(ObjectProposal))).all()) == 1
