"""Commands that prepare a county: schema, demo people, the first administrator, its settings."""

import asyncio
import logging
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import SecretStr
from rich.table import Table
from sqlalchemy import create_engine

from app import revision, schema, storage
from app.cli import ground
from app.config import Settings, get_settings
from app.models.person import ROLE_WORDS, Role
from app.preflight import RefusedStartError
from app.services import accounts, vitals

if TYPE_CHECKING:
    from app.services.demo.loading import DemoAccount

ACCOUNTS_FILE = "demo-accounts.txt"
ADMINISTRATOR_KINDS = {
    "system": Role.ADMINISTRATOR,
    "security": Role.SECURITY_ADMINISTRATOR,
    "audit": Role.AUDIT_ADMINISTRATOR,
}


def migrate() -> None:
    """Bring the database to the newest schema. Safe to repeat."""
    with ground.county() as known:
        to_newest(known)


def to_newest(known: Settings) -> None:
    """Asks first, because loading the migrations takes longer than the question."""
    engine = create_engine(known.database_url)
    with engine.connect() as connection:
        before = schema.current(connection)
    engine.dispose()
    if before == revision.newest():
        ground.console().print(f"database: at {before}")
        return
    with ground.console().status(f"database: {before or 'empty'} → {revision.newest()}"):
        schema.upgrade(known.database_url)
    ground.console().print(f"database: {before or 'empty'} → {revision.newest()}")


def demo(
    seed: Annotated[int, typer.Option(help="the same number gives the same county")] = 1,
) -> None:
    """Fill an empty database with the demo county; prints the accounts."""
    with ground.county() as known:
        if known.mode != "demo":
            raise RefusedStartError(["demo people are only for SAFEGRID_MODE=demo"])
        load_demo(known, seed)
        show_accounts(known)


def load_demo(known: Settings, seed: int) -> None:
    """Nothing if people are there already. Passwords are random and stand only in one file."""
    logging.getLogger("safegrid").setLevel(logging.WARNING)  # its jobs would write over the bar
    made = asyncio.run(_load(known, seed))
    if made:
        _keep(known.var_dir / ACCOUNTS_FILE, made)


async def _load(known: Settings, seed: int) -> "Sequence[DemoAccount]":
    from app.services.demo import loading  # noqa: PLC0415 - 6 MB that no server needs

    async with ground.one_transaction(known) as session:
        if await vitals.has_people(session):
            return ()
        with ground.progress_bar() as bar:
            task = bar.add_task("演示数据 demo county", total=None)

            def progress(done: int, total: int, what: str) -> None:
                bar.update(task, completed=done, total=total, description=what)

            return await loading.load(session, storage.open_store(known), seed, progress)


def _keep(file: Path, made: "Sequence[DemoAccount]") -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        for one in made:
            out.write(f"{one.name}\t{one.role}\t{one.organization}\t{one.login}\t{one.password}\n")


def show_accounts(known: Settings) -> None:
    file = known.var_dir / ACCOUNTS_FILE
    if not file.exists():  # a folder made anew: its database may lie elsewhere (embedded.folder_of)
        ground.console().print(
            f"演示数据还是以前的，但 {file} 没有了：密码找不回来，照片也可能不在。"
            "要从头来：make reset，再 make run。\n"
            f"The demo county is an earlier one and {file} is gone: passwords are lost, photos may "
            "be too. To begin anew: make reset, then make run.",
            style="yellow",
        )
        return
    table = Table(
        "姓名", "岗位", "单位", "登录名", "密码", title=f"演示账号 demo accounts · {file}"
    )
    for line in file.read_text().splitlines():
        table.add_row(*line.split("\t"))
    ground.console().print(table)


def create_admin(
    user_name: Annotated[str, typer.Argument(help="what the administrator signs in with")],
    name: Annotated[str, typer.Option(help="the person's name")] = "",
    kind: Annotated[
        str, typer.Option(help="system (people, places, rules), security (rights) or audit")
    ] = "system",
) -> None:
    """Add an administrator; prints the first password, which must be changed at once."""
    if kind not in ADMINISTRATOR_KINDS:
        raise typer.BadParameter(f"one of {', '.join(ADMINISTRATOR_KINDS)}")
    role = ADMINISTRATOR_KINDS[kind]
    title, _ = ROLE_WORDS[role]

    async def add(known: Settings) -> str:
        async with ground.one_transaction(known) as session:
            return await accounts.create_administrator(session, user_name, name or title, role)

    with ground.county() as known:
        password = asyncio.run(add(known))
        ground.console().print(f"{user_name}  {password}")


def reset_second_factor(
    login: Annotated[str, typer.Argument(help="user name or mobile number")],
) -> None:
    """Take a lost authenticator away; the person sets a new one at the next sign-in."""

    async def take_away(known: Settings) -> None:
        async with ground.one_transaction(known) as session:
            await accounts.forget_second_factor_of(session, login)

    with ground.county() as known:
        asyncio.run(take_away(known))
        ground.console().print(f"{login}: no second factor any more, all sessions ended")


def reset_password(
    login: Annotated[str, typer.Argument(help="user name or mobile number")],
) -> None:
    """A new first password and no second factor any more: for an administrator who lost both."""

    async def give(known: Settings) -> str:
        async with ground.one_transaction(known) as session:
            return await accounts.start_afresh(session, login)

    with ground.county() as known:
        password = asyncio.run(give(known))
        ground.console().print(f"{login}  {password}")


def settings() -> None:
    """Show every setting, its value and what it means; secrets are not shown."""
    known = get_settings()
    table = Table("SAFEGRID_…", "value", "meaning")
    for name, field in Settings.model_fields.items():
        value = getattr(known, name)
        is_secret = isinstance(value, SecretStr)
        shown = ("set" if value.get_secret_value() else "not set") if is_secret else value
        if name == "database_url" and value:
            shown = _without_password(value)
        table.add_row(name.upper(), str(shown), field.description or "")
    ground.console().print(table)


def _without_password(url: str) -> str:
    before, at, after = url.rpartition("@")
    return f"{before.rpartition(':')[0]}:…@{after}" if at else url
