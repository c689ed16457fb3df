"""What is filed is what was read; the list comes in pages; what is added or ended stands in it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.errors import ChangedMeanwhile, Invalid
from app.models.grid import Grid
from app.models.grid_revision import RevisionKind
from app.models.person import Role
from app.services import divisions, places
from app.services.access import Actor
from app.services.divisions import (
    ChangeDivision,
    FileChange,
    FilingQuery,
    FoundRevision,
    NotAsRead,
    UndoChange,
)
from app.services.places import AddGrid, EditGrid
from tests import factories
from tests.actors import actor_of
from tests.conftest import Freeze
from tests.factories import County
from tests.services.divisions.ground import Ground
from tests.services.divisions.test_divisions import TODAY, posts_of, split
from tests.services.divisions.test_revisions import Desk, desk, filing_of
from tests.services.test_fitting import CELL_M2, square

__all__ = ["desk"]  # a fixture
K = RevisionKind


async def only(desk: Desk) -> FoundRevision:
    (found,) = await desk.listed()
    return found


async def add(desk: Desk, name: str = "新设网格", **more: Any) -> Grid:
    command = AddGrid(
        name=name, organization_id=desk.grid.organization_id, valid_from=TODAY, **more
    )
    return await places.add_grid(desk.session, desk.admin, command)


async def edit(desk: Desk, grid: Grid, **sent: Any) -> None:
    await places.edit_grid(desk.session, desk.admin, grid.id, EditGrid(**sent))


async def empty(session: AsyncSession, county: County) -> Grid:
    """A grid on which nobody and nothing is."""
    return await factories.grid(session, county.villages[0], name="空网格")


async def test_a_line_that_changed_since_it_was_read_is_not_filed(desk: Desk) -> None:
    await desk.edit(name="新街网格")
    read = await only(desk)
    asked = filing_of(read)
    await desk.edit(name="新新街网格")
    with pytest.raises(NotAsRead) as refused:
        await divisions.file_revision(desk.session, desk.admin, read.row.id, asked)
    assert "新新街网格" in refused.value.details["reason_zh"]
    now = await only(desk)
    assert now.row.filed_on is None
    filed = await divisions.file_revision(desk.session, desk.admin, now.row.id, filing_of(now))
    assert filed.row.filed_on == TODAY


@pytest.mark.parametrize("is_read", [True, False])
async def test_a_line_of_the_township_that_came_since_is_named(
    desk: Desk, land: Ground, is_read: bool
) -> None:
    await desk.edit(name="新街网格")
    read = await only(desk)
    await edit(desk, land.grid, name="北关新网格")
    ids = [one.row.id for one in await desk.listed()] if is_read else [read.row.id]
    asked = filing_of(read, read_ids=ids)
    if is_read:
        await divisions.file_revision(desk.session, desk.admin, read.row.id, asked)
        return
    with pytest.raises(NotAsRead) as refused:
        await divisions.file_revision(desk.session, desk.admin, read.row.id, asked)
    assert "北关新网格" in refused.value.details["reason_zh"]
    assert all(one.row.filed_on is None for one in await desk.listed())


async def test_another_township_and_what_is_older_hinder_no_filing(
    desk: Desk, county: County, freeze: Freeze
) -> None:
    await edit(desk, county.grids[1], name="别镇网格")
    older, read = await factories.grid(desk.session, county.villages[0]), desk.grid
    await edit(desk, older, name="更早的网格")
    freeze("2026-11-24 08:00")
    await edit(desk, read, name="新街网格")
    newest, *_ = await desk.listed()
    await edit(desk, county.grids[1], name="别镇又改的")
    filed = await divisions.file_revision(
        desk.session, desk.admin, newest.row.id, filing_of(newest)
    )
    assert filed.row.filed_on is not None
    right = filing_of(filed, filed_number="备 9")
    await edit(desk, older, name="后来的网格")
    again = await divisions.file_revision(desk.session, desk.admin, newest.row.id, right)
    assert again.row.filed_number == "备 9", "only its number is mended"


async def test_a_change_undone_since_it_was_read_is_not_filed(desk: Desk, county: County) -> None:
    made = await divisions.change(desk.session, desk.admin, await split(desk.session, county))
    sorry = UndoChange(document="台安办〔2026〕19 号", reason="划错了")
    await divisions.undo(desk.session, desk.admin, made.change.id, sorry)
    filing = FileChange(filed_on=TODAY, filed_number="备 1")
    with pytest.raises(ChangedMeanwhile):
        await divisions.file(desk.session, desk.admin, made.change.id, filing)
    read = filing.model_copy(update={"is_undone": True})
    filed = await divisions.file(desk.session, desk.admin, made.change.id, read)
    assert filed.change.filed_number == "备 1"


async def test_the_list_comes_in_pages(desk: Desk, county: County) -> None:
    grids = [await factories.grid(desk.session, county.villages[0]) for _ in range(5)]
    for n, grid in enumerate(grids):
        await edit(desk, grid, name=f"第{n}网格")
    seen, cursor = [], None
    while True:
        query = FilingQuery(cursor=cursor, limit=2)
        page = await divisions.revision_page(desk.session, desk.admin, query)
        seen += [one.row.id for one in page.items]
        cursor = page.next
        if cursor is None:
            break
        assert len(page.items) == 2
    assert seen == [one.row.id for one in await desk.listed()]
    assert len(seen) == 5
    with pytest.raises(Invalid):
        await divisions.change_page(desk.session, desk.admin, FilingQuery(cursor="x"))


async def test_changes_come_in_pages(desk: Desk, county: County, land: Ground) -> None:
    first = await split(desk.session, county)
    made = await divisions.change(desk.session, desk.admin, first)
    ids = await posts_of(desk.session, land.grid)
    targets = [{"name": name, "post_ids": ids} for name in ("南网格", "北网格")]
    asked = first.model_dump() | {"grid_ids": [land.grid.id], "targets": targets}
    second = ChangeDivision.model_validate(asked)
    late = await divisions.change(desk.session, desk.admin, second)
    page = await divisions.change_page(desk.session, desk.admin, FilingQuery(limit=1))
    assert page.next
    rest = await divisions.change_page(
        desk.session, desk.admin, FilingQuery(limit=1, cursor=page.next)
    )
    got = {one.change.id for one in (*page.items, *rest.items)}
    assert (got, rest.next) == ({made.change.id, late.change.id}, None)


async def test_a_grid_that_is_added_stands_in_the_list_and_the_package(desk: Desk) -> None:
    grid = await add(desk, official_code="370405001001021")
    await edit(desk, grid, outline=square(3))
    await edit(desk, grid, name="改了名的新网格")
    found = await only(desk)
    (part,) = found.parts
    assert (found.row.kind, found.what, found.row.revised_on) == (K.ADDED, "新设", TODAY)
    assert (part.name, part.code, found.decided_by) == (
        "改了名的新网格", "370405001001021", desk.admin.name,
    )  # fmt: skip
    assert part.area == pytest.approx(CELL_M2, rel=0.02)
    assert not found.is_redrawn
    await divisions.file_revision(desk.session, desk.admin, found.row.id, filing_of(found))
    ((_, what, _, body, was, *_),), features = await desk.package()
    assert (what, body, was) == ("新设", "", "")
    assert [(one["properties"]["原或现"], one["properties"]["网格"]) for one in features] == [
        ("现", "改了名的新网格")
    ]


async def test_a_grid_added_with_its_outline_has_it_in_the_line(desk: Desk) -> None:
    await add(desk, outline=square(3))
    (part,) = (await only(desk)).parts
    assert part.area == pytest.approx(CELL_M2, rel=0.02)
    assert part.outline_before_id is None


async def test_once_it_is_filed_or_of_another_day_what_follows_is_a_line_of_its_own(
    desk: Desk, freeze: Freeze
) -> None:
    grid = await add(desk)
    freeze("2026-11-24 08:00")
    await edit(desk, grid, name="第二天改的")
    assert [one.row.kind for one in await desk.listed()] == [K.REVISED, K.ADDED]


async def test_a_grid_that_is_ended_by_hand_stands_in_the_list(desk: Desk, county: County) -> None:
    grid = await empty(desk.session, county)
    await edit(desk, grid, outline=square(5))
    await edit(desk, grid, valid_to=TODAY + timedelta(days=9))
    await edit(desk, grid, valid_to=TODAY + timedelta(days=4))
    found = await only(desk)
    assert (found.what, found.row.revised_on) == ("撤销", TODAY + timedelta(days=5))
    ((_, what, day, _, was, _, _, now, *_),), features = await desk.package()
    assert (what, day, was, now) == ("撤销", "2026-11-28", "空网格", "")
    assert [one["properties"]["原或现"] for one in features] == ["原"]
    await edit(desk, grid, valid_to=None)
    assert not await desk.listed(), "it came to nothing"


async def test_one_that_had_been_filed_as_ended_is_restored(desk: Desk, county: County) -> None:
    grid = await empty(desk.session, county)
    await edit(desk, grid, valid_to=TODAY)
    found = await only(desk)
    await divisions.file_revision(desk.session, desk.admin, found.row.id, filing_of(found))
    await edit(desk, grid, valid_to=TODAY + timedelta(days=30))
    await edit(desk, grid, valid_to=None)
    assert sorted(one.what for one in await desk.listed()) == ["恢复", "撤销"]


async def test_what_another_has_ended_is_restored_by_a_line(
    desk: Desk, county: County, settings: Settings
) -> None:
    grid = await empty(desk.session, county)
    await edit(desk, grid, valid_to=TODAY)
    other = await factories.person(desk.session, Role.ADMINISTRATOR, county.centre)
    who: Actor = await actor_of(desk.session, settings, other)
    await places.edit_grid(desk.session, who, grid.id, EditGrid(valid_to=None))
    assert sorted(one.what for one in await desk.listed()) == ["恢复", "撤销"]


async def test_what_a_change_adds_and_ends_is_filed_with_the_change(
    desk: Desk, county: County
) -> None:
    await divisions.change(desk.session, desk.admin, await split(desk.session, county))
    assert not await desk.listed()
