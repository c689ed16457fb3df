"""Lists: every filter, every order, pages that neither skip nor repeat, a constant cost."""

import io
import zipfile
from datetime import timedelta
from typing import Any
from urllib.parse import unquote
from uuid import UUID

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy.ext.asyncio import AsyncEngine

from app import clock
from app.api import shapes
from app.errors import Invalid
from app.models.hazard import OPEN_STATES, Hazard, State
from app.models.person import Person, Role
from app.models.rules import Level
from app.services import cursors, hazards
from app.services.commands import Position
from app.services.hazards import HazardFilters, HazardQuery, exporting, searching
from app.services.hazards.sorting import CLOSED_FROM
from tests import factories
from tests.cases import case
from tests.conftest import Freeze
from tests.statements import counted
from tests.walking import A, Walk

ANY_ID = UUID("01a203cd-d6c7-7629-b0c8-5005da6dcd2d")


async def found(walk: Walk, person: Person, **filters: Any) -> list[UUID]:
    query = HazardQuery.model_validate({"limit": 100, **filters})
    page = await hazards.find(walk.session, await walk.actor(person), query)
    assert page.count.count == len(page.hazards)
    return [hazard.id for hazard in page.hazards]


async def test_each_filter_finds_its_cases_and_no_others(walk: Walk) -> None:
    c = walk.county
    officer = c.county_officer
    shop = await factories.enterprise(walk.session, "永安饭店", c.villages[0], c.grids[0])
    plain = await walk.report()
    far = await walk.report(c.stranger, grid_id=c.grids[1].id, category_code="electricity")
    major = await walk.report(level=Level.MAJOR, enterprise_id=shop.id)
    suspected = await walk.report(is_suspected_major=True)
    assigned = await walk.to(State.ASSIGNED)
    signed = await walk.to(State.ASSIGNED)
    await walk.act(c.handler, signed, A.SIGN_FOR)
    await walk.act(c.handler, signed, A.ASK_EXTENSION)
    closed = await walk.to(State.VOIDED)
    listed = await walk.to(State.ESCALATED)
    await walk.act(c.leader, listed, A.LIST_SUPERVISION)
    everything = {plain, far, major, suspected, assigned, signed, closed, listed}
    fire = c.departments[0].id
    table: list[tuple[dict[str, Any], set[Hazard]]] = [
        ({}, everything),
        ({"state": ["voided", "assigned"]}, {closed, assigned, signed}),
        ({"level": ["major"]}, {major}),
        ({"category": ["electricity", "building"]}, {far}),
        ({"township_id": c.townships[1].id}, {far}),
        ({"village_id": c.villages[1].id}, {far}),
        ({"grid_id": c.grids[1].id}, {far}),
        ({"department_id": fire}, {assigned, signed}),
        ({"enterprise_id": shop.id}, {major}),
        ({"is_open": True}, everything - {closed}),
        ({"is_open": False}, {closed}),
        ({"is_major": True}, {major, suspected}),
        ({"is_major": False}, everything - {major, suspected}),
        ({"is_listed": True}, {listed}),
        ({"is_signed_for": True}, {signed}),
        ({"is_signed_for": False, "state": ["assigned"]}, {assigned}),
        ({"is_extension_asked": True}, {signed}),
        ({"is_overdue": True}, set()),
        ({"is_overdue": False}, everything),
        ({"is_very_late": True}, set()),
        ({"received_from": clock.now() + timedelta(hours=1)}, set()),
        ({"received_to": clock.now() + timedelta(hours=1)}, everything),
        ({"received_from": "2026-01-01", "received_to": "2026-01-02"}, set()),
        ({"state": ["assigned"], "is_major": True}, set()),
    ]
    for filters, wanted in table:
        assert set(await found(walk, officer, **filters)) == {one.id for one in wanted}, filters


async def test_overdue_is_what_runs_past_its_date(walk: Walk, freeze: Freeze) -> None:
    freeze("2026-11-23 09:00")
    hazard = await walk.report()
    waiting = await walk.report(escalate=False)
    freeze("2026-11-23 15:01")
    late = await found(walk, walk.county.county_officer, is_overdue=True)
    assert late == [hazard.id]
    in_time = await found(walk, walk.county.county_officer, is_overdue=False)
    assert in_time == [waiting.id]
    officer = walk.county.county_officer
    assert await found(walk, officer, is_very_late=True) == []
    freeze("2026-11-24 16:01")  # four working hours three times over
    assert await found(walk, officer, is_very_late=True) == [hazard.id]
    assert await found(walk, officer, is_very_late=False) == [waiting.id]


