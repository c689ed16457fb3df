"""Instructions: to whom one may write, what a receipt says, what comes back, and how it ends."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.config import Settings
from app.errors import (
    ChangedMeanwhile,
    Incomplete,
    Invalid,
    NotFound,
    NotPermitted,
    NotYet,
    SameIdOtherContent,
)
from app.models.base import new_id
from app.models.instruction import InstructionFeedback, InstructionStatus
from app.models.notification import Notification
from app.models.organization import Organization
from app.models.person import Person, Role
from app.models.slot import SlotAssignment, SlotRole
from app.services import instructions, sync
from app.services.access import Actor
from app.services.instructions import (
    AddresseeQuery,
    AnswerInstruction,
    CandidateQuery,
    Circle,
    EndInstruction,
    FoundInstruction,
    InstructionQuery,
    SendInstruction,
)
from app.services.sync import HeldItem, HeldKind, Holdings
from app.storage import open_store
from tests import factories
from tests.actors import actor_of
from tests.conftest import Freeze
from tests.factories import LONG_AGO, County

Sign = Callable[[Person], Awaitable[Actor]]


class Scene:
    def __init__(self, session: AsyncSession, settings: Settings, county: County) -> None:
        self.session, self.settings, self.county = session, settings, county

    async def actor(self, person: Person) -> Actor:
        return await actor_of(self.session, self.settings, person)

    async def send(self, person: Person, **said: Any) -> UUID:
        id_ = new_id()
        command = SendInstruction.model_validate({"subject": "排查", "text": "请排查", **said})
        body = command.model_dump_json().encode()
        await instructions.send(self.session, await self.actor(person), id_, command, body)
        return id_

    async def answer(self, person: Person, id_: UUID, said: str = "已排查") -> InstructionFeedback:
        command = AnswerInstruction(text=said, occurred_at=clock.now())
        actor, body = await self.actor(person), said.encode()
        return await instructions.answer(
            self.session, actor, id_, UUID(int=len(said)), command, body
        )

    async def read(self, person: Person, id_: UUID) -> FoundInstruction:
        return await instructions.read(self.session, await self.actor(person), id_)

    async def names(self, person: Person, id_: UUID, **query: Any) -> list[str]:
        asked = AddresseeQuery(**query)
        actor = await self.actor(person)
        page = await instructions.addressees(self.session, actor, id_, asked)
        return [found.addressee.name for found in page.items]

    async def told(self, person: Person) -> list[str]:
        query = select(Notification.kind).where(Notification.person_id == person.id)
        return list(await self.session.scalars(query.order_by(Notification.created_at)))


@pytest.fixture
async def scene(session: AsyncSession, settings: Settings, freeze: Freeze) -> Scene:
    freeze("2026-11-23 10:00")
    return Scene(session, settings, await factories.county(session))


async def test_a_township_writes_to_those_below_it_and_to_nobody_else(scene: Scene) -> None:
    """Its villages, stations, grids, enterprises with an account; not the neighbour's."""
    county, session = scene.county, scene.session
    village, ground = county.villages[0], county.grids[0]
    with_account = await factories.enterprise(session, "有号厂", village, ground)
    body = await session.get_one(Organization, with_account.id)
    officer = await factories.person(session, Role.SAFETY_OFFICER, body)
    await factories.enterprise(session, "没号厂", village, ground)
    actor = await scene.actor(county.township_officer)
    found = await instructions.candidates(session, actor, CandidateQuery())
    assert found.counts == {Circle.VILLAGES: 1, Circle.GRIDS: 1, Circle.ENTERPRISES: 1}
    named = await instructions.candidates(session, actor, CandidateQuery(text="有号"))
    assert [one.id for one in named.items] == [body.id]

    id_ = await scene.send(county.township_officer, circles=list(Circle))
    assert set(await scene.names(county.township_officer, id_)) == {
        village.short_name, ground.name, "有号厂",
    }  # fmt: skip
    for person in (county.gridworker, county.chief, county.clerk, officer):
        assert await scene.told(person) == ["instruction.sent"]
    assert await scene.told(county.stranger) == []
    for foreign in (county.villages[1], county.departments[0], county.townships[0]):
        with pytest.raises(NotFound):
            await scene.send(county.township_officer, to_body_ids=[foreign.id])
    with pytest.raises(NotFound):
        await scene.send(county.township_officer, to_grid_ids=[county.grids[1].id])
    with pytest.raises(Incomplete):
        await scene.send(county.township_officer, circles=[Circle.DEPARTMENTS])
    with pytest.raises(NotPermitted):
        await scene.send(county.clerk, circles=[Circle.GRIDS])


