"""The division changes in time: nothing is left on a grid that has ended, history stays true."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.errors import Invalid, NotPermitted
from app.models.division import DivisionChange
from app.models.event import Event
from app.models.grid import Grid
from app.models.hazard import Hazard, State
from app.models.ledger import ObjectChange
from app.models.notification import Notification
from app.models.patrol import PatrolTask
from app.models.person import Post, Role
from app.models.slot import SlotAssignment, SlotRole
from app.models.supervised_object import ObjectKind, SupervisedObject
from app.services import access, divisions, events, patrols, places
from app.services.access import Actor
from app.services.divisions import ChangeDivision, FileChange, FoundChange
from app.services.hazards import placing
from app.services.places import EditGrid
from tests import factories
from tests.actors import actor_of
from tests.cases import case
from tests.conftest import Freeze
from tests.factories import County
from tests.patrols import checklist, duty, thing
from tests.services.test_grids import square

TODAY, NEXT = date(2026, 11, 23), date(2026, 12, 1)
LAT, LON = 34.56, 117.73
DOCUMENT = "台安办〔2026〕12 号"


async def posts_of(session: AsyncSession, grid: Grid) -> list[UUID]:
    return list(await session.scalars(select(Post.id).where(Post.grid_id == grid.id)))


async def split(
    session: AsyncSession, county: County, *, on: date = TODAY, **east: Any
) -> ChangeDivision:
    """Into west (the rest) and east, both walked by whoever walked the whole."""
    grid = county.grids[0]
    ids = await posts_of(session, grid)
    targets = [
        {"name": "西网格", "official_code": "370405001001001", "post_ids": ids},
        {"name": "东网格", "post_ids": ids, **east},
    ]
    return ChangeDivision.model_validate(
        {
            "kind": "split",
            "grid_ids": [grid.id],
            "starts_on": on,
            "document": DOCUMENT,
            "targets": targets,
        }
    )


async def named(session: AsyncSession, name: str) -> Grid:
    return (await session.scalars(select(Grid).where(Grid.name == name))).one()


async def test_a_split_takes_everything_over_and_leaves_history(
    session: AsyncSession, settings: Settings, county: County, admin: Actor
) -> None:
    grid = county.grids[0]
    shop = await thing(session, grid, "东头饭店")
    bundle = await thing(session, grid, "沿街小店", kind=ObjectKind.BUNDLE)
    member = await thing(session, grid, "小店一", bundle_id=bundle.id)
    gone = await thing(session, grid, "关了的", closed_on=TODAY - timedelta(days=9))
    at_shop = await case(session, county, enterprise_id=shop.id)
    at_spot = await case(session, county, lat=LAT, lon=LON)
    somewhere = await case(session, county)
    over = await case(session, county, state=State.ARCHIVED)
    await checklist(session)
    await duty(session)
    await patrols.plan(session, TODAY)
    command = await split(session, county, object_ids=[shop.id], outline=square(LAT, LON))
    made = await divisions.change(session, admin, command)
    west, east = await named(session, "西网格"), await named(session, "东网格")
    await session.refresh(grid)
    assert (grid.valid_to, west.valid_from) == (TODAY - timedelta(days=1), TODAY)
    assert west.parent_id == grid.parent_id
    where = {row.id: row.grid_id for row in await session.scalars(select(SupervisedObject))}
    assert where == {shop.id: east.id, bundle.id: west.id, member.id: west.id, gone.id: grid.id}
    ground = {row.id: row.grid_id for row in await session.scalars(select(Hazard))}
    assert ground == {
        at_shop.id: east.id, at_spot.id: east.id, somewhere.id: west.id, over.id: grid.id,
    }  # fmt: skip
    tasks = {row.object_id: row.grid_id for row in await session.scalars(select(PatrolTask))}
    assert (tasks[shop.id], tasks[bundle.id]) == (east.id, west.id)
    assert made.change.done_at is not None
    told = select(Notification.person_id).where(Notification.kind == "grid.redrawn")
    assert set(await session.scalars(told)) == {county.gridworker.id, county.chief.id}
    steps = await events.of(session, somewhere.id)
    assert [step.kind for step in steps] == ["hazard.regrounded"]
    assert steps[0].data["ground"]["name"] == "西网格"
    lines = select(ObjectChange).where(ObjectChange.object_id == member.id)
    assert [(line.old, line.new) for line in await session.scalars(lines)] == [
        (grid.name, "西网格")
    ]
    worker = await actor_of(session, settings, county.gridworker)
    assert worker.grid_ids == {west.id, east.id}
    seen = select(func.count()).select_from(Hazard).where(access.can_see(worker))
    assert await session.scalar(seen) == 4


async def test_what_is_decided_for_later_goes_over_on_its_day(
    session: AsyncSession, county: County, admin: Actor, freeze: Freeze
) -> None:
    grid = county.grids[0]
    hazard = await case(session, county)
    slot = SlotAssignment(
        grid_id=grid.id, role=SlotRole.LIAISON, person_id=county.clerk.id, title="",
        starts_on=TODAY - timedelta(days=9),
    )  # fmt: skip
    session.add(slot)
    await session.flush()
    made = await divisions.change(session, admin, await split(session, county, on=NEXT))
    late = await thing(session, grid, "决定以后才开的")
    await divisions.carry_due(session)
    assert made.change.done_at is None
    assert hazard.grid_id == late.grid_id == grid.id
    known = await places.known_grids(session)
    assert places.heir_of(known, grid.id, TODAY).id == grid.id
    freeze("2026-12-01 00:05")
    await divisions.carry_due(session)
    await divisions.carry_due(session)
    west = await named(session, "西网格")
    assert {hazard.grid_id, late.grid_id} == {west.id}
    assert await session.scalar(select(func.count()).select_from(Event)) == 1
    assert slot.ends_on == NEXT - timedelta(days=1)
    again = select(func.count()).where(SlotAssignment.starts_on == NEXT)
    assert await session.scalar(again) == 2


async def test_a_late_phone_reports_onto_what_followed(
    session: AsyncSession, county: County, admin: Actor
) -> None:
    """A report that names the ended grid lies with its heir, not with nobody."""
    grid = county.grids[0]
    await divisions.change(session, admin, await split(session, county))
    spot = await placing.put(session, None, grid.id, None)
    assert spot is not None
    assert spot.grid_id == (await named(session, "西网格")).id


async def _merge(session: AsyncSession, county: County, admin: Actor) -> FoundChange:
    await divisions.change(session, admin, await split(session, county))
    both = [await named(session, "西网格"), await named(session, "东网格")]
    for row in both:  # as if it had been so for long
        row.valid_from = date(2026, 1, 1)
    for post in await session.scalars(
        select(Post).where(Post.grid_id.in_([row.id for row in both]))
    ):
        post.starts_on = date(2026, 1, 1)
    await session.flush()
    ids = [id_ for row in both for id_ in await posts_of(session, row)]
    command = {
        "kind": "merge", "grid_ids": [row.id for row in both], "starts_on": TODAY,
        "document": DOCUMENT, "targets": [{"name": "合网格", "post_ids": ids}],
    }  # fmt: skip
    return await divisions.change(session, admin, ChangeDivision.model_validate(command))


async def test_grids_are_merged_and_who_walked_both_has_one_post(
    session: AsyncSession, county: County, admin: Actor
) -> None:
    hazard = await case(session, county)
    made = await _merge(session, county, admin)
    whole = await named(session, "合网格")
    assert [part.name for part in made.before] == ["西网格", "东网格"]
    assert hazard.grid_id == whole.id
    posts = select(Post.role).where(Post.grid_id == whole.id).order_by(Post.role)
    assert list(await session.scalars(posts)) == [Role.GRID_CHIEF, Role.GRIDWORKER]
    known = await places.known_grids(session)
    assert places.heir_of(known, county.grids[0].id, TODAY).id == whole.id


async def test_a_closed_grid_goes_into_its_neighbour(
    session: AsyncSession, county: County, admin: Actor
) -> None:
    grid = county.grids[0]
    beside = await factories.grid(session, county.villages[0], county.township_grids[0])
    shop = await thing(session, grid, "饭店")
    command = {
        "kind": "close", "grid_ids": [grid.id], "starts_on": TODAY, "document": DOCUMENT,
        "targets": [{"grid_id": beside.id, "post_ids": await posts_of(session, grid)}],
    }  # fmt: skip
    await divisions.change(session, admin, ChangeDivision.model_validate(command))
    assert shop.grid_id == beside.id


async def test_what_does_not_fit_is_refused_in_words(
    session: AsyncSession, county: County, admin: Actor
) -> None:
    grid = county.grids[0]
    good = (await split(session, county)).model_dump()
    west, east = good["targets"]
    into_itself = {"kind": "close", "targets": [{"grid_id": grid.id}]}
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("targets", {"targets": [west]}),
        ("targets", {"kind": "merge"}),
        ("grid_id", into_itself),
        ("grid_id", {"kind": "close", "targets": [{}]}),
        ("name", {"targets": [west, east | {"name": "西网格"}]}),
        ("starts_on", {"starts_on": TODAY - timedelta(days=32)}),
        ("starts_on", {"starts_on": TODAY + timedelta(days=367)}),
        ("post_ids", {"targets": [west | {"post_ids": []}, east | {"post_ids": []}]}),
        ("post_ids", {"targets": [west, east | {"post_ids": []}]}),
        ("official_code", {"targets": [west, east | {"official_code": "370405001001001"}]}),
        ("grid_ids", {"grid_ids": [county.township_grids[0].id]}),
    ]
    for field, change in wrong:
        command = ChangeDivision.model_validate(good | change)
        with pytest.raises(Invalid) as refused:
            async with session.begin_nested():
                await divisions.change(session, admin, command)
        assert refused.value.fields == [field], change
    assert await session.scalar(select(func.count()).select_from(DivisionChange)) == 0
    await divisions.change(session, admin, await split(session, county, on=NEXT))
    with pytest.raises(Invalid) as refused:
        await divisions.change(session, admin, await split(session, county, on=NEXT))
    assert refused.value.fields == ["grid_ids"]
    assert "为止" in refused.value.problem()["zh"]


async def test_what_a_change_has_ended_is_brought_back_by_nothing_but_a_change(
    session: AsyncSession, county: County, admin: Actor
) -> None:
    await divisions.change(session, admin, await split(session, county))
    with pytest.raises(Invalid) as refused:
        await places.edit_grid(session, admin, county.grids[0].id, EditGrid(valid_to=None))
    assert "调整网格" in refused.value.problem()["zh"]


async def test_only_the_county_changes_the_division(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    officer = await actor_of(session, settings, county.township_officer)
    with pytest.raises(NotPermitted):
        await divisions.change(session, officer, await split(session, county))


async def test_a_change_is_filed_and_stands_in_the_package(
    session: AsyncSession, county: County, admin: Actor
) -> None:
    made = await divisions.change(session, admin, await split(session, county))
    assert made.change.filed_on is None
    too_soon = FileChange(filed_on=TODAY + timedelta(days=1), filed_number="枣网备 3")
    with pytest.raises(Invalid):
        await divisions.file(session, admin, made.change.id, too_soon)
    filed = FileChange(filed_on=TODAY, filed_number="枣网备〔2026〕3 号")
    await divisions.file(session, admin, made.change.id, filed)
    (listed,) = await divisions.changes(session, admin)
    assert listed.change.filed_number == "枣网备〔2026〕3 号"
    book = await divisions.export(session, admin)
    (_, row) = CalamineWorkbook.from_filelike(BytesIO(book.body)).get_sheet_by_index(0).to_python()
    assert row == [
        "1", "拆分", "2026-11-23", "文化社区", county.grids[0].name, "—",
        "文化社区", "西网格、东网格", "370405001001001、—", "", "", DOCUMENT, "", "钱管理",
        "已备案", "2026-11-23", "枣网备〔2026〕3 号",
    ]  # fmt: skip
