"""A grid redrawn, renamed or given another code is filed as a change is, its outlines with it."""

import json
import zipfile
from datetime import date, timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.errors import Invalid, NotFound, NotPermitted
from app.models.grid import Grid
from app.models.organization import OrganizationKind
from app.models.person import Role
from app.services import divisions, places
from app.services.access import Actor
from app.services.coordinates import Crs
from app.services.divisions import AnswerDraft, FileRevision, FoundRevision, HandInDraft
from app.services.places import EditGrid, importing
from app.services.places.importing import ImportOutlines, Match, TakeOutlines
from tests import factories
from tests.actors import actor_of
from tests.conftest import Freeze
from tests.factories import County
from tests.services.divisions.test_divisions import TODAY, split
from tests.services.test_fitting import CELL_M2, square
from tests.services.test_outline_imports import file_of

NUMBER = "枣网备〔2026〕8 号"


def filing_of(found: FoundRevision, **more: Any) -> FileRevision:
    """As it was just read."""
    given = {"version": found.version, "filed_on": TODAY, "filed_number": NUMBER}
    return FileRevision.model_validate(given | more)


class Desk:
    """The county's editor at the first grid of a county, which has a name, a code and a line."""

    def __init__(self, session: AsyncSession, admin: Actor, grid: Grid) -> None:
        self.session, self.admin, self.grid = session, admin, grid

    async def edit(self, by: Actor | None = None, **sent: Any) -> None:
        await places.edit_grid(self.session, by or self.admin, self.grid.id, EditGrid(**sent))

    async def listed(self) -> list[FoundRevision]:
        return await divisions.revisions(self.session, self.admin)

    async def past(self) -> list[places.PastOutline]:
        return await places.outlines_of(self.session, self.grid.id)

    async def package(self) -> tuple[list[list[Any]], list[dict[str, Any]]]:
        """Rows of the list without its head, and the features."""
        packed = await divisions.package(self.session, self.admin)
        assert packed.name.endswith(".zip")
        with zipfile.ZipFile(BytesIO(packed.body)) as archive:
            names = archive.namelist()
            book = CalamineWorkbook.from_filelike(BytesIO(archive.read(names[0])))
            drawn = json.loads(archive.read(names[1]))
        assert names == ["网格划分备案表.xlsx", "边界.geojson"]
        return book.get_sheet_by_index(0).to_python()[1:], drawn["features"]


@pytest.fixture
async def desk(session: AsyncSession, county: County, admin: Actor) -> Desk:
    grid = county.grids[0]
    grid.name, grid.official_code, grid.outline = "老街网格", "370405001001011", None
    await session.flush()
    made = Desk(session, admin, grid)
    await made.edit(outline=square(0))
    return made


async def test_a_redraw_is_listed_filed_and_packed_with_both_outlines(desk: Desk) -> None:
    assert not await desk.listed(), "what is drawn for the first time redraws nothing"
    await desk.edit(outline=square(0, size=0.005))
    (found,) = await desk.listed()
    (part,) = found.parts
    new, old = await desk.past()
    assert (part.outline_before_id, part.outline_id) == (old.row.id, new.row.id)
    assert part.area_before == pytest.approx(CELL_M2, rel=0.01)
    assert part.area == pytest.approx(CELL_M2 / 4, rel=0.02)
    assert (found.is_redrawn, found.is_recoded, found.is_renamed) == (True, False, False)
    assert (found.row.revised_on, found.decided_by) == (TODAY, desk.admin.name)
    assert found.township == "运河街道"
    assert found.row.filed_on is None

    filed = await divisions.file_revision(desk.session, desk.admin, found.row.id, filing_of(found))
    assert filed.row.filed_number == "枣网备〔2026〕8 号"
    ((_, what, day, *_, state, filed_on, number),), features = await desk.package()
    assert (what, day, state) == ("调整边界", "2026-11-23", "已备案")
    assert (filed_on, number) == ("2026-11-23", NUMBER)
    sides = {one["properties"]["原或现"]: one for one in features}
    assert sides["原"]["geometry"] == json.loads(json.dumps(old.row.outline))
    assert sides["现"]["geometry"] == json.loads(json.dumps(new.row.outline))
    assert sides["现"]["properties"]["序号"] == 1
    assert sides["现"]["properties"]["网格"] == "老街网格"


async def test_a_new_code_and_a_new_name_are_listed_with_what_they_were(desk: Desk) -> None:
    await desk.edit(name="新街网格", official_code="370405001001007")
    (found,) = await desk.listed()
    (part,) = found.parts
    assert (part.name_before, part.name) == ("老街网格", "新街网格")
    assert (part.code_before, part.code) == ("370405001001011", "370405001001007")
    assert part.outline_id is None
    ((_, what, _, _, was, code_was, _, name, code, size, *_),), features = await desk.package()
    assert what == "变更编码、更名"
    assert (was, code_was, name, code) == (
        "老街网格", "370405001001011", "新街网格", "370405001001007",
    )  # fmt: skip
    assert size == ""
    assert not features


