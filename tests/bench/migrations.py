"""What migrations make people wait: every one up, down and up again, under writes.

    python -m tests.bench.migrations --cases 1000000 --rate 50

The first migration is taken as the schema of a release in use. Writers do what its servers do:
they report cases and take steps. A migration that gives up, because it would have to wait for a
lock, is repeated as an operator would.
"""

import argparse
import json
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
from alembic.script import ScriptDirectory
from psycopg.errors import DeadlockDetected, LockNotAvailable
from sqlalchemy.exc import OperationalError

from app import embedded, schema
from tests.test_migrations import dump

WRITERS = 4
TRIES = 20
LOST_LOCKS = (LockNotAvailable, DeadlockDetected)
PEOPLE = (
    (
        "insert into organizations (id, kind, name, short_name, is_active, is_summarising)"
        " values (%(id)s, 'township_subcentre', '镇', '镇', true, false)"
    ),
    (
        "insert into people (id, name, must_change_password, created_at)"
        " values (%(id)s, '网格员', false, now())"
    ),
    (
        "insert into categories (code, name, name_en, icon, default_level, position, is_active)"
        " values ('fire', '消防', 'Fire', 'fire', 'general', 1, true)"
    ),
)
NAMES = (
    "id, state, level, is_suspected_major, is_major_confirmed, is_listed, is_urgent, category_code,"
    " note, place, reported_as, is_outside_county, township_id, reporter_id, occurred_at,"
    " received_at, is_signed_for, round, bounces, is_due_provisional, is_clock_provisional,"
    " state_since, sort_key, version, photos_expected, photos_received, holder_id"
)
VALUES = (
    "'escalated', 'general', false, false, false, false, 'fire', '楼道堆放杂物', '1 号楼',"
    " 'gridworker', false, %(one)s, %(one)s, {at}, {at}, false, 1, 0, false, false, {at},"
    " {key}, 1, 0, 0, %(one)s"
)
EVENT_NAMES = (
    "id, hazard_id, position, kind, actor_id, at, to_state, round, data, body_sha256,"
    " previous_hash, hash"
)
EVENT_VALUES = "1, 'hazard.reported', %(one)s, now(), 'escalated', 1, '{{}}', '', '', ''"
GROW = (
    f"insert into hazards ({NAMES}) select gen_random_uuid(), "  # noqa: S608 - words of our own
    + VALUES.format(at="now() - n * interval '1 minute'", key="n")
    + " from generate_series(1, %(many)s) n",
    f"insert into events ({EVENT_NAMES}) select id, id, "  # noqa: S608
    + EVENT_VALUES.format()
    + " from hazards",
)
REPORT = (
    f"insert into hazards ({NAMES}) values (%(id)s, {VALUES.format(at='now()', key='0')})",  # noqa: S608
    f"insert into events ({EVENT_NAMES}) values (%(id)s, %(id)s, {EVENT_VALUES.format()})",  # noqa: S608
)
STEP = "update hazards set version = version + 1, state_since = now() where id = %(id)s"


@dataclass
class Waits:
    """What writers met: the longest wait in ms, what they wrote, what was refused and why."""

    longest_ms: float = 0
    written: list[UUID] = field(default_factory=list)
    steps: int = 0
    refused: Counter[str] = field(default_factory=Counter)


