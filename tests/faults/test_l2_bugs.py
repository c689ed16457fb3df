"""L2 tried with mistakes of the server: each must be seen on the same line, by the same checks."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests import s3
from tests.conftest import Databases
from tests.faults import busy_store, server_bugs
from tests.faults.results import Run
from tests.faults.test_l2_wire import compare, drive, line_to, served

SCHEDULES = 6


@dataclass(frozen=True)
class Bug:
    """`fates` of the line; `breaks`: the promise by which it must be noticed."""

    breaks: str
    fates: dict[str, int]
    plant: Callable[[pytest.MonkeyPatch], None] = lambda _: None
    wrapped: Callable[[Any], Any] | None = None
    photos: int = 1


REPEATED = {"whole": 50, "answer_lost": 50}
FLIPPED = {"whole": 50, "request_flipped": 50}
BUGS = {
    "24 h key": Bug("I2", REPEATED, wrapped=server_bugs.Forgetful, photos=0),
    "no server-side photo hash": Bug("I3", FLIPPED, server_bugs.no_photo_hash),
    "delete without verify": Bug("I3", {"whole": 1}, server_bugs.delete_without_verify),
    "put without condition": Bug("I3", {"whole": 1}, server_bugs.put_without_condition),
}


async def seen(databases: Databases, folder: Path, bug: Bug) -> list[str]:
    """The promises that are broken after a few schedules on a store that lies now and then."""
    run = Run("L2", "bugs")
    with busy_store.serving(run.seed) as store:
        photos = s3.place(store.endpoint, busy_store.BUCKET)
        async with (
            served(databases, folder, bug.wrapped, **photos) as county,
            line_to(county, run.seed, bug.fates) as proxy,
        ):
            order = {"seed": run.seed, "schedules": SCHEDULES, "reports": 1, "photos": bug.photos}
            lines = await drive(county, proxy, folder, rough=6, photoBytes=4000, **order)
            store.heal()
            await compare(county, lines, run)
    return sorted({sentence[:2] for sentence in run.violations})


@pytest.mark.parametrize("name", BUGS)
async def test_a_mistake_of_the_server_is_seen(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """And without it the same schedules break nothing."""
    bug = BUGS[name]
    (tmp_path / "sound").mkdir()
    sound = Bug(bug.breaks, bug.fates, photos=bug.photos)
    assert await seen(databases, tmp_path / "sound", sound) == []
    bug.plant(monkeypatch)
    run = Run("L2", "bugs")
    broken = await seen(databases, tmp_path, bug)
    run.bugs[name] = ", ".join(broken) if bug.breaks in broken else ""
    run.share("mistakes of the server, each planted in the real one", 2 * SCHEDULES)
    assert bug.breaks in broken
