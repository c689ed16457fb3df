"""Real PostgreSQL, real migrations, one rolled-back transaction per test.

`session` and `client` share that transaction. A test that needs real commits or several
connections at once (races, feeds, LISTEN) asks for `committed`: a database of its own.
"""

import gc
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import count
from pathlib import Path

import httpx
import psycopg
import pytest
from fastapi import FastAPI
from hypothesis import settings as hypothesis_settings
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

from app import clock, db, embedded, schema, security, storage
from app.collector import uncollected
from app.config import Settings
from app.darkroom import Darkroom
from app.models.person import Person, SignIn
from app.storage import ObjectStore
from tests import sweeping
from tests.order import longest_first

ORIGIN = "https://testserver"
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
# Small, short-lived databases: nothing to tidy up, and no plan changes by the minute.
LEFT_ALONE = {**FAST, "autovacuum": "off", "jit": "off"}
TEMPLATE = "template_of_tests"
_SELDOM = (50_000, 20, 20)
# How long one example takes says something about the machine, nothing about the code.
hypothesis_settings.register_profile("unhurried", deadline=None)
hypothesis_settings.load_profile("unhurried")
_numbers = count(1)
# httpx looks for it at every call of the application, on the whole path, to find none.
sys.modules.setdefault("sniffio", None)  # type: ignore[arg-type]

Freeze = Callable[[datetime | str], datetime]
SignInAs = Callable[[Person], Awaitable[httpx.AsyncClient]]


@dataclass(frozen=True)
class Databases:
    """The test process's own server; `clone` gives a fresh migrated database in ~0.1 s."""

    url: str

    def named(self, name: str) -> str:
        before, _, after = self.url.partition("@/")
        return f"{before}@/{name}?{after.partition('?')[2]}"

    def run(self, statement: str) -> None:
        self.run_in(self.named("postgres"), statement)

    def run_in(self, url: str, statement: str) -> None:
        plain = url.replace("+psycopg", "", 1)
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(statement.encode())

    def clone(self, template: str = TEMPLATE) -> str:
        name = f"test_{next(_numbers)}"
        self.run(f"create database {name} template {template}")
        return self.named(name)

    def name_of(self, url: str) -> str:
        return url.partition("@/")[2].partition("?")[0]

    def drop(self, url: str) -> None:
        self.run(f"drop database {self.name_of(url)} with (force)")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    longest_first(items)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Modules and tests stay to the end: nobody need look through them for garbage."""
    with uncollected():
        yield
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_SELDOM)


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    """An embedded server for this process alone, with a migrated template database."""
    sweeping.remove_abandoned("pytest-")
    folder = Path(tempfile.mkdtemp(prefix="pytest-"))
    running = embedded.start(folder, LEFT_ALONE)
    made = Databases(running.url)
    made.run(f"create database {TEMPLATE}")
    schema.upgrade(made.named(TEMPLATE))
    try:
        yield made
    finally:
        running.stop()
        embedded.remove(folder)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def shared_url(databases: Databases) -> str:
    """The database whose every test is rolled back."""
    return databases.clone()


@cache
def _settings() -> Settings:
    """Looked together once: that takes as long as a small test."""
    return Settings(
        _env_file=None,
        mode="test",
        base_url=ORIGIN,
        pool_size=12,
        requests_per_minute_address=0,
        requests_per_minute_person=0,
        second_factor_roles=[],
    )


def settings_for(database_url: str, folder: Path) -> Settings:
    """A copy to its depth: what one test changes, no other sees."""
    own = {
        "database_url": database_url,
        "storage": f"dir:{folder / 'objects'}",
        "var_dir": folder,
        "pwa_dir": folder / "no-pwa",
    }
    return _settings().model_copy(update=own, deep=True)


@pytest.fixture
def settings(shared_url: str, tmp_path: Path) -> Settings:
    return settings_for(shared_url, tmp_path)


@pytest.fixture(scope="session")
async def engine(shared_url: str) -> AsyncIterator[AsyncEngine]:
    made = create_async_engine(shared_url, pool_pre_ping=True)  # warm; who was cut off is replaced
    yield made
    await made.dispose()


@pytest.fixture
async def transaction(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """The one connection of a test; everything on it is rolled back at the end."""
    async with engine.connect() as connection:
        outer = await connection.begin()
        yield connection
        await outer.rollback()


@pytest.fixture
def sessions(transaction: AsyncConnection) -> db.Sessions:
    """Sessions whose commit releases a savepoint inside the test's transaction."""
    return async_sessionmaker(
        transaction, expire_on_commit=False, join_transaction_mode="create_savepoint"
    )


