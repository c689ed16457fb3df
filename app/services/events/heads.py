"""Heads: each seal as a small file in a second place, where nobody can edit it and history both.

A head is the JCS form of one JSON object: the row of the seal, `previous_head` (SHA-256 of the
file before, 64 zeros for the first) and `mac` (HMAC-SHA256 keyed by the deployment's secret over
"head|" and the JCS form of the rest). The same seal gives the same bytes: writing twice is one.
"""

import hashlib

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock, security
from app.config import Settings
from app.models.event import PublishedHead, Seal
from app.services.events.chain import GENESIS, canonical, plain
from app.storage import ObjectStore

PREFIX = "heads/"
_PAGE = 200


def key_of(seal_id: int) -> str:
    return f"{PREFIX}{seal_id:012d}.json"


def head(made: Seal, previous_head: str, secret: str) -> bytes:
    """The file of one seal; `previous_head` is the hex digest of the file before."""
    said = {
        "seal": made.id,
        "from_seq": made.from_seq,
        "to_seq": made.to_seq,
        "count": made.count,
        "audit_count": made.audit_count,
        "audit_to_seq": made.audit_to_seq,
        "at": plain(made.at),
        "previous": made.previous_hash.hex(),
        "hash": made.hash.hex(),
        "previous_head": previous_head,
    }
    return canonical({**said, "mac": security.head_mac(secret, canonical(said))})


async def publish(session: AsyncSession, place: ObjectStore, settings: Settings) -> int:
    """Write the heads that are missing at the end, oldest first; answers how many."""
    waiting, before = await _unpublished(session, place)
    previous = hashlib.sha256(before).hexdigest() if before else GENESIS.hex()
    for made in waiting:
        body = head(made, previous, settings.secret.get_secret_value())
        await place.put(key_of(made.id), body, "application/json")
        await _note(session, made)
        previous = hashlib.sha256(body).hexdigest()
    return len(waiting)


async def _note(session: AsyncSession, made: Seal) -> None:
    """Twice is once: after a restore a head may be written that was noted before."""
    row = {"seal_id": made.id, "at": clock.now()}
    await session.execute(insert(PublishedHead).values(row).on_conflict_do_nothing())


async def _unpublished(session: AsyncSession, place: ObjectStore) -> tuple[list[Seal], bytes]:
    """Seals after the newest one that has a head, oldest first, and that head's bytes."""
    waiting: list[Seal] = []
    while True:
        query = select(Seal).order_by(Seal.id.desc()).limit(_PAGE)
        if waiting:
            query = query.where(Seal.id < waiting[-1].id)
        page = list(await session.scalars(query))
        for made in page:
            try:
                before = await place.get(key_of(made.id))
            except KeyError:
                waiting.append(made)
            else:
                await _note(session, made)  # it may have gone out with a note that was rolled back
                return waiting[::-1], before
        if len(page) < _PAGE:
            return waiting[::-1], b""
