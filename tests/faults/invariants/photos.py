"""I3, I5, I8: photos are here bit for bit, counted rightly, with no row or object left alone."""

import asyncio
import hashlib

from app.errors import StorageUnavailable
from tests.faults.invariants.evidence import Evidence, Finding, Rows

_AT_ONCE = 16


async def photos_are_bit_for_bit(evidence: Evidence) -> Finding:
    """I3: read back from the store, not from the database"""
    found = Finding()
    acks = evidence.acks.of("photo")
    rows = await evidence.rows("select id, key, sha256, size from photos")
    for row, body in await _bodies(evidence, [row for row in rows if str(row["id"]) in acks]):
        ack = acks[str(row["id"])]
        digest = hashlib.sha256(body).hexdigest() if body is not None else "nothing"
        same = digest == ack.sha256 and body is not None and len(body) == ack.size
        found.look(same, f"photo {ack.id}: {ack.sha256} was captured, {digest} is stored")
    return found


async def counts_are_right(evidence: Evidence) -> Finding:
    """I5"""
    found = Finding()
    query = """
    select h.id, h.photos_expected, h.photos_received, count(m.photo_id) as promised,
      count(p.id) as arrived
    from hazards h left join manifest_entries m on m.hazard_id = h.id
    left join photos p on p.id = m.photo_id and p.sha256 = m.sha256
    group by h.id
    """
    for row in await evidence.rows(query):
        told = (row["photos_received"], row["photos_expected"])
        true = (row["arrived"], row["promised"])
        found.look(told == true, f"case {row['id']} says {told} photos, there are {true}")
    return found


async def nothing_is_left_alone(evidence: Evidence) -> Finding:
    """I8, the half that can lose a photo: a row without its object"""
    found = Finding()
    for row, body in await _bodies(evidence, await evidence.rows("select id, key from photos")):
        found.look(body is not None, f"photo {row['id']} has a row and no object")
    return found


async def _bodies(evidence: Evidence, rows: Rows) -> list[tuple[dict[str, object], bytes | None]]:
    found: list[tuple[dict[str, object], bytes | None]] = []
    for start in range(0, len(rows), _AT_ONCE):
        some = rows[start : start + _AT_ONCE]
        bodies = await asyncio.gather(*(_body(evidence, str(row["key"])) for row in some))
        found += zip(some, bodies, strict=True)
    return found


async def _body(evidence: Evidence, key: str) -> bytes | None:
    try:
        return await evidence.store.get(key)
    except (KeyError, StorageUnavailable):
        return None
