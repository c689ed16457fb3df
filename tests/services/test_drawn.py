"""What is kept of the painters: the same bytes again, and never a damaged or an outdated one."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from app.services.demo import drawn, gallery, scenes

FRAMES = [b"photo", b"", b"view" * 99]
ANSWER = b"\0\0\0\5photo" + b"\0\0\0\0" + b"\0\0\1\x8c" + b"view" * 99
VIEW = gallery.View("lift", 0, is_fixed=True)


def draw() -> Iterator[bytes]:
    yield from FRAMES


def nobody() -> Iterator[bytes]:
    raise AssertionError("drawn once more")


def test_what_was_drawn_is_not_drawn_again(tmp_path: Path) -> None:
    file = tmp_path / "painters" / "view"
    assert drawn.once(file, 3, draw) == ANSWER
    assert drawn.once(file, 3, nobody) == ANSWER
    assert drawn.once(file, 1, nobody) == ANSWER[:9], "fewer takes are the first ones"
    assert [path.name for path in tmp_path.iterdir()] == ["painters"], "nothing half is left"


def test_more_takes_than_are_kept_are_drawn_and_kept(tmp_path: Path) -> None:
    file = tmp_path / "painters" / "view"
    drawn.once(file, 1, lambda: iter(FRAMES[:1]))
    assert drawn.once(file, 3, draw) == ANSWER
    assert drawn.once(file, 3, nobody) == ANSWER


@pytest.mark.parametrize(
    "damage",
    [
        lambda body: body[:-1],
        lambda body: body[:40],
        lambda _: b"",
        lambda body: body[:-1] + b"x",
        lambda body: b"x" + body[1:],
        lambda body: body + b"x",
    ],
)
def test_a_damaged_file_is_drawn_anew(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    file = tmp_path / "painters" / "view"
    drawn.once(file, 3, draw)
    whole = file.read_bytes()
    file.write_bytes(damage(whole))
    assert drawn.once(file, 3, draw) == ANSWER
    assert file.read_bytes() == whole


def test_where_nothing_can_be_kept_it_is_drawn(tmp_path: Path) -> None:
    """A file stands where the folder would: that stops root, too."""
    taken = tmp_path / "drawn"
    taken.write_bytes(b"")
    here = drawn.today(taken)
    assert drawn.once(here / "view", 3, draw) == ANSWER
    (tmp_path / "painters" / "view").mkdir(parents=True)
    assert drawn.once(tmp_path / "painters" / "view", 3, draw) == ANSWER
    assert {path.name for path in tmp_path.iterdir()} == {"drawn", "painters"}


def test_other_painters_have_another_folder_and_leave_none_behind(tmp_path: Path) -> None:
    app, kept = tmp_path / "app", tmp_path / "kept"
    for path in drawn.sources():
        copy = app / path.relative_to(drawn.APP)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    before = drawn.today(kept, app)
    assert before == drawn.today(kept)
    drawn.once(before / "view", 3, draw)
    before.with_suffix(".7").write_bytes(b"half")
    assert drawn.today(kept, app) == before
    assert list(kept.iterdir()) == [before], "only what is whole"
    for path in drawn.sources(app):
        path.write_text(path.read_text() + "\n")
        after = drawn.today(kept, app)
        assert after != before
        before = after
    assert list(kept.iterdir()) == []


def test_every_file_that_a_painter_runs_decides_the_folder() -> None:
    ask = "from app.services.demo import painter; import json, sys; print(json.dumps([getattr("
    ask += "one, '__file__', None) for name, one in sys.modules.items() if name[:3] == 'app']))"
    said = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    files = {Path(name) for name in json.loads(said.stdout)}
    around = {drawn.APP / f"{name}__init__.py" for name in ("", "services/", "services/demo/")}
    assert files - around == set(drawn.sources())


class Hour:
    """Can only be asked whether it is past another, and keeps which ones it was asked about."""

    def __init__(self) -> None:
        self.asked: set[float] = set()

    def __le__(self, other: float) -> bool:
        self.asked.add(other)
        return other == 24

    def __gt__(self, other: float) -> bool:
        return not self <= other


@pytest.mark.parametrize("is_fixed", [False, True])
@pytest.mark.parametrize("kind", scenes.STAGES)
def test_a_stage_looks_the_same_at_hours_of_the_same_light(kind: str, *, is_fixed: bool) -> None:
    hour = Hour()
    dice = np.random.default_rng(1), np.random.default_rng(2)
    scenes.STAGES[kind](*dice, scenes.Shot(is_fixed, hour))  # type: ignore[arg-type]
    ends = {scenes.lit(kind, hour) for hour in range(25)}
    assert hour.asked | {24} == ends


async def test_a_second_county_has_the_pictures_of_the_first(tmp_path: Path) -> None:
    first = await _drawn(tmp_path, 9)
    (file,) = drawn.today(tmp_path).iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole[:-1])
    assert await _drawn(tmp_path, 10) == first
    assert file.read_bytes() == whole
    file.unlink()
    drawn.once(file, 3, draw)
    (picture,) = await _drawn(tmp_path, 17)
    assert [picture.original, *picture.shown.values()] == FRAMES, "it is from the disk"


async def _drawn(folder: Path, hour: float) -> list[gallery.Picture]:
    async with gallery.painters(folder) as painted:
        return await painted(VIEW, hour, 1)
