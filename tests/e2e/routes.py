"""The pages that the routers know, read from their source: a sweep must not forget one."""

import re

from tests.running import ROOT

ROUTERS = {"field": "field/routes.ts", "desk": "desk/router.ts"}
_LINE = re.compile(r"^\s*\{ path: '(?P<path>[^']*)',(?P<rest>.*)$", re.MULTILINE)
_NO_PAGE = ("redirect:", "children:")


def of(entry: str) -> set[str]:
    """Every path with a page of its own, as the router writes it."""
    text = (ROOT / "pwa" / "src" / ROUTERS[entry]).read_text()
    found = {
        line["path"]
        for line in _LINE.finditer(text)
        if not any(word in line["rest"] for word in _NO_PAGE)
    }
    assert len(found) > 9, f"the router of {entry} is written in another way now"
    return found
