"""The hash chain of a case, in a form that anybody can recompute with standard tools.

    hash(n) = SHA-256( hash(n-1) || canonical(event n) )        hash(0) = 32 zero bytes

canonical(event) is the RFC 8785 (JCS) serialisation, UTF-8, of one JSON object with the members
of MEMBERS below. Ids are lower-case with hyphens; moments are UTC with six decimals,
2026-11-22T02:04:00.000000Z; what is not there is null. `data` is as stored and holds strings,
integers, booleans, null, lists and objects, never a fraction: so every JCS library agrees.
"""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from app.models.event import Event

GENESIS = bytes(32)
MEMBERS = (
    "id",
    "hazard_id",
    "position",
    "kind",
    "actor_id",
    "organization_id",
    "role",
    "at",
    "occurred_at",
    "from_state",
    "to_state",
    "round",
    "data",
    "body_sha256",
)


def canonical(value: Any) -> bytes:
    """RFC 8785 for what we keep: keys are ASCII and there are no fractions."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def plain(value: Any) -> Any:
    """A value as it stands in the canonical form; TypeError for a fraction."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, float):
        raise TypeError("fractions are not kept in history: they print differently everywhere")
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    return value


def link(previous: bytes, members: dict[str, Any]) -> bytes:
    """The hash of an event after the one before it."""
    return hashlib.sha256(previous + canonical(plain(members))).digest()


def standing_alone(members: dict[str, Any]) -> bytes:
    """The hash of an audit entry: it follows nothing, a seal puts it in its place."""
    return hashlib.sha256(canonical(plain(members))).digest()


def members_of(event: Event) -> dict[str, Any]:
    return {name: getattr(event, name) for name in MEMBERS}
