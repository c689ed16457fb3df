"""The faults of L4: each breaks one thing, waits a moment and puts it right again."""

import asyncio
import random
import signal
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import httpx
import psycopg

from tests.faults.l4 import clocks
from tests.faults.l4.stack import Stack
from tests.faults.phone import hazard, new_id, photo, photo_bytes

Fault = Callable[[Stack, random.Random], Coroutine[Any, Any, None]]
_END = """
select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()
and pid <> pg_backend_pid() and state = 'active' and coalesce(wait_event, '') like %s
"""


async def kill_server(stack: Stack, dice: random.Random) -> None:
    stack.signal(dice.choice(stack.servers), signal.SIGKILL)


async def kill_worker(stack: Stack, _dice: random.Random) -> None:
    stack.signal("work", signal.SIGKILL)


async def kill_postgres(stack: Stack, dice: random.Random) -> None:
    await asyncio.to_thread(stack.kill_postgres)
    await asyncio.sleep(dice.random() / 2)
    await asyncio.to_thread(stack.raise_postgres)


async def cut_connections(stack: Stack, _dice: random.Random) -> None:
    """pg_terminate_backend of whoever works just now."""
    async with stack.watching() as connection:
        await connection.execute(_END, ("%",))


async def cut_commits(stack: Stack, _dice: random.Random) -> None:
    """pg_terminate_backend within COMMIT: written, and no answer ever comes.

    A replica that is not there holds every COMMIT after it is written; its sessions are ended.
    """
    async with stack.watching() as connection:
        await connection.execute("alter system set synchronous_standby_names = 'nobody'")
        await connection.execute("select pg_reload_conf()")
        try:
            for _ in range(200):
                ended = await (await connection.execute(_END, ("SyncRep",))).fetchall()
                if ended:
                    break
                await asyncio.sleep(0.02)
        finally:
            await connection.execute("alter system reset synchronous_standby_names")
            await connection.execute("select pg_reload_conf()")
    if not ended:
        raise AssertionError("nobody committed within four seconds")


async def stop_server_for_a_while(stack: Stack, dice: random.Random) -> None:
    name = dice.choice(stack.servers)
    stack.signal(name, signal.SIGSTOP)
    await asyncio.sleep(2)
    stack.signal(name, signal.SIGCONT)


async def stop_server_for_thirty_seconds(stack: Stack, dice: random.Random) -> None:
    """Longer than the phone waits: its request times out and is answered into the void."""
    name = dice.choice(stack.servers)
    stack.signal(name, signal.SIGSTOP)
    await asyncio.sleep(30)
    stack.signal(name, signal.SIGCONT)


async def end_server(stack: Stack, dice: random.Random) -> None:
    """A deployment: SIGTERM during uploads, drained, then the next life."""
    stack.signal(dice.choice(stack.servers), signal.SIGTERM)


async def hang_up(stack: Stack, dice: random.Random) -> None:
    """A phone that leaves at a random moment of its request, also during COMMIT."""
    for _ in range(8):
        id_ = new_id(dice)
        one = photo(new_id(dice), photo_bytes(id_, 20_000), id_)
        item = dice.choice((hazard(id_, []), one))
        async with stack.client("phone 0", dice.randint(0, 1)) as client:
            with suppress(httpx.HTTPError, TimeoutError):
                async with asyncio.timeout(0.002 + dice.random() * 0.06):
                    await client.put(item.path, content=item.body, headers=item.headers)


@contextmanager
def store_away(stack: Stack) -> Iterator[None]:
    """The folder of the photos is gone; a file stands in its place, so nothing can be written."""
    away = stack.objects.with_name("objects.away")
    stack.objects.mkdir(exist_ok=True)
    stack.objects.rename(away)
    stack.objects.touch()
    try:
        yield
    finally:
        stack.objects.unlink()
        away.rename(stack.objects)


async def store_is_away(stack: Stack, dice: random.Random) -> None:
    with store_away(stack):
        await asyncio.sleep(1 + dice.random())


async def everybody_waits(stack: Stack, dice: random.Random) -> None:
    """A migration that locks a table: requests pile up until the pool is empty."""
    with suppress(psycopg.OperationalError):
        async with stack.watching() as connection, connection.transaction():
            await connection.execute("lock table changes in access exclusive mode")
            await asyncio.sleep(1 + dice.random())


def clock_of(name: str, seconds: int) -> Fault:
    """It steps under traffic, and back after a while; of two servers the other is right."""

    async def step(stack: Stack, dice: random.Random) -> None:
        whose = dice.choice(stack.servers) if name == clocks.SERVER else name
        clocks.step(stack, whose, seconds)
        await asyncio.sleep(1.5 + dice.random())
        clocks.step(stack, whose, 0)

    return step


FAULTS: dict[str, Fault] = {
    "kill -9 of a server": kill_server,
    "kill -9 of the worker": kill_worker,
    "kill -9 of all of PostgreSQL": kill_postgres,
    "pg_terminate_backend of whoever works": cut_connections,
    "pg_terminate_backend within COMMIT": cut_commits,
    "server stopped for 2 s (SIGSTOP)": stop_server_for_a_while,
    "SIGTERM during uploads": end_server,
    "phones hang up within a request": hang_up,
    "photo store away": store_is_away,
    "a table locked, the pool empty": everybody_waits,
}
STEPS: dict[str, Fault] = {
    "clock of a server an hour ahead, and back": clock_of(clocks.SERVER, 3600),
    "clock of a server a day ahead, and back": clock_of(clocks.SERVER, 86_400),
    "clock of a server an hour behind, and back": clock_of(clocks.SERVER, -3600),
    "clock of the worker an hour ahead, and back": clock_of(clocks.WORKER, 3600),
    "clock of the worker an hour behind, and back": clock_of(clocks.WORKER, -3600),
    "clock of the database an hour ahead, and back": clock_of(clocks.DATABASE, 3600),
    "clock of the database an hour behind, and back": clock_of(clocks.DATABASE, -3600),
}
OFTEN = {"kill -9 of a server": 3}  # what happens most in a county's life is asked most
SLOW: dict[str, Fault] = {"server stopped for 30 s (SIGSTOP)": stop_server_for_thirty_seconds}
