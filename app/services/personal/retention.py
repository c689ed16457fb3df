"""For how long what is personal, or only of passing use, is kept. One table; a job keeps it.

What is evidence is not here: cases, history, photos and audit entries stay (S1-62).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models.checklist import ChecklistPicture
from app.models.event import Change, FeedFloor
from app.models.ledger_import import LedgerImport, LedgerImportRow
from app.models.library import LibraryFile
from app.models.notification import Notification
from app.models.people_import import PeopleImport, PeopleImportRow
from app.models.person import Person, SignIn
from app.services import audit, checklists, library
from app.services.access import SYSTEM
from app.services.audit import Kind, Subject

_BATCH = 10_000
Clause = Callable[[datetime], ColumnElement[bool]]


@dataclass(frozen=True)
class Period:
    """Rows of `model` for which `is_over` holds go; with `blank`, only these columns of them."""

    name: str
    what: str
    days: int
    model: Any
    is_over: Clause
    blank: dict[str, None] = field(default_factory=dict)


PERIODS: tuple[Period, ...] = (
    # 网络安全法: records of sign-ins at least six months
    Period(
        "sign_ins",
        "登录过的设备和地址，退出或最后一次使用以后；还有没传的记录就不删",
        180,
        SignIn,
        lambda before: (
            (func.coalesce(SignIn.ended_at, SignIn.last_seen_at) < before)
            & or_(SignIn.ended_at.is_not(None), SignIn.unsent_count == 0)
        ),
    ),
    Period(
        "notifications_read",
        "看过的消息，看过以后",
        180,
        Notification,
        lambda before: Notification.read_at < before,
    ),
    Period(
        "notifications",
        "没看的消息，发出以后",
        365,
        Notification,
        lambda before: Notification.created_at < before,
    ),
    Period(
        "ledger_import_rows",
        "导入台账的行，导入以后（之后不能再撤回）",
        30,
        LedgerImportRow,
        lambda before: LedgerImportRow.import_id.in_(
            select(LedgerImport.id).where(LedgerImport.created_at < before)
        ),
    ),
    Period(
        "people_import_rows",
        "导入人员名册的行，导入以后（之后不能再撤回）",
        30,
        PeopleImportRow,
        lambda before: PeopleImportRow.import_id.in_(
            select(PeopleImport.id).where(PeopleImport.created_at < before)
        ),
    ),
    Period(
        "checklist_pictures",
        "清单的本县图片，没有一版用到，最后一次上传以后（图片文件一起删）",
        30,
        ChecklistPicture,
        checklists.is_unnamed,
    ),
    Period(
        "library_files",
        "资料库的文件，没有一份资料用到，最后一次上传以后（文件一起删）",
        30,
        LibraryFile,
        library.is_unnamed,
    ),
    Period("changes", "告诉手机有变化的记号", 90, Change, lambda before: Change.at < before),
    Period(
        "mobiles_of_leavers",
        "停用账号的人的手机号，停用以后",
        180,
        Person,
        lambda before: (Person.disabled_at < before) & Person.mobile.is_not(None),
        {"mobile": None},
    ),
)

_SWEEPS = {ChecklistPicture: checklists.sweep, LibraryFile: library.sweep}


async def due(session: AsyncSession) -> dict[str, int]:
    """How many rows each period would take now; nothing is changed."""
    counts = {}
    for period in PERIODS:
        query = select(func.count()).select_from(period.model).where(_over(period))
        counts[period.name] = await session.scalar(query) or 0
    return counts


async def forget(session: AsyncSession) -> dict[str, int]:
    """Do what `due` says, and put it on record; a daily job, safe to repeat."""
    gone = {}
    for period in PERIODS:
        if period.model is Change:
            await _raise_floor(session, _over(period))
        if sweep := _SWEEPS.get(period.model):  # their objects go with them
            gone[period.name] = await sweep(session, _over(period))
        else:
            gone[period.name] = await _forget(session, period)
    told = {name: count for name, count in gone.items() if count}
    if told:
        await audit.record(session, Kind.DATA_FORGOTTEN, SYSTEM, Subject("data"), told)
    return gone


def _over(period: Period) -> ColumnElement[bool]:
    return period.is_over(clock.now() - timedelta(days=period.days))


async def _forget(session: AsyncSession, period: Period) -> int:
    """In batches, so that no statement runs into its timeout."""
    (key,) = period.model.__table__.primary_key.columns
    some = select(key).where(_over(period)).limit(_BATCH).scalar_subquery()
    change: Any = delete(period.model)
    if period.blank:
        change = update(period.model).values(**period.blank)
    total = 0
    while True:
        statement = change.where(key.in_(some)).execution_options(synchronize_session=False)
        count = int(getattr(await session.execute(statement), "rowcount", 0))
        total += count
        if count < _BATCH:
            return total


async def _raise_floor(session: AsyncSession, over: ColumnElement[bool]) -> None:
    """Readers whose place lies below are sent a fresh copy instead of being led past a gap."""
    order = (Change.xid.desc(), Change.seq.desc())
    query = select(Change.xid, Change.seq).where(over).order_by(*order).limit(1)
    last = (await session.execute(query)).one_or_none()
    if last is None:
        return
    lower = tuple_(FeedFloor.xid, FeedFloor.seq) < tuple_(last.xid, last.seq)
    raised = update(FeedFloor).where(lower).values(xid=last.xid, seq=last.seq)
    await session.execute(raised.execution_options(synchronize_session=False))
