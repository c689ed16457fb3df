"""Whoever owns the database cannot rewrite the past unseen: attacks by lot, all found.

Most run in a transaction of their own that the verifier reads in and that is rolled back; every
fiftieth is committed in a database of its own, where the command has to find it.

`make tamper` runs 10,000 and measures for docs/proof.md; SAFEGRID_TAMPERINGS and SAFEGRID_SEED say
how many and which, SAFEGRID_TAMPER_MINUTES for how long at most; the same command then goes on
where it ended.
"""

import asyncio
import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy.ext.asyncio import AsyncEngine
from typer.testing import CliRunner

from app import clock, db, storage
from app.cli.commands import app
from app.config import Settings, get_settings
from app.models.base import new_id
from app.models.hazard import State
from app.services import audit, events, hazard_jobs, verification
from app.services.access import SYSTEM
from app.services.audit import Kind, Subject
from app.services.events import Fault
from tests import tampering
from tests.conftest import Committed, Databases, create_app, settings_for
from tests.factories import county
from tests.faults.results import FOUND, Result
from tests.walking import Walk

MANY = int(os.environ.get("SAFEGRID_TAMPERINGS", "300"))
IS_MEASURED = "SAFEGRID_TAMPERINGS" in os.environ
COMMIT_EVERY = 50
MINUTES = int(os.environ.get("SAFEGRID_TAMPER_MINUTES") or 0)
SEED = int(os.environ.get("SAFEGRID_SEED", "20261125"))
LAYER, COMMAND = "T17", f"make tamper N={MANY} SEED={SEED}"
BEGUN = datetime(2026, 11, 1, 8, tzinfo=UTC)
DAYS: tuple[tuple[State, ...], ...] = (
    (State.ARCHIVED, State.DONE),
    (State.VERIFIED, State.VOIDED, State.REPORTED),
    (State.ASSIGNED, State.FIXED_ON_SITE),
    (State.ESCALATED, State.ARCHIVED, State.DONE),
)


@dataclass(frozen=True)
class Found:
    """`by_heads_alone`: nothing inside the database betrayed it."""

    what: str
    is_found: bool
    by_heads_alone: bool


@dataclass(frozen=True)
class Kept:
    """A committed county with a history of four days, and the heads that were put outside.

    `original` is the same once more, with nobody connected, so that it can be cloned.
    """

    committed: Committed
    heads: dict[int, bytes]
    databases: Databases
    original: str
    folder: Path

    @property
    def settings(self) -> Settings:
        return self.committed.settings

    @property
    def secret(self) -> str:
        return self.settings.secret.get_secret_value()

    async def rolled_back(self, seed: int) -> Found:
        """One attack and what is found; nothing stays."""
        async with self.committed.sessions() as session:
            who = await tampering.insider(session, seed, self.heads)
            what = await tampering.attack(who)
            found = await verification.verify(session, who.heads, self.secret)
            await session.rollback()
        inside = [fault for fault in found if "head" not in fault.what]
        return Found(what, bool(found), not inside)

    async def committed_for_good(self, seed: int) -> Found:
        """One attack that stays, and what `safegrid audit verify` says of it without and with it.

        As a process of its own would: its own connections, the heads read from their place.
        """
        url = self.databases.clone(self.original)
        engine = db.make_engine(settings_for(url, self.folder))
        try:
            async with db.make_sessions(engine)() as session:
                assert await self.command(url, self.heads) == 0
                who = await tampering.insider(session, seed, self.heads)
                what = await tampering.attack(who)
                await session.commit()
            alone = not await verification_of(engine)
            return Found(what, await self.command(url, who.heads) == 1, alone)
        finally:
            await engine.dispose()
            self.databases.drop(url)

    async def command(self, url: str, heads: dict[int, bytes]) -> int:
        place = Path(tempfile.mkdtemp(dir=self.folder))
        for number, body in heads.items():
            path = place / events.key_of(number)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(body)
        known = {
            "SAFEGRID_MODE": "test",
            "SAFEGRID_DATABASE_URL": url,
            "SAFEGRID_STORAGE": f"dir:{place}",
            "SAFEGRID_SECRET": self.secret,
        }
        get_settings.cache_clear()
        said = await asyncio.to_thread(CliRunner().invoke, app, ("audit", "verify"), env=known)
        get_settings.cache_clear()
        shutil.rmtree(place)
        assert isinstance(said.exception, SystemExit | None), said.exception
        return said.exit_code


async def verification_of(engine: AsyncEngine) -> list[Fault]:
    """Of what is committed, without the heads."""
    async with db.make_sessions(engine)() as session:
        return await verification.verify(session)


@pytest.fixture(scope="module")
async def kept(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Kept]:
    original = databases.clone()
    folder = tmp_path_factory.mktemp("kept")
    heads = await _history(settings_for(original, folder))
    url = databases.clone(databases.name_of(original))
    settings = settings_for(url, folder)
    engine = db.make_engine(settings)
    made = Committed(settings, engine, db.make_sessions(engine), create_app(settings))
    yield Kept(made, heads, databases, databases.name_of(original), folder)
    await engine.dispose()
    databases.drop(url)
    databases.drop(original)


