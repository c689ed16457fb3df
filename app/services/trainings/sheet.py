"""The list of a training as a sheet: who is on it, with what each has shown (S1-60, S4-37)."""

import asyncio
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app import db
from app.services import audit, sheets, workbooks
from app.services.access import Actor
from app.services.audit import Kind, Subject
from app.services.personal import masked_number
from app.services.sheets import CellError, Column
from app.services.trainings.reading import FoundTrainee, one, trainees
from app.services.workbooks import Workbook

NAME, MOBILE, WORKS = "姓名", "手机号", "单位、网格"
_MOBILE_DIGITS = 11
_NOTE = (
    "姓名必须填；同名的再填手机号。单位一列只给人看。到场、三项、证号、有效到空着就不改。"
    "手机号带星号的照样认得出。"
)


def _day(text: str) -> date:
    return date.fromisoformat(sheets.day(text))


def _mobile(text: str) -> str:
    plain = text.replace(" ", "").replace("-", "")
    if len(plain) != _MOBILE_DIGITS or not plain.replace("*", "").isdigit():
        raise CellError("手机号要 11 位数字")
    return plain


def _yes_no(title: str, field: str) -> Column:
    return Column(title, field, sheets.yes_no, options=sheets.YES_NO, width=10)


COLUMNS: tuple[Column, ...] = (
    Column(NAME, "name", sheets.words(40), is_needed=True),
    Column(MOBILE, "mobile", _mobile, width=16),
    Column(WORKS, None, sheets.words(200), width=30),
    _yes_no("到场", "attended"),
    _yes_no("会检查", "can_inspect"),
    _yes_no("会记录", "can_record"),
    _yes_no("会报告", "can_report"),
    Column("证号", "certificate_number", sheets.words(40), width=20),
    Column("有效到", "valid_until", _day, width=12),
)


async def sheet(session: AsyncSession, actor: Actor, training_id: UUID) -> Workbook:
    """Everybody on the list, numbers masked; who took it away leaves a row."""
    found = await one(session, actor, training_id)
    rows = await trainees(session, training_id)
    told = {"training_id": training_id, "rows": len(rows)}
    await audit.record(
        session, Kind.TRAINEES_EXPORTED, actor, Subject("training", training_id), told
    )
    await db.give_back(session)
    lines = [_line(row) for row in rows]
    body = await asyncio.to_thread(sheets.written, "培训名单", COLUMNS, lines, _NOTE)
    return Workbook(workbooks.file_name(f"{found.training.title}名单"), body)


def _line(row: FoundTrainee) -> dict[str, str]:
    told = {column.title: getattr(row.record, column.field or "", None) for column in COLUMNS[3:]}
    results = {
        title: ("是" if value else "否") if isinstance(value, bool) else str(value or "")
        for title, value in told.items()
    }
    works = "；".join(
        " ".join([one.organization.short_name, *([one.grid.name] if one.grid else [])])
        for one in row.posts
    )
    return {
        NAME: row.person.name,
        MOBILE: masked_number(row.person.mobile) or "",
        WORKS: works,
        **results,
    }