async def test_a_linked_leader_reaches_the_linked_units_and_what_hangs_under_them(
    scene: Scene,
) -> None:
    """The link alone opens it (S0-5), and from the day after its end it is closed again."""
    county, session = scene.county, scene.session
    leader = await scene.actor(county.leader)
    nothing = await instructions.candidates(session, leader, CandidateQuery())
    assert (nothing.counts, nothing.items, nothing.is_only_linked) == ({}, [], True)
    link = SlotAssignment(
        grid_id=county.township_grids[1].id,
        role=SlotRole.LINKED_LEADER,
        person_id=county.leader.id,
        title="副局长",
        starts_on=LONG_AGO,
    )
    session.add(link)
    await session.flush()
    id_ = await scene.send(county.leader, circles=[Circle.GRIDS, Circle.TOWNSHIPS])
    names = await scene.names(county.leader, id_)
    assert set(names) == {county.grids[1].name, county.townships[1].short_name}
    assert (await scene.read(county.stranger, id_)).instruction.is_from_linked_leader
    link.ends_on = date(2026, 11, 22)
    await session.flush()
    with pytest.raises(Incomplete):
        await scene.send(county.leader, circles=[Circle.GRIDS])


async def test_a_receipt_names_who_read_first_and_belongs_to_the_post(scene: Scene) -> None:
    county, session = scene.county, scene.session
    id_ = await scene.send(
        county.township_officer, to_grid_ids=[county.grids[0].id], circles=[Circle.VILLAGES]
    )
    for person in (county.chief, county.gridworker):
        await instructions.note_read(session, await scene.actor(person), id_)
    successor = await factories.person(
        session, Role.GRIDWORKER, county.villages[0], county.grids[0]
    )
    (mine,) = (await scene.read(successor, id_)).mine
    assert (mine.reader, mine.addressee.read_at) == ("王格长", clock.now())
    sender = await scene.read(county.township_officer, id_)
    assert sender.counts is not None
    assert (sender.counts.addressees, sender.counts.read) == (2, 1)
    names = await scene.names(county.township_officer, id_, show="unread")
    assert names == [county.villages[0].short_name]
    for person in (county.stranger, county.county_officer):
        with pytest.raises(NotFound):
            await scene.read(person, id_)
        with pytest.raises(NotFound):
            await instructions.note_read(session, await scene.actor(person), id_)


async def test_feedback_counts_once_and_comes_late_all_the_same(
    scene: Scene, freeze: Freeze
) -> None:
    """Twice the same is one; two of a grid answer for one grid; late is who has not answered."""
    county = scene.county
    asked = {"wants_feedback": True, "due_on": "2026-11-24"}
    id_ = await scene.send(county.township_officer, circles=["grids", "villages"], **asked)
    first = await scene.answer(county.gridworker, id_)
    assert await scene.answer(county.gridworker, id_) is first
    await scene.answer(county.chief, id_, "又看了一遍")
    assert await scene.told(county.township_officer) == ["instruction.answered"]
    with pytest.raises(SameIdOtherContent):
        await scene.answer(county.clerk, id_)
    freeze("2026-11-25 09:00")
    found = await scene.read(county.township_officer, id_)
    assert found.counts is not None
    assert (found.counts.read, found.counts.answered, found.counts.late) == (1, 1, 1)
    village = county.villages[0].short_name
    assert await scene.names(county.township_officer, id_, show="late") == [village]
    (mine,) = (await scene.read(county.gridworker, id_)).mine
    assert [(said.person, said.feedback.text) for said in mine.said] == [
        ("张网格", "已排查"), ("王格长", "又看了一遍"),
    ]  # fmt: skip
    actor = await scene.actor(county.township_officer)
    closed = EndInstruction(how="closed")
    await instructions.end(scene.session, actor, id_, closed)
    await scene.answer(county.clerk, id_, "手机没信号，现在才传上来")
    assert await scene.names(county.township_officer, id_, show="unanswered") == []
    with pytest.raises(ChangedMeanwhile):
        await instructions.end(scene.session, actor, id_, closed)
    with pytest.raises(ChangedMeanwhile):
        await instructions.remind(scene.session, actor, id_)


