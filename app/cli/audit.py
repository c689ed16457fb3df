"""Commands for whoever checks: does history stand, which head is the newest, is a receipt ours."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.table import Table

from app import storage
from app.cli import ground
from app.config import Settings
from app.services import events, verification
from app.services.events import Loss, NotTheEndError
from app.services.verification import Fault, Heads, Shown

app = typer.Typer(help="Check that history was not rewritten.", no_args_is_help=True)
MOST_SHOWN = 20
ground.reasons.append(NotTheEndError)
Receipt = Annotated[
    Path | None,
    typer.Option(help="also check this receipt (JSON as the phone keeps it)", exists=True),
]


@app.command()
def verify(receipt: Receipt = None) -> None:
    """Recompute every chain and seal, hold them against the heads outside; status 1 if broken."""
    with ground.county() as known:
        heads, faults, remarks = asyncio.run(_verify(known, _shown(receipt)))
    _tell(heads, faults, remarks)


@app.command()
def head() -> None:
    """Print the newest head, to be kept in yet another place, on paper if need be."""
    with ground.county() as known:
        heads = asyncio.run(verification.read_heads(storage.open_heads(known)))
    if not heads:
        ground.console().print(
            "还没有存证，请先运行后台任务。\nThere is no head yet: run the worker"
        )
        raise typer.Exit(1)
    ground.console().out(heads[max(heads)].decode())


@app.command()
def accept_loss(
    reason: Annotated[str, typer.Option(help="what happened: a takeover, a restore by hand")],
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
) -> None:
    """Sign for heads whose seals a takeover has lost; `safegrid restore` does so by itself."""
    with ground.county() as known:
        loss = asyncio.run(signed(known, reason, None if yes else _ask))
    zh, en = "没有丢失的封印，不用签。", "No seal is lost: nothing to sign for."
    if loss:
        zh = f"已签字：第 {loss.after + 1} 至 {loss.through} 号封印丢失。"
        en = f"Signed for the loss of seals {loss.after + 1} to {loss.through}."
    ground.console().print(f"{zh}\n{en}")


def _ask(loss: Loss) -> None:
    typer.confirm(
        f"第 {loss.after + 1} 至 {loss.through} 号封印不在了。签字后核对不算断裂，仍会列出。\n"
        f"Sign for the loss of seals {loss.after + 1} to {loss.through}?",
        abort=True,
    )


async def signed(
    known: Settings, reason: str, ask: Callable[[Loss], None] | None = None
) -> Loss | None:
    """What was lost and is signed for now; None if nothing was. May raise NotTheEndError."""
    place = storage.open_heads(known)
    async with ground.one_transaction(known) as session:
        loss = await events.lost(session, place, known)
    if loss is None:
        return None
    if ask:
        ask(loss)
    await events.sign(place, loss, reason, known)
    return loss


async def _verify(known: Settings, shown: Shown | None) -> tuple[Heads, list[Fault], list[Fault]]:
    """The heads, what is wrong, what is only remarked."""
    place = storage.open_heads(known)
    heads, losses = await verification.read_heads(place), await verification.read_losses(place)
    secret = known.secret.get_secret_value()
    async with ground.one_transaction(known) as session:
        with ground.progress_bar() as bar:
            task = bar.add_task("核对历史 history", total=await verification.size(session))
            faults = await verification.verify(
                session, heads, secret, lambda rows: bar.advance(task, rows), losses
            )
        if shown:
            faults += await verification.verify_receipt(session, secret, shown)
        remarks = await verification.remarks(session, secret, losses)
    return heads, faults, remarks


def _shown(receipt: Path | None) -> Shown | None:
    if receipt is None:
        return None
    try:
        return Shown.model_validate_json(receipt.read_bytes())
    except ValidationError as error:
        message = f"{receipt.name}：不是回执。\n{receipt.name} is not a receipt."
        raise typer.BadParameter(message) from error


def _tell(heads: Heads, faults: list[Fault], remarks: list[Fault]) -> None:
    """Remarks break no link; that all is as it was written is for a person to say then."""
    if remarks:
        _list("要留意的", remarks)
    if not faults:
        whole = ("链条没有断，上面列出的请人核实", "No link is broken; judge what is listed above")
        if not remarks:
            whole = ("历史完整，没有被改动", "History stands as written")
        zh, en = whole
        newest = max(heads, default=0)
        ground.console().print(
            f"{zh}；与 {len(heads)} 份存证相符，最新一份是第 {newest} 号。\n"
            f"{en}; it agrees with {len(heads)} heads, newest {newest}."
        )
        return
    zh, en = verification.sentence(faults[0])
    ground.console().print(f"第一处断裂 {zh}\nFirst broken link: {en}", style="red")
    _list("在哪里、怎么了", faults)
    raise typer.Exit(1)


def _list(title: str, found: list[Fault]) -> None:
    table = Table(title, "where and what", title=f"共 {len(found)} 处 in all")
    for fault in found[:MOST_SHOWN]:
        table.add_row(*verification.sentence(fault))
    ground.console().print(table)
