"""A township drafts and the county decides: nothing before, everything at once then (S2-16)."""

import json
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.api.shapes import division_drafts as shapes
from app.config import Settings
from app.errors import ChangedMeanwhile, Invalid, NotFound, NotPermitted, UnfittingGridCode
from app.models.division import DraftStatus
from app.models.grid import Grid
from app.models.notification import Notification
from app.services import divisions, places
from app.services.access import Actor
from app.services.divisions import AnswerDraft, HandInDraft, MendDraft
from app.services.places import EditGrid, outlines
from tests import factories
from tests.actors import actor_of
from tests.factories import County
from tests.services.divisions.test_divisions import LAT, LON, TODAY, named, split
from tests.services.test_grids import square

YES = AnswerDraft(is_confirmed=True, version=1)


@pytest.fixture
async def officer(session: AsyncSession, settings: Settings, county: County) -> Actor:
    return await actor_of(session, settings, county.township_officer)


def of_edit(grid: Grid, **edit: Any) -> HandInDraft:
    return HandInDraft.model_validate(
        {"proposal": {"grid_id": grid.id, "edit": edit}, "reason": "走不过来"}
    )


async def told(session: AsyncSession, kind: str) -> list[UUID]:
    query = select(Notification.person_id).where(Notification.kind == kind)
    return list(await session.scalars(query))


async def test_a_split_happens_when_the_county_confirms_and_not_before(
    session: AsyncSession, county: County, admin: Actor, officer: Actor
) -> None:
    change = await split(session, county, outline=square(LAT, LON))
    command = HandInDraft(proposal={"change": change}, reason="太大，走不过来")
    found = await divisions.hand_in(session, officer, command)
    assert [one.name for one in found.after] == ["西网格", "东网格"]
    assert found.after[0].people == ["张网格", "王格长"]
    assert (await divisions.changes(session, admin), county.grids[0].valid_to) == ([], None)
    assert await told(session, "division.draft_handed_in") == [county.administrator.id]
    read = await divisions.draft(session, admin, found.draft.id)
    assert (read.may, found.may) == (["answer"], ["mend", "withdraw"])
    done = await divisions.answer(session, admin, found.draft.id, YES)
    assert done.draft.status is DraftStatus.CONFIRMED
    (made,) = await divisions.changes(session, admin)
    assert done.draft.change_id == made.change.id
    assert (await named(session, "东网格")).valid_from == TODAY
    assert await told(session, "division.draft_confirmed") == [county.township_officer.id]
    with pytest.raises(ChangedMeanwhile):
        await divisions.withdraw(session, officer, found.draft.id)


async def test_what_no_longer_fits_is_refused_at_the_moment_of_confirming(
    session: AsyncSession, county: County, admin: Actor, officer: Actor
) -> None:
    grid = county.grids[0]
    split_up = HandInDraft(proposal={"change": await split(session, county)}, reason="太大")
    waits = (await divisions.hand_in(session, officer, split_up)).draft.id
    redraw = of_edit(grid, outline=square(LAT, LON), drawn_from="")
    drawn = (await divisions.hand_in(session, officer, redraw)).draft.id
    await places.edit_grid(session, admin, grid.id, EditGrid(outline=square(LAT, LON + 0.1)))
    with pytest.raises(ChangedMeanwhile):
        async with session.begin_nested():
            await divisions.answer(session, admin, drawn, YES)
    await divisions.change(session, admin, await split(session, county))
    with pytest.raises(Invalid) as refused:
        async with session.begin_nested():
            await divisions.answer(session, admin, waits, YES)
    assert "为止" in refused.value.problem()["zh"]
    again = await divisions.draft(session, admin, waits)
    assert again.draft.status is DraftStatus.HANDED_IN


async def test_a_returned_draft_is_mended_and_only_what_was_read_is_confirmed(
    session: AsyncSession, county: County, admin: Actor, officer: Actor
) -> None:
    grid = county.grids[0]
    was = grid.name
    made = await divisions.hand_in(session, officer, of_edit(grid, name="一网格"))
    id_ = made.draft.id
    back = AnswerDraft(is_confirmed=False, version=1)
    with pytest.raises(Invalid):
        await divisions.answer(session, admin, id_, back)
    back = back.model_copy(update={"reason": "用大名"})
    returned = await divisions.answer(session, admin, id_, back)
    assert (returned.draft.answer, returned.may) == ("用大名", [])
    assert await told(session, "division.draft_returned") == [county.township_officer.id]
    mended = of_edit(grid, name="文化社区一网格", outline=square(LAT, LON)).model_dump()
    command = MendDraft.model_validate({**mended, "version": 1})
    await divisions.mend(session, officer, id_, command)
    with pytest.raises(ChangedMeanwhile):
        await divisions.answer(session, admin, id_, YES)
    with pytest.raises(ChangedMeanwhile):
        await divisions.mend(session, officer, id_, command)
    await divisions.answer(session, admin, id_, YES.model_copy(update={"version": 2}))
    assert grid.name == "文化社区一网格"
    done = await divisions.draft(session, officer, id_)
    assert (done.before[0].name, done.after[0].name) == (was, "文化社区一网格")
    assert outlines.version(done.after[0].outline) == outlines.version(grid.outline)


