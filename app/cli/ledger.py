"""Excel into the ledger from the command line: the same steps as on the page, with a bar."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from app import db
from app.cli import ground
from app.config import Settings
from app.models.import_batch import ImportStage
from app.models.ledger_import import LedgerImport
from app.services import accounts, imports
from app.services.access import Actor
from app.services.ledger import importing
from app.services.ledger.importing import LEDGER

_WORDS = {
    ImportStage.CHECKING: "检查 checking",
    ImportStage.APPLYING: "导入 taking in",
    ImportStage.CHECKED: "已检查 checked",
    ImportStage.APPLIED: "已导入 taken in",
}


def import_ledger(
    file: Annotated[Path, typer.Argument(help="the filled-in template", exists=True)],
    login: Annotated[str, typer.Option("--as", help="whose ledger it is: mobile or user name")],
    take_in: Annotated[bool, typer.Option("--apply", help="take the good rows in")] = False,
    is_seen: Annotated[
        bool, typer.Option("--seen", help="new names and grids were looked at without --apply")
    ] = False,
) -> None:
    """Check a sheet cell by cell; with --apply its good rows go into the ledger."""
    with ground.county() as known:
        asyncio.run(_run(known, file, login, take_in=take_in, is_seen=is_seen))


async def _run(known: Settings, file: Path, login: str, *, take_in: bool, is_seen: bool) -> None:
    engine = db.make_engine(known)
    sessions = db.make_sessions(engine)
    try:
        async with db.unit_of_work(sessions) as session:
            actor = await accounts.acting(session, await accounts.id_of(session, login))
            body = await asyncio.to_thread(file.read_bytes)
            batch = await imports.begin(session, actor, LEDGER, file.name, body)
        batch = await _through(sessions, batch)
        async with db.unit_of_work(sessions) as session:
            await _tell_changes(session, actor, batch)
        if take_in and batch.good:
            async with db.unit_of_work(sessions) as session:
                await imports.apply(session, actor, LEDGER, batch.id, is_seen=is_seen)
            batch = await _through(sessions, batch)
        async with db.unit_of_work(sessions) as session:
            await _tell(session, actor, batch, file)
    finally:
        await engine.dispose()


async def _through(sessions: db.Sessions, batch: LedgerImport) -> LedgerImport:
    """The steps here and now; a worker that does them too finds them done."""
    with ground.progress_bar() as bar:
        task = bar.add_task(_WORDS[ImportStage.CHECKING], total=batch.total)
        while True:
            batch = await _step(sessions, batch.id)
            words = _WORDS.get(batch.stage, batch.stage.value)
            bar.update(task, completed=batch.done, description=words)
            if batch.stage not in imports.MOVING:
                return batch


async def _step(sessions: db.Sessions, import_id: UUID) -> LedgerImport:
    async with db.unit_of_work(sessions) as session:
        return await imports.advance(session, LEDGER, import_id)


async def _tell_changes(session: AsyncSession, actor: Actor, batch: LedgerImport) -> None:
    """What would happen; of what is doubtful, renamed and moved at most 200 lines each."""
    say = ground.console().print
    say(f"新增 {batch.adding}，更新 {batch.updating}，不变 {batch.same}")
    if batch.warned:
        say(f"{batch.warned} 行有疑问（位置、信用代码），请核对：")
        for row in await _rows(session, actor, batch, importing.Which.WARNED):
            doubts = "；".join(f"{title}：{why}" for title, why in row.warnings.items())
            say(f"第 {row.line} 行 {row.name}：{doubts}")
    if batch.renaming or batch.moving:
        say(f"其中 {batch.renaming} 家改名、{batch.moving} 家换网格：")
        for row in await _rows(session, actor, batch, importing.Which.MARKED):
            marked = [one for one in row.differences if one.is_marked]
            told = "；".join(f"{one.title} {one.old} → {one.new}" for one in marked)
            say(f"第 {row.line} 行：{told}")


async def _rows(
    session: AsyncSession, actor: Actor, batch: LedgerImport, which: importing.Which
) -> Sequence[importing.ComparedRow]:
    asked = importing.RowsAsked(which=which, limit=200)
    return (await importing.rows(session, actor, batch.id, asked)).rows


async def _tell(session: AsyncSession, actor: Actor, batch: LedgerImport, file: Path) -> None:
    ground.console().print(
        f"对 {batch.good} 行，错 {batch.wrong} 行；新增 {batch.added}，更新 {batch.changed}"
    )
    if batch.wrong:
        rows = await imports.wrong_rows(session, actor, LEDGER, batch.id, most=None)
        wrong = file.with_name(f"{file.stem}-错误行.xlsx")
        columns = await importing.sheet_columns(session)
        body = await asyncio.to_thread(imports.wrong_workbook, LEDGER, columns, rows)
        await asyncio.to_thread(wrong.write_bytes, body)
        ground.console().print(f"错误行：{wrong}")
