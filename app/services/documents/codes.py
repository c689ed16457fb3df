"""What a QR code on paper leads to: an id with its signature, so that nobody can try ids out."""

import hmac
from uuid import UUID

from app import security
from app.config import Settings

_ID = 32  # hex digits of the id; the same number of signature follow


def code_of(settings: Settings, purpose: str, id_: UUID) -> tuple[str, str]:
    """Hex: the code, and the rest of the same digest, from which nobody gets to the code."""
    secret = settings.secret.get_secret_value()
    mac = security.code_digest(secret, purpose, str(id_)).hex()
    return id_.hex + mac[:_ID], mac[_ID:]


def read_code(settings: Settings, purpose: str, code: str) -> UUID | None:
    """None: a torn code, one typed by hand, or one that this county has not written."""
    try:
        id_ = UUID(hex=code[:_ID])
    except ValueError:
        return None
    written, _ = code_of(settings, purpose, id_)
    return id_ if hmac.compare_digest(written.encode(), code.encode()) else None
