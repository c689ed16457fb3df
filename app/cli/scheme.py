"""Commands about schemes: which there are, what applying one would change, applying it."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from app.cli import ground
from app.config import Settings
from app.services import schemes
from app.services.access import SYSTEM
from app.services.schemes import Change, Difference, Part, Scheme, Verb

app = typer.Typer(
    help="Divide the county by one of five real schemes, or by a file of your own.",
    no_args_is_help=True,
)
Named = Annotated[str, typer.Argument(help="a key (s0 … s4) or a .toml file of your own")]
PARTS = {
    Part.LABELS: "称呼",
    Part.BODIES: "机构",
    Part.GRIDS: "网格",
    Part.ROUTING: "派发规则",
    Part.DEADLINES: "时限",
    Part.OBLIGATIONS: "频次",
    Part.VILLAGES: "村级汇总",
    Part.TRAINING: "培训",
}
VERBS = {Verb.ADD: "新增", Verb.CHANGE: "改为", Verb.SWITCH_OFF: "停用", Verb.KEEP: "保留本县的"}


@app.command("list")
def list_() -> None:
    """Those that come with the program, and which one is in force."""
    with ground.county() as known:
        now = asyncio.run(_in_force(known))
    table = Table("", "", "名称", "说明")
    for one in schemes.available().values():
        mark = "✓" if now and now.key == one.key else ""
        table.add_row(mark, one.key, one.name, one.about)
    ground.console().print(table)


@app.command()
def show(scheme: Named) -> None:
    """Levels, places on grids and duties of a scheme; needs no database."""
    with ground.plainly():
        wanted = _read(scheme)
    table = Table("级", "网格", "人员", title=f"{wanted.key} {wanted.name}")
    for level in wanted.level:
        slots = [slot.name for slot in wanted.slot if slot.level == level.number]
        table.add_row(str(level.number), level.name, "、".join(slots))
    ground.console().print(table)
    duties = Table("", "频次", "出处", title=wanted.about)
    for one in wanted.obligation:
        duties.add_row(one.number or "", one.name, one.seed)
    ground.console().print(duties)


@app.command()
def diff(scheme: Named) -> None:
    """What applying it to this county would change; nothing is done."""
    with ground.county() as known:
        found = asyncio.run(_difference(known, _read(scheme)))
    _tell(found, "会动")


@app.command()
def apply(
    scheme: Named,
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
) -> None:
    """Show the difference, ask, apply it. Nothing is deleted; what the county changed stays."""
    with ground.county() as known:
        wanted = _read(scheme)
        found = asyncio.run(_difference(known, wanted))
        _tell(found, "会动")
        if not yes:
            typer.confirm("照这样套用吗？ Apply this?", abort=True)
        done = asyncio.run(_apply(known, wanted, found.fingerprint))
        ground.console().print(f"已套用 {wanted.name}，动了 {done.touched} 条")


def _read(scheme: str) -> Scheme:
    path = Path(scheme)
    return schemes.read(path) if path.suffix == ".toml" else schemes.named(scheme)


async def _in_force(known: Settings) -> Scheme | None:
    async with ground.one_transaction(known) as session:
        return await schemes.in_force(session)


async def _difference(known: Settings, wanted: Scheme) -> Difference:
    async with ground.one_transaction(known) as session:
        return await schemes.difference(session, SYSTEM, wanted)


async def _apply(known: Settings, wanted: Scheme, seen: str) -> Difference:
    async with ground.one_transaction(known) as session:
        return await schemes.apply(session, SYSTEM, wanted, seen=seen)


def _tell(found: Difference, verb: str) -> None:
    if not found.changes:
        ground.console().print("没有要改的 nothing to change")
        return
    table = Table("", "", "什么", "现在", "改成", "起算", "条数", title=found.scheme.name)
    for change in _sorted(found.changes):
        table.add_row(
            PARTS[change.part],
            VERBS[change.verb],
            f"{change.name}（{change.number}）" if change.number else change.name,
            change.before or "",
            change.after or "",
            _days(change),
            str(change.count),
        )
    ground.console().print(table)
    ground.console().print(f"{verb} {found.touched} 条")


def _days(change: Change) -> str:
    if change.not_before:
        return f"不早于 not before {change.not_before}"
    return str(change.since or "")


def _sorted(changes: Sequence[Change]) -> list[Change]:
    order = list(PARTS)
    return sorted(changes, key=lambda change: order.index(change.part))
