"""The demo county in a database of its own; a few grey pixels stand for each of its photos."""

import hashlib
import io
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PIL import Image
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app import clock, db
from app.config import Settings
from app.services.demo import (
    accidents,
    divisions,
    gallery,
    leaders,
    loading,
    office,
    patrols,
    structures,
)
from app.services.demo.gallery import Picture
from app.services.demo.loading import County
from app.services.demo.stories import Case
from app.storage import ObjectStore, open_store
from tests.conftest import Databases, settings_for

NOW = datetime(2026, 11, 20, 15, 20, tzinfo=clock.COUNTY_ZONE)  # a Friday afternoon
SEED = 1


@dataclass(frozen=True)
class Loaded:
    county: County
    cases: list[Case]
    settings: Settings
    engine: AsyncEngine
    sessions: db.Sessions


@asynccontextmanager
async def loaded(
    databases: Databases,
    folder: Path,
    *,
    only_one_of_each: bool = False,
    is_whole: bool = False,
) -> AsyncIterator[Loaded]:
    """`is_whole`: with all that happens beside cases, as `loading.load` has it."""
    url = databases.clone()
    settings = settings_for(url, folder)
    engine = db.make_engine(settings)
    sessions = db.make_sessions(engine)
    try:
        async with db.unit_of_work(sessions) as session:
            with clock.at(NOW):
                county = await loading.settle(session, SEED)
                people = (session, SEED, county.staff)
                if is_whole:
                    for beside in (accidents, office):
                        await beside.tell(*people, county.companies, county.now)
                cases = county.cases()
                if only_one_of_each:
                    cases = one_of_each(cases)
                await _tell(session, open_store(settings), county, cases)
                await structures.tell(*people, county.companies, county.now)
                await leaders.tell(*people, county.now)
                if is_whole:
                    await patrols.walk(*people, county.now)
                    await divisions.tell(session, county.staff, county.now)
        yield Loaded(county, cases, settings, engine, sessions)
    finally:
        await engine.dispose()
        databases.drop(url)


def one_of_each(cases: Sequence[Case]) -> list[Case]:
    """A case of every story, and the one that another case repeats."""
    found = list({case.story: case for case in cases}.values())
    first = [case.duplicate_of for case in found if case.duplicate_of]
    return found + [case for case in first if case not in found]


async def _sketch(view: gallery.View, hour: float, takes: int) -> list[Picture]:
    """A few pixels whose bytes follow from what they show."""
    found = []
    for take in range(takes):
        seen = hashlib.sha256(repr((view, hour, take)).encode()).digest()
        sink = io.BytesIO()
        Image.frombytes("L", (4, 4), seen[:16]).resize((64, 48)).save(sink, "JPEG")
        found.append(Picture(sink.getvalue(), {"thumb": b"thumb", "view": b"view"}))
    return found


async def _tell(
    session: AsyncSession, store: ObjectStore, county: County, cases: Sequence[Case]
) -> None:
    async with gallery.opened(_sketch, cases) as shown:
        await loading.tell(session, store, county, list(cases), shown, lambda *_: None)
