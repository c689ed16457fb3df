"""Commands that keep a county safe: backup, its check, restore."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import TaskID

from app import storage
from app.cli import ground
from app.cli.audit import signed
from app.config import Settings
from app.errors import StorageUnavailable
from app.services import backups
from app.services.backups import BackupError, Manifest
from app.services.backups.manifest import Progress
from app.services.events import NotTheEndError

ground.reasons.append(BackupError)
app = typer.Typer(help="Back up the county: database and photos in one folder, verified.")
Folder = Annotated[Path, typer.Argument(help="the folder of all backups, or one backup in it")]
Identity = Annotated[
    Path | None, typer.Option(help="file with the secret key (age-keygen), if encrypted")
]


@app.command("make")
def make(
    folder: Annotated[Path, typer.Argument(help="where backups lie: another disk, best elsewhere")],
    recipient: Annotated[
        list[str], typer.Option(help="encrypt for this public key (age1…); may be repeated")
    ] = [],  # noqa: B006 - typer reads the default, nobody changes it
    keep: Annotated[
        int, typer.Option(min=0, help="then delete all but the newest so many; 0 = none")
    ] = 0,
) -> None:
    """Take a backup, and read it back. Photos that are there already are not copied again."""
    with ground.county() as known, _bars() as progress:
        made = asyncio.run(
            backups.write(known, storage.open_store(known), folder, recipient, progress)
        )
        gone = backups.prune(folder, keep) if keep else []
    what = made.manifest
    ground.console().print(
        f"{made.backup}\n"
        f"{what.counts['hazards']} cases, {what.object_count} objects ({made.copied} new), "
        f"{(what.object_bytes + what.database.size) / 1e6:.1f} MB, verified"
        + (f"; removed {', '.join(gone)}" if gone else "")
    )
    _require_whole(what)


@app.command("verify")
def verify(folder: Folder, identity: Identity = None) -> None:
    """Read a backup to the end and compare every byte with its manifest."""
    keys = _identities(identity)
    with ground.plainly(), _bars() as progress:
        backup, made, faults = asyncio.run(backups.verify(folder, keys, progress))
        if faults:
            raise BackupError(f"{backup} cannot be used:\n" + "\n".join(f"- {it}" for it in faults))
    how = "" if not made.recipients or keys else " (as encrypted; with --identity also inside)"
    ground.console().print(f"{backup}: {made.object_count} objects and the database verify{how}")
    _require_whole(made)


def restore(folder: Folder, identity: Identity = None) -> None:
    """Restore into an empty database and an empty photo store, and compare everything."""
    keys = _identities(identity)
    with ground.county() as known, _bars() as progress:
        made = asyncio.run(
            backups.restore(known, storage.open_store(known), folder, keys, progress)
        )
        _sign_for_the_rest(known, folder)
    ground.console().print(
        f"restored as of {made.taken_at:%Y-%m-%d %H:%M:%S} UTC: {made.counts['hazards']} cases, "
        f"{made.object_count} objects; counts, history and references are as backed up"
    )


def _sign_for_the_rest(known: Settings, folder: Path) -> None:
    """Heads of what came after the backup lie outside for ever; that they are alone is no crime."""
    try:
        loss = asyncio.run(signed(known, f"restored from {folder.name}"))
    except (StorageUnavailable, NotTheEndError) as fault:
        ground.console().print(f"run `safegrid audit accept-loss`: {fault}", style="red")
        return
    if loss:
        ground.console().print(f"signed for the loss of seals {loss.after + 1} to {loss.through}")


def _identities(file: Path | None) -> "backups.Identities":
    with ground.plainly():
        return backups.identities_of(file)


def _require_whole(made: Manifest) -> None:
    """Exit code 2: the backup is good, the photo store is not."""
    for what, keys in (("missing in", made.missing), ("damaged in", made.damaged)):
        for key in keys[:20]:
            ground.console().print(f"{what} the photo store: {key}", style="red")
    if not made.is_whole:
        raise typer.Exit(2)


@contextmanager
def _bars() -> Iterator[Progress]:
    """One bar for each part, when it begins."""
    with ground.progress_bar() as bar:
        tasks: dict[str, TaskID] = {}

        def progress(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=total or None)
            bar.update(tasks[what], completed=done, total=total or None)

        yield progress
