"""The receipt: what lets a phone believe that its bytes have arrived (sync)."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from app import security
from app.config import Settings


@dataclass(frozen=True)
class Receipt:
    """`sha256` is of the bytes exactly as sent, `seq` the server's own order."""

    id: UUID
    sha256: str
    seq: int
    received_at: datetime
    mac: str


def make(settings: Settings, id_: UUID, sha256: str, seq: int, received_at: datetime) -> Receipt:
    """The same arguments give the same receipt for ever, on every server with the same secret."""
    moment = received_at.astimezone(UTC)
    mac = security.receipt_mac(
        settings.secret.get_secret_value(), str(id_), sha256, str(seq), moment.isoformat()
    )
    return Receipt(id_, sha256, seq, moment, mac)
