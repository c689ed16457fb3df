"""Commands that stay: the demo county, the server, the worker."""

import asyncio
import logging
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Any

import typer
import uvicorn
from uvicorn.loops.auto import auto_loop_factory

from app import preflight
from app import worker as jobs
from app.cli import ground
from app.collector import spare_the_collector, uncollected
from app.config import Settings

if TYPE_CHECKING:
    from fastapi import FastAPI

Host = Annotated[str, typer.Option(help="address to listen on")]
Port = Annotated[int, typer.Option(help="port to listen on")]
servers = typer.Typer(add_completion=False, pretty_exceptions_show_locals=False)
GRACE_SECONDS = 30  # for uploads that are under way; whatever is cut off phones send again


class Server(uvicorn.Server):
    """Tells when it answers, and ends the live streams before it waits for open connections."""

    def __init__(self, app: "FastAPI", host: str, port: int, announce: Callable[[], None]) -> None:
        super().__init__(uvicorn.Config(app, **_options(host, port)))
        self.app = app
        self.announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            spare_the_collector()
            self.announce()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Not ready from now on. A stop does not wait for every open desk."""
        super().handle_exit(sig, frame)
        self.app.state.is_stopping = True
        if self.started:
            self.app.state.hub.close()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Serves on until whoever asks /readyz has noticed; a second signal ends that."""
        until = time.monotonic() + self.app.state.settings.stop_delay_seconds
        while time.monotonic() < until and not self.force_exit:  # noqa: ASYNC110 - uvicorn's flag
            await asyncio.sleep(0.1)
        await super().shutdown(sockets)


def run(
    port: Port = 8000,
    seed: Annotated[int, typer.Option(help="of the demo county, the first time")] = 1,
) -> None:
    """Live through the loop on this machine: database, demo county, pages and jobs at once."""
    from app.cli import county  # noqa: PLC0415 - migrations and a story that no server needs

    url = f"http://127.0.0.1:{port}"
    wanted = Settings(mode="demo", worker_in_process=True, base_url=url)  # with the demo's defaults
    logging.getLogger().setLevel(logging.WARNING)  # the accounts stay in sight
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    with ground.county(wanted) as known:
        preflight.require_free("127.0.0.1", port)
        county.to_newest(known)
        county.load_demo(known, seed)

        def announce() -> None:
            county.show_accounts(known)
            ground.console().print(f"\n[bold]安格 SafeGrid[/bold]  {url}/   (Ctrl+C 停止)")
            ground.console().print(f"手机端 phone {url}/field/\n电脑端 desk  {url}/desk/")

        _serve(known, "127.0.0.1", port, announce)


@servers.command()
def serve(
    host: Host = "127.0.0.1",
    port: Port = 8000,
) -> None:
    """Serve the API and the pages; for more processes start it more than once, behind a gate."""
    with ground.county() as known:
        preflight.check_settings(known, host)
        preflight.require_free(host, port)
        _serve(known, host, port, lambda: None)


@servers.command()
def worker(
    concurrency: Annotated[int, typer.Option(help="jobs at the same time")] = 4,
    queue: Annotated[
        list[str] | None, typer.Option(help="only this queue: default, pictures; may be repeated")
    ] = None,
) -> None:
    """Do the jobs: derivatives, notices, clocks, seals. Run one or more beside the servers."""
    with ground.county() as known:
        preflight.check_settings(known, "127.0.0.1")
        spare_the_collector()
        try:
            with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:  # the server's loop
                runner.run(jobs.run(known, concurrency=concurrency, queues=queue or None))
        except jobs.EndedByItself:
            raise typer.Exit(1) from None


def _serve(known: Settings, host: str, port: int, announce: Callable[[], None]) -> None:
    with uncollected():
        from app.main import create_app  # noqa: PLC0415 - every route; no other command needs them

    server = Server(create_app(known), host, port, announce)
    with suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        raise typer.Exit(3)


def _options(host: str, port: int) -> dict[str, Any]:
    """Forwarded addresses are read by our own dependency, from known proxies only."""
    return {
        "host": host,
        "port": port,
        "proxy_headers": False,
        "server_header": False,
        "timeout_keep_alive": 65,
        "timeout_graceful_shutdown": GRACE_SECONDS,
        "log_config": None,
        "access_log": False,  # its lines carry query strings; ours do not
    }
