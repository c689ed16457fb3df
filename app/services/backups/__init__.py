"""Backups: the database and every object in one folder, checked when written and when restored.

    <folder>/objects/<key>            shared by all backups of the folder; written once
    <folder>/20261125T193000Z/        one backup
        database.dump                 pg_dump's custom format
        objects.jsonl                 a line per object: key, size, sha256
        manifest.json                 written last: without it there is no backup

Encrypted ones end in `.age` (age-encryption.org), readable with the tool of that name.
"""

from app.services.backups.faults import BackupError
from app.services.backups.files import Identities, identities_of
from app.services.backups.manifest import Manifest, all_of
from app.services.backups.restoring import restore
from app.services.backups.retention import prune
from app.services.backups.verifying import verify
from app.services.backups.writing import write

__all__ = [
    "BackupError",
    "Identities",
    "Manifest",
    "all_of",
    "identities_of",
    "prune",
    "restore",
    "verify",
    "write",
]
