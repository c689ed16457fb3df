"""Every route × every role × every relation: what may be reached, and that nothing else leaks.

One county, built once, in a database of its own. Each attempt is a transaction that is rolled
back, of its own: what is undone within one large transaction is dragged along to its end, slower
and slower. The expectations stand in rules.py and know nothing of `access`.
"""

import io
import re
import zipfile
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx
import pytest
from sqlalchemy import JSON, String, exists, select, text
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncSession,
    async_sessionmaker,
)

from app import db, storage
from app.cli.contract import document
from app.config import Settings
from app.models.base import Base
from app.models.hazard import Hazard
from app.models.person import Role
from app.services import access, accounts
from tests.access_table import ACCESS
from tests.conftest import Databases, client_of, create_app, settings_for
from tests.depth import IS_DEEP
from tests.matrix import rules
from tests.matrix.exceptions import EMPTY, NEVER_SUCCEEDS
from tests.matrix.filling import fill
from tests.matrix.routes import REFUSED, TRIES, Attempt
from tests.matrix.world import Actor, World, build

LEAST_CASES = 5_000
READS = frozenset({"GET", "HEAD"})
# Of each clause of visibility one route, asked about everything there is, with every change too.
WHOLE = frozenset(
    {
        "GET /api/accidents/{accident_id}",
        "GET /api/grids/{grid_id}",
        "GET /api/hazards/{hazard_id}",
        "GET /api/objects/{object_id}",
        "GET /api/people/{person_id}",
        "GET /api/photos/{photo_id}/view",
        "PUT /api/hazards/{hazard_id}/actions/{action_id}",
    }
)
_KANARI = re.compile(
    r"kanari-([a-z_]+)-"
    r"|(lianxi|zhuhu|yijian|shitu|tongzhi|shebei|shigu|jiancha|zhiling|suqiu|baogao|lvzhi|kaohe|songda|ren"
    r"|xuncha|zhuanxiang|yanhou|peixun|caogao|jiaojie|daoru|shenji|ziliao)-([a-z_]+)"
)
_NEVER = re.compile(r'"[a-z_]*(password_hash|token|digest|secret|guard)[a-z_]*":')
_MOBILE = re.compile(r"(?<![0-9A-Za-z])138\d{8}(?![0-9A-Za-z])")  # not amid a hash
REGISTER = frozenset(
    {
        "GET /api/grids",
        "GET /api/grids/export.xlsx",
        "GET /api/grids/{grid_id}",
        "GET /api/grids/{grid_id}/duty-cards",
        "GET /api/grids/{grid_id}/network",
        "GET /api/grids/{grid_id}/notice",
        "GET /api/grids/{grid_id}/papers/{paper}.svg",
        "GET /api/grids/{grid_id}/people",
        "GET /api/ledger/export.xlsx",
        "GET /api/ledger/register",
        "GET /api/ledger/register/export.xlsx",
        "GET /api/ledger/statistics.xlsx",
    }
    | {route for route in TRIES if "/api/objects/{object_id}" in route}
    | {"POST /api/objects"}
)  # who is responsible for a grid is public (S1-46)
LEFT = frozenset({"left_gridworker", "left_county_officer"})


@dataclass
class Stage:
    """The county, the application on one connection, and a client for each actor."""

    world: World
    connection: AsyncConnection
    clients: dict[str, httpx.AsyncClient]
    nobody: httpx.AsyncClient

    async def ask(self, actor: Actor | None, method: str, attempt: Attempt) -> httpx.Response:
        client = self.clients[actor.key] if actor else self.nobody
        sent: Any = {"params": attempt.query} if method in READS else {"json": attempt.body}
        return await self.undone(client.request(method, attempt.path, **sent))

    async def undone(self, request: Awaitable[httpx.Response]) -> httpx.Response:
        """The answer; whatever was written for it is as it was."""
        undo = await self.connection.begin()
        try:
            return await request
        finally:
            await undo.rollback()

    async def read(self, actor: Actor, path: str, **query: Any) -> Any:
        answer = await self.undone(self.clients[actor.key].get(path, params=query))
        assert answer.status_code == 200, (actor.key, path, answer.text)
        return answer.json()


