"""What is slow about a file is done with nothing open behind it."""

from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Any

import psycopg
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.services import workbooks
from app.services.access import Actor
from app.services.hazards import HazardFilters
from app.services.hazards import exporting as hazards
from app.services.ledger import ObjectFilters
from app.services.ledger import exporting as ledger
from app.services.ledger.exporting import grid_table
from tests import factories
from tests.actors import actor_of
from tests.conftest import Committed

Export = Callable[[AsyncSession, Settings, Actor], Awaitable[Any]]
_WRITING = (
    "select count(*) from pg_stat_activity"
    " where datname = current_database() and backend_xid is not null"
)


@pytest.mark.parametrize(
    ("module", "builds", "export"),
    [
        (workbooks, "_written", lambda s, own, who: hazards.export(s, own, who, HazardFilters())),
        (workbooks, "_written", lambda s, _, who: ledger.export(s, who, ObjectFilters())),
        (grid_table, "_written", lambda s, _, who: grid_table.statistics(s, who, "台儿庄区")),
    ],
    ids=["hazards", "ledger", "statistics"],
)
async def test_no_news_wait_for_a_workbook(
    committed: Committed,
    monkeypatch: pytest.MonkeyPatch,
    module: ModuleType,
    builds: str,
    export: Export,
) -> None:
    """Phones are told only what lies below the oldest transaction that has written."""
    url = committed.settings.database_url.replace("+psycopg", "", 1)
    build = getattr(module, builds)
    writing: list[int] = []

    def watched(*given: Any, **named: Any) -> bytes:
        with psycopg.connect(url) as other:
            writing.extend(other.execute(_WRITING).fetchone() or ())
        return bytes(build(*given, **named))

    monkeypatch.setattr(module, builds, watched)
    async with committed.work() as session:
        county = await factories.county(session)
    async with committed.work() as session:
        officer = await actor_of(session, committed.settings, county.township_officer)
        made = await export(session, committed.settings, officer)
    assert made.body.startswith(b"PK")
    assert writing == [0]
