"""The scheme files in app/presets/schemes, and a county's own file; read, completed, checked."""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from app.errors import BrokenScheme, NotFound
from app.services import presets
from app.services.schemes.shape import Scheme

FOLDER = presets.FOLDER / "schemes"
# Parts that a file leaves out are those every county shares.
_SHARED = ("departments", "routing", "deadlines")


@lru_cache(1)
def available() -> dict[str, Scheme]:
    """All that come with the program, by key."""
    found = [read(path) for path in sorted(FOLDER.glob("*.toml"))]
    return {scheme.key: scheme for scheme in found}


def named(key: str) -> Scheme:
    known = available()
    if key not in known:
        raise NotFound(fields=["scheme"])
    return known[key]


def read(path: Path) -> Scheme:
    """One file. BrokenScheme tells the line, or the place and what is wrong there."""
    try:
        own = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _broken(path, [str(error)]) from error
    return complete(path, own)


def complete(path: Path, own: dict[str, Any]) -> Scheme:
    """The shared parts where the file has none of its own."""
    shared: dict[str, Any] = {}
    for name in _SHARED:
        shared |= presets.read(name)
    is_own = "department" in own or "centre" in own
    if is_own:  # stations and routes name departments: those of another list would dangle
        shared = {name: shared[name] for name in ("centre", "safety_department", "deadline")}
    try:
        return Scheme.model_validate({**shared, **own})
    except ValidationError as error:
        raise _broken(path, [_line(one) for one in error.errors()]) from error


def _line(error: Any) -> str:
    """slot.2.role: Input should be …"""
    place = ".".join(str(part) for part in error["loc"])
    said = str(error["msg"]).removeprefix("Value error, ")
    return f"{place}: {said}" if place else said


def _broken(path: Path, lines: list[str]) -> BrokenScheme:
    return BrokenScheme(fields=["scheme"], file=path.name, lines="\n".join(lines))
