"""The real thing behind the walks: the API in process, PostgreSQL, a folder for photos."""

import math
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import psycopg
from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app import db, storage
from app.models.organization import Organization, OrganizationKind
from app.models.person import Post, Role
from tests import factories
from tests.conftest import client_of, create_app, settings_for, token_for
from tests.faults.acks import AckLog
from tests.faults.invariants import Evidence, Memory
from tests.faults.l0.cast import PEOPLE

BASE = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
# Walks let days pass; whether sessions end is asked elsewhere (tests/services/test_identity.py).
NO_TIME_LIMIT = {"desk_idle_minutes": 10**6, "desk_max_hours": 10**5, "session_idle_hours": 10**5}
FORGET = "truncate hazards, seals, changes, strangers, photos, procrastinate_jobs cascade"


@dataclass
class World:
    """`ids`: the uuid behind every name. `committed`: a connection that sees only what is."""

    settings: Any
    sessions: db.Sessions
    ids: dict[str, str]
    clients: dict[str, httpx.AsyncClient]
    committed: psycopg.AsyncConnection[Any]
    store: storage.ObjectStore
    now: datetime = BASE
    acks: AckLog = field(default_factory=AckLog)
    memory: Memory = field(default_factory=lambda: Memory(limit=math.inf))

    async def begin(self) -> None:
        """A county without cases, everybody at work."""
        self.now, self.acks = BASE, AckLog()
        async with db.unit_of_work(self.sessions) as session:
            await session.execute(text("set local session_replication_role = replica"))
            await session.execute(text(FORGET))  # history itself refuses
            await session.execute(update(Post).values(on_leave_until=None))

    async def leave(self, person: str, *, back: bool) -> None:
        until = None if back else (self.now + timedelta(days=30)).date()
        async with db.unit_of_work(self.sessions) as session:
            mine = Post.person_id == self.ids[person]
            await session.execute(update(Post).where(mine).values(on_leave_until=until))

    def evidence(self) -> Evidence:
        secret = self.settings.secret.get_secret_value()
        may, has = self.memory.look({"process": os.getpid()})
        url = self.settings.database_url
        return Evidence(url, self.store, secret, self.acks, before=may, after=has)

    async def is_committed(self, id_: str, sha: str) -> bool:
        """Seen from outside, the moment the answer is there."""
        query = b"""select 1 from events where id = %(id)s and body_sha256 = %(sha)s
        union all select 1 from photos where id = %(id)s and sha256 = %(sha)s"""
        found = await self.committed.execute(query, {"id": id_, "sha": sha})
        return await found.fetchone() is not None


@asynccontextmanager
async def opened(database_url: str, folder: Path) -> AsyncIterator[World]:
    settings = settings_for(database_url, folder).model_copy(update=NO_TIME_LIMIT)
    engine = db.make_engine(settings)
    app = create_app(settings)
    app.state.sessions = db.make_sessions(engine)
    app.state.storage = storage.open_store(settings)
    async with db.unit_of_work(app.state.sessions) as session:
        ids, tokens = await _settle(session)
    clients = {name: client_of(app, token, raises=False) for name, token in tokens.items()}
    plain = database_url.replace("+psycopg", "", 1)
    watching = await psycopg.AsyncConnection.connect(plain, autocommit=True)
    yield World(settings, app.state.sessions, ids, clients, watching, app.state.storage)
    await watching.close()
    for client in clients.values():
        await client.aclose()
    await engine.dispose()


async def _settle(session: AsyncSession) -> tuple[dict[str, str], dict[str, str]]:
    """The county of the factories, with the bodies and people that the walks want besides."""
    county = await factories.county(session)
    # Its own people are strangers here: one of them would stand in where the model knows nobody.
    await session.execute(update(Post).values(ends_on=Post.starts_on))
    village, far_village = county.villages
    far_village.is_summarising = True
    township, far_township = county.townships
    fire, housing, power = county.departments
    department = OrganizationKind.DEPARTMENT
    station = await factories.organization(session, department, "运河街道安监站", township)
    enterprise = await factories.enterprise(session, "永安饭店", village, county.grids[0])
    shop = await session.get_one(Organization, enterprise.id)
    bodies = {
        "village": village, "far_village": far_village, "township": township,
        "far_township": far_township, "county": county.centre, "safety": county.safety,
        "fire": fire, "housing": housing, "power": power, "station": station, "shop": shop,
    }  # fmt: skip
    grids = dict(zip(("grid", "far_grid"), county.grids, strict=True))
    ids = {name: str(row.id) for name, row in (bodies | grids).items()}
    tokens = {}
    for name, posts in PEOPLE.items():
        person = await factories.person(session)
        for role, body, grid in posts:
            on = grids[grid] if grid else None
            await factories.post(session, person, Role(role), bodies[body], on)
        ids[name], tokens[name] = str(person.id), await token_for(session, person)
    return ids, tokens
