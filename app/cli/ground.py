"""What commands stand on: a console, settings with a database, sentences instead of tracebacks."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import cache
from typing import TYPE_CHECKING

import typer
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from app import db, embedded
from app.config import Settings, get_settings
from app.embedded import EmbeddedServerError
from app.errors import Refusal
from app.preflight import RefusedStartError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

reasons: list[type[Exception]] = [RefusedStartError, EmbeddedServerError, OperationalError]


@contextmanager
def county(settings: Settings | None = None) -> Iterator[Settings]:
    """Settings whose database runs; in demo mode without an address, the embedded one."""
    wanted = settings or get_settings()
    with plainly():
        if wanted.database_url:
            yield wanted
            return
        if wanted.mode != "demo":
            raise RefusedStartError(
                ["SAFEGRID_DATABASE_URL is not set (SAFEGRID_MODE=demo brings its own database)"]
            )
        with embedded.start(wanted.var_dir / "postgres") as running:
            yield wanted.model_copy(update={"database_url": running.url})


@asynccontextmanager
async def one_transaction(settings: Settings) -> AsyncIterator[AsyncSession]:
    engine = db.make_engine(settings)
    try:
        async with db.unit_of_work(db.make_sessions(engine)) as session:
            yield session
    finally:
        await engine.dispose()


@cache
def console() -> "Console":
    """Made by the first sentence: a server that says nothing has no use for its 4 MB."""
    from rich.console import Console  # noqa: PLC0415

    return Console(highlight=False)


def progress_bar() -> "Progress":
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
    )

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console(),
    )


@contextmanager
def plainly() -> Iterator[None]:
    """Known reasons end the command with their own sentence and status 1."""
    try:
        yield
    except tuple(reasons) as reason:
        console().print(str(reason), style="red")
        raise typer.Exit(1) from reason
    except Refusal as refusal:
        problem = refusal.problem()
        console().print(f"{problem['zh']}\n{problem['en']}", style="red")
        raise typer.Exit(1) from refusal
