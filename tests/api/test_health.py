"""What machines ask: readiness and figures."""

import re
from datetime import timedelta
from itertools import count

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app import clock
from app.errors import Refusal, StorageUnavailable
from app.models.base import new_id
from app.models.person import SignIn
from app.models.photo import Photo
from app.schema import ROOT
from app.services import last_backup, vitals
from app.services.last_backup import LastBackup
from app.storage import ObjectStore
from tests import factories
from tests.cases import case
from tests.conftest import ORIGIN, Committed
from tests.statements import counted

GROWING = ("hazards", "photos", "events", "sign_ins", "notifications", "manifest_entries")


async def test_ready_means_database_schema_and_photo_store(client: httpx.AsyncClient) -> None:
    answer = await client.get("/readyz")
    assert (answer.status_code, set(answer.json().values())) == (200, {"ok"})


async def test_without_photo_store_it_is_degraded_yet_ready(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    class Gone:
        async def check(self) -> None:
            raise StorageUnavailable

    app.state.storage = Gone()
    answer = await client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["status"] == answer.json()["photo_store"] == "degraded"


async def test_an_older_schema_is_not_ready(
    client: httpx.AsyncClient, session: AsyncSession
) -> None:
    await session.execute(text("update alembic_version set version_num = 'older'"))
    await session.commit()
    answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert (answer.json()["database"], answer.json()["migration"]) == ("ok", "down")


async def test_a_database_that_takes_no_writes_is_not_ready(
    client: httpx.AsyncClient, session: AsyncSession
) -> None:
    await session.execute(text("set transaction_read_only = on"))
    answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["database"] == "down"


async def test_metrics_count_by_route_template(client: httpx.AsyncClient) -> None:
    url = "/api/hazards/01890000-0000-7000-8000-000000000000"
    await client.get(url)
    page = (await client.get("/metrics")).text
    template = 'method="GET",route="/api/hazards/{hazard_id}",status="401"'
    assert f"safegrid_requests_total{{{template}}} " in page
    assert "01890000" not in page
    for figure in ("reports_accepted", "photos_stored", "jobs_waiting", "jobs_stubborn"):
        assert f'safegrid_county{{what="{figure}"}} 0.0' in page


async def test_metrics_tell_what_phones_still_hold_and_how_old_the_backup_is(
    client: httpx.AsyncClient, session: AsyncSession, store: ObjectStore
) -> None:
    county = await factories.county(session)
    now = clock.now()
    session.add(
        SignIn(
            token_digest=b"1", person_id=county.gridworker.id, device="手机", created_at=now,
            last_seen_at=now, unsent_count=2, oldest_unsent_at=now - timedelta(days=4),
        )
    )  # fmt: skip
    await case(session, county, photos_expected=3, photos_received=1)
    await session.flush()
    assert "safegrid_backup_age_seconds -1.0" in (await client.get("/metrics")).text
    made = LastBackup(taken_at=now, objects=1, bytes=1, faults=2, is_encrypted=False)
    await last_backup.note(store, made)
    page = (await client.get("/metrics")).text
    assert 'safegrid_county{what="phones_unsent"} 1.0' in page
    assert 'safegrid_county{what="photos_missing"} 2.0' in page
    assert "safegrid_backup_faults 2.0" in page
    age = re.search(r'what="phones_oldest_unsent_seconds"} (\d+)', page)
    assert age
    assert 4 * 86400 <= int(age[1]) < 4 * 86400 + 600


async def test_metrics_look_through_no_table_that_grows(
    session: AsyncSession, engine: AsyncEngine
) -> None:
    """Every statement of the figures has an index to go by, or ends after so many rows."""
    with counted(engine) as sent:
        await vitals.figures(session)
    assert len(sent) > len(GROWING)
    await session.execute(text("set local enable_seqscan = off"))
    for statement in sent:
        plan = await _generic_plan(session, statement)
        seen = [table for table in GROWING if f"Seq Scan on {table}" in plan]
        assert not seen or "LIMIT" in statement, plan


async def _generic_plan(session: AsyncSession, statement: str) -> str:
    """As the database would do it, whatever it is asked about."""
    numbers = count(1)
    numbered = re.sub(r"%\(\w+\)s", lambda _: f"${next(numbers)}", statement).replace("%%", "%")
    raw = await (await session.connection()).get_raw_connection()
    assert raw.driver_connection
    cursor = await raw.driver_connection.execute(f"explain (generic_plan) {numbered}")
    return "\n".join(row[0] for row in await cursor.fetchall())


async def test_many_photos_are_estimated_not_counted(
    session: AsyncSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    county = await factories.county(session)
    for number in range(3):
        session.add(
            Photo(
                sha256=f"{number}", size=1, content_type="image/jpeg", width=1, height=1,
                key=f"photos/{number}", seq=number, received_at=clock.now(),
                uploaded_by_id=county.gridworker.id, id=new_id(),
            )
        )  # fmt: skip
    await session.flush()
    assert (await vitals.figures(session)).photos_stored == 3
    monkeypatch.setattr(vitals, "COUNTED_TO", 2)
    await session.execute(text("update pg_class set reltuples = 70 where relname = 'photos'"))
    assert (await vitals.figures(session)).photos_stored == 70


async def test_refusals_are_counted_by_their_code(client: httpx.AsyncClient) -> None:
    def counted(page: str) -> float:
        found = re.search(r'safegrid_refusals_total{code="not_signed_in"} (\S+)', page)
        return float(found[1]) if found else 0

    before = counted((await client.get("/metrics")).text)
    await client.get("/api/session")
    assert counted((await client.get("/metrics")).text) == before + 1


async def test_the_pool_tells_how_much_of_it_is_lent_out(committed: Committed) -> None:
    """The question itself holds a connection no more when the pool is asked."""
    held = await committed.engine.connect()
    async with committed.client() as client:
        page = (await client.get("/metrics")).text
    assert 'safegrid_database_connections{state="used"} 1.0' in page
    assert 'safegrid_database_connections{state="most"} 24.0' in page
    await held.close()


async def test_every_alarm_asks_for_a_figure_that_is_measured_and_explained(
    client: httpx.AsyncClient,
) -> None:
    """Codes of refusals come when they happen; they must be codes that we have."""
    await client.get("/livez")
    page = (await client.get("/metrics")).text
    alarms = (ROOT / "deploy" / "alerts.yaml").read_text()
    explained = (ROOT / "docs" / "operations.md").read_text()
    names = set(re.findall(r"safegrid_\w+", alarms)) - {"safegrid_county"}
    whats = set(re.findall(r'what="(\w+)"', alarms))
    codes = set(re.findall(r'code="(\w+)"', alarms))
    assert len(names) > 4
    assert [name for name in names if f"{name}{{" not in page and f"{name} " not in page] == []
    assert [what for what in whats if f'what="{what}"' not in page] == []
    assert codes <= {kind.code for kind in Refusal.__subclasses__()}
    base = {name.removesuffix("_bucket") for name in names}
    assert [name for name in base | whats if name not in explained] == []


@pytest.mark.parametrize("peer", ["1.2.4.8", "2400:3200::1", "unknown"])
async def test_metrics_are_not_for_strangers(app: FastAPI, peer: str) -> None:
    transport = httpx.ASGITransport(app=app, client=(peer, 1))
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as stranger:
        assert (await stranger.get("/metrics")).status_code == 404


async def test_metrics_do_not_go_through_a_proxy(client: httpx.AsyncClient) -> None:
    answer = await client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.7"})
    assert answer.status_code == 404
