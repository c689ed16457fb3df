"""A process that reads hostile bytes takes what it has loaded along, and can get no more."""

import json
import resource
import subprocess
import sys
from collections.abc import Callable
from threading import Timer
from typing import Any

from pydantic_core import from_json

from app.errors import Invalid


class NoAnswerError(Exception):
    """The child took too long or too much, or died."""


def answered(
    module: str, asked: bytes, seconds: int, hear: Callable[[str], None] | None = None
) -> Any:
    """What `main` of a module of ours makes of bytes on its stdin, in a process of its own.

    Blocking. Raises Invalid as the child has raised it. `hear`: gets each line that it says.
    """
    try:
        answer: dict[str, Any] = from_json(_talk(module, asked, seconds, hear))
    except (BrokenPipeError, ValueError) as error:
        raise NoAnswerError from error
    if "refused" in answer:
        raise Invalid(**answer["refused"])
    return answer["found"]


def _talk(module: str, asked: bytes, seconds: int, hear: Callable[[str], None] | None) -> bytes:
    """Its answer; nothing, if it did not end well."""
    found = b""
    with subprocess.Popen(  # noqa: S603 - this program itself, with fixed words
        [sys.executable, "-c", f"from {module} import main; main()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as child:
        assert child.stdin
        assert child.stdout
        patience = Timer(seconds, child.kill)
        patience.start()
        try:
            child.stdin.write(asked)
            child.stdin.close()
            for line in child.stdout:
                if line.startswith(b"{"):
                    found = line
                elif hear:
                    hear(line.decode())
        finally:
            patience.cancel()
    return found if child.returncode == 0 else b""


def say(line: str) -> None:
    """In the child, on the way to its answer: a line, which is heard at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def answer(work: Callable[[], Any], memory: int, cpu_seconds: int) -> None:
    """In the child, once everything is loaded and read: no file can be opened any more."""
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    confine(memory)
    try:
        told = {"found": work()}
    except Invalid as refused:
        told = {"refused": {"fields": refused.fields, **refused.details}}
    sys.stdout.write(json.dumps(told, default=str))


def confine(memory: int) -> None:
    """For good: at most so many bytes, no new file or socket, nothing written, no core."""
    limits = {
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_NOFILE: 0,  # what is open stays
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    for kind, most in limits.items():
        resource.setrlimit(kind, (most, most))