async def _history(settings: Settings) -> dict[int, bytes]:
    """Four days, a seal and its head on each; every kind of audit entry."""
    engine = db.make_engine(settings)
    place = storage.open_heads(settings)
    async with db.unit_of_work(db.make_sessions(engine)) as session:
        walk = Walk(session, settings, await county(session))
        for day, states in enumerate(DAYS):
            with clock.at(BEGUN + timedelta(days=day)):
                for state in states:
                    await walk.to(state)
                for kind in list(Kind)[day :: len(DAYS)]:
                    about = Subject("photo", new_id())
                    await audit.record(session, kind, SYSTEM, about, {"day": day})
            with clock.at(BEGUN + timedelta(days=day, hours=1)):
                await hazard_jobs.seal(session, place, settings)
    await engine.dispose()
    return dict(await verification.read_heads(place))


async def test_an_untouched_history_verifies(kept: Kept) -> None:
    async with kept.committed.sessions() as session:
        assert await verification.verify(session, kept.heads, kept.secret) == []
        assert await verification.verify(session, kept.heads) == []
    assert len(kept.heads) == len(DAYS)


async def test_every_tampering_is_found(kept: Kept) -> None:
    begun = time.monotonic()
    seeds = random.Random(SEED).sample(range(10**9), MANY)
    before, tally = _before(), Tally()
    done = before.n if before else 0

    with _bar() as bar:
        task = bar.add_task("rewritten", total=MANY, completed=done)
        for number, seed in enumerate(seeds[done:], done):
            if MINUTES and time.monotonic() - begun > 60 * MINUTES:
                break
            is_kept = number % COMMIT_EVERY == COMMIT_EVERY - 1
            tally.count(
                seed, await (kept.committed_for_good if is_kept else kept.rolled_back)(seed)
            )
            tally.committed += is_kept
            bar.advance(task)
    if IS_MEASURED:
        _report(tally, time.monotonic() - begun, before)
    assert tally.missed == []
    assert done + tally.tried.total() == MANY or MINUTES
    consistent = {"cut the end of a case", "cut the last seals"}
    consistent |= {"rebuild after an event", "rebuild after an audit entry"}
    for what in consistent & set(tally.tried):  # careful enough that only the heads betray them
        assert tally.by_heads_alone[what] == tally.tried[what], what


@dataclass
class Tally:
    """By kind of attack; `missed` with the seed that shows it again."""

    tried: Counter[str] = field(default_factory=Counter)
    by_heads_alone: Counter[str] = field(default_factory=Counter)
    committed: int = 0
    missed: list[tuple[int, str]] = field(default_factory=list)

    def count(self, seed: int, found: Found) -> None:
        self.tried[found.what] += 1
        self.by_heads_alone[found.what] += found.by_heads_alone
        if not found.is_found:
            self.missed.append((seed, found.what))


def _bar() -> Progress:
    """On a console of its own: the command has a bar too."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=Console(file=sys.__stderr__), disable=not IS_MEASURED)


def _before() -> Result | None:
    """The same attacks, as far as an earlier run came before its time was over."""
    path = FOUND / f"{LAYER}-long.json"
    if not IS_MEASURED or not path.exists():
        return None
    found = Result.read(path)
    is_same = (found.command, found.violations) == (COMMAND, [])
    return found if is_same and found.n < MANY else None


def _report(tally: Tally, seconds: float, before: Result | None) -> None:
    n = tally.tried.total()
    own = Result(
        layer=LAYER,
        size="long",
        what="history rewritten, each time another way; the verifier must find it",
        unit="tamperings",
        n=n,
        seed=SEED,
        violations=[f"I7 {what} was not found (seed {seed})" for seed, what in tally.missed],
        seconds=round(seconds, 1),
        date=f"{datetime.now(UTC):%Y-%m-%d}",
        command=COMMAND,
        faults=dict(sorted(tally.tried.items())),
        checked={"I7": n},
        counts={
            "committed, and asked of the command": tally.committed,
            "seen by the heads outside alone": tally.by_heads_alone.total(),
        },
    )
    whole = Result.of_shares([before, own]) if before else own
    whole.seconds = round(own.seconds + (before.seconds if before else 0), 1)
    whole.write()


async def test_a_head_of_another_deployment_is_refused(kept: Kept) -> None:
    async with kept.committed.sessions() as session:
        found = await verification.verify(session, kept.heads, "another secret altogether")
    assert {fault.what for fault in found} == {"head_mac"}


async def test_heads_are_written_once_and_again_the_same(kept: Kept) -> None:
    """Also when the newest was lost outside: it is written anew, byte for byte."""
    settings = kept.committed.settings
    place = storage.open_heads(settings)
    newest = max(kept.heads)
    (Path(settings.storage.removeprefix("dir:")) / events.key_of(newest)).unlink()
    async with kept.committed.sessions() as session:
        assert await events.publish(session, place, settings) == 1
        assert await events.publish(session, place, settings) == 0
    assert await verification.read_heads(place) == kept.heads


async def test_every_column_of_history_can_be_attacked(kept: Kept) -> None:
    async with kept.committed.sessions() as session:
        who = await tampering.insider(session, SEED, {})
    for table, columns in tampering.COLUMNS.items():
        assert {column for of, column in who.types if of == table} == set(columns)
