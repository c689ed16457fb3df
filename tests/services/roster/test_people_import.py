"""People in from Excel: every wrong cell told in words, the good rows in, and out again."""

import io
import os
import sys
import time
from datetime import date, timedelta
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select

from app.errors import Invalid, NotFound, NotPermitted
from app.models.import_batch import ImportStage
from app.models.person import Person, Role
from app.services import access, accounts, imports
from app.services.accounts import AddPerson
from app.services.roster import PEOPLE
from app.services.roster.columns import (
    BODY,
    EXAMPLE_NUMBER,
    GRID,
    JOB_TITLE,
    MOBILE,
    NAME,
    NEEDED,
    ROLE,
    SINCE,
)
from app.services.sheets import read
from tests import factories
from tests.services.roster.office import HERE, NEW, THERE, TITLES, Office, sheet

PEOPLE_IN_A_FILE = int(os.environ.get("ROSTER_ROWS", "60"))  # measured once with 2,000
TODAY = "2026-11-20"


async def test_somebody_new_comes_in_without_a_password(office: Office) -> None:
    batch = await office.take_in(NEW)
    assert (batch.stage, batch.added, batch.changed) == (ImportStage.APPLIED, 1, 0)
    person = await office.person("13911110001")
    assert person
    assert (person.name, person.password_hash) == ("新网格", None)
    (post,) = await office.posts("13911110001")
    assert (post.role, post.grid_id) == (Role.GRIDWORKER, office.county.grids[0].id)
    assert (post.starts_on, post.ends_on) == (access.today(), None)


async def test_cells_are_read_as_excel_and_people_write_them(office: Office) -> None:
    """Numbers that Excel took for numbers, dates as text and as dates, blank rows, merged cells."""
    lines: list[dict[str, Any]] = [
        {NAME: "甲", MOBILE: 13911110011.0, JOB_TITLE: "网格员", SINCE: "2026年11月1日"},
        {NAME: "乙", MOBILE: "139 1111 0012", JOB_TITLE: "网格员", SINCE: date(2026, 11, 2)},
        {},
        {NAME: "丙", MOBILE: "+86-139-1111-0013", JOB_TITLE: "网格长", BODY: HERE},
        {
            NAME: "丁",
            MOBILE: "１３９１１１１００１４",
            JOB_TITLE: "网格员",
            BODY: HERE,
            SINCE: "2026.11.3",
        },
    ]
    at = TITLES.index(BODY)
    await accounts.edit_post(
        office.session,
        office.actor,
        (await office.posts(office.county.chief.mobile or ""))[0].id,
        accounts.EditPost(ends_on=access.today() - timedelta(days=1)),
    )
    batch = await office.take_in(body=sheet(*lines, merged=[(1, at, 2, at, HERE)]))
    assert await office.told(batch) == {}
    assert batch.added == 4
    days = [
        (await office.posts(f"139111100{number}"))[0].starts_on.isoformat()
        for number in (11, 12, 14)
    ]
    assert days == ["2026-11-01", "2026-11-02", "2026-11-03"]


async def test_wrong_cells_are_told_in_words(office: Office) -> None:
    chief = office.county.chief
    lines: list[tuple[dict[str, Any], str, str]] = [
        ({MOBILE: "1391111"}, MOBILE, "11 位"),
        ({MOBILE: "1.39111E+10"}, MOBILE, "科学计数"),
        ({MOBILE: EXAMPLE_NUMBER}, MOBILE, "例子"),
        ({NAME: ""}, NAME, "不能空"),
        ({BODY: "文化小区"}, BODY, "是不是「文化社区」"),
        ({BODY: THERE}, BODY, "不归您管"),
        ({GRID: "文化社区二网格"}, GRID, "是不是「文化社区网格」"),
        ({JOB_TITLE: "网络员"}, JOB_TITLE, "是不是「网格员」"),
        ({JOB_TITLE: "系统管理员"}, JOB_TITLE, "没有这个岗位"),
        ({JOB_TITLE: "镇街分中心"}, BODY, "不设镇街分中心"),
        ({JOB_TITLE: "网格长"}, JOB_TITLE, f"已经是{chief.name}"),
        ({JOB_TITLE: "副主任", ROLE: "主任"}, ROLE, "只能填"),
        ({SINCE: "下个月"}, SINCE, "2026-11-25"),
        ({MOBILE: office.county.gridworker.mobile}, MOBILE, "文化社区 张**"),
        ({MOBILE: office.county.stranger.mobile}, MOBILE, "邻**"),
        ({NAME: "邻网格", MOBILE: office.county.stranger.mobile}, MOBILE, "登记在别处"),
        ({MOBILE: "139****0001"}, MOBILE, "没有认出"),
        ({JOB_TITLE: "村(社区)干部", GRID: "文化社区网格"}, GRID, "不带网格"),
    ]
    sent = [
        {**NEW, MOBILE: f"1391111{1000 + number}", **line}
        for number, (line, _, _) in enumerate(lines)
    ]
    errors = await office.errors(*sent)
    assert set(errors) == set(range(2, 2 + len(lines)))
    for line, (_, title, words) in enumerate(lines, start=2):
        assert words in errors[line].get(title, ""), (line, errors[line])
    stranger = errors[16][MOBILE]
    assert THERE not in stranger  # where somebody else's people work is not told
    assert await office.session.scalar(select(func.count()).select_from(Person)) == 12


