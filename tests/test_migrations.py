"""Migrations: one head, there and back again, and the tables that the models describe."""

import subprocess
from importlib import resources

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncSession

from app import embedded, revision, schema
from app.models.base import Base
from tests.conftest import Databases


def dump(url: str) -> str:
    """The schema as SQL, without what differs from run to run."""
    plain = url.replace("+psycopg", "", 1)
    program = embedded.programs() / "bin" / "pg_dump"
    done = subprocess.run(
        [program, "--schema-only", "--no-owner", plain], capture_output=True, text=True, check=True
    )
    return "\n".join(line for line in done.stdout.splitlines() if "restrict " not in line)


def test_there_is_one_head_and_the_last_file_has_it() -> None:
    assert ScriptDirectory.from_config(schema.config()).get_heads() == [revision.newest()]


def test_down_and_up_again_gives_the_same_schema(databases: Databases) -> None:
    url = databases.clone()
    before = dump(url)
    schema.downgrade(url, "base")
    emptied = dump(url)
    schema.upgrade(url)
    assert dump(url) == before
    assert "CREATE TABLE public.hazards" in before
    created = [line for line in emptied.splitlines() if line.startswith("CREATE")]
    assert created == ["CREATE TABLE public.alembic_version ("]
    databases.drop(url)


def test_the_models_describe_the_migrated_tables(shared_url: str) -> None:
    engine = create_engine(shared_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"include_name": lambda name, *_: not str(name).startswith("procrastinate_")},
        )
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


def test_a_county_can_have_its_own_schema(databases: Databases) -> None:
    url = databases.clone("template1")
    databases.run_in(url, "create schema taierzhuang")
    county = f"{url}&options=-csearch_path%3Dtaierzhuang"
    schema.upgrade(county)
    made = dump(url)
    assert "CREATE TABLE taierzhuang.hazards" in made
    assert "CREATE TABLE taierzhuang.procrastinate_jobs" in made
    assert "CREATE TABLE public." not in made
    schema.downgrade(county, "base")
    assert "taierzhuang.hazards" not in dump(url)
    databases.drop(url)


def test_a_migration_that_must_wait_gives_up_after_four_seconds(databases: Databases) -> None:
    url = databases.clone()
    blocker = create_engine(url)
    with blocker.connect() as connection:
        connection.execute(text("lock table hazards in access exclusive mode"))
        with pytest.raises(Exception, match="lock timeout"):
            schema.downgrade(url, "base")
    blocker.dispose()
    databases.drop(url)


@pytest.mark.parametrize(
    "table", ["events", "seals", "sealed_events", "audit_entries", "sealed_audit_entries"]
)
@pytest.mark.parametrize(
    "change", ["update {} set {} = '1'", "delete from {}", "truncate {} cascade"]
)
async def test_history_cannot_be_changed(session: AsyncSession, table: str, change: str) -> None:
    column = {"events": "round", "seals": "count", "audit_entries": "kind"}.get(table, "seq")
    with pytest.raises(ProgrammingError, match="history is append-only"):
        await session.execute(text(change.format(table, column)))


QUEUE_PARTS = """
    select 'function' as kind, count(*) as number
    from pg_proc where proname like 'procrastinate\\_%'
    union all
    select 'table', count(*) from pg_class where relname like 'procrastinate\\_%' and relkind = 'r'
    union all
    select 'trigger', count(*) from pg_trigger where tgname like 'procrastinate\\_%'
    union all
    select 'type', count(*) from pg_type left join pg_class c on c.oid = typrelid
    where typname like 'procrastinate\\_%' and (typtype = 'e' or c.relkind = 'c')
"""


async def test_the_queue_is_the_one_that_the_installed_procrastinate_expects(
    session: AsyncSession,
) -> None:
    sql = resources.files("procrastinate.sql").joinpath("schema.sql").read_text("utf-8")
    rows = await session.execute(text(QUEUE_PARTS))
    found = {row.kind: row.number for row in rows}
    assert found == {kind: sql.count(f"CREATE {kind.upper()} procrastinate_") for kind in found}
    assert found["function"] > 10


def test_an_upgrade_that_has_to_wait_is_tried_again(
    databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = databases.clone()
    schema.downgrade(url, "2026_11_26_0025")
    monkeypatch.setattr(schema, "LOCK_TIMEOUT", "100ms")
    blocker, pauses = create_engine(url), []
    with blocker.connect() as connection:

        def pause(seconds: float) -> None:
            pauses.append(seconds)
            if len(pauses) == 2:
                connection.rollback()

        monkeypatch.setattr("app.schema.time.sleep", pause)
        connection.execute(text("lock table supervised_objects in access exclusive mode"))
        schema.upgrade(url)
        assert schema.current(connection) == revision.newest()
    assert len(pauses) == 2
    blocker.dispose()
    databases.drop(url)


def test_an_index_whose_build_was_cut_short_is_built_anew(databases: Databases) -> None:
    url = databases.clone()
    schema.downgrade(url, "2026_11_25_2321")
    databases.run_in(url, "create index ix_hazards_township_urgency on hazards (township_id)")
    databases.run_in(
        url,
        "update pg_index set indisvalid = false"
        " where indexrelid = 'ix_hazards_township_urgency'::regclass",
    )
    schema.upgrade(url)
    engine = create_engine(url)
    with engine.connect() as connection:
        made = text("select pg_get_indexdef('ix_hazards_township_urgency'::regclass)")
        assert "(township_id, sort_key, id)" in str(connection.scalar(made))
    engine.dispose()
    databases.drop(url)


def test_duties_off_before_anybody_noted_it_are_the_schemes_unless_it_names_them(
    databases: Databases,
) -> None:
    """Else a county that moves back to a scheme would wait for its duties for ever."""
    url = databases.clone()
    schema.downgrade(url, "2026_11_26_0025")
    databases.run_in(url, DUTIES)
    schema.upgrade(url)
    engine = create_engine(url)
    with engine.connect() as connection:
        query = text("select key, switched_off_by from obligations")
        found = {row.key: row.switched_off_by for row in connection.execute(query)}
    engine.dispose()
    assert found == {"F5": "s2", "F8": None, "F9": None}
    databases.drop(url)


DUTIES = """
insert into applied_schemes (id, key, content, applied_at, touched) values
    (gen_random_uuid(), 's3', '{"obligation": [{"key": "F5"}]}', '2026-11-01', 0),
    (gen_random_uuid(), 's2', '{"obligation": [{"key": "F8"}, {"key": "F9"}]}', '2026-11-02', 0);
insert into obligations
    (key, name, duty, min_count, period, scope, applies_to, seed, starts_on, is_active)
select key, key, 'patrol', 1, 'month', 'county', '{}', 'S3-5', '2026-11-01', is_active
from (values ('F5', false), ('F8', false), ('F9', true)) as known (key, is_active)
"""
