"""Which settings the servers run with, whenever they change: once, whoever starts first."""

import hashlib
from typing import Any

from pydantic import SecretStr
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.models.audit import AuditEntry
from app.services.access import SYSTEM
from app.services.audit.kinds import Kind, Subject
from app.services.audit.writing import record

_ONE_AT_A_TIME = 0x5E77
_MAY_HOLD_A_KEY = frozenset({"database_url", "tile_url"})


async def note_settings(session: AsyncSession, settings: Settings) -> None:
    """An entry if anything differs from what was last noted. Of secrets only that they changed."""
    await session.execute(select(func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))
    query = select(AuditEntry.data).where(AuditEntry.kind == Kind.SETTINGS_CHANGED)
    before = await session.scalar(query.order_by(AuditEntry.seq.desc()).limit(1)) or {}
    now = {name: _shown(settings, name) for name in sorted(Settings.model_fields)}
    if before.get("now") == now:
        return
    known = before.get("now", {})
    names = [name for name, value in now.items() if known.get(name) != value]
    data = {"changed": names, "now": now}
    await record(session, Kind.SETTINGS_CHANGED, SYSTEM, Subject("settings"), data)


def _shown(settings: Settings, name: str) -> str:
    value: Any = getattr(settings, name)
    if isinstance(value, SecretStr) or name in _MAY_HOLD_A_KEY:
        plain = value.get_secret_value() if isinstance(value, SecretStr) else value
        mark = hashlib.sha256(f"{name}|{plain}".encode()).hexdigest()[:8]
        return f"sha256:{mark}" if plain else ""
    return str(value)
