"""The command that looks at everything, for whoever runs the machine or watches it by cron."""

import asyncio
from typing import Annotated

import typer
from rich.table import Table

from app import storage
from app.cli import ground
from app.config import Settings
from app.services import doctor as doctors
from app.services.doctor import Report, Severity

COLOUR = {
    Severity.DANGER: "bold red",
    Severity.UNKNOWN: "red",
    Severity.WARNING: "yellow",
    Severity.NOTICE: "cyan",
    Severity.FINE: "green",
}
WORD = {
    Severity.DANGER: "要紧 danger",
    Severity.UNKNOWN: "没查成 unknown",
    Severity.WARNING: "注意 warning",
    Severity.NOTICE: "提示 notice",
    Severity.FINE: "正常 fine",
}
BAD = {Severity.DANGER, Severity.UNKNOWN}


def doctor(
    everything: Annotated[bool, typer.Option("--all", help="also what is fine")] = False,
) -> None:
    """Look whether this county can work: rules, people, flow, machines. Exit code 1: it cannot."""
    with ground.county() as known:
        report = asyncio.run(_examine(known))
    ground.console().print(_table(report, everything=everything))
    if report.severity in BAD:
        raise typer.Exit(1)


async def _examine(known: Settings) -> Report:
    async with ground.one_transaction(known) as session:
        return await doctors.examine(session, storage.open_store(known), known)


def _table(report: Report, *, everything: bool) -> Table:
    shown = [it for it in report.symptoms if everything or it.severity is not Severity.FINE]
    fine = sum(it.severity is Severity.FINE for it in report.symptoms)
    table = Table(title=f"{fine} / {len(report.symptoms)} 正常 fine", show_header=False)
    for _ in ("severity", "title", "words"):
        table.add_column(overflow="fold")
    for it in shown:
        names = "、".join(it.items)
        said = [it.zh, names, it.en, f"→ {it.way_zh} {it.way_en}" if it.way_zh else ""]
        table.add_row(
            f"[{COLOUR[it.severity]}]{WORD[it.severity]}[/]",
            f"{it.title_zh}\n{it.title_en}",
            "\n".join(line for line in said if line),
            end_section=True,
        )
    return table