@pytest.fixture(scope="module")
async def stage(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Stage]:
    url = databases.clone()
    settings = settings_for(url, tmp_path_factory.mktemp("matrix"))
    engine = db.make_engine(settings)
    async with engine.connect() as connection:
        sessions = async_sessionmaker(
            connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
        )
        app = create_app(settings)
        app.state.sessions, app.state.storage = sessions, storage.open_store(settings)
        async with connection.begin(), sessions() as session:
            world = await build(session, app.state.storage)
            await fill(session, world, app.state.storage)
            await session.commit()
        async with connection.begin():
            await connection.execute(text("analyze"))
        clients = {key: client_of(app, actor.token) for key, actor in world.actors.items()}
        yield Stage(world, connection, clients, client_of(app))
        for client in clients.values():
            await client.aclose()
    await engine.dispose()
    databases.drop(url)


def test_every_route_stands_in_the_matrix() -> None:
    served = {
        f"{method.upper()} {path}"
        for path, operations in document()["paths"].items()
        for method in operations
    }
    assert served == set(TRIES) == set(ACCESS)


def test_every_role_and_relation_stands_in_the_rules() -> None:
    assert set(rules.SEES) == set(Role)
    assert all(len(row) <= len(rules.RELATIONS) + 1 for row in rules.SEES.values())


async def test_the_matrix_is_as_large_as_it_claims(stage: Stage) -> None:
    cases = sum(
        len(tried(stage.world, actor, route))
        for route in TRIES
        for actor in stage.world.actors.values()
    )

    assert cases >= LEAST_CASES


def tried(world: World, actor: Actor, route: str) -> list[Attempt]:
    """All of it; of a route that the role itself forbids, whatever it is tried on, three.

    Those are mine, somebody else's and the last: a door that only looks at the role cannot tell
    them apart, and one that looks first what is behind it shows with any of the others. With every
    change (tests/depth.py) it is what is mine there, elsewhere three of each expected answer, and
    of those whose posts have ended two people ask, whatever their role was.
    """
    attempts = list(TRIES[route](world, actor, route))
    is_shut = all(attempt.expected == REFUSED for attempt in attempts)
    if IS_DEEP or route in WHOLE:
        return _three(attempts) if is_shut else attempts
    if actor.role is None and actor.key not in LEFT:
        return []
    if is_shut:
        return attempts[:1]
    alike = defaultdict(list)
    for attempt in attempts:
        alike[attempt.expected].append(attempt)
    return [attempt for group in alike.values() for attempt in _three(group)]


