"""How the database answers lists in a county with years of cases, as it says itself.

Nothing is timed: what is counted are the cases and index entries that were looked at.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app import clock
from app.models.hazard import Hazard
from app.models.person import Person
from app.services import hazards
from app.services.hazards import HazardQuery
from app.services.hazards.finding import MOST_COUNTED
from app.services.hazards.sorting import is_past_due
from tests.walking import Walk

CASES = 12_000
PAGE = 50
# Of four cases one lies here, of thirty one is open and late; the others are closed.
MANY = """
insert into hazards ({columns})
select {values} from hazards h cross join generate_series(1, :cases) n where h.id = :one
"""
VALUES = {
    "id": "gen_random_uuid()",
    "grid_id": "case when n % 4 = 0 then h.grid_id else cast(:grid as uuid) end",
    "village_id": "case when n % 4 = 0 then h.village_id else cast(:village as uuid) end",
    "township_id": "case when n % 4 = 0 then h.township_id else cast(:township as uuid) end",
    "reporter_id": "case when n % 4 = 0 then h.reporter_id else cast(:reporter as uuid) end",
    "department_id": "case when n > 11600 then cast(:last as uuid)"
    " when n % 3 = 0 then cast(:department as uuid) end",
    "state": "case when n % 30 < 2 then 'escalated' when n % 7 = 0 then 'voided'"
    " else 'archived' end",
    "level": "case when n % 50 < 4 then 'major' else 'general' end",
    "received_at": "h.received_at - n * interval '1 hour'",
    "sort_key": "case when n % 30 < 2 then 400000000000 + extract(epoch from h.received_at) - n"
    " else 900000000000 + n end",
}


@pytest.fixture
async def grown(walk: Walk) -> Walk:
    """Many cases, known to the database as if they had stood there for long."""
    c, session = walk.county, walk.session
    one = await walk.report()
    columns = [column.name for column in Hazard.__table__.columns if column.name != "number"]
    values = ", ".join(VALUES.get(name, f"h.{name}") for name in columns)
    given = {
        "cases": CASES, "one": one.id, "grid": c.grids[1].id, "village": c.villages[1].id,
        "township": c.townships[1].id, "reporter": c.stranger.id,
        "department": c.departments[0].id, "last": c.departments[1].id,
    }  # fmt: skip
    statement = MANY.format(columns=", ".join(columns), values=values)
    await session.execute(text(statement), given)
    await session.execute(text("analyze hazards"))
    seen = "update pg_class set relallvisible = relpages where relname = 'hazards'"
    await session.execute(text(seen))
    return walk


async def plans(
    walk: Walk, engine: AsyncEngine, person: Person, **filters: Any
) -> list[dict[str, Any]]:
    """Every node of the plans by which a page of a list and its count are answered, as run."""
    actor = await walk.actor(person)
    query = HazardQuery.model_validate({"limit": PAGE, **filters})
    sent: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, given: Any, *_rest: Any) -> None:
        if "FROM hazards" in statement:
            sent.append((statement, given))

    event.listen(engine.sync_engine, "before_cursor_execute", note)
    try:
        await hazards.find(walk.session, actor, query)
    finally:
        event.remove(engine.sync_engine, "before_cursor_execute", note)
    return [node for one in sent for node in await _nodes(walk.session, *one)]


async def _nodes(session: AsyncSession, statement: str, given: Any) -> list[dict[str, Any]]:
    raw = await (await session.connection()).get_raw_connection()
    assert raw.driver_connection
    cursor = await raw.driver_connection.execute(
        f"explain (analyze, timing off, format json) {statement}", given
    )
    return list(_within((await cursor.fetchone())[0][0]["Plan"]))


def _within(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for below in node.get("Plans", []):
        yield from _within(below)


def looked_at(nodes: list[dict[str, Any]]) -> int:
    """Cases and entries that were read, wanted or not."""
    found = [node for node in nodes if "Scan" in node["Node Type"]]
    return sum(
        node["Actual Loops"] * (node["Actual Rows"] + node.get("Rows Removed by Filter", 0))
        for node in found
        if node.get("Relation Name") == "hazards" or "Bitmap Index" in node["Node Type"]
    )


ONE_TO_FOUR: list[dict[str, Any]] = [
    {},
    {"order": "newest"},
    {"is_overdue": True},
    {"state": ["voided"]},
    {"state": ["voided"], "order": "newest"},
    {"level": ["major"], "order": "newest"},
    {"is_major": True},
]


@pytest.mark.parametrize("filters", ONE_TO_FOUR, ids=str)
@pytest.mark.parametrize("role", ["township_officer", "county_officer"])
async def test_a_page_reads_its_own_cases_and_no_others(
    grown: Walk, engine: AsyncEngine, role: str, filters: dict[str, Any]
) -> None:
    """Everything else is told from an index of the order. The count has its own bound.

    Few cases are sorted instead, and most indexes do not hold when they came.
    """
    most = PAGE + 1 + (MOST_COUNTED if filters.get("order") == "newest" else 0)
    nodes = await plans(grown, engine, getattr(grown.county, role), **filters)
    read = [
        node for node in nodes
        if node.get("Relation Name") == "hazards" and node["Node Type"] != "Index Only Scan"
    ]  # fmt: skip
    assert sum(node["Actual Loops"] * node["Actual Rows"] for node in read) <= most
    assert not [node for node in read if node["Node Type"] == "Seq Scan"]


@pytest.mark.parametrize("order", ["urgency", "newest"])
async def test_few_cases_are_not_looked_for_along_an_order(
    grown: Walk, engine: AsyncEngine, order: str
) -> None:
    """All four hundred are the last of the county in either order."""
    c = grown.county
    last = {"order": order, "department_id": c.departments[1].id}
    for person in (c.county_officer, c.township_officer):
        assert looked_at(await plans(grown, engine, person, **last)) < CASES / 2


async def test_a_page_of_few_goes_on_where_the_last_one_ended(grown: Walk) -> None:
    actor = await grown.actor(grown.county.county_officer)
    for order in ("urgency", "newest"):
        asked = {"limit": 90, "order": order, "department_id": grown.county.departments[1].id}
        seen: list[UUID] = []
        cursor = None
        while cursor or not seen:
            query = HazardQuery.model_validate({**asked, "cursor": cursor})
            found = await hazards.find(grown.session, actor, query)
            seen += [one.id for one in found.hazards]
            cursor = found.next
            assert (found.count.count, found.count.is_capped) == (400, False)
        assert len(seen) == len(set(seen)) == 400
        asked_once = select(Hazard.id).where(Hazard.department_id == asked["department_id"])
        by = Hazard.sort_key if order == "urgency" else Hazard.received_at.desc()
        assert seen == list(await grown.session.scalars(asked_once.order_by(by)))


@pytest.mark.parametrize("filters", [{}, {"order": "newest"}, {"is_overdue": True}], ids=str)
async def test_a_township_is_read_along_its_own_index(
    grown: Walk, engine: AsyncEngine, filters: dict[str, Any]
) -> None:
    """Three quarters of the county are not theirs and are not come by."""
    nodes = await plans(grown, engine, grown.county.township_officer, **filters)
    assert not [node for node in nodes if node.get("Rows Removed by Filter", 0) > PAGE]


@pytest.mark.parametrize("column", ["township_id", "village_id", "grid_id"])
async def test_ground_that_is_not_ones_own_is_not_looked_through(
    grown: Walk, engine: AsyncEngine, column: str
) -> None:
    c = grown.county
    there = {
        "township_id": c.townships[1].id,
        "village_id": c.villages[1].id,
        "grid_id": c.grids[1].id,
    }
    nodes = await plans(grown, engine, c.township_officer, **{column: there[column]})
    assert nodes
    assert looked_at(nodes) <= 10
    own = await plans(grown, engine, c.county_officer, **{column: there[column]})
    assert looked_at(own) > PAGE


async def test_a_week_is_sorted_by_what_the_index_holds(grown: Walk, engine: AsyncEngine) -> None:
    start = clock.now() - timedelta(days=100)
    week = {"received_from": start, "received_to": start + timedelta(days=7)}
    nodes = await plans(grown, engine, grown.county.county_officer, **week)
    narrow = [node for node in nodes if node.get("Index Name") == "ix_hazards_received"]
    assert narrow
    assert {node["Node Type"] for node in narrow} == {"Index Only Scan"}
    assert looked_at(nodes) < CASES / 10


async def test_how_many_are_late_is_known(grown: Walk) -> None:
    """Expected ten times too few, they would be collected and sorted instead of walked along."""
    late = select(Hazard.id).where(is_past_due(clock.now()))
    counted = await grown.session.scalar(select(func.count()).select_from(late.subquery()))
    assert counted
    written = late.compile(
        dialect=grown.session.get_bind().dialect, compile_kwargs={"literal_binds": True}
    )
    (top,) = (await _nodes(grown.session, str(written), {}))[:1]
    assert counted / 2 < top["Plan Rows"] < counted * 2
