"""One small county, one Playwright, and one result for the whole layer."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect, sync_playwright

from tests.e2e.browser import filmed
from tests.e2e.pictures import drawn
from tests.faults.l3.handset import Handset
from tests.faults.l3.world import Account, World, small_county
from tests.faults.results import Run

expect.set_options(timeout=60_000)  # machines are shared; a test waits for what it expects
WHAT = "the pages in real Chromium: killed, full, doubled, renewed, handed on, misdated, flapping"
NOT_REACHED = [
    "A power cut that loses what the system has not written yet: SIGKILL leaves its page cache.",
    "The system camera of Android, which takes the browser's memory: a desktop Chromium has none.",
    "WebKit (iPhone) and the WebViews of WeChat: only Chromium runs here.",
    "A database changed by a second released version, or killed in it: there is one version yet.",
]

GetPhone = Callable[..., Handset]


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """Not for the whole session: other layers need the thread's event loop for themselves."""
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="package")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    run = Run("L3")
    with small_county(tmp_path_factory.mktemp("l3"), run) as made:
        yield made
        run.not_reached += NOT_REACHED
        run.counts["acknowledged reports"] = len(made.ledger.acks.of("hazard"))
        run.counts["acknowledged photos"] = len(made.ledger.acks.of("photo"))
        run.share(WHAT, made.schedules)


@pytest.fixture(scope="package")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the cameras see."""
    folder = tmp_path_factory.mktemp("camera")
    return filmed([drawn(folder, "corridor", is_fixed=False)], folder / "film.y4m")


@pytest.fixture
def phone(playwright: Playwright, world: World, film: Path, tmp_path: Path) -> Iterator[GetPhone]:
    """`phone()`: another person's new phone, signed in; `phone(n, None)`: nobody has signed in."""
    made: list[Handset] = []

    def of(owner: Account | None = None, *, is_signed_in: bool = True) -> Handset:
        folder = tmp_path / f"phone-{len(made)}"
        one = Handset(playwright, world, folder, film, owner or world.person())
        made.append(one)
        if is_signed_in:
            one.enter()
        return one

    yield of
    for one in made:
        one.close()