@pytest.fixture
async def session(sessions: db.Sessions) -> AsyncIterator[AsyncSession]:
    async with sessions() as made:
        yield made


@pytest.fixture
def store(settings: Settings) -> ObjectStore:
    """The folder driver in a temporary folder."""
    return storage.open_store(settings)


@pytest.fixture(scope="session")
async def darkroom() -> AsyncIterator[Darkroom]:
    """Where photos are decoded: real processes, warm for all tests."""
    made = Darkroom()
    yield made
    await made.close()


@pytest.fixture
def app(settings: Settings, sessions: db.Sessions, store: ObjectStore) -> FastAPI:
    """The real application; only where its sessions come from is ours."""
    made = create_app(settings)
    made.state.sessions = sessions
    made.state.storage = store
    return made


def create_app(settings: Settings) -> FastAPI:
    """A new application."""
    from app.main import create_app  # noqa: PLC0415 - tests of services run without the routes

    return create_app(settings)


def client_of(app: FastAPI, token: str = "", *, raises: bool = True) -> httpx.AsyncClient:
    """Speaks to the application as a page of its own would. `raises`: what the server only logs."""
    headers = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}
    cookies = {"__Host-safegrid": token} if token else {}
    transport = httpx.ASGITransport(app, raises, client=("127.0.0.1", 50_000))
    return httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=headers, cookies=cookies)


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Nobody signed in."""
    async with client_of(app) as made:
        yield made


async def token_for(session: AsyncSession, person: Person) -> str:
    """A signed-in device of this person, without the ceremony of a password."""
    token, moment = security.new_token(), clock.now()
    session.add(
        SignIn(
            token_digest=security.token_digest(token),
            person_id=person.id,
            device="test",
            address="127.0.0.1",
            created_at=moment,
            last_seen_at=moment,
        )
    )
    await session.flush()
    return token


@pytest.fixture
async def sign_in_as(app: FastAPI, session: AsyncSession) -> AsyncIterator[SignInAs]:
    """Gives clients with a person's cookie; `await` it with a Person."""
    made: list[httpx.AsyncClient] = []

    async def enter(person: Person) -> httpx.AsyncClient:
        made.append(client_of(app, await token_for(session, person)))
        return made[-1]

    yield enter
    for one in made:
        await one.aclose()


@dataclass(frozen=True)
class Committed:
    """A database of its own, where COMMIT is COMMIT and connections are many."""

    settings: Settings
    engine: AsyncEngine
    sessions: db.Sessions
    app: FastAPI

    def work(self) -> AbstractAsyncContextManager[AsyncSession]:
        """`async with committed.work() as session:` commits at the end."""
        return db.unit_of_work(self.sessions)

    def client(self, token: str = "") -> httpx.AsyncClient:
        return client_of(self.app, token)

    async def client_as(self, person: Person) -> httpx.AsyncClient:
        async with self.work() as session:
            return self.client(await token_for(session, person))

    @asynccontextmanager
    async def alive(self) -> AsyncIterator[FastAPI]:
        """With everything that a start of the server starts (hub, pools, worker if set)."""
        async with self.app.router.lifespan_context(self.app):
            yield self.app


@pytest.fixture
async def committed(databases: Databases, tmp_path: Path) -> AsyncIterator[Committed]:
    url = databases.clone()
    settings = settings_for(url, tmp_path)
    engine = db.make_engine(settings)
    app = create_app(settings)
    app.state.sessions = db.make_sessions(engine)
    app.state.storage = storage.open_store(settings)
    yield Committed(settings, engine, app.state.sessions, app)
    await engine.dispose()
    databases.drop(url)


@pytest.fixture
def freeze(monkeypatch: pytest.MonkeyPatch) -> Freeze:
    """`freeze("2026-11-23 09:00")`: the county's wall clock stands still there until set again."""

    def at(moment: datetime | str) -> datetime:
        parsed = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
        known = parsed if parsed.tzinfo else parsed.replace(tzinfo=clock.COUNTY_ZONE)
        frozen = known.astimezone(UTC)
        monkeypatch.setattr(clock, "now", lambda: frozen)
        return frozen

    return at


@pytest.fixture(scope="session", autouse=True)
def _no_settings_from_outside() -> Iterator[None]:
    """A developer's SAFEGRID_* must not reach a test."""
    kept = {key: os.environ.pop(key) for key in list(os.environ) if key in OUTSIDE}
    yield
    os.environ.update(kept)


OUTSIDE = tuple(f"SAFEGRID_{name.upper()}" for name in Settings.model_fields)