def _three(attempts: list[Attempt]) -> list[Attempt]:
    """The first, the middle and the last."""
    if len(attempts) <= 3:
        return attempts
    return [attempts[0], attempts[len(attempts) // 2], attempts[-1]]


@pytest.mark.parametrize("route", TRIES)
async def test_route(stage: Stage, route: str) -> None:
    """The right answer to everybody, and no canary of anything that is not theirs."""
    method = route.partition(" ")[0]
    wrong: list[str] = []
    statuses: set[int] = set()
    for actor in stage.world.actors.values():
        for attempt in tried(stage.world, actor, route):
            answer = await stage.ask(actor, method, attempt)
            statuses.add(answer.status_code)
            told = f"{actor.key} → {attempt.relation}: {answer.status_code}"
            if answer.status_code not in attempt.expected:
                wrong.append(f"{told}, not {sorted(attempt.expected)} {answer.text[:200]}")
            wrong += [f"{told} leaks {leak}" for leak in leaks(actor, route, answer)]
    assert not wrong, "\n".join([f"{len(wrong)} wrong:", *wrong[:12]])
    has_succeeded = any(status < 300 for status in statuses)
    assert has_succeeded != (route in NEVER_SUCCEEDS), f"{route} answers {sorted(statuses)}"


async def test_nothing_is_looked_for_in_an_empty_table(stage: Stage) -> None:
    """A list that shows nothing leaks nothing: where words are kept, some are there."""
    async with stage.connection.begin():
        kept = {
            name: await stage.connection.scalar(select(exists().select_from(table)))
            for name, table in Base.metadata.tables.items()
            if any(isinstance(column.type, (String, JSON)) for column in table.columns)
        }
    assert {name for name, is_there in kept.items() if not is_there} == set(EMPTY)


@pytest.mark.parametrize("route", [r for r in TRIES if ACCESS[r].who != "anyone"])
async def test_nobody_reaches_anything(stage: Stage, route: str) -> None:
    """Without a cookie 401, whatever is asked for: no answer tells what exists."""
    actor = stage.world.actors["gridworker"]
    for attempt in TRIES[route](stage.world, actor, route):
        answer = await stage.ask(None, route.partition(" ")[0], attempt)
        assert answer.status_code == 401, (route, attempt.relation)
        assert not _KANARI.search(text_of(answer))


def text_of(answer: httpx.Response) -> str:
    """The words of an answer, those inside a spreadsheet or a package of one too."""
    return _words(answer.content) if answer.content.startswith(b"PK") else answer.text


def _words(content: bytes) -> str:
    if not content.startswith(b"PK"):
        return content.decode()
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return " ".join(_words(book.read(name)) for name in book.namelist())


def leaks(actor: Actor, route: str, answer: httpx.Response) -> set[str]:
    """Canaries in the answer that this person has no right to."""
    if answer.headers.get("content-type", "").startswith("image/"):
        return set()
    text = text_of(answer)
    secrets = {found[0] for found in _NEVER.finditer(text)}
    own = {actor.person.mobile} if "/api/session" in route else set()
    numbers = set() if _is_asked_for(route) else set(_MOBILE.findall(text)) - own
    return secrets | numbers | {f[0] for f in _KANARI.finditer(text) if not _may(actor, f, route)}


def _is_asked_for(route: str) -> bool:
    """Whole numbers, for a reason that is put on record (decisions 16 and 49)."""
    return route.endswith("/reveal") or route == "POST /api/people/roster.xlsx"


def _may(actor: Actor, found: re.Match[str], route: str) -> bool:
    if found[1]:
        return rules.sees_case(actor, found[1])
    return _MAY[found[2]](actor, found[3], route)


def _knows(actor: Actor, key: str, route: str) -> bool:
    """The name of a colleague: within reach, of a case that one sees, or of the public register."""
    if route in REGISTER or key in {actor.key, "keeper"} or rules.reads_person(actor, key):
        return True
    if "/api/trainings" in route and rules.trains(actor, key):
        return True
    if "/api/inspections/{inspection_id}" in route and key in {"gridworker", "double"}:
        # Who goes along, or could, stands beside the place (S1-29).
        return any(rules.sees_inspection(actor, label) for label in ("hidden", "ours", "shown"))
    return rules.sees_case(actor, f"own_{key}")


_MAY: dict[str, Callable[[Actor, str, str], bool]] = {
    "zhuhu": lambda actor, key, _: rules.sees_object(actor, f"home_{key}"),
    "lianxi": lambda actor, key, route: (
        rules.reads_contact(actor, key)
        or (route.endswith("/reveal") and actor.role in rules.CONTACT_ASKERS)
    ),
    "yijian": lambda actor, key, _: key == actor.key or actor.role in rules.SUGGESTION_READERS,
    "shitu": lambda actor, key, _: key == actor.key,
    "tongzhi": lambda actor, key, _: key == actor.key,
    "shebei": lambda actor, key, _: key == actor.key,
    "shigu": lambda actor, key, _: rules.sees_accident(actor, key),
    "jiancha": lambda actor, key, route: (
        rules.sees_inspection(actor, key)
        or (route == "GET /api/patrols/mine" and rules.goes_along(actor, key))
    ),
    "suqiu": lambda actor, key, _: rules.sees_appeal(actor, key),
    "lvzhi": lambda actor, key, _: rules.sees_duty(actor, key),
    "kaohe": lambda actor, key, _: rules.sees_assessment(actor, key),
    "ziliao": lambda actor, key, _: rules.sees_document(actor, key),
    "baogao": lambda actor, key, _: rules.sees_situation(actor, key),
    "zhiling": lambda actor, key, _: rules.sees_instruction(actor, key),
    "songda": lambda actor, key, _: rules.sees_errand(actor, key),
    "xuncha": lambda actor, key, _: rules.sees_errand(actor, key),
    "zhuanxiang": lambda actor, key, _: rules.sees_errand(actor, key) or rules.walks(actor, key),
    "yanhou": lambda actor, key, _: rules.sees_errand(actor, key) or rules.walks(actor, key),
    "peixun": lambda actor, key, route: (
        rules.keeps_training(actor, key)
        or (route.startswith("GET /api/people/") and actor.role in rules.PEOPLE_READERS)
    ),
    "caogao": lambda actor, key, _: rules.sees_draft(actor, key),
    "jiaojie": lambda actor, key, _: rules.hands_over(actor, key),
    "daoru": lambda actor, key, _: key == actor.key,
    "shenji": lambda actor, *_: actor.role in rules.AUDIT_READERS,
    "ren": _knows,
}


def visible(world: World, actor: Actor) -> set[str]:
    return {str(row.id) for label, row in world.cases.items() if rules.sees_case(actor, label)}


async def test_lists_counts_map_search_and_feed_agree_with_what_can_be_opened(
    stage: Stage,
) -> None:
    for actor in stage.world.actors.values():
        expected = visible(stage.world, actor)
        listed = await stage.read(actor, "/api/hazards", limit=100)
        found = await stage.read(actor, "/api/hazards", limit=100, text="kanari")
        count = await stage.read(actor, "/api/hazards/count")
        points = await stage.read(actor, "/api/hazards/map")
        feed = await stage.read(actor, "/api/sync/changes", limit=200)
        assert {row["id"] for row in listed["items"]} == expected, actor.key
        assert {row["id"] for row in found["items"]} == expected, actor.key
        assert {row["id"] for row in points} == expected, actor.key
        assert {row["id"] for row in feed["hazards"]} == expected, actor.key
        assert count == {"count": len(expected), "is_capped": False}, actor.key


async def test_the_clause_that_is_built_once_sees_what_the_other_sees(
    stage: Stage, settings: Settings
) -> None:
    for actor in stage.world.actors.values():
        async with AsyncSession(stage.connection) as session:
            known = await accounts.who_is(session, settings, actor.token)
            connection = await session.connection()
            query = select(Hazard.id).where(access.CAN_SEE_AS_GIVEN)
            given = await connection.scalars(query, access.sight(known))
            usual = await session.scalars(select(Hazard.id).where(access.can_see(known)))
            opened = await connection.execute(select(Hazard.id, access.keys()))
            assert {str(id_) for id_ in given} == visible(stage.world, actor), actor.key
            assert {str(id_) for id_ in usual} == visible(stage.world, actor), actor.key
            held = access.keys_of(access.sight(known))
            maybe = {str(id_) for id_, keys in opened if held is None or not held.isdisjoint(keys)}
            assert visible(stage.world, actor) <= maybe, actor.key


async def test_a_filter_only_narrows(stage: Stage) -> None:
    """Asking for the neighbour's township, a department, an enterprise finds nothing new."""
    world, bodies = stage.world, stage.world.bodies
    filters: dict[str, tuple[str, Any]] = {
        "township_id": ("township_id", bodies["township_b"].id),
        "village_id": ("village_id", bodies["village_c"].id),
        "department_id": ("department_id", bodies["fire"].id),
        "enterprise_id": ("enterprise_id", bodies["enterprise_a"].id),
        "grid_id": ("grid_id", world.grids["second"].id),
    }
    for actor in world.actors.values():
        for query, (column, id_) in filters.items():
            expected = {
                str(row.id)
                for label, row in world.cases.items()
                if rules.sees_case(actor, label) and getattr(row, column) == id_
            }
            listed = await stage.read(actor, "/api/hazards", **{query: str(id_), "limit": 100})
            count = await stage.read(actor, "/api/hazards/count", **{query: str(id_)})
            assert {row["id"] for row in listed["items"]} == expected, (actor.key, query)
            assert count["count"] == len(expected), (actor.key, query)


async def test_what_is_near_is_only_what_one_may_open(stage: Stage) -> None:
    """All cases lie on one spot: each sees around a case exactly the others that are theirs."""
    for actor in stage.world.actors.values():
        expected = visible(stage.world, actor)
        for id_ in sorted(expected)[:2]:
            near = await stage.read(actor, f"/api/hazards/{id_}/nearby")
            found = {row["hazard"]["id"] for row in near}
            assert found <= expected - {id_}, actor.key
            assert len(found) == min(len(expected) - 1, 20), actor.key


async def test_the_list_of_people_is_the_people_one_may_open(stage: Stage) -> None:
    keys = {str(person.id): key for key, person in stage.world.people.items()}
    for actor in stage.world.actors.values():
        if actor.role not in rules.PEOPLE_READERS:
            continue
        listed = await stage.read(actor, "/api/people")
        assert listed["next"] is None
        found = {keys[row["id"]] for row in listed["items"] if row["id"] in keys}
        assert found == {key for key in keys.values() if rules.reads_person(actor, key)}, actor.key


async def test_the_export_holds_exactly_the_list(stage: Stage) -> None:
    labels = set(stage.world.cases)
    for actor in stage.world.actors.values():
        if actor.role not in rules.EXPORTERS:
            continue
        asked = stage.clients[actor.key].get("/api/hazards/export.xlsx")
        answer = await stage.undone(asked)
        assert answer.status_code == 200, (actor.key, answer.text)
        found = {match[1] for match in _KANARI.finditer(text_of(answer)) if match[1]}
        assert found == {label for label in labels if rules.sees_case(actor, label)}, actor.key


async def test_only_own_records_are_known_to_a_phone(stage: Stage) -> None:
    """What belongs to others is unknown, whoever may see it."""
    for actor in stage.world.actors.values():
        items = [
            {"kind": "hazard", "id": str(row.id), "sha256": "0" * 64}
            for row in stage.world.cases.values()
        ]
        items += [
            {"kind": "photo", "id": str(other.own["photo"]), "sha256": "0" * 64}
            for other in stage.world.actors.values()
            if other is not actor
        ]
        asked = stage.clients[actor.key].post("/api/sync/reconcile", json={"items": items})
        answer = await stage.undone(asked)
        assert answer.status_code == 200, (actor.key, answer.text)
        assert {row["status"] for row in answer.json()["items"]} == {"unknown"}, actor.key


@cache
def every_field() -> dict[str, str]:
    """That any form or answer names; the contract takes seconds to write: not while collecting."""
    schemas = document()["components"]["schemas"].values()
    return {
        name: f"https://evil.example/{name}"
        for schema in schemas
        for name in schema.get("properties", {})
    }


def test_no_body_takes_a_field_that_it_does_not_name() -> None:
    """Mass assignment: what is not in the form is refused, never written."""
    schemas = document()["components"]["schemas"]
    loose = []
    for path, operations in document()["paths"].items():
        for method, operation in operations.items():
            content = operation.get("requestBody", {}).get("content", {})
            told = content.get("application/json", {}).get("schema", {}).get("$ref", "")
            name = told.rpartition("/")[2]
            if name and schemas[name].get("additionalProperties") is not False:
                loose.append(f"{method} {path}: {name}")
    assert loose == []


@pytest.mark.parametrize("key", ["gridworker", "township_officer", "administrator"])
async def test_every_known_field_at_once_changes_nothing(stage: Stage, key: str) -> None:
    fields = every_field()
    assert len(fields) > 200
    actor = stage.world.actors[key]
    for route, tries in TRIES.items():
        method = route.partition(" ")[0]
        for attempt in tries(stage.world, actor, route):
            if method in READS or not attempt.body:
                continue
            body = {**fields, **attempt.body}
            answer = await stage.ask(actor, method, Attempt("", attempt.path, frozenset(), body))
            assert answer.status_code in {403, 404, 422}, (route, answer.text)
            break
