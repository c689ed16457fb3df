"""Two databases under one address: the second follows the first, and takes its place (F35)."""

import asyncio
import fcntl
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import quote

import psycopg
from psycopg.conninfo import make_conninfo

from app import embedded
from tests.faults.l4.stack import Stack

FOLLOWER = "second"  # the name under which whoever follows is known
TRIES, PAUSE_S = 1200, 0.05
_IS_EVEN = """
select 1 from pg_stat_replication where application_name = %s and state = 'streaming'
and flush_lsn >= pg_current_wal_flush_lsn() and sync_state = %s
"""


class Pair:
    """`leads` is written to. `follows` has nothing before the first `follow`."""

    def __init__(self, stack: Stack, leads: embedded.Running, follows: embedded.Running) -> None:
        self.stack, self.leads, self.follows = stack, leads, follows

    async def follow(self, *, confirms: bool) -> None:
        """A copy is made while the first is written to, and follows it.

        `confirms`: from now on nothing is committed that the second has not on its disk.
        """
        await self._tell("alter system reset synchronous_standby_names")
        await asyncio.to_thread(self._copy)
        if confirms:
            await self._tell(f"alter system set synchronous_standby_names = '{FOLLOWER}'")
        await self._is_even("sync" if confirms else "async")

    def _copy(self) -> None:
        cluster = self.follows.cluster
        place = make_conninfo(
            host=str(self.leads.cluster.socket),
            user=embedded.NAME,
            password=(cluster.folder / "password").read_text(),
            application_name=FOLLOWER,
        )
        words = ("--checkpoint=fast", "--wal-method=stream", "--write-recovery-conf")
        cluster._run("pg_basebackup", "--pgdata", cluster.data, "--dbname", place, *words)
        cluster.ensure_answering({})

    async def _tell(self, command: str) -> None:
        async with self._leader() as connection:
            await connection.execute(command.encode())
            await connection.execute("select pg_reload_conf()")

    async def _is_even(self, how: str) -> None:
        async with self._leader() as connection:
            for _ in range(TRIES):
                if await (await connection.execute(_IS_EVEN, (FOLLOWER, how))).fetchone():
                    return
                await asyncio.sleep(PAUSE_S)
        raise TimeoutError("the second does not come up to the first")

    @asynccontextmanager
    async def _leader(self) -> AsyncIterator[psycopg.AsyncConnection[tuple[object, ...]]]:
        url = self.leads.cluster.url(embedded.NAME).replace("+psycopg", "", 1)
        async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
            yield connection

    async def fall_behind(self) -> None:
        """The second stands still: what is committed from now on it does not have."""
        await asyncio.to_thread(self.follows.cluster.stop)

    async def take_over(self) -> None:
        """The first is lost with all that it has; the second, as far as it has come, leads."""
        await asyncio.to_thread(self.stack.kill_postgres)
        cluster = self.follows.cluster
        await asyncio.to_thread(cluster.ensure_answering, {})
        await asyncio.to_thread(
            cluster._run, "pg_ctl", "--pgdata", cluster.data, "--wait", "promote"
        )
        await asyncio.to_thread(shutil.rmtree, self.leads.cluster.data)
        self.leads, self.follows = self.follows, self.leads
        self.stack.database = self.leads


@asynccontextmanager
async def pair_of(stack: Stack) -> AsyncIterator[Pair]:
    """`stack` has both in its address from now on. To be entered before its servers start."""
    first = stack.database.cluster
    name = first.folder.with_name(f"{first.folder.name}-second")
    second = embedded.Cluster.at(name)
    second.socket.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.copy2(first.folder / "password", second.folder / "password")
    hosts = ",".join(quote(str(cluster.socket)) for cluster in (first, second))
    login = first.url(embedded.NAME).partition("?")[0]
    address = f"{login}?host={hosts}&target_session_attrs=read-write"
    stack.settings = stack.settings.model_copy(update={"database_url": address})
    with (second.folder / "users.lock").open("ab") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield Pair(stack, stack.database, embedded.Running(address, second, users))
        finally:
            await asyncio.to_thread(stack.stop)
            await asyncio.to_thread(second.stop)
            fcntl.flock(users, fcntl.LOCK_UN)
            second.delete()
