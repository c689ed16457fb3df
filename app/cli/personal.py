"""Commands about personal data: what is forgotten, when."""

import asyncio
from typing import Annotated

import typer
from rich.table import Table

from app.cli import ground
from app.config import Settings
from app.services.personal.retention import PERIODS, due, forget


def retention(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only count")] = False,
) -> None:
    """Forget what has been kept long enough; the worker does so every night."""
    with ground.county() as known:
        counts = asyncio.run(_run(known, dry_run=dry_run))
    table = Table("什么", "留多少天", "这次会删" if dry_run else "已删", title="保存期限 retention")
    for period in PERIODS:
        table.add_row(period.what, str(period.days), str(counts[period.name]))
    ground.console().print(table)


async def _run(known: Settings, *, dry_run: bool) -> dict[str, int]:
    async with ground.one_transaction(known) as session:
        return await (due(session) if dry_run else forget(session))
