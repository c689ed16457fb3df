"""What an invariant is checked against: the database, the object store, the ack log, the logs."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

from app.storage import ObjectStore
from tests.bench.processes import memory_megabytes
from tests.faults.acks import AckLog

# What the layers send is here, by its id and the hash of the bytes that were sent.
TAKEN = """select id, body_sha256 as sha256 from events
union all select id, sha256 from photos
union all select id, sha256 from visits
union all select id, sha256 from accident_reports
union all select id, sha256 from collections
union all select id, sha256 from errands
union all select reason_id, sha256 from postponements where reason_id is not null"""
Rows = list[dict[str, Any]]
Line = psycopg.AsyncConnection[dict[str, Any]]
Key = tuple[str, str]  # kind and id
MOST_MEGABYTES = 300.0  # resident, of a server or worker that has nothing to do any more
GROWN_MEGABYTES = 100.0  # caches of statements fill; what leaks goes on


@dataclass
class Evidence:
    """What a layer does not have stays empty; what hangs on it is then looked at zero times.

    `saved`: what phones called saved; `held`: what still lies in their outboxes. `expected`: what
    must be here once everything has healed. `bodies`: what each reader got to see, `foreign`: the
    strings that this reader must never see. `logs` and the `secrets` that must not stand in them.
    `before` and `after`: figures that must come back (memory in MB, connections).
    """

    database_url: str
    store: ObjectStore
    secret: str
    acks: AckLog
    saved: set[Key] = field(default_factory=set)
    held: set[Key] = field(default_factory=set)
    expected: set[Key] = field(default_factory=set)
    bodies: Sequence[tuple[str, str]] = ()
    foreign: Mapping[str, Sequence[str]] = field(default_factory=dict)
    logs: Sequence[Path] = ()
    secrets: Sequence[str] = ()
    before: Mapping[str, float] = field(default_factory=dict)
    after: Mapping[str, float] = field(default_factory=dict)
    _line: Line | None = field(default=None, repr=False)

    async def rows(self, statement: str) -> Rows:
        async with self.at_once() as line:
            return await (await line.execute(statement.encode())).fetchall()

    @asynccontextmanager
    async def at_once(self) -> AsyncIterator[Line]:
        """A connection of our own for all that is asked within; what it sees is committed."""
        if self._line is not None:
            yield self._line
            return
        url = self.database_url.replace("+psycopg", "", 1)
        made = await Line.connect(
            url, row_factory=dict_row, options="-c timezone=UTC", autocommit=True
        )
        async with made as line:
            self._line = line
            try:
                yield line
            finally:
                self._line = None


@dataclass
class Memory:
    """I15 over many looks: no process grows for ever, or beyond `limit` MB.

    `limit`: none where the server lives in the process of the tests, which holds much else.
    `most`: of each, by name and process id, since it was first looked at.
    """

    limit: float = MOST_MEGABYTES
    most: dict[str, float] = field(default_factory=dict)

    def look(self, pids: Mapping[str, int]) -> tuple[dict[str, float], dict[str, float]]:
        """What each may have, and what it has, in MB."""
        has = {f"{name} {pid}": memory_megabytes(pid) for name, pid in pids.items()}
        for name, now in has.items():
            self.most.setdefault(name, min(self.limit, now + GROWN_MEGABYTES))
        return {name: self.most[name] for name in has}, has


@dataclass
class Finding:
    """How many things were looked at, and which of them break the sentence."""

    checked: int = 0
    violations: list[str] = field(default_factory=list)

    def look(self, holds: object, complaint: str) -> None:
        self.checked += 1
        if not holds:
            self.violations.append(complaint)
