"""What somebody who has the secret has said of an end that a restore or a takeover has lost."""

import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from app.services.verification.canonical import jcs
from app.services.verification.faults import Fault
from app.storage import ObjectStore

_FOLDER = "losses/"


@dataclass(frozen=True)
class Loss:
    """Seals behind `after`, as far as `through`, need not be here any more."""

    after: int
    through: int

    def has(self, seal_id: int) -> bool:
        return self.after < seal_id <= self.through


async def read_losses(place: ObjectStore) -> list[bytes]:
    """All of the second place."""
    keys = sorted([key async for key, _ in place.contents(_FOLDER) if key.endswith(".json")])
    return [await place.get(key) for key in keys]


def losses_of(files: Iterable[bytes], secret: str | None) -> tuple[list[Loss], list[Fault]]:
    """Those that count, and a fault for each that this system has not written."""
    found, faults = [], []
    for body in files:
        try:
            said = json.loads(body)
            mac, loss = said.pop("mac"), Loss(int(said["after"]), int(said["through"]))
        except (ValueError, KeyError, AttributeError, TypeError):
            faults.append(Fault("loss_unreadable"))
            continue
        if secret is None or _is_ours(secret, jcs(said), mac):
            found.append(loss)
        else:
            faults.append(Fault("loss_mac", seal_id=loss.through))
    return found, faults


def _is_ours(secret: str, said: bytes, mac: object) -> bool:
    expected = hmac.new(secret.encode(), b"loss|" + said, sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), str(mac).encode())
