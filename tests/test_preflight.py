"""What a production start refuses, one row at a time."""

from typing import Any

import pytest
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import create_engine, text

from app import db, preflight, revision
from app.config import Settings
from app.preflight import RefusedStartError
from tests.conftest import Committed

TWO = "postgresql+psycopg://safegrid@/safegrid?"
SOUND: dict[str, Any] = {
    "mode": "production",
    "database_url": "postgresql+psycopg://db/safegrid",
    "base_url": "https://anquan.example.gov.cn",
    "secret": "x" * 48,
}


def settings(**changes: Any) -> Settings:
    return Settings(_env_file=None, **{**SOUND, **changes})


@pytest.mark.parametrize(
    "address",
    [
        SOUND["database_url"],
        f"{TWO}host=/run/postgresql",
        f"{TWO}host=a,b&port=5432,5433&target_session_attrs=read-write",
    ],
)
def test_a_sound_production_start_is_let_through(address: str) -> None:
    preflight.check_settings(settings(database_url=address), "0.0.0.0")  # noqa: S104


def test_the_address_of_two_databases_says_the_same_to_everybody() -> None:
    """To the requests' driver and to the library that queue, live stream and backups ask."""
    address = f"{TWO}host=a,b&port=5432,5433&target_session_attrs=read-write"
    engine = create_engine(address)
    _, told = engine.dialect.create_connect_args(engine.url)
    known = conninfo_to_dict(address.replace("+psycopg", ""))
    assert {name: told.get(name) for name in known} == known


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"secret": "development-only"}, "SAFEGRID_SECRET is not set"),
        ({"secret": "x" * 31}, "shorter than 32"),
        ({"database_url": ""}, "SAFEGRID_DATABASE_URL is not set"),
        ({"database_url": f"{TWO}host=a:5432&host=b:5432"}, "host=a,b&port=5432,5432"),
        ({"database_url": f"{TWO}host=a:5432,b:5432"}, "host=a,b&port=5432,5432"),
        (
            {"database_url": "postgresql+psycopg://safegrid@a:5432,b:5432/safegrid"},
            "cannot be read",
        ),
        ({"database_url": "postgresql+psycopg://safegrid@a,b/safegrid"}, "add target_session"),
        ({"database_url": f"{TWO}host=a,b"}, "add target_session_attrs=read-write"),
        ({"base_url": "http://anquan.example.gov.cn"}, "must begin with https://"),
        ({"storage": "s3:photos"}, "SAFEGRID_S3_ACCESS_KEY"),
        ({"storage": "s3:photos", "s3_access_key": "a"}, "SAFEGRID_S3_SECRET_KEY"),
    ],
)
def test_a_production_start_refuses(changes: dict[str, str], reason: str) -> None:
    with pytest.raises(RefusedStartError, match=reason):
        preflight.check_settings(settings(**changes), "127.0.0.1")


def test_all_reasons_are_told_at_once() -> None:
    with pytest.raises(RefusedStartError) as refused:
        preflight.check_settings(settings(secret="", database_url=""), "127.0.0.1")
    assert len(refused.value.reasons) == 2


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "anquan.example.gov.cn"])  # noqa: S104
def test_the_demo_county_is_never_open_to_the_network(host: str) -> None:
    with pytest.raises(RefusedStartError, match="demo mode"):
        preflight.check_settings(settings(mode="demo"), host)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_the_demo_county_starts_on_this_machine_without_secrets(host: str) -> None:
    preflight.check_settings(Settings(_env_file=None, mode="demo"), host)


async def refusals_of(committed: Committed) -> list[str]:
    production = committed.settings.model_copy(update={"mode": "production"})
    try:
        await preflight.check_database(production, committed.sessions)
    except RefusedStartError as refused:
        return refused.reasons
    return []


async def test_the_database_must_keep_what_it_promises(committed: Committed) -> None:
    reasons = await refusals_of(committed)  # the tests' server runs fast and loose
    assert len(reasons) == 2
    assert "synchronous_commit is off" in reasons[0]
    assert "fsync is off" in reasons[1]


async def test_the_database_must_stand_at_the_newest_migration(committed: Committed) -> None:
    assert not any("newest" in reason for reason in await refusals_of(committed))
    async with committed.work() as session:
        await session.execute(text("update alembic_version set version_num = 'older'"))
    assert any("safegrid migrate" in reason for reason in await refusals_of(committed))
    assert revision.newest() != "older"


async def test_a_database_that_does_not_answer_stops_no_start() -> None:
    gone = settings(database_url="postgresql+psycopg://nobody:x@127.0.0.1:1/none")
    engine = db.make_engine(gone)
    await preflight.check_database(gone, db.make_sessions(engine))
    await engine.dispose()


async def test_a_production_server_refuses_through_its_own_lifespan(committed: Committed) -> None:
    committed.app.state.settings = committed.settings.model_copy(update={"mode": "production"})
    with pytest.raises(RefusedStartError, match="synchronous_commit"):
        async with committed.alive():
            pass
