"""Many phones: signed-in sessions of the county's gridworkers, and what they send."""

import hashlib
import io
import random
import secrets
from base64 import b64encode
from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from uuid import uuid4

import httpx
import psycopg
from PIL import Image

from tests.running import RunningApp

COOKIE = "__Host-safegrid"
PEOPLE = 50
SIGN_IN = """
insert into sign_ins (id, token_digest, person_id, device, created_at, last_seen_at, unsent_count)
select gen_random_uuid(), %s, id, 'bench', now(), now(), 0
from (select distinct p.id from people p join posts o on o.person_id = p.id
      where o.role = %s and o.ends_on is null and p.disabled_at is null) people
order by id offset %s %% (select count(distinct person_id) from posts
                          where role = %s and ends_on is null) limit 1
"""
SIGN_IN_AS = """
insert into sign_ins (id, token_digest, person_id, device, created_at, last_seen_at, unsent_count)
values (gen_random_uuid(), %s, %s, 'bench', now(), now(), 0)
"""

JOIN = """
with places as (
    select g.id as grid_id, g.organization_id, row_number() over (order by g.id) - 1 as place,
        count(*) over () as places
    from grids g where g.kind = 'territorial' and g.valid_to is null
), joined as (
    insert into people (id, name, must_change_password, created_at)
    select gen_random_uuid(), '测量' || n, false, now() from generate_series(1, %(count)s) n
    returning id, name
), posts_of_them as (
    insert into posts (id, person_id, organization_id, role, grid_id, starts_on)
    select gen_random_uuid(), j.id, p.organization_id, 'gridworker', p.grid_id, current_date - 30
    from joined j join places p on p.place = substr(j.name, 3)::int %% p.places
)
insert into sign_ins (id, token_digest, person_id, device, created_at, last_seen_at, unsent_count)
select gen_random_uuid(), (%(digests)s::bytea[])[substr(name, 3)::int], id, 'bench', now(),
    now() - interval '1 hour', 0
from joined
"""


def photo(seed: int) -> bytes:
    """A 1600 x 1200 JPEG of about 300 KB, other bytes for every seed."""
    noise = Image.frombytes("RGB", (200, 150), random.Random(seed).randbytes(200 * 150 * 3))
    image = noise.resize((1600, 1200), Image.Resampling.BICUBIC)
    body = io.BytesIO()
    image.save(body, "JPEG", quality=64)
    return body.getvalue()


def tokens(app: RunningApp, count: int, role: str = "gridworker") -> list[str]:
    """Cookies of so many phones, spread over all people with this role; no password is needed."""
    made = [secrets.token_urlsafe(32) for _ in range(count)]
    url = app.database_url.replace("+psycopg", "")
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("update people set must_change_password = false where must_change_password")
        cursor.executemany(
            SIGN_IN,
            [
                (hashlib.sha256(token.encode()).digest(), role, number, role)
                for number, token in enumerate(made)
            ],
        )
    return made


def tokens_of(app: RunningApp, people: str) -> list[str]:
    """Cookies of the people whose ids this query selects, in its order."""
    with psycopg.connect(app.database_url.replace("+psycopg", "")) as connection:
        ids = [row[0] for row in connection.execute(people.encode())]
        made = [secrets.token_urlsafe(32) for _ in ids]
        rows = [
            (hashlib.sha256(token.encode()).digest(), id_)
            for token, id_ in zip(made, ids, strict=True)
        ]
        connection.cursor().executemany(SIGN_IN_AS, rows)
        update = "update people set must_change_password = false where id = any(%s)"
        connection.execute(update, (ids,))
    return made


def crew(app: RunningApp, count: int) -> list[str]:
    """Cookies of so many new gridworkers, each a person of their own, spread over all grids.

    They were last seen an hour ago, as whoever comes back from a place without a signal.
    """
    made = [secrets.token_urlsafe(32) for _ in range(count)]
    digests = [hashlib.sha256(token.encode()).digest() for token in made]
    with psycopg.connect(app.database_url.replace("+psycopg", "")) as connection:
        connection.execute(JOIN, {"count": count, "digests": digests})
    return made


def client(app: RunningApp, connections: int = 8) -> httpx.AsyncClient:
    """As a page of ours speaks."""
    return httpx.AsyncClient(
        base_url=app.url,
        timeout=120,
        headers={"Origin": app.url, "Sec-Fetch-Site": "same-origin"},
        limits=httpx.Limits(max_connections=connections),
    )


def cookie(token: str) -> dict[str, str]:
    return {"Cookie": f"{COOKIE}={token}"}


class Photo:
    """One photo that is sent under many ids."""

    def __init__(self, seed: int) -> None:
        self.body = photo(seed)
        self.sha = hashlib.sha256(self.body)

    @cached_property
    def headers(self) -> dict[str, str]:
        digest = b64encode(self.sha.digest()).decode()
        return {"Content-Digest": f"sha-256=:{digest}:", "Content-Type": "image/jpeg"}

    def report(self, photo_id: str) -> dict[str, Any]:
        """A report as phones send it: with a position and the promise of this photo."""
        now = datetime.now(UTC).isoformat()
        promise = {
            "photo_id": photo_id,
            "sha256": self.sha.hexdigest(),
            "size": len(self.body),
            "role": "before",
            "taken_at": now,
        }
        position = {"lat": 34.5631, "lon": 117.7342, "accuracy_m": 9.0, "source": "gps"}
        return {"category_code": "fire", "note": "楼道堆放杂物，堵住安全出口", "occurred_at": now,
                "place": "测量", "position": position, "photos": [promise]}  # fmt: skip


class Reporter:
    """Signed-in gridworkers who send reports with one photo each, in turn."""

    def __init__(self, app: RunningApp, picture: Photo) -> None:
        self.picture, self.cookies = picture, [cookie(token) for token in tokens(app, PEOPLE)]
        self.client = client(app)

    async def send(self, number: int) -> None:
        who = self.cookies[number % PEOPLE]
        hazard_id, photo_id = str(uuid4()), str(uuid4())
        report = self.picture.report(photo_id)
        path = f"/api/hazards/{hazard_id}"
        (await self.client.put(path, json=report, headers=who)).raise_for_status()
        headers = {**self.picture.headers, **who}
        path = f"/api/photos/{photo_id}"
        stored = await self.client.put(path, content=self.picture.body, headers=headers)
        stored.raise_for_status()