async def test_the_order_tells_open_and_closed_cases_apart(walk: Walk) -> None:
    """The filters rely on it."""
    cases = [await walk.to(state) for state in State if state is not State.MERGED]
    twin, merged = [await walk.to(State.ESCALATED) for _ in range(2)]
    await walk.act(walk.county.county_officer, merged, A.MERGE, duplicate_of=twin.id)
    reopened = await walk.to(State.VOIDED)
    await walk.act(walk.county.gridworker, reopened, A.REOPEN)
    cases += [twin, merged, reopened]
    for one in cases:
        is_open = one.state in OPEN_STATES
        assert (one.sort_key < CLOSED_FROM) is is_open, one.state
        assert is_open or one.clock_due_at is None, one.state
    assert {one.state for one in cases} == set(State)


async def test_a_bare_date_is_meant_on_the_countys_clock(walk: Walk, freeze: Freeze) -> None:
    freeze("2026-11-23 00:30")  # still the 22nd in Greenwich
    hazard = await walk.report()
    officer = walk.county.county_officer
    assert await found(walk, officer, received_from="2026-11-23T00:00:00") == [hazard.id]
    assert await found(walk, officer, received_from="2026-11-23T00:31:00") == []


async def test_queues_hold_what_waits_for_me(walk: Walk) -> None:
    c = walk.county
    helper = await factories.person(walk.session, Role.HANDLER, c.departments[1])
    at_township = await walk.report()
    at_county = await walk.to(State.ESCALATED)
    assigned = await walk.to(State.ESCALATED)
    joint = [c.departments[1].id]
    await walk.act(c.county_officer, assigned, A.ASSIGN, assisting_ids=joint)
    done = await walk.to(State.DONE)
    table = [
        (c.township_officer, "holder", {at_township}),
        (c.county_officer, "holder", {at_county}),
        (c.supervisor, "holder", set()),
        (c.leader, "holder", set()),
        (c.handler, "department", {assigned, done}),
        (helper, "department", {assigned}),
        (c.county_officer, "dispatched", {assigned, done}),
        (c.township_officer, "dispatched", set()),
        (c.gridworker, "mine", {at_township, at_county, assigned, done}),
        (c.chief, "mine", set()),
        (c.gridworker, "verify", {done}),
        (c.chief, "verify", set()),
    ]
    for person, queue, wanted in table:
        ids = {hazard.id for hazard in wanted}
        assert set(await found(walk, person, queue=queue)) == ids, (person.name, queue)


async def test_who_stands_in_finds_the_case_in_the_queue(walk: Walk) -> None:
    c = walk.county
    colleague = await factories.person(walk.session, Role.GRIDWORKER, c.villages[0], c.grids[0])
    done = await walk.to(State.DONE)
    assert await found(walk, colleague, queue="verify") == []
    c.gridworker.disabled_at = clock.now()
    await walk.session.flush()
    assert await found(walk, colleague, queue="verify") == [done.id]
    assert await found(walk, c.chief, queue="verify") == []
    colleague.disabled_at = clock.now()
    await walk.session.flush()
    assert await found(walk, c.chief, queue="verify") == [done.id]


async def test_what_is_put_off_leaves_the_queue_until_then(walk: Walk, freeze: Freeze) -> None:
    now = freeze("2026-11-23 09:00")
    hazard, officer = await walk.report(), walk.county.township_officer
    actor = await walk.actor(officer)
    await hazards.snooze(walk.session, actor, hazard.id, now + timedelta(hours=2))
    assert await found(walk, officer, queue="holder") == []
    assert await found(walk, officer) == [hazard.id]
    freeze("2026-11-23 11:00")
    assert await found(walk, officer, queue="holder") == [hazard.id]


@pytest.mark.parametrize("order", ["urgency", "newest"])
async def test_pages_neither_skip_nor_repeat_while_cases_come_in(walk: Walk, order: str) -> None:
    officer = await walk.actor(walk.county.county_officer)
    known = [
        (await walk.report(is_urgent=bool(n % 2), level=list(Level)[n % 3])).id for n in range(9)
    ]
    query = HazardQuery.model_validate({"order": order, "limit": 2})
    seen: list[UUID] = []
    for _ in range(20):
        page = await hazards.find(walk.session, officer, query)
        seen += [hazard.id for hazard in page.hazards]
        if page.next is None:
            break
        await walk.report(level=Level.MAJOR)
        query = query.model_copy(update={"cursor": page.next})
    assert len(seen) == len(set(seen))
    assert set(known) <= set(seen)