async def test_a_first_code_and_a_code_taken_away_are_listed(desk: Desk) -> None:
    await desk.edit(official_code=None)
    (found,) = await desk.listed()
    await divisions.file_revision(desk.session, desk.admin, found.row.id, filing_of(found))
    await desk.edit(official_code="370405001001003")
    newest, *_ = await desk.listed()
    assert (newest.parts[0].code_before, newest.parts[0].code) == (None, "370405001001003")


async def test_what_only_describes_the_ground_better_is_kept_and_not_listed(desk: Desk) -> None:
    await desk.edit(outline=square(0, size=0.0099), is_correction=True)
    assert not await desk.listed()
    new, old = await desk.past()
    assert (new.row.is_correction, old.row.is_correction) == (True, False)


async def test_a_mark_for_the_line_hides_no_new_name(desk: Desk) -> None:
    await desk.edit(name="新街网格", outline=square(0, size=0.0099), is_correction=True)
    (found,) = await desk.listed()
    assert (found.is_redrawn, found.is_renamed) == (False, True)


async def test_what_is_neither_line_nor_code_nor_name_is_not_listed(desk: Desk) -> None:
    await desk.edit(name="老街网格", bounds="东至河", outline=square(0))
    assert not await desk.listed()


async def test_an_outline_that_is_taken_away_and_drawn_again_is_listed(
    desk: Desk, freeze: Freeze
) -> None:
    await desk.edit(outline=None)
    (found,) = await desk.listed()
    assert (found.is_redrawn, found.parts[0].area) == (True, 0)
    freeze("2026-11-24 08:00")
    await desk.edit(outline=square(3))
    assert len(await desk.listed()) == 2


async def test_one_person_on_one_day_makes_one_line_and_none_of_what_came_to_nothing(
    desk: Desk,
) -> None:
    await desk.edit(outline=square(0, size=0.005))
    await desk.edit(name="新街网格")
    await desk.edit(outline=square(0, size=0.006))
    (found,) = await desk.listed()
    (part,) = found.parts
    newest, *_, oldest = await desk.past()
    assert (part.outline_before_id, part.outline_id) == (oldest.row.id, newest.row.id)
    assert (part.name_before, part.name) == ("老街网格", "新街网格")

    await desk.edit(outline=square(0))
    ((part,),) = [one.parts for one in await desk.listed()]
    assert (part.outline_id, part.name) == (None, "新街网格")
    await desk.edit(name="老街网格")
    assert not await desk.listed()
    assert len(await desk.past()) == 4, "the history keeps all of it"


@pytest.mark.parametrize("way", ["filed", "another_day", "somebody_else"])
async def test_else_the_next_edit_is_a_line_of_its_own(
    desk: Desk, county: County, settings: Settings, freeze: Freeze, way: str
) -> None:
    await desk.edit(name="新街网格")
    (found,) = await desk.listed()
    who = desk.admin
    if way == "filed":
        await divisions.file_revision(desk.session, desk.admin, found.row.id, filing_of(found))
    elif way == "another_day":
        freeze("2026-11-24 08:00")
    else:
        other = await factories.person(desk.session, Role.ADMINISTRATOR, county.centre)
        who = await actor_of(desk.session, settings, other)
    await desk.edit(who, name="老街网格")
    new, old = await desk.listed()
    assert (old.parts[0].name, new.parts[0].name_before, new.parts[0].name) == (
        "新街网格", "新街网格", "老街网格",
    )  # fmt: skip


async def test_what_another_has_drawn_in_between_breaks_the_line(
    desk: Desk, county: County, settings: Settings
) -> None:
    other = await factories.person(desk.session, Role.ADMINISTRATOR, county.centre)
    await desk.edit(outline=square(0, size=0.005))
    await desk.edit(await actor_of(desk.session, settings, other), outline=square(1))
    await desk.edit(outline=square(2))
    lines = [one.parts[0] for one in reversed(await desk.listed())]
    assert [one.outline_before_id for one in lines[1:]] == [one.outline_id for one in lines[:-1]]
    assert len(lines) == 3


