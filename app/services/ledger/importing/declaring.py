"""The ledger's sheet: who may bring one, what it is called, what becomes of its rows."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.ledger_import import LedgerImport, LedgerImportRow
from app.services import imports
from app.services.access import Actor
from app.services.audit import Kind
from app.services.imports import Import
from app.services.ledger.importing import comparing, naming, undoing, writing
from app.services.ledger.importing.columns import NEEDED
from app.services.ledger.importing.own_columns import sheet_columns
from app.services.permissions import Permission
from app.services.sheets import Column

JOB = "import_ledger"


async def _columns(session: AsyncSession, _: Actor) -> Sequence[Column]:
    return await sheet_columns(session)


LEDGER: Import[LedgerImport, LedgerImportRow] = Import(
    job=JOB,
    batch=LedgerImport,
    row=LedgerImportRow,
    permission=Permission.EDIT_LEDGER,
    sheet="台账",
    note=(
        "带 * 的必须填。信用代码相同，或者同一网格里名称相同，就是更新，不会重复。"
        "空着的格子不改原来的内容；打包点、包保干部、主管部门、发证部门写「无」就是去掉，"
        "部门有几个的用、隔开。日期写成 2026-11-25。"
    ),
    needed=NEEDED,
    first=naming.IS_BUNDLE,
    columns=_columns,
    check=comparing.check_rows,
    weigh=comparing.require_seen,
    take_in=writing.take_in,
    take_back=undoing.take_back,
    done=Kind.LEDGER_IMPORTED,
    undone=Kind.LEDGER_IMPORT_UNDONE,
    subject="ledger_import",
)


async def run(session: AsyncSession, import_id: str) -> None:
    """The job of a step."""
    await imports.run(session, LEDGER, import_id)
