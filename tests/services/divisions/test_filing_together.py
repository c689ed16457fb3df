"""What a scheme or the ledger adds or ends stands in the list; a change is filed as read too."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.errors import ChangedMeanwhile
from app.models.grid import Grid
from app.models.grid_revision import RevisionCause, RevisionKind
from app.models.organization import Organization, OrganizationKind
from app.models.person import Role
from app.services import access, divisions, ledger, places, schemes
from app.services.access import Actor
from app.services.divisions import FileChange, FoundRevision, NotAsRead, UndoChange
from app.services.ledger import AddObject, Because, ReopenObject
from app.services.places import EditGrid, spans
from tests import factories
from tests.actors import actor_of
from tests.conftest import Freeze
from tests.factories import County
from tests.services.divisions.ground import Ground
from tests.services.divisions.test_divisions import TODAY, split
from tests.services.divisions.test_filing_what_was_read import edit
from tests.services.divisions.test_revisions import Desk, desk, filing_of
from tests.services.schemes import ground
from tests.services.test_fitting import CELL_M2, square

__all__ = ["desk"]  # a fixture
K, C = RevisionKind, RevisionCause
LATER = "2026-11-23 16:00"
SORRY = UndoChange(document="台安办〔2026〕19 号", reason="划错了")


def change_filing(**more: Any) -> FileChange:
    return FileChange.model_validate({"filed_on": TODAY, "filed_number": "备 1"} | more)


async def test_a_change_is_not_filed_past_a_new_line_of_its_township(
    desk: Desk, land: Ground, county: County, freeze: Freeze
) -> None:
    made = await divisions.change(desk.session, desk.admin, await split(desk.session, county))
    freeze(LATER)
    await edit(desk, land.grid, name="北关新网格")
    (new,) = await desk.listed()
    with pytest.raises(NotAsRead) as refused:
        await divisions.file(desk.session, desk.admin, made.change.id, change_filing())
    assert "北关新网格" in refused.value.details["reason_zh"]
    assert made.change.filed_on is None
    read = change_filing(read_ids=[new.row.id])
    filed = await divisions.file(desk.session, desk.admin, made.change.id, read)
    assert (filed.change.filed_number, filed.township) == ("备 1", "运河街道")
    await edit(desk, land.grid, name="又改的网格")
    right = change_filing(filed_number="备 2")
    again = await divisions.file(desk.session, desk.admin, made.change.id, right)
    assert again.change.filed_number == "备 2", "only its number is mended"


async def test_a_change_and_its_undoing_hinder_a_line_that_was_read_before(
    desk: Desk, land: Ground, county: County, freeze: Freeze
) -> None:
    await edit(desk, land.grid, name="北关新网格")
    (line,) = await desk.listed()
    freeze(LATER)
    made = await divisions.change(desk.session, desk.admin, await split(desk.session, county))
    for seen, undo in (({}, False), ({"read_ids": [made.change.id]}, True)):
        if undo:
            await divisions.undo(desk.session, desk.admin, made.change.id, SORRY)
        asked = filing_of(line, **seen)
        with pytest.raises(NotAsRead) as refused:
            await divisions.file_revision(desk.session, desk.admin, line.row.id, asked)
        said = refused.value.details["reason_zh"]
        assert ("撤销调整：拆分" in said) is undo
        assert "拆分" in said
    asked = filing_of(line, read_ids=[made.change.id], read_undone_ids=[made.change.id])
    filed = await divisions.file_revision(desk.session, desk.admin, line.row.id, asked)
    assert filed.row.filed_on == TODAY


async def test_an_undoing_is_filed_as_read_too_and_not_hindered_by_its_own_change(
    desk: Desk, land: Ground, county: County, freeze: Freeze
) -> None:
    made = await divisions.change(desk.session, desk.admin, await split(desk.session, county))
    await divisions.undo(desk.session, desk.admin, made.change.id, SORRY)
    with pytest.raises(ChangedMeanwhile):
        await divisions.file(desk.session, desk.admin, made.change.id, change_filing())
    freeze(LATER)
    await edit(desk, land.grid, name="北关新网格")
    asked = change_filing(of_undoing=True)
    with pytest.raises(NotAsRead):
        await divisions.file(desk.session, desk.admin, made.change.id, asked)
    (new,) = await desk.listed()
    asked = change_filing(of_undoing=True, read_ids=[new.row.id])
    filed = await divisions.file(desk.session, desk.admin, made.change.id, asked)
    assert filed.change.undone_filed_number == "备 1"


async def test_what_is_of_another_township_hinders_no_change(
    desk: Desk, county: County, land: Ground
) -> None:
    made = await divisions.change(desk.session, desk.admin, await split(desk.session, county))
    await edit(desk, county.grids[1], name="别镇网格")
    filed = await divisions.file(desk.session, desk.admin, made.change.id, change_filing())
    assert filed.change.filed_on == TODAY


@pytest.fixture
async def scheme(session: AsyncSession, settings: Settings) -> Actor:
    """A county of s4, whose enterprises are grids, and its administrator."""
    await ground.put(session, "s4")
    centre = await ground.only(session, OrganizationKind.COUNTY_CENTRE)
    admin = await factories.person(session, Role.ADMINISTRATOR, centre)
    return await actor_of(session, settings, admin)


async def listed(session: AsyncSession, actor: Actor, cause: RevisionCause) -> list[FoundRevision]:
    found = await divisions.revisions(session, actor)
    return [one for one in found if one.row.cause is cause]


async def test_a_scheme_files_its_grids_a_line_for_each_township(
    session: AsyncSession, settings: Settings
) -> None:
    await ground.put(session, "s3")
    centre = await ground.only(session, OrganizationKind.COUNTY_CENTRE)
    admin = await actor_of(
        session, settings, await factories.person(session, Role.ADMINISTRATOR, centre)
    )
    lines = await listed(session, admin, C.SCHEME)
    bodies = {one.id: one for one in await session.scalars(select(Organization))}
    wanted: Counter[str | None] = Counter()
    for grid in await session.scalars(select(Grid)):
        within = bodies[grid.organization_id].within_id
        wanted[bodies[within].short_name if within else None] += 1
    assert {one.township: len(one.parts) for one in lines} == wanted
    assert len(wanted) > 2
    assert {(one.row.kind, one.decided_by, one.row.filed_on) for one in lines} == {
        (K.ADDED, None, None)
    }
    await schemes.apply(session, admin, schemes.named("s3"), ground.DIVISIONS)
    assert len(await listed(session, admin, C.SCHEME)) == len(lines), "a second time adds nothing"
    sheet = await divisions.package(session, admin)
    assert sheet.body


async def test_looking_at_a_scheme_files_nothing(session: AsyncSession, scheme: Actor) -> None:
    before = len(await divisions.revisions(session, scheme))
    await schemes.difference(session, scheme, schemes.named("s3"), ground.DIVISIONS)
    assert len(await divisions.revisions(session, scheme)) == before


async def test_the_first_outline_belongs_to_the_line_of_the_scheme_as_long_as_it_waits(
    session: AsyncSession, settings: Settings, freeze: Freeze
) -> None:
    await ground.put(session, "s3")
    centre = await ground.only(session, OrganizationKind.COUNTY_CENTRE)
    admin = await actor_of(
        session, settings, await factories.person(session, Role.ADMINISTRATOR, centre)
    )
    freeze("2026-12-01 08:00")
    grid = await ground.grid(session, await ground.body(session, ground.VILLAGE))
    sizes = []
    for cell in (square(3), square(3, size=0.005)):
        await places.edit_grid(session, admin, grid.id, EditGrid(outline=cell))
        lines = await listed(session, admin, C.SCHEME)
        (part,) = [one for line in lines for one in line.parts if one.grid_id == grid.id]
        sizes.append(part.area)
    assert sizes[0] == pytest.approx(CELL_M2, rel=0.02)
    assert sizes[1] == sizes[0], "a redraw is a line of its own"
    assert [one.is_redrawn for one in await listed(session, admin, C.HAND)] == [True]


async def add_firm(session: AsyncSession, actor: Actor, name: str, line: Grid) -> Any:
    command = AddObject(name=name, grid_id=line.id)
    return (await ledger.add_object(session, actor, command)).found.object


async def test_enterprises_that_are_grids_share_a_line_and_leave_it_again(
    session: AsyncSession, scheme: Actor
) -> None:
    line = await ground.line(session, "港口码头航运渡口网格")
    firms = [await add_firm(session, scheme, f"{name}渡口", line) for name in "东西"]
    (new,) = await listed(session, scheme, C.LEDGER)
    assert (new.what, sorted(one.name for one in new.parts)) == ("新设", ["东渡口", "西渡口"])
    assert new.decided_by == scheme.name
    for firm in firms:
        await ledger.close_object(session, scheme, firm.id, Because(reason="停航了"))
    ended = next(one for one in await listed(session, scheme, C.LEDGER) if one.row.kind is K.ENDED)
    assert len(ended.parts) == 2
    assert ended.row.revised_on == access.today() + timedelta(days=1)
    await ledger.reopen_object(session, scheme, firms[0].id, ReopenObject(reason="复航了"))
    found = {one.row.kind: one for one in await listed(session, scheme, C.LEDGER)}
    assert [one.name for one in found[K.ENDED].parts] == ["西渡口"]
    assert set(found) == {K.ADDED, K.ENDED}
    with pytest.raises(NotAsRead):
        await divisions.file_revision(session, scheme, ended.row.id, filing_of(ended))
    await ledger.reopen_object(session, scheme, firms[1].id, ReopenObject(reason="复航了"))
    assert {one.row.kind for one in await listed(session, scheme, C.LEDGER)} == {K.ADDED}


async def test_a_filed_line_takes_nothing_more_and_what_comes_back_is_restored(
    session: AsyncSession, scheme: Actor
) -> None:
    line = await ground.line(session, "港口码头航运渡口网格")
    firm = await add_firm(session, scheme, "东渡口", line)
    await ledger.close_object(session, scheme, firm.id, Because(reason="停航了"))
    everything = await divisions.revisions(session, scheme)
    ids = [one.row.id for one in everything]
    for one in everything:
        await divisions.file_revision(session, scheme, one.row.id, filing_of(one, read_ids=ids))
    await ledger.reopen_object(session, scheme, firm.id, ReopenObject(reason="复航了"))
    await add_firm(session, scheme, "西渡口", line)
    waiting = [one for one in await listed(session, scheme, C.LEDGER) if not one.row.filed_on]
    assert sorted(one.what for one in waiting) == ["恢复", "新设"]


async def test_a_full_line_is_followed_by_another(
    session: AsyncSession, scheme: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spans, "_MOST", 2)
    line = await ground.line(session, "港口码头航运渡口网格")
    for n in range(5):
        await add_firm(session, scheme, f"渡口{n}", line)
    sizes = sorted(len(one.parts) for one in await listed(session, scheme, C.LEDGER))
    assert sizes == [1, 2, 2]