async def test_a_known_number_gets_the_further_post_and_no_second_account(office: Office) -> None:
    worker = office.county.gridworker
    second = await factories.grid(
        office.session, office.county.villages[0], name="二网格", official_code="37040500000002"
    )
    line = {NAME: worker.name, MOBILE: worker.mobile, BODY: HERE, JOB_TITLE: "网格员"}
    both = {**line, GRID: "文化社区网格、37040500000002"}
    batch = await office.take_in(both)
    assert (batch.added, batch.changed) == (0, 1)
    posts = await office.posts(worker.mobile or "")
    assert [post.grid_id for post in posts] == [office.county.grids[0].id, second.id]
    again = await office.take_in(both)
    assert (again.good, again.added, again.changed) == (1, 0, 0)
    assert "有 2 个网格" in (await office.errors({**line, GRID: ""}))[2][GRID]


async def test_a_masked_number_means_the_one_of_that_name(office: Office) -> None:
    worker = office.county.gridworker
    await factories.grid(office.session, office.county.villages[0], name="二网格")
    number = f"{(worker.mobile or '')[:3]}****{(worker.mobile or '')[-4:]}"
    line = {NAME: worker.name, MOBILE: number, BODY: HERE, JOB_TITLE: "网格员", GRID: "二网格"}
    batch = await office.take_in(line)
    assert (batch.added, batch.changed, batch.wrong) == (0, 1, 0)
    assert len(await office.posts(worker.mobile or "")) == 2


async def test_rows_of_one_file_do_not_contradict_each_other(office: Office) -> None:
    await factories.grid(office.session, office.county.villages[0], name="二网格")
    one = {**NEW, GRID: "文化社区网格"}
    chief = {**NEW, JOB_TITLE: "网格长", GRID: "二网格"}
    errors = await office.errors(
        one,
        {**one, NAME: "别名"},
        one,
        chief,
        {**chief, NAME: "另一个", MOBILE: "13911110002"},
        {**one, GRID: "二网格"},
    )
    assert errors == {
        3: {NAME: "第 2 行同一个手机号写的是新网格"},
        4: {JOB_TITLE: "和第 2 行重复"},
        6: {JOB_TITLE: "第 5 行已经把这个岗位给了新网格"},
    }


