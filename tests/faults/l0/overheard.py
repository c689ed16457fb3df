"""I14: what the product logs while people walk about, as it would write it, without a secret."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app import logs
from tests.faults.invariants import Finding
from tests.faults.l0.world import World

PASSWORD, BEARER, MOBILE = "canary-password-of-L0", "canary-bearer-of-L0", "13800138014"
_COOKIE = "__Host-safegrid"


@contextmanager
def overheard(log: Path) -> Iterator[None]:
    """All that this process logs goes into the file too; what the test's own client says does not.

    A file: I15 looks at the memory of this process.
    """
    root, client = logging.getLogger(), logging.getLogger("httpx")
    levels = root.level, client.level
    handler = logging.FileHandler(log, encoding="utf-8")
    handler.setFormatter(logs.Json())
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    client.setLevel(logging.WARNING)
    try:
        yield
    finally:
        root.setLevel(levels[0])
        client.setLevel(levels[1])
        root.removeHandler(handler)
        handler.close()


async def tell_secrets(world: World) -> None:
    """In every place of a request, rightly and in forms that are refused."""
    client = next(iter(world.clients.values()))
    bearer = {"Authorization": f"Bearer {BEARER}"}
    sign_in = {"login": MOBILE, "password": PASSWORD}
    await client.post("/api/session", json=sign_in, headers=bearer)
    await client.post("/api/session", json={**sign_in, PASSWORD: PASSWORD}, headers=bearer)
    await client.post("/api/session", content=f'{{"password": "{PASSWORD}"')
    await client.put("/api/session/password", json={"old": PASSWORD, "new": f"{PASSWORD}-2"})
    await client.get("/api/hazards", params={"text": MOBILE, "limit": PASSWORD}, headers=bearer)
    await client.get(f"/api/hazards/{PASSWORD}", headers=bearer)
    await client.get(f"/api/{PASSWORD}", headers=bearer)


def no_secret_is_logged(log: Path, world: World) -> Finding:
    found = Finding()
    tokens = [str(client.cookies[_COOKIE]) for client in world.clients.values()]
    secrets = [PASSWORD, BEARER, MOBILE, world.settings.secret.get_secret_value(), *tokens]
    with log.open(encoding="utf-8") as lines:
        for line in lines:
            seen = [secret[:4] + "…" for secret in secrets if secret and secret in line]
            found.look(not seen, f"a line of the log holds {seen}")
    return found
