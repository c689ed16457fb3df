"""What machines ask: readiness and figures."""

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import StorageUnavailable
from tests.conftest import ORIGIN


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


@pytest.mark.parametrize("peer", ["1.2.4.8", "2400:3200::1", "unknown"])
async def test_metrics_are_not_for_strangers(app: FastAPI, peer: str) -> None:
    transport = httpx.ASGITransport(app=app, client=(peer, 1))
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as stranger:
        assert (await stranger.get("/metrics")).status_code == 404


async def test_metrics_do_not_go_through_a_proxy(client: httpx.AsyncClient) -> None:
    answer = await client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.7"})
    assert answer.status_code == 404
