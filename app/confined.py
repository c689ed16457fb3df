"""A process that reads hostile bytes takes what it has loaded along, and can get no more."""

import json
import resource
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from app.errors import Invalid


class NoAnswerError(Exception):
    """The child took too long or too much, or died."""


def answered(module: str, asked: bytes, seconds: int) -> Any:
    """What `main` of a module of ours makes of bytes on its stdin, in a process of its own.

    Blocking. Raises Invalid as the child has raised it.
    """
    try:
        child = subprocess.run(  # noqa: S603 - this program itself, with fixed words
            [sys.executable, "-c", f"from {module} import main; main()"],
            input=asked,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=True,
        )
        answer: dict[str, Any] = json.loads(child.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        raise NoAnswerError from error
    if "refused" in answer:
        raise Invalid(**answer["refused"])
    return answer["found"]


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
