"""One cadre to several objects (S4-18): who may be one, whose phone asks, what a sheet says."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from app import clock
from app.config import Settings
from app.errors import Invalid
from app.models.obligation import Period
from app.models.person import Person, Post, Role
from app.models.slot import SlotRole
from app.models.supervised_object import SupervisedObject
from app.services import access, ledger, patrols
from app.services.ledger import AssignCadre, MoveObject, ObjectQuery
from app.services.patrols import reach
from tests import factories, sheets
from tests.actors import actor_of
from tests.patrols import checklist, duty
from tests.services.ledger.office import SHOP, Office
from tests.services.ledger.test_exporting import slot
from tests.services.ledger.test_import_rules import of_name


async def give(office: Office, row: SupervisedObject, who: Person | None) -> Any:
    command = AssignCadre(person_id=who.id if who else None)
    return await ledger.assign_cadre(office.session, office.actor, row.id, command)


async def colleague(office: Office, name: str = "刘干部", **fields: Any) -> Person:
    county = office.county
    person = await factories.person(office.session, name=name)
    at = (county.villages[0], county.grids[0])
    await factories.post(office.session, person, Role.GRIDWORKER, *at, **fields)
    return person


async def test_only_who_goes_to_the_grid_can_have_its_objects(office: Office) -> None:
    county = office.county
    shop = await factories.place(office.session, "店", county.grids[0])
    over = await colleague(office, ends_on=access.today() - timedelta(days=1))
    for stranger in (county.stranger, over, county.clerk):
        with pytest.raises(Invalid) as refused:
            await give(office, shop, stranger)
        assert refused.value.fields == ["cadre_id"]
    await slot(office, county.grids[0], SlotRole.GUARANTOR_CADRE, county.clerk)
    for one in (county.gridworker, county.chief, county.clerk):
        made = await give(office, shop, one)
        assert (made.cadre.name, made.cadre.is_there) == (one.name, True)
    query = ObjectQuery(cadre_id=county.clerk.id)
    found = (await ledger.objects(office.session, office.actor, query)).items
    assert [one.object.id for one in found] == [shop.id]
    assert (await give(office, shop, None)).cadre is None
    lines = await ledger.history(office.session, office.actor, shop.id)
    assert [(line.change.old, line.change.new) for line in lines][:2] == [
        ("李文书", None),
        ("王格长", "李文书"),
    ]


async def names_on_phone(office: Office, settings: Settings, who: Person) -> set[str]:
    actor = await actor_of(office.session, settings, who)
    mine = await patrols.mine(office.session, actor)
    return {one.place.name for one in mine.tasks if one.place}


async def test_what_is_given_to_one_is_on_that_phone_alone(
    office: Office, settings: Settings
) -> None:
    """And on all of the grid's again once the cadre has left it; a chief has everything."""
    session, county = office.session, office.county
    other = await colleague(office)
    shop, mill = [await factories.place(session, name, county.grids[0]) for name in ("店", "厂")]
    await checklist(session)
    await duty(session, period=Period.DAY)
    await patrols.plan(session, access.today())
    asked = (county.gridworker, other, county.chief)

    async def phones() -> list[set[str]]:
        return [await names_on_phone(office, settings, who) for who in asked]

    assert await phones() == [{"店", "厂"}] * 3
    await give(office, shop, other)
    assert await phones() == [{"厂"}, {"店", "厂"}, {"店", "厂"}]
    await give(office, mill, county.gridworker)
    assert await phones() == [{"厂"}, {"店"}, {"店", "厂"}]
    worker = await actor_of(session, settings, county.gridworker)
    (task,) = [one.task for one in (await patrols.mine(session, worker)).tasks][:1]
    assert await reach.is_task_of(session, worker, task.id, access.today())

    yesterday = access.today() - timedelta(days=1)
    await session.execute(update(Post).where(Post.person_id == other.id).values(ends_on=yesterday))
    assert await names_on_phone(office, settings, county.gridworker) == {"店", "厂"}
    seen = await ledger.read_whole(session, office.actor, shop.id)
    assert seen.cadre
    assert not seen.cadre.is_there


async def test_a_cadre_who_cannot_come_hides_nothing_from_colleagues(
    office: Office, settings: Settings
) -> None:
    """On leave to the last day, or with an account that is locked."""
    session, county = office.session, office.county
    other = await colleague(office)
    await factories.place(session, "店", county.grids[0], cadre_id=other.id)
    await checklist(session)
    await duty(session, period=Period.DAY)
    await patrols.plan(session, access.today())
    post = (await session.scalars(select(Post).where(Post.person_id == other.id))).one()

    async def is_asked() -> bool:
        return await names_on_phone(office, settings, county.gridworker) == {"店"}

    assert not await is_asked()
    post.on_leave_until = access.today()
    await session.flush()
    assert await is_asked()
    post.on_leave_until = access.today() - timedelta(days=1)
    await session.flush()
    assert not await is_asked()
    other.disabled_at = clock.now()
    await session.flush()
    assert await is_asked()


async def test_a_colleague_may_still_do_what_is_anothers(
    office: Office, settings: Settings
) -> None:
    """Who looks without being asked has looked: the task is done, whoever has it as a cadre."""
    session, county = office.session, office.county
    other = await colleague(office)
    shop = await factories.place(session, "店", county.grids[0], cadre_id=other.id)
    await checklist(session)
    await duty(session, period=Period.DAY)
    await patrols.plan(session, access.today())
    own = await actor_of(session, settings, other)
    (task, *_) = [one.task for one in (await patrols.mine(session, own)).tasks]
    worker = await actor_of(session, settings, county.gridworker)
    assert task.object_id == shop.id
    assert await patrols.is_task_of(session, worker, task.id, access.today())


async def test_who_moves_leaves_the_cadre_behind(office: Office, settings: Settings) -> None:
    session, county = office.session, office.county
    second = await factories.grid(session, county.villages[0])
    shop = await factories.place(session, "店", county.grids[0], cadre_id=county.gridworker.id)
    move = MoveObject(grid_id=second.id, reason="搬到邻村")
    await ledger.move_object(session, office.actor, shop.id, move)
    assert shop.cadre_id is None


async def test_a_sheet_names_the_cadre_of_the_rows_own_grid(office: Office) -> None:
    county = office.county
    batch = await office.take_in(await office.send(sheets.book([{**SHOP, "包保干部": "张网格"}])))
    shop = await of_name(office, SHOP["名称"])
    assert (batch.added, shop.cadre_id) == (1, county.gridworker.id)
    again = await office.take_in(await office.send(sheets.book([{**SHOP, "包保干部": "王格长"}])))
    assert (again.changed, shop.cadre_id) == (1, county.chief.id)
    await office.undo(again)
    assert shop.cadre_id == county.gridworker.id
    await office.take_in(await office.send(sheets.book([{**SHOP, "包保干部": "无"}])))
    assert shop.cadre_id is None
    for name, word in (("邻网格", "不是这个网格"), ("张三", "不是这个网格")):
        errors = await office.errors(sheets.book([{**SHOP, "包保干部": name}]))
        assert word in errors[2]["包保干部"]
    await colleague(office, name="张网格")
    errors = await office.errors(sheets.book([{**SHOP, "包保干部": "张网格"}]))
    assert "有几个" in errors[2]["包保干部"]