async def test_an_import_is_a_line_for_each_township(
    desk: Desk, county: County, session: AsyncSession
) -> None:
    grids = [desk.grid]
    for n, township in enumerate((county.townships[0], county.townships[1]), start=1):
        village = await factories.organization(
            session, OrganizationKind.VILLAGE, f"第{n}村", township
        )
        made = await factories.grid(session, village, outline=None)
        made.official_code = f"37040500200{n}00{n}"
        await session.flush()
        await places.edit_grid(session, desk.admin, made.id, EditGrid(outline=square(n)))
        grids.append(made)
    pairs = [(one.official_code, square(n, size=0.009)) for n, one in enumerate(grids)]
    assert await take(desk, pairs, is_correction=True) == 3
    assert not await desk.listed()

    pairs = [(one.official_code, square(n, size=0.008)) for n, one in enumerate(grids)]
    assert await take(desk, pairs) == 3
    listed = await desk.listed()
    assert sorted(len(one.parts) for one in listed) == [1, 2]
    assert len({one.township for one in listed}) == 2
    (two,) = [one for one in listed if len(one.parts) == 2]
    assert {part.grid_id for part in two.parts} == {grids[0].id, grids[1].id}
    rows, features = await desk.package()
    assert len(rows) == 2
    assert len(features) == 6


async def take(desk: Desk, pairs: list[tuple[str | None, Any]], **more: bool) -> int:
    body = file_of(*pairs)
    asked = {"crs": Crs.CGCS2000, "match": Match.CODE, "named_by": "编码"}
    command = ImportOutlines.model_validate(asked)
    seal = (await importing.check(desk.session, desk.admin, command, body)).seal
    taking = TakeOutlines.model_validate({**asked, "seal": seal, **more})
    return await importing.take(desk.session, desk.admin, taking, body, "边界.geojson")


async def test_what_a_change_does_to_its_grids_is_no_line_beside_it(
    desk: Desk, county: County
) -> None:
    made = await divisions.change(desk.session, desk.admin, await split(desk.session, county))
    sorry = divisions.UndoChange(document="台安办〔2026〕19 号", reason="划错了")
    await divisions.undo(desk.session, desk.admin, made.change.id, sorry)
    assert not await desk.listed()
    (undone, done), features = await desk.package()
    assert (undone[1], done[1]) == ("撤销调整（拆分）", "拆分")
    assert {(one["properties"]["序号"], one["properties"]["原或现"]) for one in features} >= {
        (1, "现"), (2, "原"),
    }  # fmt: skip


async def test_of_a_grid_that_is_over_nothing_is_filed(desk: Desk, freeze: Freeze) -> None:
    desk.grid.valid_to = TODAY
    await desk.session.flush()
    freeze("2026-11-24 08:00")
    await desk.edit(name="从前的网格")
    assert not await desk.listed()


async def test_of_a_grid_to_come_it_counts_from_its_first_day(desk: Desk) -> None:
    desk.grid.valid_from = date(2027, 1, 1)
    await desk.session.flush()
    await desk.edit(name="明年的网格")
    (found,) = await desk.listed()
    assert found.row.revised_on == date(2027, 1, 1)


async def test_the_mark_of_a_township_counts_once_the_county_confirms(
    desk: Desk, county: County, settings: Settings
) -> None:
    officer = await actor_of(desk.session, settings, county.township_officer)
    edit = {"outline": square(0, size=0.0098), "is_correction": True}
    proposal = {"grid_id": str(desk.grid.id), "edit": edit}
    handed = HandInDraft.model_validate({"proposal": proposal, "reason": "按航片描准"})
    draft = await divisions.hand_in(desk.session, officer, handed)
    assert "is_correction" not in draft.becomes, "it is about the line, no value of the grid"
    answer = AnswerDraft(is_confirmed=True, version=1)
    await divisions.answer(desk.session, desk.admin, draft.draft.id, answer)
    assert not await desk.listed()
    newest, *_ = await desk.past()
    assert newest.row.is_correction


async def test_a_filing_is_refused_before_its_day_of_nothing_and_to_others(
    desk: Desk, county: County, settings: Settings
) -> None:
    await desk.edit(name="新街网格")
    (found,) = await desk.listed()
    early = filing_of(found, filed_on=TODAY + timedelta(days=1))
    with pytest.raises(Invalid):
        await divisions.file_revision(desk.session, desk.admin, found.row.id, early)
    with pytest.raises(NotFound):
        await divisions.file_revision(desk.session, desk.admin, uuid4(), filing_of(found))
    officer = await actor_of(desk.session, settings, county.township_officer)
    with pytest.raises(NotPermitted):
        await divisions.file_revision(desk.session, officer, found.row.id, filing_of(found))
    await divisions.file_revision(desk.session, desk.admin, found.row.id, filing_of(found))
    right = filing_of(found, filed_number="枣网备〔2026〕9 号")
    again = await divisions.file_revision(desk.session, desk.admin, found.row.id, right)
    assert again.row.filed_number == "枣网备〔2026〕9 号"
