"""Instructions that came before a hand-over: on its paper, and marked for whoever comes."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.api.shapes.handovers import handover_view
from app.config import Settings
from app.models.base import new_id
from app.models.notification import Notification
from app.models.person import Person, Post, Role
from app.services import handovers, instructions
from app.services.handovers import HandOver
from app.services.instructions import AnswerInstruction, EndInstruction, SendInstruction
from tests import factories
from tests.actors import actor_of
from tests.conftest import Freeze
from tests.factories import County

FIRST = date(2026, 11, 25)


class Office:
    """The county writes to the one grid that is handed over."""

    def __init__(self, session: AsyncSession, settings: Settings, county: County) -> None:
        self.session, self.settings, self.county = session, settings, county
        self.grid = county.grids[0]

    async def send(self, subject: str, **said: Any) -> UUID:
        command = SendInstruction.model_validate(
            {"subject": subject, "text": "请照办", "to_grid_ids": [self.grid.id], **said}
        )
        desk = await actor_of(self.session, self.settings, self.county.county_officer)
        id_ = new_id()
        await instructions.send(
            self.session, desk, id_, command, command.model_dump_json().encode()
        )
        return id_

    async def read(self, person: Person, id_: UUID) -> None:
        actor = await actor_of(self.session, self.settings, person)
        await instructions.note_read(self.session, actor, id_)

    async def answer(self, person: Person, id_: UUID) -> None:
        actor = await actor_of(self.session, self.settings, person)
        said = AnswerInstruction(text="已排查", occurred_at=clock.now())
        await instructions.answer(self.session, actor, id_, new_id(), said, b"1")

    async def marks(self, person: Person) -> dict[str, bool]:
        actor = await actor_of(self.session, self.settings, person)
        page = await instructions.find(self.session, actor, instructions.InstructionQuery())
        return {one.instruction.subject: one.is_from_before for one in page.items}

    async def hand_over(self, comer: Person) -> handovers.FoundHandover:
        leaver = self.county.gridworker
        post = await self.session.scalar(select(Post.id).where(Post.person_id == leaver.id))
        command = HandOver(from_post_id=post, to_person_id=comer.id, starts_on=FIRST)
        township = await actor_of(self.session, self.settings, self.county.township_officer)
        return await handovers.hand_over(
            self.session, self.settings, township, self.grid.id, command
        )


@pytest.fixture
async def office(session: AsyncSession, settings: Settings, freeze: Freeze) -> Office:
    freeze("2026-11-23 08:00")
    return Office(session, settings, await factories.county(session))


@pytest.fixture
async def comer(session: AsyncSession, office: Office) -> Person:
    return await factories.person(
        session, Role.VILLAGE_CLERK, office.county.villages[0], name="林接手"
    )


async def test_the_paper_lists_what_was_sent_and_has_not_ended(
    office: Office, comer: Person, freeze: Freeze
) -> None:
    """What still wants something first; the text is the addressees' alone."""
    leaver = office.county.gridworker
    ended = await office.send("办完了的")
    freeze("2026-11-23 09:00")
    owed = await office.send("燃气排查", wants_feedback=True, due_on="2026-11-27")
    done = await office.send("用火检查", wants_feedback=True)
    freeze("2026-11-23 10:00")
    seen = await office.send("值班表")
    await office.send("没人看过的")
    for id_ in (owed, seen):
        await office.read(leaver, id_)
    await office.answer(leaver, done)
    desk = await actor_of(office.session, office.settings, office.county.county_officer)
    await instructions.end(office.session, desk, ended, EndInstruction(how="closed"))
    made = await office.hand_over(comer)
    listed = handover_view("县", made).pack.instructions
    assert listed is not None
    assert {(one.subject, one.is_read, one.is_answered) for one in listed} == {
        ("没人看过的", False, False),
        ("燃气排查", True, False),
        ("值班表", True, False),
        ("用火检查", True, True),
    }
    assert {one.subject for one in listed[:2]} == {"没人看过的", "燃气排查"}
    gas = next(one for one in listed if one.subject == "燃气排查")
    assert (gas.sender, gas.due_on) == (office.county.centre.short_name, date(2026, 11, 27))
    assert "请照办" not in str(made.handover.pack)
    lines = await office.session.scalars(
        select(Notification).where(
            Notification.person_id == comer.id, Notification.kind == "grid.instructions_wait"
        )
    )
    assert [line.params["instructions"] for line in lines] == [2]


async def test_who_comes_is_told_of_no_instructions_where_none_wait(
    office: Office, comer: Person
) -> None:
    await office.read(office.county.gridworker, await office.send("值班表"))
    made = await office.hand_over(comer)
    assert [one["subject"] for one in made.handover.pack["instructions"]] == ["值班表"]
    kinds = await office.session.scalars(
        select(Notification.kind).where(Notification.person_id == comer.id)
    )
    assert list(kinds) == ["grid.taken_over"]


async def test_a_paper_from_before_they_were_listed_claims_nothing_of_them(
    office: Office, comer: Person
) -> None:
    made = await office.hand_over(comer)
    made.handover.pack = {k: v for k, v in made.handover.pack.items() if k != "instructions"}
    assert handover_view("县", made).pack.instructions is None


async def test_who_comes_sees_which_were_sent_before(
    office: Office, comer: Person, freeze: Freeze
) -> None:
    """From the first day on; a colleague who was there, and who comes back, has no mark."""
    await office.send("燃气排查", wants_feedback=True)
    await office.hand_over(comer)
    assert await office.marks(comer) == {}
    assert await office.marks(office.county.chief) == {"燃气排查": False}
    freeze("2026-11-25 08:00")
    await office.send("防寒")
    assert await office.marks(comer) == {"燃气排查": True, "防寒": False}
    assert await office.marks(office.county.chief) == {"燃气排查": False, "防寒": False}
    again = Post(
        person_id=office.county.gridworker.id,
        organization_id=office.county.villages[0].id,
        grid_id=office.grid.id,
        role=Role.GRIDWORKER,
        starts_on=date(2026, 11, 26),
    )
    office.session.add(again)
    await office.session.flush()
    freeze("2026-11-26 08:00")
    assert await office.marks(office.county.gridworker) == {"燃气排查": False, "防寒": True}