@dataclass
class Load:
    """`rate` writes a second by old servers, until `stop`."""

    url: str
    one: UUID
    rate: float
    seed: int
    waits: list[Waits] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def running(self) -> Iterator[None]:
        self.waits.append(Waits())
        threads = [threading.Thread(target=self._write, args=(n,)) for n in range(WRITERS)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._over.set()
            for thread in threads:
                thread.join()

    def next_phase(self) -> Waits:
        """Figures of the phase that ends here; a new one begins."""
        with self._lock:
            self.waits.append(Waits())
            return self.waits[-2]

    def _write(self, number: int) -> None:
        dice = random.Random(f"{self.seed}:{number}")
        known: list[UUID] = []
        with psycopg.connect(_plain(self.url), autocommit=True) as connection:
            connection.execute("set lock_timeout = '10s'")
            while not self._over.is_set():
                begun = time.perf_counter()
                self._one(connection, dice, known)
                pause = WRITERS / self.rate - (time.perf_counter() - begun)
                self._over.wait(max(0.0, pause))

    def _one(
        self, connection: psycopg.Connection[Any], dice: random.Random, known: list[UUID]
    ) -> None:
        is_step = bool(known) and dice.random() < 0.5
        id_ = dice.choice(known) if is_step else uuid4()
        begun = time.perf_counter()
        try:
            with connection.transaction():
                for statement in (STEP,) if is_step else REPORT:
                    connection.execute(statement.encode(), {"id": id_, "one": self.one})
        except psycopg.Error as refused:
            with self._lock:
                self.waits[-1].refused[type(refused).__name__] += 1
            return
        took = 1000 * (time.perf_counter() - begun)
        with self._lock:
            phase = self.waits[-1]
            phase.longest_ms = max(phase.longest_ms, took)
            if is_step:
                phase.steps += 1
            else:
                phase.written.append(id_)
                known.append(id_)


def revisions() -> list[str]:
    """From the first released one to the newest."""
    scripts = ScriptDirectory.from_config(schema.config())
    return [script.revision for script in reversed(list(scripts.walk_revisions()))]


def run(
    url: str, cases: int, rate: float, seed: int, settle_seconds: float = 0.5, newest: int = 0
) -> dict[str, Any]:
    """Figures per step, each with so long a time after it; only of the `newest` steps, if given.

    `lost` and `refused` must be nothing, `is_equal` true.
    """
    line = revisions()
    schema.upgrade(url, line[0])
    one = grow(url, cases)
    line = line[-newest - 1 :] if newest else line
    schema.upgrade(url, line[0])
    load = Load(url, one, rate, seed)
    figures: dict[str, Any] = {"cases": cases, "rate": rate, "seed": seed, "steps": []}
    dumps = []
    with load.running():
        time.sleep(2)
        figures["before_ms"] = round(load.next_phase().longest_ms, 1)
        for way, targets in (("up", line[1:]), ("down", line[-2::-1]), ("up", line[1:])):
            for target in targets:
                figures["steps"].append(_step(url, way, target, load, settle_seconds))
            if way == "up":
                dumps.append(dump(url))
    return {**figures, **_sum(url, load), "is_equal": dumps[0] == dumps[-1]}


def grow(url: str, cases: int) -> UUID:
    """One township, one person, so many cases."""
    one = uuid4()
    with psycopg.connect(_plain(url), autocommit=True) as connection:
        for statement in PEOPLE:
            connection.execute(statement.encode(), {"id": one})
        for statement in GROW:
            connection.execute(statement.encode(), {"one": one, "many": cases})
        connection.execute("vacuum analyze")
    return one


def _step(url: str, way: str, target: str, load: Load, settle_seconds: float) -> dict[str, Any]:
    tries, begun = 0, time.perf_counter()
    move = schema.upgrade if way == "up" else schema.downgrade
    while True:
        tries += 1
        try:
            move(url, target)
            break
        except OperationalError as fault:
            if not isinstance(fault.orig, LOST_LOCKS) or tries == TRIES:
                raise
    seconds = time.perf_counter() - begun
    time.sleep(settle_seconds)
    waits = load.next_phase()
    return {
        "way": way,
        "to": target,
        "seconds": round(seconds, 2),
        "tries": tries,
        "longest_wait_ms": round(waits.longest_ms, 1),
        "writes": len(waits.written) + waits.steps,
        "refused": dict(waits.refused),
    }


def _sum(url: str, load: Load) -> dict[str, Any]:
    written = [id_ for waits in load.waits for id_ in waits.written]
    with psycopg.connect(_plain(url)) as connection:
        query = "select count(*) from hazards where id = any(%s)"
        row = connection.execute(query, (written,)).fetchone()
    assert row
    refused = sum((waits.refused for waits in load.waits), Counter[str]())
    return {
        "longest_wait_ms": round(max(waits.longest_ms for waits in load.waits), 1),
        "writes": len(written) + sum(waits.steps for waits in load.waits),
        "lost": len(written) - row[0],
        "refused": dict(refused),
    }


def _plain(url: str) -> str:
    return url.replace("+psycopg", "", 1)


def main() -> None:
    reading = argparse.ArgumentParser(description=__doc__)
    reading.add_argument("--cases", type=int, default=1_000_000)
    reading.add_argument("--rate", type=float, default=50)
    reading.add_argument("--seed", type=int, default=1)
    wanted = reading.parse_args()
    with tempfile.TemporaryDirectory(prefix="migrations-") as folder:
        with embedded.start(Path(folder)) as database:
            figures = run(database.url, wanted.cases, wanted.rate, wanted.seed)
        embedded.remove(Path(folder))
    json.dump(figures, sys.stdout, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
