"""The processes that decode photos: warm, limited, replaced; a bad photo harms nobody else's."""

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import uvloop

from app import darkroom
from app.confined import confine
from app.darkroom import Darkroom
from tests import pictures
from tests.bench.processes import family

LIMIT = 50_000_000
GOOD = pictures.jpeg(size=(90, 60))


@pytest.fixture
async def room() -> AsyncIterator[Darkroom]:
    made = Darkroom()
    yield made
    await made.close()


def parent(room: Darkroom) -> int:
    """The warm process."""
    (process,) = room._idle
    return process.pid


def child(room: Darkroom) -> int:
    """The process that decodes next."""
    (pid,) = family([parent(room)]) - {parent(room)}
    return pid


def open_files(pid: int) -> set[str]:
    return {file.name for file in Path(f"/proc/{pid}/fd").iterdir()}


async def test_one_child_decodes_a_few_photos_then_the_next_comes(room: Darkroom) -> None:
    children, parents = [], set()
    for _ in range(darkroom.PHOTOS_A_CHILD + 2):
        assert await room.render(GOOD, LIMIT)
        parents.add(parent(room))
        children.append(family([parent(room)]) - parents)
    assert len(parents) == 1
    assert children[0] == children[darkroom.PHOTOS_A_CHILD - 2] != children[-1]


async def test_after_a_photo_that_cannot_be_shown_comes_another_child(room: Darkroom) -> None:
    await room.render(GOOD, LIMIT)
    first, kept = child(room), parent(room)
    assert await room.render(pictures.PDF, LIMIT) == {}
    assert await room.render(GOOD, LIMIT)
    assert child(room) != first
    assert parent(room) == kept


async def test_a_child_that_needed_much_memory_makes_room(room: Darkroom) -> None:
    await room.render(GOOD, LIMIT)
    first = child(room)
    assert await room.render(pictures.huge_png(7000, 7000), LIMIT)
    assert await room.render(GOOD, LIMIT)
    assert child(room) != first


async def test_a_photo_that_kills_its_decoder_cannot_be_shown(
    room: Darkroom, caplog: pytest.LogCaptureFixture
) -> None:
    await room.render(GOOD, LIMIT)
    os.kill(child(room), signal.SIGSEGV)
    assert await room.render(GOOD, LIMIT) == {}
    assert "its decoder died of it" in caplog.text
    assert await room.render(GOOD, LIMIT)


async def test_a_decoder_that_somebody_else_kills_is_not_the_photos_fault(room: Darkroom) -> None:
    await room.render(GOOD, LIMIT)
    os.kill(child(room), signal.SIGKILL)
    with pytest.raises(InterruptedError):
        await room.render(GOOD, LIMIT)
    assert await room.render(GOOD, LIMIT)


async def test_a_stop_signal_lets_the_photo_in_hand_be_done(room: Darkroom) -> None:
    await room.render(GOOD, LIMIT)
    for pid in (parent(room), child(room)):
        for stop in (signal.SIGTERM, signal.SIGINT):
            os.kill(pid, stop)
    assert await room.render(GOOD, LIMIT)


async def test_a_picture_that_takes_too_long_is_stopped(
    room: Darkroom, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(darkroom, "_SECONDS", 0.01)
    assert await room.render(GOOD, LIMIT) == {}
    assert "took too long" in caplog.text
    assert room._idle == []


async def test_a_job_that_is_given_up_leaves_no_process(room: Darkroom) -> None:
    await room.render(GOOD, LIMIT)
    pids = family([parent(room)])
    rendering = asyncio.create_task(room.render(pictures.huge_png(7000, 7000), LIMIT))
    await asyncio.sleep(0.05)
    rendering.cancel()
    with pytest.raises(asyncio.CancelledError):
        await rendering
    await over(pids)


async def test_there_are_no_more_processes_than_cores(room: Darkroom) -> None:
    before = family([os.getpid()])
    await asyncio.gather(*(room.render(GOOD, LIMIT) for _ in range(20)))
    new = family([os.getpid()]) - before
    assert len(new) <= 2 * (os.cpu_count() or 1)
    await room.close()
    await over(new)


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs Linux")
async def test_a_decoder_holds_nothing_but_its_pipes(room: Darkroom) -> None:
    """The worker's connections to the database are not inherited."""
    with socket.create_server(("127.0.0.1", 0)) as ours:
        os.set_inheritable(ours.fileno(), True)
        await room.render(GOOD, LIMIT)
        assert open_files(child(room)) == {"0", "1", "2"}


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs Linux")
def test_nor_one_that_a_server_has_started() -> None:
    """With its worker inside, a server lives on uvloop, which closes nothing for its children."""

    async def rendered() -> set[str]:
        room = Darkroom()
        await room.render(GOOD, LIMIT)
        held = open_files(child(room))
        await room.close()
        return held

    with socket.create_server(("127.0.0.1", 0)) as ours:
        os.set_inheritable(ours.fileno(), True)
        assert uvloop.run(rendered()) == {"0", "1", "2"}


@pytest.mark.parametrize(
    "what",
    [
        lambda: socket.create_connection(("127.0.0.1", 1)),
        lambda: Path("/etc/passwd").read_bytes(),
        os.pipe,
        lambda: bytearray(darkroom._MEMORY),
    ],
    ids=["network", "file", "pipe", "memory"],
)
def test_a_decoder_gets_nothing_new(what: Callable[[], object]) -> None:
    pid = os.fork()
    if not pid:
        try:
            confine(darkroom._MEMORY)
            what()
        except (OSError, MemoryError) as error:
            is_limit = isinstance(error, MemoryError) or error.errno == 24  # EMFILE
            os._exit(0 if is_limit else 1)
        finally:
            os._exit(2)  # never on through the tests of its parent
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


async def over(pids: set[int]) -> None:
    """A killed process still has its memory to give back, and init to be fetched by."""
    for _ in range(2000):
        if not any(_lives(pid) for pid in pids):
            return
        await asyncio.sleep(0.01)
    pytest.fail("it lives on")


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
