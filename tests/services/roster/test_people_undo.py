"""A batch of people goes back whole, and leaves whoever has become somebody meanwhile."""

import pytest
from sqlalchemy import select

from app.errors import NotFound
from app.models.audit import AuditEntry
from app.models.enrolment import Enrolment
from app.models.import_batch import ImportStage
from app.models.person import Person
from app.models.slot import SlotAssignment, SlotRole
from app.services import access, accounts
from app.services.audit import Kind
from app.services.roster.columns import BODY, JOB_TITLE, MOBILE, NAME
from tests.services.roster.office import HERE, NEW, Office


async def test_a_batch_is_undone_while_nobody_has_acted(office: Office) -> None:
    worker = office.county.gridworker
    second = {
        NAME: worker.name,
        MOBILE: worker.mobile,
        BODY: HERE,
        JOB_TITLE: "村(社区)干部",
    }
    batch = await office.take_in(NEW, second)
    await office.undo(batch)
    assert (batch.stage, batch.kept) == (ImportStage.UNDONE, 0)
    assert await office.posts("13911110001") == []
    assert len(await office.posts(worker.mobile or "")) == 1
    person = await office.person("13911110001")
    assert person
    with pytest.raises(NotFound):
        await accounts.read_person(office.session, office.actor, person.id)
    kinds = set(await office.session.scalars(select(AuditEntry.kind)))
    assert {Kind.PEOPLE_IMPORTED, Kind.PEOPLE_IMPORT_UNDONE, Kind.POST_REMOVED} <= kinds
    # the number is free for whoever it really belongs to
    again = await office.take_in({**NEW, NAME: "真名"})
    assert again.added == 1
    await office.session.refresh(person)
    assert person.name == "真名"


async def test_a_batch_that_made_nothing_holds_no_number(office: Office) -> None:
    first = await office.take_in(NEW)
    again = await office.take_in(NEW)
    assert (again.good, again.added, again.changed) == (1, 0, 0)
    await office.undo(first)
    other = await office.take_in({**NEW, NAME: "真名"})
    assert (other.added, other.wrong) == (1, 0)


async def test_who_has_been_here_since_keeps_the_post(office: Office) -> None:
    batch = await office.take_in(NEW, {**NEW, NAME: "没来", MOBILE: "13911110002"})
    person = await office.person("13911110001")
    assert person
    await accounts.start_session(office.session, person.id, "红米", None)
    await office.undo(batch)
    assert batch.kept == 1
    told = await office.told(batch)
    assert "可能已经用这个岗位办过事" in told[2][NAME]
    assert len(await office.posts("13911110001")) == 1
    assert await office.posts("13911110002") == []


async def test_a_post_that_was_changed_since_is_left_as_it_is(office: Office) -> None:
    batch = await office.take_in(NEW)
    (post,) = await office.posts("13911110001")
    leave = accounts.EditPost(on_leave_until=access.today())
    await accounts.edit_post(office.session, office.actor, post.id, leave)
    await office.undo(batch)
    assert "改过" in (await office.told(batch))[2][JOB_TITLE]
    assert batch.kept == 1


async def test_whoever_was_given_a_post_by_others_stays(office: Office) -> None:
    admin = await office.of(office.county.administrator)
    security = await office.of(office.county.security)
    batch = await admin.take_in(NEW)
    await security.take_in(NEW)
    await admin.undo(batch)
    assert "又给了岗位" in (await admin.told(batch))[2][JOB_TITLE]


async def test_whoever_was_put_on_a_grid_by_others_stays(office: Office) -> None:
    """A place is no post, and holds the person all the same; also once it is over."""
    batch = await office.take_in(NEW)
    person = await office.person("13911110001")
    assert person
    place = SlotAssignment(
        grid_id=office.county.grids[0].id,
        role=SlotRole.GUARANTOR_CADRE,
        person_id=person.id,
        title="",
        starts_on=access.today(),
        ends_on=access.today(),
    )
    office.session.add(place)
    await office.session.flush()
    await office.undo(batch)
    assert "定为网格责任人" in (await office.told(batch))[2][JOB_TITLE]
    assert (batch.kept, len(await office.posts("13911110001"))) == (1, 1)


async def test_nobody_comes_in_with_a_code_of_a_batch_undone(office: Office) -> None:
    await office.take_in({**NEW, NAME: "别批", MOBILE: "13911110002"})
    batch = await office.take_in(NEW)
    made = await accounts.invite_all(
        office.session, office.settings, office.actor, office.county.villages[0].id
    )
    open_ones = select(Person.name).join(Enrolment, Enrolment.person_id == Person.id)
    open_ones = open_ones.where(Enrolment.ended_at.is_(None))
    assert {"新网格", "别批"} <= set(await office.session.scalars(open_ones))
    assert made.sheets
    await office.undo(batch)
    left = set(await office.session.scalars(open_ones))
    assert "别批" in left
    assert "新网格" not in left


async def test_one_row_that_stays_keeps_none_of_the_others(office: Office) -> None:
    """And what stays is whole: the place goes back with the post, or neither does."""
    batch = await office.take_in(NEW, {**NEW, NAME: "没改", MOBILE: "13911110002"})
    (post,) = await office.posts("13911110001")
    end = accounts.EditPost(ends_on=access.today())
    await accounts.edit_post(office.session, office.actor, post.id, end)
    await office.undo(batch)
    assert set(await office.told(batch)) == {2}
    assert (batch.kept, await office.posts("13911110002")) == (1, [])
    assert len(await office.posts("13911110001")) == 1