async def test_a_new_grid_is_drafted_and_a_withdrawn_draft_is_for_nobody_to_answer(
    session: AsyncSession, county: County, admin: Actor, officer: Actor
) -> None:
    add = {"name": "新网格", "organization_id": county.villages[0].id, "valid_from": TODAY}
    command = HandInDraft.model_validate({"proposal": {"add": add}, "reason": "新建小区"})
    first, second = [await divisions.hand_in(session, officer, command) for _ in range(2)]
    for _ in range(2):
        gone = await divisions.withdraw(session, officer, second.draft.id)
    assert (gone.draft.status, gone.may) == (DraftStatus.WITHDRAWN, [])
    with pytest.raises(ChangedMeanwhile):
        await divisions.answer(session, admin, second.draft.id, YES)
    done = await divisions.answer(session, admin, first.draft.id, YES)
    assert done.draft.grid_id == (await named(session, "新网格")).id


async def test_drafts_are_of_own_ground_and_seen_by_the_county_alone(
    session: AsyncSession, settings: Settings, county: County, officer: Actor
) -> None:
    theirs = of_edit(county.grids[1], name="别人的")
    with pytest.raises(NotFound):
        await divisions.hand_in(session, officer, theirs)
    made = await divisions.hand_in(session, officer, of_edit(county.grids[0], name="一网格"))
    with pytest.raises(NotPermitted):
        await divisions.answer(session, officer, made.draft.id, YES)
    cadre = await factories.person(session, name="那边的")
    await factories.post(session, cadre, officer.seats[0].role, county.townships[1])
    neighbour = await actor_of(session, settings, cadre)
    handler = await actor_of(session, settings, county.handler)
    for stranger in (neighbour, handler):
        assert await divisions.drafts_of(session, stranger) == []
        with pytest.raises(NotFound):
            await divisions.draft(session, stranger, made.draft.id)
    with pytest.raises(NotFound):
        await divisions.withdraw(session, neighbour, made.draft.id)
    with pytest.raises(NotFound):
        await divisions.ground(session, officer, [county.grids[1].id])
    for seer in (county.county_officer, county.leader):
        (line,) = await divisions.drafts_of(session, await actor_of(session, settings, seer))
        assert (line.kind, line.grids) == ("edit", [county.grids[0].name])


async def test_a_code_that_is_taken_is_said_when_it_is_handed_in(
    session: AsyncSession, county: County, officer: Actor
) -> None:
    """By the check that the county's own way goes by; a grid may keep the code it has."""
    mine, other = county.grids
    mine.official_code, other.official_code = "370405001009", "370405002009"
    await session.flush()
    added = {
        "name": "新村网格",
        "official_code": other.official_code,
        "organization_id": county.villages[0].id,
        "valid_from": TODAY,
    }
    twice = await split(session, county)
    twice.targets[1].official_code = twice.targets[0].official_code
    taken = await split(session, county)
    taken.targets[1].official_code = other.official_code
    for command, said in (
        (of_edit(mine, official_code=other.official_code), "370405002009 已经用过"),
        (
            HandInDraft.model_validate({"proposal": {"add": added}, "reason": "新建小区"}),
            "已经用过",
        ),
        (HandInDraft(proposal={"change": taken}, reason="太大，走不过来"), "已经用过"),
        (HandInDraft(proposal={"change": twice}, reason="太大，走不过来"), "不能一样"),
    ):
        with pytest.raises(Invalid) as refused:
            await divisions.hand_in(session, officer, command)
        assert refused.value.fields == ["official_code"]
        assert said in refused.value.problem()["zh"]
    assert await divisions.drafts_of(session, officer) == []
    kept = await divisions.hand_in(
        session, officer, of_edit(mine, official_code=mine.official_code, bounds="东至运河")
    )
    assert kept.draft.status is DraftStatus.HANDED_IN


