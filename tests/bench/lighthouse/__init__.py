"""What Lighthouse says of the built pages as the real server gives them: scores out of 100.

Lighthouse is installed when it is asked for, into a folder of its own: nothing else needs it.
"""

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect, sync_playwright

from tests.bench.load import spread
from tests.e2e.browser import chromium, flags
from tests.running import ROOT, RunningApp, free_port

HERE = Path(__file__).resolve().parent
HOME = ROOT / "var" / "lighthouse"
CATEGORIES = ("performance", "accessibility", "best-practices")
KEEP = ("--disable-storage-reset",)  # the person stays signed in
DESKTOP = (*KEEP, "--preset=desktop")
QUIETLY = (
    f"--only-categories={','.join(CATEGORIES)}",
    "--output=json",
    "--quiet",
    "--no-enable-error-reporting",
)
SECONDS, TRIES = 300, 3
# Where, and how: Lighthouse's own phone (processor and network slowed) or its own desktop.
VISITS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "field_first_visit": ("/field/sign-in", ()),
    "field_home": ("/field/", KEEP),
    "desk_queue": ("/desk/", DESKTOP),
}


def run(app: RunningApp, people: Mapping[str, str], rounds: int) -> dict[str, Any]:
    """`people`: who is signed in at a visit. Medians of the scores; what costs points, by name."""
    program = _installed()
    found: dict[str, list[Any]] = {name: [] for name in VISITS}
    for _ in range(rounds):
        for name, reports in found.items():
            reports.append(_report(app, name, people.get(name), program))
    return {"n": rounds, **{name: _figures(reports) for name, reports in found.items()}}


def _installed() -> list[str]:
    """Node.js and Lighthouse as it is locked."""
    found = subprocess.run([ROOT / ".ci" / "node"], check=True, capture_output=True, text=True)
    folder = found.stdout.strip()
    done, wanted = HOME / "installed.json", HERE / "package-lock.json"
    if not done.exists() or done.read_bytes() != wanted.read_bytes():
        HOME.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", wanted.name):
            shutil.copy(HERE / name, HOME)
        path = f"{folder}:{os.environ['PATH']}"
        command = [f"{folder}/npm", "--loglevel=error", "ci"]
        subprocess.run(command, cwd=HOME, env={**os.environ, "PATH": path}, check=True)
        shutil.copy(wanted, done)
    return [f"{folder}/node", str(HOME / "node_modules/lighthouse/cli/index.js")]


def _report(app: RunningApp, visit: str, person: str | None, program: list[str]) -> Any:
    """One look of Lighthouse at a page, in a browser that is new for it."""
    path, options = VISITS[visit]
    port = free_port()
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        context = playwright.chromium.launch_persistent_context(
            folder,
            executable_path=chromium(),
            args=[*flags(), f"--remote-debugging-port={port}"],
            no_viewport=True,
            locale="zh-CN",
        )
        if person:
            _sign_in(context.pages[-1], app, path, person)
        command = [*program, f"{app.url}{path}", f"--port={port}", *options, *QUIETLY]
        said = _said(command)
        context.close()
    return json.loads(said)


def _said(command: list[str]) -> bytes:
    """Now and then Lighthouse gives up (exit 1, cause not found): it is asked again."""
    for _ in range(TRIES):
        done = subprocess.run(command, check=False, capture_output=True, timeout=SECONDS)
        if done.returncode == 0:
            return done.stdout
    raise RuntimeError(f"Lighthouse: {done.stdout[-2000:]!r} {done.stderr[-2000:]!r}")


def _sign_in(page: Page, app: RunningApp, path: str, name: str) -> None:
    login, password = app.account(name)
    page.goto(f"{app.url}{path}sign-in")
    page.get_by_label("手机号或用户名").fill(login)
    page.get_by_label("密码", exact=True).fill(password)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page).to_have_url(re.compile(f"{path}(?!sign-in)"))
    page.wait_for_load_state("networkidle")


def _figures(reports: list[Any]) -> dict[str, Any]:
    scores = {
        name: spread((one["categories"][name]["score"] * 100 for one in reports), 0)
        for name in CATEGORIES
    }
    return {**scores, "costs_points": ", ".join(sorted(_short(reports))) or "nothing"}


def _short(reports: list[Any]) -> set[str]:
    """What is not as it should be for accessibility or best practices, in any of the rounds."""
    return {
        part["id"]
        for one in reports
        for name in CATEGORIES[1:]
        for part in one["categories"][name]["auditRefs"]
        if part["weight"] and one["audits"][part["id"]]["score"] == 0
    }