async def test_equal_keys_are_ordered_by_id(walk: Walk, freeze: Freeze) -> None:
    freeze("2026-11-23 09:00")
    ids = sorted([(await walk.report()).id for _ in range(5)])
    officer = walk.county.county_officer
    assert await found(walk, officer) == ids
    assert await found(walk, officer, order="newest") == ids[::-1]


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "'; drop table hazards",
        cursors.encode("1"),
        cursors.encode("abc", ANY_ID),
        cursors.encode("9" * 60, ANY_ID),
        cursors.encode(1, "no id"),
        cursors.encode(1, ANY_ID, 3),
    ],
)
async def test_a_cursor_that_is_not_ours_is_refused(walk: Walk, cursor: str) -> None:
    for order in ("urgency", "newest"):
        with pytest.raises(Invalid) as refused:
            await found(walk, walk.county.county_officer, cursor=cursor, order=order)
        assert refused.value.fields == ["cursor"]


async def test_counting_stops_at_a_thousand(walk: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.services.hazards import finding  # noqa: PLC0415

    monkeypatch.setattr(finding, "MOST_COUNTED", 3)
    actor = await walk.actor(walk.county.county_officer)
    for expected in ((1, False), (2, False), (3, False), (3, True)):
        await walk.report()
        counted_ = await hazards.count(walk.session, actor, HazardFilters())
        assert (counted_.count, counted_.is_capped) == expected


SEARCHES = [
    ("安全出口", True),
    ("出口安全", False),
    ("口", True),
    ("文化路 3", True),
    ("永安", True),
    ("饭店", True),
    ("YongAn", True),
    ("yongan", True),
    ("50%", True),
    ("50_", False),
    ("%", True),
    ("火锅", False),
    ("🔥", True),
    ("' or 1=1 --", False),
    ("\\", False),
]


@pytest.mark.parametrize(("text", "is_found"), SEARCHES)
async def test_text_is_searched_in_note_place_and_enterprise(
    walk: Walk, text: str, is_found: bool
) -> None:
    c = walk.county
    shop = await factories.enterprise(walk.session, "永安饭店 YongAn", c.villages[0], c.grids[0])
    note = "楼道堆放杂物，堵住安全出口 50% 🔥"
    hazard = await walk.report(note=note, enterprise_id=shop.id)
    wanted = [hazard.id] if is_found else []
    assert await found(walk, c.county_officer, text=text) == wanted


async def test_a_case_is_found_by_its_number(walk: Walk) -> None:
    first, second = await walk.report(note="甲"), await walk.report(note="乙")
    officer = walk.county.county_officer
    for text in (str(first.number), f"TEZ-2026-{first.number:06d}", f"{first.number:06d}"):
        assert first.id in await found(walk, officer, text=text)
        assert second.id not in await found(walk, officer, text=text)


async def test_a_corrected_note_is_found_by_its_new_words(walk: Walk) -> None:
    hazard = await walk.report(note="旧话")
    await walk.act(walk.county.gridworker, hazard, A.CORRECT, corrected_note="新词", place=None)
    officer = walk.county.county_officer
    assert await found(walk, officer, text="新词") == [hazard.id]
    assert await found(walk, officer, text="旧话") == []


def test_text_is_cut_into_pieces_of_one_and_two_characters() -> None:
    assert searching.pieces("消防 A1") == sorted({"消", "防", "消防", "防 ", " a", "a1"})
    assert searching.pieces("") == []


async def test_the_map_shows_cases_with_a_position(walk: Walk) -> None:
    placed = await walk.report(position=Position(lat=34.56, lon=117.73, accuracy_m=5))
    await walk.report()
    actor = await walk.actor(walk.county.county_officer)
    (point,) = await hazards.positions(walk.session, actor, HazardFilters())
    assert shapes.map_point(walk.settings, point) == {
        "id": placed.id,
        "number": hazards.number(walk.settings, placed.number, placed.received_at),
        "lat": 34.56,
        "lon": 117.73,
        "state": "escalated",
        "level": "general",
        "category_code": "fire",
    }


NEAR = {"lat": 34.5600, "lon": 117.7300, "accuracy_m": 5.0}


async def test_nearby_is_within_fifty_metres_or_the_same_place_within_two_weeks(
    walk: Walk, freeze: Freeze
) -> None:
    c = walk.county
    shop = await factories.enterprise(walk.session, "永安饭店", c.villages[0], c.grids[0])

    async def at(day: str, north_m: float = 0, **fields: Any) -> Hazard:
        freeze(f"2026-11-{day} 10:00")
        lat = NEAR["lat"] + north_m / 111_195
        return await walk.report(position=Position(**{**NEAR, "lat": lat}), **fields)

    near = await at("20", north_m=49)
    await at("20", north_m=52)
    await at("01", north_m=1)  # long ago
    same_place = await at("15", north_m=900, enterprise_id=shop.id)
    voided = await at("20")
    await walk.act(c.township_officer, voided, A.VOID)
    hazard = await at("20", enterprise_id=shop.id)
    unplaced = await walk.report(enterprise_id=shop.id)
    actor = await walk.actor(c.township_officer)
    rows = await hazards.nearby(walk.session, actor, hazard.id)
    assert [one.hazard.id for one in rows] == [unplaced.id, near.id, same_place.id]
    assert [round(one.distance_m) for one in rows] == [0, 49, 900]
    assert await hazards.nearby(walk.session, actor, (await walk.report()).id) == []


async def test_an_export_never_holds_a_formula(walk: Walk) -> None:
    dangerous = ["=1+1", "+cmd|' /C calc'!A0", "-2", "@SUM(A1)", "https://example.org/?a=1"]
    for note in dangerous:
        await walk.report(note=note, place=note)
    actor = await walk.actor(walk.county.county_officer)
    book = await hazards.export(walk.session, walk.settings, actor, HazardFilters())
    assert book.name.endswith(".xlsx")
    with zipfile.ZipFile(io.BytesIO(book.body)) as packed:
        sheet = packed.read("xl/worksheets/sheet1.xml").decode()
        words = packed.read("xl/sharedStrings.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    for text in ("=1+1", "@SUM(A1)", "-2"):
        assert f"<t>{text}</t>" in words
    assert shapes.excel(book).headers["content-disposition"].startswith("attachment; filename*=")


async def test_a_file_that_cannot_hold_all_says_so(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "MOST_ROWS", 2)
    for note in ("一", "二", "三"):
        await walk.report(note=note)
    actor = await walk.actor(walk.county.county_officer)
    book = await hazards.export(walk.session, walk.settings, actor, HazardFilters())
    lines = CalamineWorkbook.from_filelike(io.BytesIO(book.body)).get_sheet_by_index(0).to_python()
    assert "前2条" in book.name
    assert [len(lines), str(lines[-1][0])[:10]] == [4, "只导出了前 2 条，"]


async def test_a_page_costs_the_same_however_long_it_is(walk: Walk, engine: AsyncEngine) -> None:
    c, session = walk.county, walk.session
    actor = await walk.actor(c.county_officer)

    async def costs(cases: list[Hazard]) -> tuple[int, int]:
        with counted(engine) as rows:
            await shapes.hazard_rows(session, walk.settings, cases)
        with counted(engine) as wholes:
            await shapes.hazard_views(session, walk.settings, actor, cases)
        return len(rows), len(wholes)

    kinds = (State.DONE, State.ASSIGNED, State.ARCHIVED, State.ESCALATED, State.VOIDED)
    once = [await walk.to(state) for state in kinds]
    twice = [await walk.to(state) for state in kinds]
    assert await costs(once) == await costs([*once, *twice]) == (2, 8)
    with counted(engine) as listing:
        await hazards.find(session, actor, HazardQuery(limit=5))
    assert len(listing) == 1


@pytest.mark.parametrize("rank", [0, 1, 2, 3, 4])
async def test_late_is_a_stretch_of_every_rank(walk: Walk, rank: int) -> None:
    """The order alone tells what ran out: not what still runs, has no clock, or is closed."""
    now, hour = clock.now(), timedelta(hours=1)
    urgency: dict[str, Any] = {
        "is_listed": rank == 0,
        "is_urgent": rank == 1,
        "round": 2 if rank == 2 else 1,
        "level": Level.SERIOUS if rank == 3 else Level.GENERAL,
    }
    own = [
        await case(walk.session, walk.county, **urgency, **more)
        for more in (
            {"clock_due_at": now - hour},
            {"clock_due_at": now + hour},
            {},
            {"closed_at": now - hour, "state": State.ARCHIVED},
        )
    ]
    assert [one.sort_key // 10**11 for one in own] == [rank, rank, rank, 9]
    assert await found(walk, walk.county.county_officer, is_overdue=True) == [own[0].id]


def test_a_files_name_stays_within_its_header() -> None:
    """RFC 6266: quotes, line breaks and foreign letters of a name are percent signs and digits."""
    name = '王"家\r\nSet-Cookie: a=b; 厂.xlsx'
    told = shapes.workbook(name, b"").headers["content-disposition"]
    assert told.isascii()
    assert not set('"\r\n') & set(told)
    assert unquote(told.removeprefix("attachment; filename*=UTF-8''")) == name
    assert told.count(";") == 1
