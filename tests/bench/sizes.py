"""How many bytes a phone has to fetch: gzip level 9, as a server sends them."""

import gzip
import json
import re
from pathlib import Path

from tests.running import ROOT

DIST = ROOT / "pwa" / "dist"


def gz(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 9))


def run() -> dict[str, dict[str, float]]:
    """Per entry: what its page asks for at once, and the whole folder, in KB."""
    return {entry: _entry(DIST / entry, entry) for entry in ("field", "desk", "welcome")}


def _entry(folder: Path, entry: str) -> dict[str, float]:
    page = next(folder.glob("*.html")).read_text()
    asked = [folder / name for name in re.findall(rf'(?:src|href)="/{entry}/([^"]+)"', page)]
    scripts = [path for path in asked if path.suffix == ".js"]
    styles = [path for path in asked if path.suffix == ".css"]
    return {
        "initial_js_kb": _kb(scripts),
        "initial_css_kb": _kb(styles),
        "precache_kb": _kb(_precached(folder)),
        "whole_kb": _kb([path for path in folder.rglob("*") if _is_original(path)]),
    }


def _precached(folder: Path) -> list[Path]:
    """What the service worker fetches for later; nothing where there is none."""
    worker = folder / "sw.js"
    if not worker.exists():
        return []
    names = re.findall(r'"?url"?:\s*"([^"]+)"', worker.read_text())
    return [folder / name for name in dict.fromkeys(names) if (folder / name).is_file()]


def _is_original(path: Path) -> bool:
    """No packed copy (pwa/pack.mjs) of what lies beside it."""
    return path.is_file() and path.suffix not in {".br", ".gz"}


def _kb(paths: list[Path]) -> float:
    return round(sum(gz(path) for path in paths) / 1024, 1)


if __name__ == "__main__":
    print(json.dumps(run(), indent=1))  # noqa: T201
