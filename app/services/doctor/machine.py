"""Is the ground sound: settings, database, clock, disk, photo store, backups?"""

import asyncio
import shutil
from datetime import timedelta
from pathlib import Path

from sqlalchemy import text

from app import revision
from app.config import DEV_SECRET, Settings
from app.errors import StorageUnavailable
from app.services import last_backup, vitals
from app.services.doctor.findings import FINE, Finding, Severity, Ward, graded, listed

GIGABYTE = 1_000_000_000
PROBE = "probes/doctor"
HOUR = 3600
BACKUP_WARNING, BACKUP_DANGER = 26, 72  # hours


async def settings(ward: Ward) -> Finding:
    """Names of the settings that a county in earnest would not have."""
    severity = Severity.NOTICE if ward.settings.mode == "demo" else Severity.WARNING
    return listed(severity, weak_settings(ward.settings))


def weak_settings(known: Settings) -> list[str]:
    wrong = {
        "SAFEGRID_MODE=demo": known.mode == "demo",
        "SAFEGRID_SECRET": known.secret.get_secret_value() == DEV_SECRET,
        "SAFEGRID_BASE_URL": not known.base_url.startswith("https://"),
        "SAFEGRID_TRUSTED_PROXIES": known.mode == "production" and not known.trusted_proxies,
        "SAFEGRID_AUDIT_HEAD": known.mode == "production"
        and known.audit_head in {"", known.storage},
        "SAFEGRID_HELP_PHONE": not known.help_phone,
        "SAFEGRID_PHONE_KEEPS_HOURS": known.mode == "production" and not known.phone_keeps_hours,
    }
    return [name for name, is_wrong in wrong.items() if is_wrong]


async def durability(ward: Ward) -> Finding:
    facts = await vitals.facts(ward.session)
    wrong = {
        "fsync": facts.fsync != "on",
        "synchronous_commit": facts.synchronous_commit == "off",
        "read only": not facts.takes_writes,
    }
    return listed(Severity.DANGER, [name for name, is_wrong in wrong.items() if is_wrong])


async def migration(ward: Ward) -> Finding:
    facts = await vitals.facts(ward.session)
    newest = revision.newest()
    severity = Severity.FINE if facts.revision == newest else Severity.DANGER
    return Finding(severity, {"here": facts.revision or "–", "newest": newest})


async def clock_skew(ward: Ward) -> Finding:
    """The database's clock against this server's: dates and seals come from both."""
    there = await ward.session.scalar(text("select clock_timestamp()"))
    assert there is not None
    seconds = round(abs((there - ward.now).total_seconds()), 1)
    return graded(seconds, 5, 60, seconds=seconds)


async def disk(ward: Ward) -> Finding:
    """Free space where this server writes."""
    folders = [ward.settings.var_dir]
    if ward.settings.storage.startswith("dir:"):
        folders.append(Path(ward.settings.storage.removeprefix("dir:")))
    free, share = await asyncio.to_thread(_least_free, folders)
    params = {"gigabytes": round(free / GIGABYTE, 1), "percent": round(100 * share)}
    if free < GIGABYTE or share < 0.03:  # noqa: PLR2004 - the two limits of this row
        return Finding(Severity.DANGER, params)
    is_low = free < 5 * GIGABYTE or share < 0.1  # noqa: PLR2004
    return Finding(Severity.WARNING if is_low else Severity.FINE, params)


def _least_free(folders: list[Path]) -> tuple[int, float]:
    found = []
    for folder in folders:
        there = next(
            path for path in (folder.absolute(), *folder.absolute().parents) if path.exists()
        )
        usage = shutil.disk_usage(there)
        found.append((usage.free, usage.free / usage.total))
    return min(found)


async def photo_store(ward: Ward) -> Finding:
    """Writes and reads a few bytes under a key of its own; nothing here ever deletes."""
    body = ward.now.isoformat().encode()
    try:
        await ward.storage.put(PROBE, body, "text/plain")
        read = await ward.storage.get(PROBE)
    except (StorageUnavailable, KeyError):
        return Finding(Severity.DANGER)
    return FINE if read == body else Finding(Severity.DANGER)


async def photo_store_keeps(ward: Ward) -> Finding:
    """Would a PUT that was given up and comes late be kept out, as storage/s3.py asks?

    A versioned bucket of some servers says no, and still has what was replaced.
    """
    await ward.storage.put(PROBE, ward.now.isoformat().encode(), "text/plain")
    return FINE if await ward.storage.keeps(PROBE) else Finding(Severity.NOTICE)


async def backup(ward: Ward) -> Finding:
    """Age of the newest backup, as `safegrid backup make` left word in the photo store."""
    made = await last_backup.last(ward.storage)
    if made is None:
        severity = Severity.NOTICE if ward.settings.mode == "demo" else Severity.DANGER
        return Finding(severity, {"zh": "还没有备份过", "en": "There is no backup"})
    hours = int((ward.now - made.taken_at) / timedelta(hours=1))
    zh, en = f"最近一次备份是 {hours} 小时前", f"The newest backup is {hours} hours old"
    return graded(hours, BACKUP_WARNING, BACKUP_DANGER, zh=zh, en=en)


async def backup_faults(ward: Ward) -> Finding:
    """Photos that the newest backup found missing or damaged."""
    made = await last_backup.last(ward.storage)
    number = made.faults if made else 0
    return Finding(Severity.DANGER if number else Severity.FINE, {"n": number})
