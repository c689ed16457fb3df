"""What a desk's list costs in a county of many years, at any depth and under any filter."""

import asyncio
import random
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock, db
from app.collector import spare_the_collector
from app.config import Settings
from app.models.grid import Grid
from app.models.organization import Organization, OrganizationKind
from app.models.rules import Category
from app.services import accounts, cursors, hazards
from app.services.access import Actor
from app.services.hazards import HazardQuery
from tests.bench.growing import grow
from tests.bench.load import (
    Figures,
    Load,
    at_once,
    interleaved,
    nothing,
    percentile,
    ratio,
    spreads,
)
from tests.bench.people import client, cookie, tokens
from tests.bench.processes import postmaster
from tests.running import RunningApp

PAGES = 30
ANY = object()  # to be chosen by chance
Fields = dict[str, Any]
FILTERED = 300  # questions of each kind: of fewer, the slowest percent would be the slowest one
_UNCOUNTED = 2  # before them, by each of the two people: a statement is compiled once
DEEP = (
    "select sort_key, id from hazards where township_id = :township and state = 'escalated'"
    " order by sort_key, id offset (select count(*) * 9 / 10 from hazards"
    " where township_id = :township and state = 'escalated') limit 1"
)


async def run(app: RunningApp, rounds: int, size: str) -> Figures:
    """Pages of 50 over HTTP with visibility checked, then every kind of filter in SQL."""
    cases = await asyncio.to_thread(grow, app, size)
    officer, county = (tokens(app, 1, role)[0] for role in ("township_officer", "county_officer"))
    engine = db.make_engine(_settings(app))
    try:
        async with db.make_sessions(engine)() as session:
            people = [
                await accounts.who_is(session, _settings(app), token) for token in (officer, county)
            ]
            deep = await _deep(session, people[0])
            filters = await _filters(session, people)
    finally:
        await engine.dispose()
    pages = {
        "first_page": (officer, {"queue": "holder"}),
        "at_90_percent": (officer, {"queue": "holder", "cursor": deep}),
        "county_newest": (county, {"order": "newest"}),
        "county_urgency": (county, {}),
    }
    found = await _pages(app, pages, rounds)
    first = [row["cpu_ms"] for row in found["first_page"]]
    return {
        "cases": cases,
        "n": PAGES * rounds,
        **{name: spreads(rows) for name, rows in found.items()},
        "depth_ratio": ratio(found["at_90_percent"], first),
        "filters_ms": filters,
        "worst_filter_p99_ms": max(one["p99"] for one in filters.values()),
    }


def _settings(app: RunningApp) -> Settings:
    return Settings(_env_file=None, mode="test", database_url=app.database_url)


async def _pages(
    app: RunningApp, pages: dict[str, tuple[str, dict[str, str]]], rounds: int
) -> dict[str, list[dict[str, float]]]:
    database = postmaster(app.database_folder)
    pids = [*app.pids, *([database] if database else [])]
    async with client(app, 1) as desk:

        def load(token: str, params: dict[str, str]) -> Load:
            async def page(_: int) -> None:
                (await _page(desk, token, params)).raise_for_status()

            return Load(page, PAGES, lambda: pids, nothing, concurrency=1)  # as one desk asks

        loads = {name: load(*page) for name, page in pages.items()}
        for one in loads.values():
            await at_once(one.one, 10, 1)
        return await interleaved(loads, rounds)


async def _page(desk: httpx.AsyncClient, token: str, params: dict[str, str]) -> httpx.Response:
    query = {"limit": "50", **params}
    return await desk.get("/api/hazards", params=query, headers=cookie(token))


async def _deep(session: AsyncSession, actor: Actor) -> str:
    """The cursor of a page at 90 % of the township's queue."""
    (township,) = actor.organizations_of(OrganizationKind.TOWNSHIP_SUBCENTRE)
    row = (await session.execute(text(DEEP), {"township": township})).one()
    return cursors.encode(row.sort_key, row.id)


