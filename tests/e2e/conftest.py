"""The served demo county, its people, and the folder where the guide's pictures go."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from tests.conftest import FAST
from tests.e2e.browser import DESK, PHONE, engine, filmed, flags
from tests.e2e.desk import Desk
from tests.e2e.gallery import AT_A_DESK, ON_A_PHONE
from tests.e2e.phone import Phone
from tests.e2e.pictures import MOST_BYTES, drawn, from_a_camera, small_png
from tests.e2e.visiting import STILL
from tests.running import ROOT, RunningApp, demo_county

GUIDE = ROOT / "docs" / "guide" / "images"
Snap = Callable[[Page, str], None]
expect.set_options(timeout=30_000)  # machines are shared; a test waits for what it expects


@pytest.fixture(scope="session")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """Each worker of a run serves its own copy of the one county that was loaded for all."""
    base = tmp_path_factory.getbasetemp()
    home = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    var = tmp_path_factory.mktemp("county")
    with demo_county("pytest-e2e", var, home=home, server=FAST) as app:
        yield app


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=engine(), args=flags())
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """What a phone's camera may see: a place with its hazard, mended, and not mended after all."""
    folder = tmp_path_factory.mktemp("camera")
    shots = {
        "hazard": drawn(folder, "corridor", is_fixed=False),
        "again": drawn(folder, "corridor", is_fixed=False, take=1),
        "fixed": drawn(folder, "corridor", is_fixed=True, take=2),
    }
    return {name: filmed([path], folder / f"{name}.y4m") for name, path in shots.items()}


@pytest.fixture(scope="session")
def mended(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """After-photos that departments choose from their computers, each another file."""
    folder = tmp_path_factory.mktemp("mended")
    own = [drawn(folder, "corridor", is_fixed=True, take=take) for take in (3, 4, 5)]
    names = ("HMD_Nokia_8.3_5G.jpg", "portrait_8.jpg")
    return [own[0], *(from_a_camera(name, path) for name, path in zip(names, own[1:], strict=True))]


@pytest.fixture(scope="session")
def first_day(
    playwright: Playwright,
    county: RunningApp,
    films: dict[str, Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[str], Path]:
    """The profile of a person's phone after the app has come onto it, once for each worker.

    To fetch and keep every file of the app is most of what a new phone costs. Whoever copies the
    profile has the app and an older copy of the cases, as a phone of yesterday has.
    """
    kept: dict[str, Path] = {}

    def of(name: str) -> Path:
        if name not in kept:
            kept[name] = tmp_path_factory.mktemp("first-day") / name
            phone = Phone(playwright, kept[name], county.url, films["hazard"])
            phone.step_in(*county.account(name))
            phone.grow_old()
            phone.close()
        return kept[name]

    return of


@pytest.fixture
def phone(
    playwright: Playwright,
    county: RunningApp,
    films: dict[str, Path],
    first_day: Callable[[str], Path],
    tmp_path: Path,
) -> Iterator[Callable[[str], Phone]]:
    """`phone("王桂芬")`: that person's own phone, signed in."""
    made: list[Phone] = []

    def of(name: str) -> Phone:
        shutil.copytree(first_day(name), tmp_path / name)
        phone = Phone(playwright, tmp_path / name, county.url, films["hazard"])
        made.append(phone)
        phone.step_in(*county.account(name))
        return phone

    yield of
    for one in made:
        one.close()


@pytest.fixture
def desk(browser: Browser, county: RunningApp) -> Iterator[Callable[[str], Desk]]:
    """`desk("赵立新")`: that person's own browser on a large screen, signed in; no page yet."""
    made: list[Desk] = []

    def of(name: str) -> Desk:
        desk = Desk(browser, county.url)
        made.append(desk)
        desk.step_in(*county.account(name))
        return desk

    yield of
    for one in made:
        one.close()


@pytest.fixture(scope="session")
def snap() -> Snap:
    """Pictures for the guide, at a phone's and a desk's size; only `make pictures` takes them."""
    is_wanted = bool(os.environ.get("GUIDE_PICTURES"))

    def take(page: Page, name: str) -> None:
        page.wait_for_function(STILL)
        if not is_wanted:
            return
        own = page.viewport_size or DESK
        other, suffix = (PHONE, ON_A_PHONE) if own == DESK else (DESK, AT_A_DESK)
        for size, picture in ((own, name), (other, name + suffix), (own, "")):
            page.set_viewport_size(size)
            page.wait_for_function(STILL)
            page.wait_for_timeout(400)
            if picture:
                _keep(page, picture)

    return take


def _keep(page: Page, name: str) -> None:
    picture = small_png(page.screenshot())
    assert len(picture) <= MOST_BYTES, name
    GUIDE.mkdir(parents=True, exist_ok=True)
    (GUIDE / f"{name}.png").write_bytes(picture)
