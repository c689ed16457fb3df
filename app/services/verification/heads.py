"""The heads that lie outside, against the seals inside: only they betray a cut or rebuilt end."""

import hmac
import json
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.services.verification.canonical import NOTHING, jcs, moment
from app.services.verification.faults import Fault
from app.services.verification.losses import Loss
from app.services.verification.seals import SEALS
from app.storage import ObjectStore

Heads = Mapping[int, bytes]  # the file of each seal, by the seal's id
_FOLDER = "heads/"
_ON_ITS_WAY = timedelta(hours=1)  # a second place that was out for a while is no crime


async def read(place: ObjectStore) -> Heads:
    """All heads of the second place."""
    keys = sorted([key async for key, _ in place.contents(_FOLDER) if key.endswith(".json")])
    return {int(key.removeprefix(_FOLDER)[:-5]): await place.get(key) for key in keys}


async def verify_heads(
    session: AsyncSession, heads: Heads, secret: str | None, losses: Sequence[Loss] = ()
) -> list[Fault]:
    """Without the secret a stranger still checks the files' own chain and their agreement.

    A head whose seal is lost, as somebody with the secret has said, is still ours and follows one
    of ours; the next one that has a seal follows the last that has one.
    """
    inside = {
        row["seal"]: _as_said(row) for row in (await session.execute(text(SEALS))).mappings().all()
    }
    faults: list[Fault] = []
    before, every = NOTHING.hex(), {NOTHING.hex()}
    for seal_id in sorted(heads):
        body, seal = heads[seal_id], inside.get(seal_id)
        is_lost = seal is None and any(loss.has(seal_id) for loss in losses)
        wrong = _check(body, every if is_lost else {before}, secret, seal, is_lost=is_lost)
        faults += [Fault(what, seal_id=seal_id) for what in wrong]
        here = sha256(body).hexdigest()
        every.add(here)
        before = before if is_lost else here
    return faults + _missing(heads, inside)


def _missing(heads: Heads, inside: dict[int, dict[str, Any]]) -> list[Fault]:
    """Only the newest seals may still be on their way out."""
    if inside and not heads:
        return [Fault("no_heads", seal_id=max(inside))]
    by_now = max((row["at"] for row in inside.values()), default="")
    by_now = moment(datetime.fromisoformat(by_now) - _ON_ITS_WAY) if by_now else ""
    newest = max(heads, default=0)
    return [
        Fault("seal_without_head", seal_id=seal_id)
        for seal_id, row in inside.items()
        if seal_id not in heads and (seal_id < newest or row["at"] < by_now)
    ]


def _check(
    body: bytes,
    before: AbstractSet[str],
    secret: str | None,
    seal: dict[str, Any] | None,
    *,
    is_lost: bool,
) -> list[str]:
    try:
        said = json.loads(body)
        mac, previous = said.pop("mac"), said.pop("previous_head")
    except (ValueError, KeyError, AttributeError, TypeError):
        return ["head_unreadable"]
    if seal is None and not is_lost:
        return ["head_without_seal"]
    rules = {
        "head_mac": secret is None or _is_ours(secret, said | {"previous_head": previous}, mac),
        "head_chain": previous in before,
        "head_differs": is_lost or said == seal,
    }
    return [name for name, holds in rules.items() if not holds]


def _is_ours(secret: str, said: dict[str, Any], mac: Any) -> bool:
    expected = hmac.new(secret.encode(), b"head|" + jcs(said), "sha256").hexdigest()
    return hmac.compare_digest(expected.encode(), str(mac).encode())


def _as_said(row: Any) -> dict[str, Any]:
    """The row of a seal in the words of its head."""
    said = {name: row[name] for name in row if name not in {"at", "previous_hash", "hash"}}
    hashes = {"previous": bytes(row["previous_hash"]).hex(), "hash": bytes(row["hash"]).hex()}
    return {**said, **hashes, "at": moment(row["at"])}
