"""Sheets that come back filled in: a checklist, the people of a training; wrong cells by name."""

import io
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.config import Settings
from app.errors import NotPermitted
from app.models.audit import AuditEntry
from app.models.checklist import ChecklistPicture
from app.models.person import Role
from app.services import checklists, lists, presets, trainings
from app.services.checklists import EditChecklist
from tests import factories, sheets
from tests.conftest import Freeze
from tests.trainings import ALL, YEAR, Scene

HEADS = ("编号", "问题", "怎么查", "是什么", "隐患类别", "只问这几类", "只问这些行业", "规模")
ONE = {"编号": "A-1", "问题": "门锁了吗", "是什么": "隐患", "隐患类别": "消防"}
PEOPLE = ("姓名", "手机号", "到场", "会检查", "会记录", "会报告")


@pytest.fixture
async def scene(session: AsyncSession, settings: Settings, freeze: Freeze) -> Scene:
    freeze("2026-11-23 10:00")
    return await Scene(session, settings, await factories.county(session)).build()


def cells(body: bytes) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0).to_python()


async def test_a_checklist_comes_back_as_it_went_out(session: AsyncSession, scene: Scene) -> None:
    await presets.load_base(session)
    for found in await checklists.everything(session):
        key = found.checklist.key
        body = (await lists.checklist_sheet(session, key)).body
        read = await lists.read_checklist_sheet(session, scene.admin, key, body)
        assert (read.faults, read.added, read.edited, read.dropped) == ((), [], [], []), key
        assert read.items is not None
        sent = EditChecklist.model_validate(
            {
                "name": found.checklist.name,
                "applies_to": found.checklist.applies_to,
                "items": read.items,
                "change": "x",
                "based_on": 1,
            }
        )
        kept = await checklists.put(session, scene.admin, key, sent)
        assert kept.newest.version.number == 1, "nothing new: no new version"


async def test_an_edited_checklist_says_what_would_change_and_keeps_nothing(
    session: AsyncSession, scene: Scene
) -> None:
    await presets.load_base(session)
    key = "village-9+1"
    before = (await checklists.one(session, key)).newest.items
    lines = [
        {**ONE, "编号": before[0].code, "只问这几类": "企业、三小场所", "规模": "只问九小场所"},
        {**ONE, "只问这些行业": "H62，F52 零售业"},
    ]
    read = await lists.read_checklist_sheet(session, scene.admin, key, sheets.book(lines, HEADS))
    assert (read.added, read.edited) == (["A-1"], [before[0].code])
    assert read.dropped == [item.code for item in before[1:]]
    assert read.items is not None
    rules = [item.applies_to.model_dump(mode="json", exclude_defaults=True) for item in read.items]
    assert rules == [
        {"kinds": ["enterprise", "three_small_place"], "is_small": True},
        {"divisions": ["H62", "F52"]},
    ]
    assert (await checklists.one(session, key)).checklist.version == 1


async def test_pictures_of_the_county_go_out_in_words_and_stay_where_the_words_stay(
    session: AsyncSession, scene: Scene
) -> None:
    await presets.load_base(session)
    photo = ChecklistPicture(
        sha256="ab" * 32,
        size=1,
        made_at=clock.now(),
        made_by_id=scene.admin.person_id,
    )
    session.add(photo)
    await session.flush()
    own = {"photo_right": photo.sha256, "photo_caption": "门上有锁，锁已扣好"}
    items = [
        {"code": "A-1", "question": "门锁好了吗", "category_code": "fire", **own},
        {"code": "A-2", "question": "窗关好了吗", "category_code": "fire", **own},
    ]
    whole = {"name": "夜间巡查", "items": items, "change": "配图", "based_on": 0}
    await checklists.put(session, scene.admin, "night", EditChecklist.model_validate(whole))
    heads, *rows = cells((await lists.checklist_sheet(session, "night")).body)[1:]
    at = [str(head).strip("* ") for head in heads].index("对错图")
    assert [row[at] for row in rows] == ["有本县图片"] * 2
    lines = [
        {**ONE, "编号": "A-1", "问题": "门锁好了没有", "对错图": "有本县图片"},
        {**ONE, "编号": "A-2", "对错图": "安全出口"},
        {**ONE, "编号": "A-3", "对错图": "有本县图片"},
    ]
    book = sheets.book(lines, [*HEADS, "对错图"])
    read = await lists.read_checklist_sheet(session, scene.admin, "night", book)
    assert read.items is not None
    told = [(item.picture, item.photo_right, item.photo_caption) for item in read.items]
    assert told == [(None, *own.values()), ("exit", None, None), (None, None, None)]


async def test_wrong_cells_of_a_checklist_are_named(session: AsyncSession, scene: Scene) -> None:
    await presets.load_base(session)
    wrong = [  # from line 3 on
        ("B", {"问题": ""}, "不能空"),
        ("A", {"编号": "第一条"}, "只能用字母、数字"),
        ("A", {"编号": "A-1"}, "第 2 行也是"),
        ("D", {"是什么": "问题"}, "只能填：隐患、情况报告、诉求、到位"),
        ("E", {"隐患类别": "外星"}, "消防"),
        ("E", {"隐患类别": ""}, "选一个隐患类别"),
        ("F", {"只问这几类": "企业、饭店"}, "没有「饭店」"),
        ("G", {"只问这些行业": "Z99"}, "没有「Z99」"),
        ("H", {"规模": "小"}, "只问九小场所"),
    ]
    lines = [{**ONE, "编号": f"A-{n}", **changed} for n, (_, changed, _) in enumerate(wrong, 2)]
    body = sheets.book([ONE, *lines], HEADS)
    read = await lists.read_checklist_sheet(session, scene.admin, "village-9+1", body)
    assert read.items is None
    told = {fault.cell: fault.why for fault in read.faults}
    expected = {f"{letter}{n}": part for n, (letter, _, part) in enumerate(wrong, 3)}
    assert told.keys() == expected.keys()
    assert {cell for cell in told if expected[cell] not in told[cell]} == set()
    with pytest.raises(NotPermitted):
        await lists.read_checklist_sheet(session, scene.township, "village-9+1", body)


