"""The `safegrid` command."""

import signal
import sys

from app import logs
from app.collector import uncollected

_SERVERS = {"serve", "worker"}


def main() -> None:
    logs.set_up()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # ends as Ctrl+C does: in good order
    with uncollected():
        if _SERVERS.issuperset(sys.argv[1:2]) and sys.argv[1:]:
            from app.cli.serving import servers as app  # noqa: PLC0415 - 10 MB of tools stay out
        else:
            from app.cli.commands import app  # noqa: PLC0415
    app()