async def test_a_reminder_goes_once_a_day_to_those_of_whom_something_is_expected(
    scene: Scene, freeze: Freeze
) -> None:
    county, session = scene.county, scene.session
    circles = ["grids", "villages"]
    id_ = await scene.send(county.township_officer, circles=circles, wants_feedback=True)
    await scene.answer(county.clerk, id_)
    await instructions.note_read(session, await scene.actor(county.chief), id_)
    actor = await scene.actor(county.township_officer)
    assert await instructions.remind(session, actor, id_) == 2
    assert await scene.told(county.gridworker) == ["instruction.sent", "instruction.reminded"]
    assert await scene.told(county.clerk) == ["instruction.sent"]
    with pytest.raises(NotYet):
        await instructions.remind(session, actor, id_)
    freeze("2026-11-24 10:00")
    assert await instructions.remind(session, actor, id_) == 2
    with pytest.raises(Incomplete):
        await instructions.end(session, actor, id_, EndInstruction(how="withdrawn"))
    await instructions.end(session, actor, id_, EndInstruction(how="withdrawn", reason="发错了"))
    assert (await scene.told(county.clerk))[-1] == "instruction.withdrawn"
    found = await scene.read(county.gridworker, id_)
    assert found.instruction.status is InstructionStatus.WITHDRAWN
    assert [step.reason for step, _ in found.steps] == ["", "", "发错了"]
    with pytest.raises(NotFound):
        await instructions.end(
            session, await scene.actor(county.county_officer), id_, EndInstruction(how="closed")
        )


async def test_what_is_sent_twice_goes_once_and_days_must_make_sense(scene: Scene) -> None:
    county, session = scene.county, scene.session
    actor = await scene.actor(county.county_officer)
    command = SendInstruction(subject="冬季", text="防火", circles=[Circle.TOWNSHIPS])
    id_ = new_id()
    for _ in range(2):
        await instructions.send(session, actor, id_, command, b"1")
    with pytest.raises(SameIdOtherContent):
        await instructions.send(session, actor, id_, command, b"2")
    boxes = {
        box: (await instructions.find(session, actor, InstructionQuery(box=box))).items
        for box in ("sent", "received")
    }
    assert [len(boxes["sent"]), len(boxes["received"])] == [1, 0]
    for wrong in ({"due_on": "2026-11-25"}, {"due_on": "2026-11-22", "wants_feedback": True}):
        with pytest.raises(Invalid):
            await scene.send(county.county_officer, circles=["townships"], **wrong)


async def test_a_phone_learns_that_its_feedback_is_safe_and_history_stays(scene: Scene) -> None:
    county, session = scene.county, scene.session
    id_ = await scene.send(county.township_officer, circles=["grids"])
    said = await scene.answer(county.gridworker, id_)
    items = [HeldItem(kind=HeldKind.FEEDBACK, id=said.id, sha256=said.sha256)]
    answers = [
        (
            await sync.reconcile(
                session,
                open_store(scene.settings),
                scene.settings,
                await scene.actor(person),
                Holdings(items=items),
            )
        )
        .items[0]
        .status
        for person in (county.gridworker, county.chief)
    ]
    assert answers == ["complete", "unknown"], "another's is unknown, whoever may see it"
    with pytest.raises(DBAPIError, match="append-only"):
        await session.execute(text("update instruction_feedback set text = ''"))


async def test_feedback_for_a_holiday_may_come_on_the_next_working_day(
    scene: Scene, freeze: Freeze
) -> None:
    """Civil Code 203: 2 to 7 October 2026 are free."""
    county = scene.county
    freeze("2026-09-28 09:00")
    asked = {"wants_feedback": True, "due_on": "2026-10-02"}
    to = [str(county.villages[0].id)]
    id_ = await scene.send(county.township_officer, to_body_ids=to, **asked)
    for moment, late in (("2026-10-08 09:00", 0), ("2026-10-09 09:00", 1)):
        freeze(moment)
        found = await scene.read(county.township_officer, id_)
        assert found.counts_until == date(2026, 10, 8)
        assert found.counts is not None
        assert found.counts.late == late
        assert len(await scene.names(county.township_officer, id_, show="late")) == late