async def _filters(session: AsyncSession, people: list[Actor]) -> dict[str, dict[str, float]]:
    """Milliseconds of page and count together, by kind of question; seeded choices.

    The collector is spared as in a server: it would look through the bench's own objects.
    """
    choices = Choices(random.Random(1), await _known(session))
    spare_the_collector()
    found = {}
    for name, fields in KINDS.items():
        took = []
        for number in range(-_UNCOUNTED, FILTERED):
            query = HazardQuery.model_validate({"limit": 50, **choices.made(fields)})
            begun = time.perf_counter()
            await hazards.find(session, people[number % len(people)], query)
            if number >= 0:
                took.append((time.perf_counter() - begun) * 1000)
            session.expunge_all()
        found[name] = {
            "p50": round(percentile(took, 0.5), 1),
            "p99": round(percentile(took, 0.99), 1),
        }
    return found


async def _known(session: AsyncSession) -> dict[str, list[Any]]:
    async def ids(kind: OrganizationKind) -> list[UUID]:
        query = select(Organization.id).where(Organization.kind == kind).order_by(Organization.id)
        return list(await session.scalars(query))

    return {
        "township_id": await ids(OrganizationKind.TOWNSHIP_SUBCENTRE),
        "village_id": await ids(OrganizationKind.VILLAGE),
        "department_id": await ids(OrganizationKind.DEPARTMENT),
        "enterprise_id": await ids(OrganizationKind.ENTERPRISE),
        "grid_id": list(await session.scalars(select(Grid.id).order_by(Grid.id))),
        "category": list(await session.scalars(select(Category.code).order_by(Category.code))),
        "state": ["escalated", "assigned", "archived", "voided"],
        "number": [str(number) for number in range(1, 100_000, 7)],
        "nowhere": [f"没有这样的字{number}" for number in range(100)],
    }


@dataclass(frozen=True)
class Choices:
    """Fills the gaps of a question with something that the county has."""

    rng: random.Random
    known: dict[str, list[Any]]

    def made(self, fields: Fields) -> Fields:
        found = {name: value for name, value in fields.items() if value is not ANY}
        for name in fields.keys() - found.keys():
            found |= self._any(name)
        return found

    def _any(self, name: str) -> Fields:
        if name == "week":
            start = clock.now() - timedelta(days=self.rng.randrange(30, 1000))
            return {"received_from": start, "received_to": start + timedelta(days=7)}
        chosen = self.rng.choice(self.known[name])
        if name in {"number", "nowhere"}:
            return {"text": chosen}
        return {name: [chosen] if name in {"category", "state"} else chosen}


KINDS: dict[str, Fields] = {
    "everything, by urgency": {},
    "everything, newest": {"order": "newest"},
    "open": {"is_open": True},
    "closed": {"is_open": False},
    "overdue": {"is_overdue": True},
    "major": {"is_major": True},
    "listed": {"is_listed": True},
    "enforced": {"outcome": ["ordered", "penalised"]},
    "state": {"state": ANY},
    "level, newest": {"level": ["major"], "order": "newest"},
    "category": {"category": ANY},
    "category, open": {"category": ANY, "is_open": True},
    "township": {"township_id": ANY},
    "township, newest": {"township_id": ANY, "order": "newest"},
    "village": {"village_id": ANY},
    "grid": {"grid_id": ANY},
    "department": {"department_id": ANY},
    "department, open, level": {"department_id": ANY, "is_open": True, "level": ["serious"]},
    "enterprise": {"enterprise_id": ANY},
    "a week, newest": {"week": ANY, "order": "newest"},
    "a week, by urgency": {"week": ANY},
    "a week, township, category": {"week": ANY, "township_id": ANY, "category": ANY},
    "extension asked": {"is_extension_asked": True},
    "not signed for": {"is_signed_for": False, "state": ["assigned"]},
    "text that is nowhere": {"nowhere": ANY},
    "number": {"number": ANY},
}
