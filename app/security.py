"""Passwords, tokens, receipts' MAC: libraries do the cryptography, this file names the choices."""

import hashlib
import hmac
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)  # OWASP, ASVS 11.4.2
_NOBODY = _HASHER.hash(secrets.token_urlsafe(16))


def hash_password(password: str) -> str:
    return _HASHER.hash(password)


def password_matches(hashed: str | None, password: str) -> bool:
    """Takes as long for an unknown person (`hashed` None) as for a known one."""
    try:
        _HASHER.verify(hashed or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return hashed is not None


def needs_rehash(hashed: str) -> bool:
    return _HASHER.check_needs_rehash(hashed)


def new_token() -> str:
    """256 random bits, for cookies and one-time links."""
    return secrets.token_urlsafe(32)


def token_digest(token: str) -> bytes:
    """What the database keeps of a token: 32 bytes from which the token cannot be found."""
    return hashlib.sha256(token.encode()).digest()


def lot(secret: str, *parts: str) -> float:
    """A number from 0 up to 1 that nobody without the secret can foresee, always the same."""
    drawn = hmac.digest(secret.encode(), "|".join(("lot", *parts)).encode(), hashlib.sha256)
    return int.from_bytes(drawn[:6]) / 2**48


def receipt_mac(secret: str, *parts: str) -> str:
    """Hex HMAC-SHA256 over the parts of a receipt; a phone keeps it as proof of delivery."""
    return hmac.new(secret.encode(), "|".join(parts).encode(), hashlib.sha256).hexdigest()


def head_mac(secret: str, said: bytes) -> str:
    """Hex HMAC-SHA256 of a head of history: who can write files still cannot make one up."""
    return hmac.new(secret.encode(), b"head|" + said, hashlib.sha256).hexdigest()
