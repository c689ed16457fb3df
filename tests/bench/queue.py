"""What a township's queue costs when the county has 100,000 cases."""

import statistics
import time
from typing import Any

import httpx
import psycopg

from tests.running import RunningApp

CASES = 100_000
ROUNDS = 7
PER_ROUND = 40

CLONE = """
insert into hazards ({columns})
select {values}
from hazards h cross join generate_series(1, %s) n
"""


def grow(app: RunningApp) -> int:
    """Clone the demo's cases up to CASES, spread over time; how many there are then."""
    with psycopg.connect(app.database_url.replace("+psycopg", ""), autocommit=True) as connection:
        names = [
            row[0]
            for row in connection.execute(
                "select column_name from information_schema.columns"
                " where table_name = 'hazards' and column_name <> 'number'"
                " and table_schema = current_schema() order by 1"
            )
        ]
        special = {
            "id": "gen_random_uuid()",
            "received_at": "h.received_at - n * interval '1 minute'",
            "sort_key": "h.sort_key + n",
        }
        values = ", ".join(special.get(name, f"h.{name}") for name in names)
        have = _count(connection)
        connection.execute(CLONE.format(columns=", ".join(names), values=values), (CASES // have,))
        connection.execute(
            "insert into parties (hazard_id, organization_id)"
            " select h.id, o from hazards h, unnest(array[h.holder_id, h.department_id]) o"
            " where o is not null on conflict do nothing"
        )
        connection.execute("vacuum analyze")
        return _count(connection)


def _count(connection: psycopg.Connection[tuple[Any, ...]]) -> int:
    row = connection.execute("select count(*) from hazards").fetchone()
    return int(row[0]) if row else 0


def run(app: RunningApp, cookie: str, cases: int) -> dict[str, Any]:
    """Seconds of a queue page of 50 over HTTP, first page and twenty pages deep."""
    client = httpx.Client(
        base_url=app.url, headers={"Cookie": f"__Host-safegrid={cookie}"}, timeout=60
    )
    first = {"queue": "holder", "limit": 50}
    deep = {**first, "cursor": _walk(client, first, 20)}
    shapes = {"first_page": first, "page_20": deep, "all_newest": {"order": "newest", "limit": 50}}
    figures: dict[str, Any] = {"cases": cases, "n": ROUNDS * PER_ROUND}
    for name, params in shapes.items():
        rounds = [_round(client, params) for _ in range(ROUNDS)]
        figures[name] = {
            key: [round(f([row[key] for row in rounds]), 1) for f in (statistics.median, min, max)]
            for key in rounds[0]
        }
    return figures


def _walk(client: httpx.Client, params: dict[str, Any], pages: int) -> str:
    cursor = ""
    for _ in range(pages):
        page = client.get(
            "/api/hazards", params={**params, **({"cursor": cursor} if cursor else {})}
        )
        cursor = page.raise_for_status().json()["next"] or cursor
    return cursor


def _round(client: httpx.Client, params: dict[str, Any]) -> dict[str, float]:
    took = []
    for _ in range(PER_ROUND):
        begun = time.perf_counter()
        client.get("/api/hazards", params=params).raise_for_status()
        took.append((time.perf_counter() - begun) * 1000)
    ordered = sorted(took)
    return {"p50_ms": ordered[len(ordered) // 2], "p95_ms": ordered[int(len(ordered) * 0.95)]}