async def test_one_person_in_two_rows_is_one_account(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one step, and in two."""
    await factories.grid(office.session, office.county.villages[0], name="二网格")
    usual = PEOPLE.at_once
    for number, at_once in (("13911110001", usual), ("13911110002", 1)):
        object.__setattr__(PEOPLE, "at_once", at_once)
        try:
            line = {**NEW, MOBILE: number}
            batch = await office.take_in({**line, GRID: "文化社区网格"}, {**line, GRID: "二网格"})
        finally:
            object.__setattr__(PEOPLE, "at_once", usual)
        assert (batch.added, batch.wrong) == (1, 0)
        assert len(await office.posts(number)) == 2


async def test_what_changed_since_the_check_becomes_a_wrong_row(office: Office) -> None:
    batch = await office.send(NEW, {**NEW, NAME: "后来", MOBILE: "13911110002"})
    assert batch.good == 2
    added = AddPerson(
        name="别人",
        mobile="13911110001",
        posts=[
            accounts.AddPost(
                organization_id=office.county.villages[0].id,
                role=Role.VILLAGE_CLERK,
                starts_on=access.today(),
            )
        ],
    )
    await accounts.add_person(office.session, office.actor, added)
    await office.apply(batch)
    assert (batch.added, batch.good, batch.wrong) == (1, 1, 1)
    assert "别*" in (await office.told(batch))[2][MOBILE]


async def test_only_who_adds_people_one_by_one_imports_them(office: Office) -> None:
    for person in (office.county.gridworker, office.county.county_officer, office.county.clerk):
        other = await office.of(person)
        with pytest.raises(NotPermitted):
            await other.send(NEW)
    batch = await office.send(NEW)
    admin = await office.of(office.county.administrator)
    for act in (imports.batch, imports.apply, imports.undo, imports.wrong_rows):
        with pytest.raises(NotFound):
            await act(office.session, admin.actor, PEOPLE, batch.id)


async def test_a_file_with_more_rows_than_may_come_is_refused(office: Office) -> None:
    most = PEOPLE.most
    object.__setattr__(PEOPLE, "most", 1)
    try:
        with pytest.raises(Invalid) as refused:
            await office.send(NEW, {**NEW, MOBILE: "13911110002"})
    finally:
        object.__setattr__(PEOPLE, "most", most)
    assert "超过 1 行" in refused.value.problem()["zh"]


async def test_who_waits_for_a_post_is_not_taken_up_under_another_name(office: Office) -> None:
    """Brought in by the county, and registered by a training of the township meanwhile."""
    admin = await office.of(office.county.administrator)
    await admin.take_in(NEW)
    errors = await office.errors({**NEW, NAME: "冒名"})
    assert "新**" in errors[2][MOBILE]
    with pytest.raises(Exception, match="invalid"):
        await accounts.enter(office.session, office.actor, "冒名", "13911110001")


async def test_the_template_offers_what_this_county_has(office: Office) -> None:
    columns = await PEOPLE.columns(office.session, office.actor)
    offered = {column.title: list(column.options) for column in columns}
    assert offered[BODY] == ["运河街道", HERE]
    assert offered[GRID] == ["文化社区网格", "运河街道网格"]
    assert {"网格员", "网格长", "村(社区)干部"} <= set(offered[JOB_TITLE])
    assert "系统管理员" not in offered[JOB_TITLE]
    body = imports.template(PEOPLE, columns)
    ((line, cells),) = read(body, TITLES, NEEDED).rows
    assert (line, cells[MOBILE]) == (3, EXAMPLE_NUMBER)
    book = CalamineWorkbook.from_filelike(io.BytesIO(body))
    assert book.sheet_names == ["人员名册", "选项", "填写说明"]
    explained = book.get_sheet_by_name("填写说明").to_python()
    assert [row[0] for row in explained[: len(TITLES)]] == TITLES


async def test_the_wrong_rows_come_back_and_go_in_once_mended(office: Office) -> None:
    batch = await office.send({**NEW, BODY: "文化小区"})
    rows = await imports.wrong_rows(office.session, office.actor, PEOPLE, batch.id)
    columns = await PEOPLE.columns(office.session, office.actor)
    body = imports.wrong_workbook(PEOPLE, columns, rows)
    ((_, cells),) = read(body, TITLES, NEEDED).rows
    batch = await office.take_in({**cells, BODY: HERE})
    assert (batch.added, batch.wrong) == (1, 0)


async def test_many_people_in_one_file(office: Office) -> None:
    lines = [
        {**NEW, NAME: f"第{number}人", MOBILE: f"137{number:08d}"}
        for number in range(PEOPLE_IN_A_FILE)
    ]
    began = time.monotonic()
    batch = await office.send(*lines)
    checked = time.monotonic()
    await office.apply(batch)
    taken = time.monotonic()
    assert (batch.added, batch.wrong) == (PEOPLE_IN_A_FILE, 0)
    sys.stdout.write(f"checked in {checked - began:.1f} s, in in {taken - checked:.1f} s\n")
