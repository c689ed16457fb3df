"""Whoever owns the database cannot rewrite the past unseen: attacks by lot, all found.

`make tamper` runs 10,000 and measures for docs/proof.md; SAFEGRID_TAMPERINGS and SAFEGRID_SEED say
how many and which, SAFEGRID_TAMPER_MINUTES for how long at most.
"""

import os
import random
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app import clock, db, storage
from app.models.base import new_id
from app.models.hazard import State
from app.services import audit, events, hazard_jobs, verification
from app.services.access import SYSTEM
from app.services.audit import Kind, Subject
from app.services.events import Fault
from tests import tampering
from tests.conftest import Committed, Databases, create_app, settings_for
from tests.factories import county
from tests.faults.results import Result
from tests.walking import Walk

MANY = int(os.environ.get("SAFEGRID_TAMPERINGS", "600"))
MINUTES = int(os.environ.get("SAFEGRID_TAMPER_MINUTES") or 0)
SEED = int(os.environ.get("SAFEGRID_SEED", "20261125"))
BEGUN = datetime(2026, 11, 1, 8, tzinfo=UTC)
DAYS: tuple[tuple[State, ...], ...] = (
    (State.ARCHIVED, State.DONE),
    (State.VERIFIED, State.VOIDED, State.REPORTED),
    (State.ASSIGNED, State.FIXED_ON_SITE),
    (State.ESCALATED, State.ARCHIVED, State.DONE),
)


@dataclass(frozen=True)
class Kept:
    """A committed county with a history of four days, and the heads that were put outside."""

    committed: Committed
    heads: dict[int, bytes]
    secret: str

    async def faults(self, seed: int) -> tuple[str, list[Fault], list[Fault]]:
        """One attack, all that is found, and what would be without the heads; nothing stays."""
        async with self.committed.sessions() as session:
            who = await tampering.insider(session, seed, self.heads)
            what = await tampering.attack(who)
            found = await verification.verify(session, who.heads, self.secret)
            await session.rollback()
        return what, found, [fault for fault in found if "head" not in fault.what]


@pytest.fixture(scope="module")
async def kept(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Kept]:
    url = databases.clone()
    settings = settings_for(url, tmp_path_factory.mktemp("kept"))
    engine = db.make_engine(settings)
    made = Committed(settings, engine, db.make_sessions(engine), create_app(settings))
    place = storage.open_heads(settings)
    async with made.work() as session:
        walk = Walk(session, settings, await county(session))
        for day, states in enumerate(DAYS):
            with clock.at(BEGUN + timedelta(days=day)):
                for state in states:
                    await walk.to(state)
                    about = Subject("photo", new_id())
                    await audit.record(session, Kind.PHOTO_READ, SYSTEM, about, {"day": day})
            with clock.at(BEGUN + timedelta(days=day, hours=1)):
                await hazard_jobs.seal(session, place, settings)
    heads = dict(await verification.read_heads(place))
    yield Kept(made, heads, settings.secret.get_secret_value())
    await engine.dispose()
    databases.drop(url)


async def test_an_untouched_history_verifies(kept: Kept) -> None:
    async with kept.committed.sessions() as session:
        assert await verification.verify(session, kept.heads, kept.secret) == []
        assert await verification.verify(session, kept.heads) == []
    assert len(kept.heads) == len(DAYS)


async def test_every_tampering_is_found(kept: Kept) -> None:
    """Each in a transaction of its own that is rolled back."""
    begun = time.monotonic()
    seeds = random.Random(SEED).sample(range(10**9), MANY)
    missed: list[tuple[int, str]] = []
    tried, silent_inside = Counter[str](), Counter[str]()

    for seed in seeds:
        if MINUTES and time.monotonic() - begun > 60 * MINUTES:
            break
        what, found, inside = await kept.faults(seed)
        tried[what] += 1
        silent_inside[what] += not inside
        if not found:
            missed.append((seed, what))
    if "SAFEGRID_TAMPERINGS" in os.environ:
        _report(tried, silent_inside, missed, time.monotonic() - begun)
    assert missed == []
    assert tried.total() == MANY or MINUTES
    consistent = {"cut the end of a case", "cut the last seals"}
    consistent |= {"rebuild after an event", "rebuild after an audit entry"}
    for what in consistent & set(tried):  # careful enough that only the heads betray them
        assert silent_inside[what] == tried[what], what


def _report(
    tried: Counter[str], silent: Counter[str], missed: list[tuple[int, str]], seconds: float
) -> None:
    limit = f" MINUTES={MINUTES}" if MINUTES else ""
    Result(
        layer="T17",
        size="long",
        what="history rewritten, each time another way; the verifier must find it",
        unit="tamperings",
        n=tried.total(),
        seed=SEED,
        violations=[f"I7 {what} was not found (seed {seed})" for seed, what in missed],
        seconds=round(seconds, 1),
        date=f"{datetime.now(UTC):%Y-%m-%d}",
        command=f"make tamper N={MANY} SEED={SEED}{limit}",
        faults=dict(sorted(tried.items())),
        checked={"I7": tried.total()},
        counts={"seen by the heads outside alone": silent.total()},
    ).write()


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