async def test_people_of_a_training_are_found_and_judged(
    session: AsyncSession, scene: Scene
) -> None:
    training, worker = await scene.add(), scene.county.gridworker
    village = scene.county.villages[0]
    clerk = await factories.person(session, Role.VILLAGE_CLERK, village, name="孙文书")
    lines = [
        {
            "姓名": worker.name,
            "会检查": "是",
            "会记录": "√",
            "会报告": "有",
            "有效到": "2027-11-23",
        },
        {"姓名": clerk.name, "手机号": clerk.mobile or ""},
    ]
    body = sheets.book(lines, PEOPLE)
    trial = await trainings.read_sheet(session, scene.township, training.id, body)
    assert (trial.added, trial.judged, trial.faults, trial.is_taken) == (2, 1, [], False)
    assert await trainings.trainees(session, training.id) == []
    for added in (2, 0):
        taken = await trainings.read_sheet(
            session, scene.township, training.id, body, is_taken=True
        )
        assert (taken.added, taken.is_taken) == (added, True)
    rows = {row.person.id: row.record for row in await trainings.trainees(session, training.id)}
    assert set(rows) == {worker.id, clerk.id}
    assert {name: getattr(rows[worker.id], name) for name in ALL} == ALL
    assert (await scene.shown(worker)).valid_until == YEAR


async def test_the_list_goes_out_masked_and_comes_back_as_nothing_new(
    session: AsyncSession, scene: Scene
) -> None:
    training, worker = await scene.add(), scene.county.gridworker
    worker.mobile = "13812345678"
    await scene.put(training, worker)
    await scene.judge(training, worker, **ALL)
    body = (await trainings.sheet(session, scene.township, training.id)).body
    assert cells(body)[2][:2] == [worker.name, "138****5678"]
    before = await trainings.trainees(session, training.id)
    read = await trainings.read_sheet(session, scene.township, training.id, body, is_taken=True)
    assert (read.rows, read.added, read.faults) == (1, 0, [])
    assert await trainings.trainees(session, training.id) == before
    kinds = set(await session.scalars(select(AuditEntry.kind)))
    assert "training.exported" in kinds


async def test_who_cannot_be_told_is_named_by_cell_and_the_others_are_taken(
    session: AsyncSession, scene: Scene
) -> None:
    training, village = await scene.add(), scene.county.villages[0]
    worker, stranger = scene.county.gridworker, scene.county.stranger
    for _ in range(2):
        await factories.person(session, Role.VILLAGE_CLERK, village, name="王芳")
    lines = [
        {"姓名": worker.name},
        {"姓名": "王芳"},
        {"姓名": stranger.name},
        {"姓名": "查无此人", "手机号": "123"},
        {"姓名": worker.name, "会检查": "是"},
        {"姓名": worker.name, "会检查": "也许"},
    ]
    body = sheets.book(lines, PEOPLE)
    read = await trainings.read_sheet(session, scene.township, training.id, body, is_taken=True)
    told = {fault.cell: fault.why for fault in read.faults}
    assert set(told) == {"B3", "A4", "B5", "A6", "D7"}
    assert "同名的有 2 位" in told["B3"]
    assert "没有这个人" in told["A4"], "somebody of another township"
    assert "第 2 行已经有他" in told["A6"]
    assert [row.person.id for row in await trainings.trainees(session, training.id)] == [worker.id]


async def test_newcomers_are_registered_only_if_that_is_wanted(
    session: AsyncSession, scene: Scene
) -> None:
    training, worker = await scene.add(), scene.county.gridworker
    worker.mobile = "13812345678"
    await session.flush()
    lines = [
        {"姓名": "新来的", "手机号": "13900000001", "会检查": "是"},
        {"姓名": "冒名的", "手机号": "13812345678"},
    ]
    body = sheets.book(lines, PEOPLE)
    plain = await trainings.read_sheet(session, scene.township, training.id, body)
    assert len(plain.faults) == 2
    read = await trainings.read_sheet(
        session, scene.township, training.id, body, is_taken=True, with_newcomers=True
    )
    assert (read.newcomers, read.judged) == (["新来的"], 1)
    assert ["登记的不是这个姓名" in fault.why for fault in read.faults] == [True]
    (row,) = await trainings.trainees(session, training.id)
    assert (row.person.mobile, row.record.can_inspect, row.posts) == ("13900000001", True, [])
    with pytest.raises(NotPermitted):
        await trainings.read_sheet(session, scene.officer, training.id, body, with_newcomers=True)


async def test_nobody_has_passed_before_it_begins(session: AsyncSession, scene: Scene) -> None:
    training = await scene.add(starts_on="2026-12-01", ends_on="2026-12-01")
    body = sheets.book([{"姓名": scene.county.gridworker.name, "会检查": "是"}], PEOPLE)
    read = await trainings.read_sheet(session, scene.township, training.id, body)
    (fault,) = read.faults
    assert (fault.cell, read.added) == ("C2", 0)
    assert "培训还没开始" in fault.why
