"""The built front end: three entries under one roof, each with its own fallback page."""

import os
import re
from contextlib import suppress
from html import escape
from pathlib import Path

from fastapi import FastAPI
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from app.config import Settings

ENTRIES = ("field", "desk")
# How a file may lie beside itself (pwa/pack.mjs), the smallest first: each with its ending.
PACKED = (("br", ".br"), ("gzip", ".gz"))
PACKS = re.compile(r"\.(js|css|html|svg|webmanifest)$")
VARY = {"Vary": "Accept-Encoding"}
_REFUSED = re.compile(r";\s*q=0(\.0*)?\s*$")
YEAR = "public, max-age=31536000, immutable"
NOT_BUILT = """<!doctype html><html lang="zh-CN"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>安格 SafeGrid</title>
<body style="font:18px/1.7 system-ui,sans-serif;max-width:36em;margin:12vh auto;padding:0 1em">
<h1>页面还没有生成</h1>
<p>服务已在运行，但 <code>{folder}</code> 里没有页面。在项目目录运行 <code>make run</code>，
或在 <code>pwa/</code> 里运行 <code>npm ci</code> 和 <code>npm run build</code>，再刷新。</p>
<p lang="en">The server runs, but the pages are not built: run <code>make run</code>,
or <code>npm ci</code> and <code>npm run build</code> in <code>pwa/</code>, then reload.</p>"""


class Entry(StaticFiles):
    """One built single-page application; deep links get its page, missing assets get 404."""

    def __init__(self, folder: Path, name: str) -> None:
        super().__init__(directory=folder / name, check_dir=False)
        self.name = name

    async def check_config(self) -> None:
        """The folder may come later; until then a page says how."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        try:
            found = await self._packed(path, scope)
        except HTTPException as fault:
            if fault.status_code != 404 or Path(path).suffix:  # noqa: PLR2004
                raise
            return await self._page(scope)
        self._mark(found, path)
        return found

    async def _page(self, scope: Scope) -> Response:
        try:
            page = await self._packed(f"{self.name}.html", scope)
        except HTTPException:
            folder = escape(os.fspath(self.directory or ""))
            return HTMLResponse(NOT_BUILT.format(folder=folder), 503, {"Cache-Control": "no-store"})
        page.headers["Cache-Control"] = "no-cache"
        return page

    async def _packed(self, path: str, scope: Scope) -> Response:
        """As small as the caller can read it; a phone at the edge of a village fetches it all."""
        accepted = _accepted(scope) if PACKS.search(path) else set()
        encodings = [(name, path + ending) for name, ending in PACKED if name in accepted]
        for encoding, packed in encodings:
            with suppress(HTTPException):
                found = await super().get_response(packed, scope)
                found.headers.update({"Content-Encoding": encoding, **VARY})
                return found
        found = await super().get_response(path, scope)
        found.headers.update(VARY)
        return found

    def _mark(self, found: Response, path: str) -> None:
        """Hashed names never change; everything else is asked for again."""
        found.headers["Cache-Control"] = YEAR if path.startswith("assets/") else "no-cache"
        if path == "sw.js":
            found.headers["Service-Worker-Allowed"] = f"/{self.name}/"


def _accepted(scope: Scope) -> set[str]:
    """Encodings named with the request, but for those that it refuses (`;q=0`)."""
    named = Headers(scope=scope).get("accept-encoding", "").split(",")
    return {one.partition(";")[0].strip() for one in named if not _REFUSED.search(one)}


def install(app: FastAPI, settings: Settings) -> None:
    """In demo mode a first page explains the loop and lets visitors in; else it does not exist."""
    is_demo = settings.mode == "demo"
    home = "/welcome/" if is_demo else "/desk/"

    async def to_home(_: Request) -> Response:
        return RedirectResponse(home, 307, {"Cache-Control": "no-store"})

    app.router.routes.append(Route("/", to_home, include_in_schema=False))
    for name in (*ENTRIES, *(("welcome",) if is_demo else ())):
        app.router.routes.append(Mount(f"/{name}", Entry(settings.pwa_dir, name), name=name))
