"""Any list as an Excel file: what the list shows to this reader, and who took it away."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.audit import AuditEntry
from app.models.person import Person
from app.services import lists
from app.services.lists.sheet import walked
from tests import factories
from tests.conftest import SignInAs

SHEETS = [sheet for name in lists.__all__ if hasattr(sheet := getattr(lists, name), "columns")]


@dataclass(frozen=True)
class Numbers:
    items: Sequence[int]
    next: str | None


async def ten_at_a_time(cursor: str | None) -> Numbers:
    start = int(cursor or 0)
    return Numbers(range(start, start + 10), str(start + 10) if start < 20 else None)


async def rows(sign_in_as: SignInAs, who: Person, path: str) -> list[dict[str, Any]]:
    answer = await (await sign_in_as(who)).get(path)
    assert answer.status_code == 200, answer.text
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0)
    heads, *lines = sheet.to_python()
    return [dict(zip(map(str, heads), line, strict=True)) for line in lines]


async def test_a_list_is_walked_to_its_end_or_one_beyond_what_the_file_holds() -> None:
    assert await walked(ten_at_a_time, 100) == list(range(30))
    assert await walked(ten_at_a_time, 30) == list(range(30))
    assert await walked(ten_at_a_time, 12) == list(range(13))


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.key)
def test_a_sheet_has_a_name_that_excel_takes_and_no_head_twice(sheet: Any) -> None:
    heads = [title for title, _, _ in sheet.columns]
    assert len(sheet.title) <= 31
    assert len(set(heads)) == len(heads)


async def test_people_are_those_of_the_list_and_their_numbers_masked(
    session: AsyncSession, sign_in_as: SignInAs
) -> None:
    county = await factories.county(session)
    county.gridworker.mobile = "13812345678"
    await session.flush()
    path = "/api/people/export.xlsx?role=gridworker"
    (row,) = await rows(sign_in_as, county.township_officer, path)
    assert (row["姓名"], row["手机号"]) == (county.gridworker.name, "138****5678")
    assert "网格员" in row["岗位"]
    everywhere = await rows(sign_in_as, county.administrator, path)
    assert {row["姓名"] for row in everywhere} == {county.gridworker.name, county.stranger.name}
    entry = await session.scalar(
        select(AuditEntry).where(
            AuditEntry.kind == "list.exported", AuditEntry.actor_id == county.township_officer.id
        )
    )
    assert entry
    assert (entry.subject_kind, entry.data["rows"]) == ("people", 1)
    assert entry.data["filters"] == {"role": "gridworker"}


async def test_what_somebody_searched_for_is_not_written_down(
    session: AsyncSession, sign_in_as: SignInAs
) -> None:
    county = await factories.county(session)
    await rows(sign_in_as, county.administrator, "/api/people/export.xlsx?text=13812345678")
    entry = await session.scalar(select(AuditEntry).where(AuditEntry.kind == "list.exported"))
    assert entry
    assert entry.data == {"rows": 0, "filters": {}, "has_text": True}


async def test_the_audit_tells_of_itself_in_words(
    session: AsyncSession, sign_in_as: SignInAs
) -> None:
    county = await factories.county(session)
    await rows(sign_in_as, county.administrator, "/api/grids/export.xlsx")
    reader = county.auditor
    found = await rows(sign_in_as, reader, "/api/audit/export.xlsx?kind=list.exported")
    assert [(row["做了什么"], row["对谁、对什么"]) for row in found] == [("导出表格", "网格")]
    assert found[0]["内容"].startswith("条数：")
