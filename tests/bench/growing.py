"""A county of many years: cases by SQL, in the shares and the skew that real ones have."""

from typing import Any

import psycopg

from tests.running import RunningApp

SIZES = {"10k": 10_000, "100k": 100_000, "1m": 1_000_000, "10m": 10_000_000}
_MANY = 300_000  # from here on it is faster to build the indexes afterwards
_AT_ONCE = 500_000
# 3 in 100 are open; three years; grids, categories and levels are skewed.
NEW = """
insert into hazards ({columns})
select {values}
from (
    select n, random() as a, random() as b, random() as c, random() as d
    from generate_series(1, %(count)s) n offset 0
) dice
cross join lateral (
    select case when a < 0.010 then 'escalated' when a < 0.022 then 'assigned'
        when a < 0.026 then 'done' when a < 0.028 then 'verified' when a < 0.030 then 'reported'
        when a < 0.95 then 'archived' when a < 0.98 then 'voided' else 'merged' end as state,
        case when c < 0.9 then 'general' when c < 0.98 then 'serious' else 'major' end as level,
        (array['fire', 'electric', 'gas', 'road', 'building', 'water'])[1 + floor(d * d * 6)::int]
            as category,
        now() - case when a < 0.03 then b * interval '30 days' else b * interval '3 years' end as at
) what
join bench_grids g on g.place = 1 + floor(c * c * %(grids)s)::int
join bench_departments d on d.place = 1 + floor(b * %(departments)s)::int
cross join (select * from hazards where state = 'archived' order by number limit 1) h
"""
OPEN = "what.state in ('escalated', 'assigned', 'done', 'verified', 'reported')"
DUE = "(what.at + interval '2 days' + b * interval '5 days')"
RANK = "case when what.level = 'major' then 0 when what.level = 'serious' then 3 else 4 end"
SPECIAL = {
    "id": "gen_random_uuid()",
    "state": "what.state",
    "level": "what.level",
    "category_code": "coalesce((select code from categories where code = what.category), 'fire')",
    "note": "'楼道堆放杂物 ' || dice.n",
    "lat": "g.lat + (a - 0.5) / 50",
    "lon": "g.lon + (b - 0.5) / 50",
    "is_suspected_major": "what.level = 'major'",
    "is_major_confirmed": "false",
    "is_listed": "c > 0.999",
    "outcome": "case when what.state <> 'archived' then null when c > 0.997 then 'penalised'"
    " when c > 0.99 then 'ordered' else 'rectified' end",
    "is_urgent": "d > 0.98",
    "grid_id": "g.id",
    "village_id": "g.village_id",
    "township_id": "g.township_id",
    "reporter_id": "g.person_id",
    "enterprise_id": "null",
    "occurred_at": "what.at",
    "received_at": "what.at",
    "state_since": "what.at",
    "holder_id": "case when what.state = 'escalated' then g.township_id end",
    "dispatcher_id": "case when what.state in ('assigned', 'done') then g.township_id end",
    "department_id": "case when what.state in ('assigned', 'done', 'verified', 'archived')"
    " then d.id end",
    "clock_hop": f"case when {OPEN} then 'triage' end",
    "clock_started_at": f"case when {OPEN} then what.at end",
    "clock_due_at": f"case when {OPEN} then {DUE} end",
    "clock_approaching_at": f"case when {OPEN} then {DUE} end",
    "clock_very_late_at": f"case when {OPEN} then {DUE} end",
    "closed_at": f"case when not {OPEN} then what.at end",
    "snoozed_until": "null",
    "asked_extension_to": "null",
    "sort_key": f"case when {OPEN} then ({RANK}) * 100000000000 + extract(epoch from {DUE})::bigint"
    " else 950000000000 - extract(epoch from what.at)::bigint end",
    "photos_expected": "0",
    "photos_received": "0",
}
SETUP = """
create temporary table bench_grids as
select row_number() over (order by g.id)::int as place, g.id, o.id as village_id,
    o.within_id as township_id, g.centre_lat as lat, g.centre_lon as lon,
    coalesce((select person_id from posts where grid_id = g.id limit 1),
        (select id from people limit 1)) as person_id
from grids g join organizations o on o.id = g.organization_id
where o.kind = 'village' and g.centre_lat is not null;
create temporary table bench_departments as
select row_number() over (order by id)::int as place, id
from organizations where kind = 'department' and within_id is null;
"""
Connection = psycopg.Connection[tuple[Any, ...]]


def grow(app: RunningApp, size: str) -> int:
    """Add cases until there are about `size`; how many there are then."""
    with psycopg.connect(app.database_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("set statement_timeout = 0")
        connection.execute("set synchronous_commit = off")
        connection.execute("set session_replication_role = replica")  # ids are right by themselves
        connection.execute("set maintenance_work_mem = '512MB'")
        _fill(connection, SIZES[size] - one(connection, "select count(*) from hazards"))
        connection.execute("vacuum analyze hazards")
        return one(connection, "select count(*) from hazards")


def _fill(connection: Connection, missing: int) -> None:
    connection.execute(SETUP)
    indexes = _indexes(connection) if missing > _MANY else []
    for name, _ in indexes:
        connection.execute(f'drop index "{name}"')
    columns = _columns(connection)
    values = ", ".join(SPECIAL.get(name, f"h.{name}") for name in columns)
    statement = NEW.format(columns=", ".join(columns), values=values)
    sizes = {
        "grids": one(connection, "select count(*) from bench_grids"),
        "departments": one(connection, "select count(*) from bench_departments"),
    }
    while missing > 0:
        connection.execute(statement, {"count": min(missing, _AT_ONCE), **sizes})
        missing -= _AT_ONCE
    for _, definition in indexes:
        connection.execute(definition)


def _columns(connection: Connection) -> list[str]:
    rows = connection.execute(
        "select column_name from information_schema.columns where table_name = 'hazards'"
        " and column_name <> 'number' and table_schema = current_schema() order by 1"
    )
    return [row[0] for row in rows]


def _indexes(connection: Connection) -> list[tuple[str, str]]:
    """Those that can be made again."""
    rows = connection.execute(
        "select indexname, indexdef from pg_indexes where tablename = 'hazards'"
        " and schemaname = current_schema() and indexdef not like 'CREATE UNIQUE%'"
    )
    return [(row[0], row[1]) for row in rows]


def one(connection: Connection, query: str) -> int:
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0
