"""Where photos are decoded: limited processes behind a pipe; hostile bytes end there.

`python -m app.darkroom` loads the decoders once and forks a child that serves stdin: each photo
behind its pixel limit, its length (4 bytes each) and what to make of it (1). The child answers on
stdout with parts behind their lengths: a complaint, empty if the photo can be shown, then the
pictures (app.derivatives).
After PHOTOS_A_CHILD, or after one that took much memory, the next child comes. A child has neither
files nor network and cannot get any; it holds nothing but photos and cannot outlive its limits.
"""

import asyncio
import contextlib
import gc
import logging
import math
import os
import resource
import signal
import struct
import sys
import time
from asyncio.subprocess import PIPE, Process
from typing import BinaryIO

from app import derivatives
from app.confined import confine
from app.derivatives import Way

PHOTOS_A_CHILD = 25
_SECONDS = 90
_CPU_SECONDS = 30  # for one photo
_MOST_CPU_SECONDS = PHOTOS_A_CHILD * (_CPU_SECONDS + 1)
_MEMORY = 1536 * 1024 * 1024  # 50 MP as RGBA and once more, with the libraries
_ENOUGH_KB = 256 * 1024  # a child that was once larger makes room for the next
# Pillow would give each picture's memory back and ask for it anew: a tenth of the work. So it keeps
# this many pieces of at most 16 MB.
_KEPT = {"PILLOW_BLOCKS_MAX": "3"}
_NEXT, _CRASHED = 10, 70  # exit codes: the child has done its share; its photo has killed it
_HEAD = struct.Struct(">IIB")
_LENGTH = struct.Struct(">I")
log = logging.getLogger(__name__)


class Darkroom:
    """As many warm processes as photos come at a time, at most one a core; close it at the end."""

    def __init__(self) -> None:
        self._idle: list[Process] = []
        self._room = asyncio.Semaphore(os.cpu_count() or 1)

    async def render(
        self, original: bytes, max_pixels: int, way: Way = Way.PHOTO
    ) -> dict[str, bytes]:
        """JPEGs by name; {} if the photo cannot be shown, with the reason in the log.

        InterruptedError if that is not the photo's fault: try again.
        """
        async with self._room:
            process = await self._take()
            try:
                complaint, pictures = await asyncio.wait_for(
                    _asked(process, original, max_pixels, way), _SECONDS
                )
            except TimeoutError:
                complaint, pictures = "took too long", {}
            except (asyncio.IncompleteReadError, ConnectionError):
                complaint, pictures = await _post_mortem(process), {}
            else:
                self._idle.append(process)
            finally:
                if process not in self._idle:
                    await _end(process)
        if complaint:
            log.warning("a photo cannot be shown: %s", complaint)
        return pictures

    async def close(self) -> None:
        while self._idle:
            await _end(self._idle.pop())

    async def _take(self) -> Process:
        while self._idle:
            process = self._idle.pop()
            if process.returncode is None:
                return process
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-W", "ignore", "-m", __name__),
            stdin=PIPE,
            stdout=PIPE,
            env={**os.environ, **_KEPT},
            start_new_session=True,  # to be ended with its children, and by nobody's Ctrl-C
        )


async def _asked(
    process: Process, original: bytes, max_pixels: int, way: Way
) -> tuple[str, dict[str, bytes]]:
    assert process.stdin
    assert process.stdout
    process.stdin.write(_HEAD.pack(max_pixels, len(original), way) + original)
    await process.stdin.drain()
    complaint = await _part(process.stdout)
    if complaint:
        return complaint.decode(errors="replace"), {}
    return "", {name: await _part(process.stdout) for name in derivatives.NAMES[way]}


async def _part(stream: asyncio.StreamReader) -> bytes:
    (length,) = _LENGTH.unpack(await stream.readexactly(_LENGTH.size))
    return await stream.readexactly(length)


async def _post_mortem(process: Process) -> str:
    """Why there is no answer; InterruptedError where somebody else has stopped the process."""
    code = await process.wait()
    if code != _CRASHED:
        message = f"stopped before the photo was done (exit code {code})"
        raise InterruptedError(message)
    return "its decoder died of it"


async def _end(process: Process) -> None:
    assert process.stdin
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.communicate()  # to the end of its pipe, which a loop must not outlive
    process.stdin.close()
    with contextlib.suppress(ConnectionError):
        await process.stdin.wait_closed()


def main() -> None:
    """Fork child after child; a stop signal is the worker's affair, which closes the pipe."""
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))  # uvloop hands on whatever can be inherited
    for stop in (signal.SIGTERM, signal.SIGINT):
        signal.signal(stop, signal.SIG_IGN)
    os.nice(10)
    derivatives.load()
    gc.freeze()
    while pid := os.fork():
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        if code != _NEXT:
            sys.exit(_verdict(code))
    confine(_MEMORY)
    sys.exit(_serve(sys.stdin.buffer, sys.stdout.buffer))


def _verdict(code: int) -> int:
    """A child that was killed by force had its photo taken away; every other death is its own."""
    return {0: 0, -signal.SIGKILL: 1}.get(code, _CRASHED)


def _serve(requests: BinaryIO, answers: BinaryIO) -> int:
    """Until there is nothing more, or this process has done its share or seen a bad photo."""
    for _ in range(PHOTOS_A_CHILD):
        head = requests.read(_HEAD.size)
        if len(head) < _HEAD.size:
            return 0
        max_pixels, length, way = _HEAD.unpack(head)
        parts = _developed(requests.read(length), max_pixels, Way(way))
        answers.writelines(_LENGTH.pack(len(part)) + part for part in parts)
        answers.flush()
        if parts[0] or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > _ENOUGH_KB:
            break
    return _NEXT


def _developed(original: bytes, max_pixels: int, way: Way) -> list[bytes]:
    """The complaint, and where there is none the pictures."""
    used = time.process_time()
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(used) + _CPU_SECONDS, _MOST_CPU_SECONDS))
    try:
        return [b"", *derivatives.develop(original, max_pixels, way)]
    except Exception as error:  # noqa: BLE001 - hostile bytes: a decoder may raise anything
        return [f"{type(error).__name__}: {error}"[:300].encode(errors="replace")]


if __name__ == "__main__":
    main()
