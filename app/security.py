"""Passwords, tokens, receipts' MAC: libraries do the cryptography, this file names the choices."""

import hashlib
import hmac
import os
import secrets
from typing import TYPE_CHECKING

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

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


def loss_mac(secret: str, said: bytes) -> str:
    """Hex HMAC-SHA256 of what says that the end of history was lost, and who let it be."""
    return hmac.new(secret.encode(), b"loss|" + said, hashlib.sha256).hexdigest()


_NONCE_BYTES = 12


def seal(secret: str, plain: bytes, belongs_to: str) -> bytes:
    """AES-256-GCM under a key derived from the deployment's secret; opens only for its owner."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + _box(secret).encrypt(nonce, plain, belongs_to.encode())


def unseal(secret: str, sealed: bytes, belongs_to: str) -> bytes:
    """Raises cryptography's InvalidTag for another secret, another owner, or a changed byte."""
    nonce, rest = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    return _box(secret).decrypt(nonce, rest, belongs_to.encode())


def _box(secret: str) -> "AESGCM":
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - 7 MB for few

    return AESGCM(_derived(secret, "seal"))


def code_digest(secret: str, purpose: str, code: str) -> bytes:
    """Keyed, because a short code could be found by trying all of them on a stolen database.

    Of a public name, as of a post on its work card, it is the signature.
    """
    return hmac.new(_derived(secret, purpose), code.encode(), hashlib.sha256).digest()


def _derived(secret: str, purpose: str) -> bytes:
    """One key a purpose (HKDF-SHA256): none of them tells anything about another."""
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415

    info = f"safegrid {purpose}".encode()
    return HKDF(hashes.SHA256(), length=32, salt=None, info=info).derive(secret.encode())
