"""A receipt that somebody shows years later: is it ours, and is what it speaks of still here?"""

import hmac
from datetime import UTC, datetime
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.services.verification.faults import Fault

_KEPT = """
    select seq, body_sha256 as sha256, at from events where id = :id
    union all
    select seq, sha256, received_at from photos where id = :id
"""


class Shown(BaseModel):
    """The receipt as the phone keeps it."""

    id: UUID
    sha256: str
    seq: int
    received_at: datetime
    mac: str


async def verify_receipt(session: AsyncSession, secret: str, shown: Shown) -> list[Fault]:
    """A report's, an action's or a photo's."""
    moment = shown.received_at.astimezone(UTC)
    said = "|".join((str(shown.id), shown.sha256, str(shown.seq), moment.isoformat()))
    expected = hmac.new(secret.encode(), said.encode(), "sha256").hexdigest()
    if not hmac.compare_digest(expected.encode(), shown.mac.encode()):
        return [Fault("receipt_mac")]
    kept = (await session.execute(text(_KEPT), {"id": shown.id})).one_or_none()
    if kept is None:
        return [Fault("receipt_unknown")]
    if tuple(kept) != (shown.seq, shown.sha256, moment):
        return [Fault("receipt_differs")]
    return []
