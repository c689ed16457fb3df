"""What painters have drawn, kept in var/drawn: drawn again, it would be the same bytes.

One file per view and light: the painter's whole answer behind its SHA-256, in a folder named by
everything else that decides a picture, our sources and the libraries. Some 100 MB, up to 300 MB
once every light was seen. Nothing depends on it: what cannot be read or kept is drawn.
"""

import hashlib
import os
import platform
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

APP = Path(__file__).resolve().parents[2]
FOLDER = APP.parent / "var" / "drawn"
_SOURCES = ("derivatives.py", "services/demo/drawn.py", "services/demo/painter.py")
_SCENES = "services/demo/scenes/*.py"
_CHECK = hashlib.sha256().digest_size
LENGTH = 4  # bytes before each frame of an answer


def sources(app: Path = APP) -> list[Path]:
    """Every file of ours that a painter runs."""
    return [*(app / name for name in _SOURCES), *sorted(app.glob(_SCENES))]


def today(folder: Path = FOLDER, app: Path = APP) -> Path:
    """Where these painters keep theirs. What earlier ones have left there is removed."""
    here = folder / _name(app)
    with suppress(OSError):
        for other in folder.iterdir():
            if other.is_dir() and other != here:
                shutil.rmtree(other, ignore_errors=True)
            elif other != here:
                other.unlink(missing_ok=True)
    return here


def _name(app: Path) -> str:
    libraries = [f"{name} {version(name)}" for name in ("numpy", "pillow")]
    parts = [platform.machine(), platform.python_version(), *libraries]
    parts += [f"{path.name} {_sha256(path.read_bytes()).hex()}" for path in sources(app)]
    return _sha256("\n".join(parts).encode()).hex()


def once(file: Path, frames: int, draw: Callable[[], Iterator[bytes]]) -> bytes:
    """The first `frames` of an answer, each behind its length: from the file, else drawn and kept.

    `draw` gives exactly so many; a file with fewer, or a damaged one, is written anew.
    """
    kept = _first(_read(file), frames)
    if kept is not None:
        return kept
    answer = b"".join(len(frame).to_bytes(LENGTH) + frame for frame in draw())
    with suppress(OSError):
        _keep(file, answer)
    return answer


def _read(file: Path) -> bytes:
    """Empty if there is none that can be trusted."""
    try:
        body = file.read_bytes()
    except OSError:
        return b""
    check, answer = body[:_CHECK], body[_CHECK:]
    return answer if _sha256(answer) == check else b""


def _first(answer: bytes, frames: int) -> bytes | None:
    end = 0
    for _ in range(frames):
        if end == len(answer):
            return None
        end += LENGTH + int.from_bytes(answer[end : end + LENGTH])
    return answer[:end]


def _keep(file: Path, answer: bytes) -> None:
    """Whole or not at all. What a killed painter leaves half lies where `today` removes it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    half = file.parent.with_suffix(f".{os.getpid()}")
    try:
        half.write_bytes(_sha256(answer) + answer)
        half.replace(file)
    except OSError:  # a full disk: what was written of it goes
        half.unlink(missing_ok=True)
        raise


def _sha256(body: bytes) -> bytes:
    return hashlib.sha256(body).digest()