async def test_a_code_of_another_shape_is_refused_when_it_is_handed_in(
    session: AsyncSession, county: County, officer: Actor
) -> None:
    """Whichever way it comes in (S1-9)."""
    added = {
        "name": "新村网格",
        "official_code": "3704050010",
        "organization_id": county.villages[0].id,
        "valid_from": TODAY,
    }
    divided = await split(session, county, official_code="3704050010")
    for command in (
        of_edit(county.grids[0], official_code="3704050010"),
        HandInDraft.model_validate({"proposal": {"add": added}, "reason": "新建小区"}),
        HandInDraft(proposal={"change": divided}, reason="太大，走不过来"),
    ):
        with pytest.raises(UnfittingGridCode):
            await divisions.hand_in(session, officer, command)


async def test_codes_of_other_systems_are_drafted_and_stay_with_a_grid_that_ends(
    session: AsyncSession, county: County, officer: Actor, admin: Actor
) -> None:
    grid = county.grids[0]
    made = await divisions.hand_in(session, officer, of_edit(grid, external_codes={"综治": "31"}))
    assert [one.external_codes for one in (*made.before, *made.after)] == [{}, {"综治": "31"}]
    confirmed = await divisions.answer(session, admin, made.draft.id, YES)
    assert shapes.draft(confirmed).after[0].external_codes == {"综治": "31"}
    await divisions.change(session, admin, await split(session, county))
    assert grid.external_codes == {"综治": "31"}
    assert (await named(session, "西网格")).external_codes == {}


async def test_a_new_grid_is_drafted_with_its_codes_of_other_systems(
    session: AsyncSession, county: County, officer: Actor, admin: Actor
) -> None:
    add = {"name": "新网格", "organization_id": county.villages[0].id, "valid_from": TODAY}

    def asking(**codes: str) -> HandInDraft:
        proposal = {"add": {**add, "external_codes": codes}}
        return HandInDraft.model_validate({"proposal": proposal, "reason": "新建小区"})

    with pytest.raises(Invalid) as refused:
        await divisions.hand_in(session, officer, asking(消防="1"))
    assert refused.value.problem()["fields"] == ["external_codes"]
    made = await divisions.hand_in(session, officer, asking(综治="31"))
    assert made.after[0].external_codes == {"综治": "31"}
    mended = MendDraft.model_validate({**asking(综治="32").model_dump(), "version": 1})
    await divisions.mend(session, officer, made.draft.id, mended)
    await divisions.answer(session, admin, made.draft.id, YES.model_copy(update={"version": 2}))
    assert (await named(session, "新网格")).external_codes == {"综治": "32"}


async def test_parts_of_a_split_bring_their_codes_elsewhere(
    session: AsyncSession, county: County, admin: Actor, settings: Settings
) -> None:
    officer = await actor_of(session, settings, county.township_officer)

    async def proposed(**codes: str) -> HandInDraft:
        change = await split(session, county, external_codes=codes)
        asked = {"change": change.model_dump(mode="json")}
        return HandInDraft.model_validate({"proposal": asked, "reason": "人太多"})

    with pytest.raises(Invalid) as refused:
        await divisions.hand_in(session, officer, await proposed(水利="9"))
    assert refused.value.problem()["fields"] == ["external_codes"]
    made = await divisions.hand_in(session, officer, await proposed(综治="31"))
    assert [one.external_codes for one in made.after] == [{}, {"综治": "31"}]
    await divisions.answer(session, admin, made.draft.id, AnswerDraft(is_confirmed=True, version=1))
    assert (await named(session, "东网格")).external_codes == {"综治": "31"}


async def test_a_draft_that_is_mended_asks_for_nothing_that_was_not_asked(
    session: AsyncSession, county: County, admin: Actor, officer: Actor
) -> None:
    """As the page does it: what was read goes back with what was mended. The line stays."""
    grid = county.grids[0]
    grid.outline = square(LAT, LON)
    await session.flush()
    found = await divisions.hand_in(session, officer, of_edit(grid, bounds="东至运河"))
    read = json.loads(shapes.draft(found).model_dump_json())["proposal"]
    assert read == {"grid_id": str(grid.id), "edit": {"bounds": "东至运河"}}
    again = {"proposal": read, "reason": "走不过来", "version": 1}
    await divisions.mend(session, officer, found.draft.id, MendDraft.model_validate(again))
    yes = AnswerDraft(is_confirmed=True, version=2)
    await divisions.answer(session, admin, found.draft.id, yes)
    await session.refresh(grid)
    assert (grid.bounds, grid.outline) == ("东至运河", square(LAT, LON))
