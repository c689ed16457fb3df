"""The list of accidents as an Excel file."""

import io
import zipfile
from typing import Any

from python_calamine import CalamineWorkbook
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.audit import AuditEntry
from app.models.base import new_id
from app.models.person import Person
from tests.services.accidents.scene import Scene, at


async def rows(scene: Scene, who: Person, query: str = "") -> list[dict[str, Any]]:
    answer = await (await scene.sign_in_as(who)).get(f"/api/accidents/export.xlsx{query}")
    assert answer.status_code == 200, answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0)
    heads, *lines = sheet.to_python()
    return [dict(zip(map(str, heads), line, strict=True)) for line in lines]


async def test_it_holds_what_is_known_and_no_formula(scene: Scene, session: AsyncSession) -> None:
    id_, county = new_id(), scene.county
    await scene.report(id_, place="=1+1 棚户区", dead=0, injured=3, loss_wan=2.5, course="=cmd|x")
    await scene.step(county.county_officer, id_, "county_received")
    scene.freeze(at(121))
    (row,) = await rows(scene, county.county_officer)
    said = {
        "类型": "火灾", "状态": "办理中", "镇街": "运河街道", "村（社区）": "文化社区",
        "地点": "=1+1 棚户区", "死亡": 0, "受伤": 3, "失联": "", "直接经济损失（万元）": 2.5,
        "简要经过": "=cmd|x", "报告人": county.gridworker.name, "收到首报": "2026-11-26 12:00",
        "镇街接报": "", "县里接报": "2026-11-26 12:00", "1 小时报到县": "按时",
        "已上报": "", "2 小时上报": "超时没报",
    }  # fmt: skip
    assert {name: row[name] for name in said} == said
    entry = await session.scalar(select(AuditEntry).where(AuditEntry.kind == "accidents.exported"))
    assert entry
    assert (entry.actor_id, entry.data["count"]) == (county.county_officer.id, 1)


async def test_it_is_the_desks_own_ground_and_choice(scene: Scene) -> None:
    county = scene.county
    await scene.report(new_id(), place="这边")
    await scene.put(county.stranger, str(new_id()), kind="fall", occurred_at=at(0), place="那边")
    assert [row["地点"] for row in await rows(scene, county.township_officer)] == ["这边"]
    assert {row["地点"] for row in await rows(scene, county.supervisor)} == {"这边", "那边"}
    assert await rows(scene, county.supervisor, "?status=closed") == []
    refused = await scene.sign_in_as(county.handler)
    assert (await refused.get("/api/accidents/export.xlsx")).status_code == 403
