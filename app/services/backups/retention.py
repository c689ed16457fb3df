"""Old backups go when newer ones are whole; an object goes when no backup that stays names it."""

import shutil
from pathlib import Path

from app.services.backups import manifest


def prune(folder: Path, keep: int) -> list[str]:
    """Keep the newest `keep` finished backups; the names of those that went."""
    backups = manifest.all_of(folder)
    old, kept = backups[:-keep], backups[-keep:]
    if not old:
        return []
    wanted = {
        manifest.object_file(folder, line.key, manifest.read(backup).ending)
        for backup in kept
        for line in manifest.lines(backup)
    }
    for backup in old:
        (backup / manifest.MANIFEST).unlink()  # from here on it is no backup any more
        shutil.rmtree(backup)
    for path in (folder / "objects").rglob("*"):
        if path.is_file() and path not in wanted:
            path.unlink()
    return [backup.name for backup in old]
