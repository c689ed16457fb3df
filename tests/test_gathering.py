"""Jobs that a worker has begun in the same moment are done as one, and end as one."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from app import gathering, worker
from app.gathering import Gathering
from app.services import hazard_jobs

Do = Callable[[list[str]], Awaitable[None]]


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "GATHERED_FOR_SECONDS", 0.05)


@pytest.fixture
def done() -> list[list[str]]:
    """What was done together, each time."""
    return []


@pytest.fixture
def do(done: list[list[str]]) -> Do:
    async def keep(some: list[str]) -> None:
        done.append(list(some))

    return keep


async def test_what_comes_within_the_moment_is_done_as_one(done: list[list[str]], do: Do) -> None:
    made = Gathering()
    await asyncio.gather(*(made.join(one, do) for one in "abc"))
    await made.join("d", do)
    assert done == [["a", "b", "c"], ["d"]]


async def test_who_comes_while_it_is_done_is_of_the_next(done: list[list[str]], do: Do) -> None:
    made, go_on = Gathering(), asyncio.Event()

    async def slowly(some: list[str]) -> None:
        await go_on.wait()
        await do(some)

    first = asyncio.create_task(made.join("a", slowly))
    await asyncio.sleep(0.1)
    second = asyncio.create_task(made.join("b", do))
    await second
    go_on.set()
    await first
    assert done == [["b"], ["a"]]


async def test_all_fail_with_the_one_that_did_it(done: list[list[str]], do: Do) -> None:
    """So each is tried again: nobody is called done whose work was rolled back."""
    made = Gathering()

    async def break_down(_: list[str]) -> None:
        raise ValueError

    first, *others = await asyncio.gather(
        *(made.join(one, break_down) for one in "abc"), return_exceptions=True
    )
    assert isinstance(first, ValueError)
    assert [type(one) for one in others] == [RuntimeError, RuntimeError]
    await made.join("a", do)
    assert done == [["a"]]


async def test_who_is_stopped_takes_only_those_along_who_waited_for_it(
    done: list[list[str]], do: Do
) -> None:
    made = Gathering()
    first, second = (asyncio.create_task(made.join(one, do)) for one in "ab")
    await asyncio.sleep(0)
    first.cancel()
    ends = await asyncio.gather(first, second, return_exceptions=True)
    assert [type(one) for one in ends] == [asyncio.CancelledError, RuntimeError]
    first, second = (asyncio.create_task(made.join(one, do)) for one in "ab")
    await asyncio.sleep(0)
    second.cancel()
    await first
    assert done == [["a", "b"]]


def test_only_messages_gather_by_an_argument_that_their_function_takes_in_many() -> None:
    assert [(job.do, job.gathers) for job in worker.JOBS if job.gathers] == [
        (hazard_jobs.notify, "event_id")
    ]
