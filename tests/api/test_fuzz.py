"""Every operation of the contract, called with what it allows and with what it forbids (ASVS V2.2).

No server error, and no answer that the contract does not describe. Ids are often those of real
things, so that calls get past the first lookup. `SAFEGRID_SEED` says which cases, and
`SAFEGRID_FUZZ_EXAMPLES` how many an operation gets in either mode (more by hand: 200); `make fuzz`
sets both and measures for docs/proof.md.
"""

import asyncio
import os
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
import requests
import schemathesis
import uvicorn
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from hypothesis import HealthCheck, given, seed
from hypothesis import settings as hypothesis_settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks
from sqlalchemy import NullPool
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from app.cli.contract import document
from app.config import Settings
from app.main import create_app
from app.models.base import new_id
from app.models.person import Role
from app.services.permissions import PERMISSIONS
from tests import factories, pictures
from tests.access_table import ACCESS
from tests.conftest import Databases, settings_for, token_for
from tests.depth import IS_DEEP
from tests.factories import County
from tests.faults.results import FOUND, Result, revision
from tests.running import free_port

EXAMPLES = int(os.environ.get("SAFEGRID_FUZZ_EXAMPLES", "8" if IS_DEEP else "4"))
SEED = int(os.environ.get("SAFEGRID_SEED", "1"))
IS_MEASURED = "SAFEGRID_FUZZ_EXAMPLES" in os.environ
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]
NOT_CALLED = {
    "GET /api/stream": "never answers to its end; tests/api/test_live.py reads it",
    "DELETE /api/session": "ends the caller's own session",
    "GET /api/demo": "serves the demo county alone; tests/api/test_demo.py calls it",
    "POST /api/demo/enter/{person_id}": "so does it",
}
PEOPLE = {  # who is asked first comes first
    "administrator": Role.ADMINISTRATOR,
    "county_officer": Role.COUNTY_OFFICER,
    "township_officer": Role.TOWNSHIP_OFFICER,
    "gridworker": Role.GRIDWORKER,
    "handler": Role.HANDLER,
    "auditor": Role.AUDIT_ADMINISTRATOR,
    "security": Role.SECURITY_ADMINISTRATOR,
}
ONE_OF_OURS = 0.7


@dataclass
class World:
    """A served county, the cookies and ids of its people, and ids of things that exist."""

    url: str
    tokens: dict[str, str]
    people: dict[str, str]
    ids: dict[str, list[str]]
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    calls: Counter[GenerationMode] = field(default_factory=Counter)
    tried: int = 0
    violations: list[str] = field(default_factory=list)
    begun: datetime = field(default_factory=lambda: datetime.now(UTC))

    def headers(self, person: str) -> dict[str, str]:
        return {"Cookie": f"__Host-safegrid={self.tokens[person]}", "Origin": "https://testserver"}


async def _people(url: str) -> tuple[dict[str, str], dict[str, str], dict[str, list[str]]]:
    engine = create_async_engine(url, poolclass=NullPool)
    async with async_sessionmaker(engine, expire_on_commit=False)() as session:
        county = await factories.county(session)
        tokens = {name: await token_for(session, getattr(county, name)) for name in PEOPLE}
        people = {name: str(getattr(county, name).id) for name in PEOPLE}
        ids = await _ids(session, county)
        await session.commit()
    await engine.dispose()
    return tokens, people, ids


async def _ids(session: AsyncSession, county: County) -> dict[str, list[str]]:
    """By the name of the parameter; people of their own, whom nobody here needs."""
    spare = await factories.person(session)
    works = await factories.enterprise(session, "一厂", county.villages[0], county.grids[0])
    return {
        "person_id": [str(spare.id)],
        "township_id": [str(row.id) for row in county.townships],
        "organization_id": [str(row.id) for row in (*county.departments, *county.villages)],
        "grid_id": [str(row.id) for row in county.grids],
        "enterprise_id": [str(works.id)],
        "rule_id": ["1", "2"],
        "code": ["fire"],
    }


def _cases(world: World) -> None:
    """Reported cases with a photo each, some of them passed on."""
    made = {"hazard_id": [str(new_id()) for _ in range(4)], "photo_id": []}
    with httpx.Client(base_url=world.url, headers=world.headers("gridworker")) as phone:
        for number, hazard in enumerate(made["hazard_id"]):
            photo, body = str(new_id()), pictures.jpeg(number)
            promise = {
                "photo_id": photo, "sha256": pictures.sha256(body), "size": len(body),
                "role": "before", "taken_at": "2026-11-22T10:00:00+08:00",
            }  # fmt: skip
            report = {
                "category_code": "fire", "note": "楼道堆放杂物", "place": "三号楼",
                "occurred_at": "2026-11-22T10:00:00+08:00", "escalate": number > 0,
                "photos": [promise],
            }  # fmt: skip
            phone.put(f"/api/hazards/{hazard}", json=report).raise_for_status()
            headers = {"Content-Digest": pictures.digest_of(body)}
            phone.put(f"/api/photos/{photo}", content=body, headers=headers).raise_for_status()
            made["photo_id"].append(photo)
    world.ids.update(made)


@pytest.fixture(scope="module")
def world(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    url = databases.clone()
    folder: Path = tmp_path_factory.mktemp("fuzz")
    known = asyncio.run(_people(url))
    port = free_port()
    app = create_app(settings_for(url, folder))
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="critical"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    made = World(f"http://127.0.0.1:{port}", *known)
    try:
        _cases(made)
        yield made
        if IS_MEASURED and made.tried == len(CALLS):
            measured(made).write(FOUND)
    finally:
        server.should_exit = True
        thread.join()
        databases.drop(url)


@cache
def operations() -> dict[str, Any]:
    """Of the contract, by their labels; it takes seconds to write, so only who calls has it."""
    found = schemathesis.openapi.from_dict(document()).get_all_operations()
    known = [one.ok() for one in found if isinstance(one, Ok)]
    return {one.label: one for one in known if one.label not in NOT_CALLED}


def calls() -> list[tuple[str, GenerationMode]]:
    """Each route rightly called; and wrongly, where there is something to get wrong."""
    right, wrong = GenerationMode.POSITIVE, GenerationMode.NEGATIVE
    found = []
    for route in create_app(Settings(mode="test", _env_file=None)).routes:
        if not isinstance(route, APIRoute) or not route.include_in_schema:
            continue
        takes = route.body_field is not None or _names_something(route.dependant)
        modes = [right, wrong] if takes else [right]
        labels = [f"{method} {route.path_format}" for method in route.methods or ()]
        found += [(label, mode) for label in labels if label not in NOT_CALLED for mode in modes]
    return sorted(found, key=lambda call: call[0])


def _names_something(needs: Dependant) -> bool:
    """A parameter, its own or of one that it depends on."""
    own = (needs.path_params, needs.query_params, needs.header_params, needs.cookie_params)
    return any(own) or any(map(_names_something, needs.dependencies))


CALLS = calls()


def measured(world: World) -> Result:
    """Also where something was found: a violation is an operation and the first wrong answer."""
    statuses: Counter[int] = Counter()
    for (_, status), times in world.answers.items():
        statuses[status] += times
    called = {label for label, _ in world.answers}
    refused = called - {label for label, status in world.answers if status < 300}
    return Result(
        layer="API",
        part="fuzz",
        what=f"{len(called)} operations of the contract, called with what it allows and with what"
        " it forbids: no server error, no answer that it does not describe",
        unit="calls",
        n=statuses.total(),
        seed=SEED,
        violations=world.violations,
        seconds=round((datetime.now(UTC) - world.begun).total_seconds(), 1),
        date=f"{world.begun:%Y-%m-%d}",
        command=f"make fuzz N={EXAMPLES} SEED={SEED}",
        revision=revision(),
        counts={
            "operations called": len(called),
            "calls that the contract allows": world.calls[GenerationMode.POSITIVE],
            "calls that it forbids": world.calls[GenerationMode.NEGATIVE],
            "server errors": sum(times for code, times in statuses.items() if code >= 500),
            **{f"answers {code}": times for code, times in sorted(statuses.items())},
        },
        not_reached=[
            *(f"{label}: {why}." for label, why in NOT_CALLED.items()),
            f"{len(refused)} operations refused every call: {', '.join(sorted(refused))}.",
        ],
    )


def _person_for(label: str) -> str:
    """The first who has the permission that the operation asks for."""
    wanted = ACCESS[label].who
    if wanted in {"anyone", "signed_in"}:
        return "county_officer"
    return next(name for name, role in PEOPLE.items() if wanted in PERMISSIONS[role])


def _with_our_ids(case: Any, world: World, person: str) -> None:
    """Mostly. A phone that says whose records it sends, says so of whoever is signed in."""
    choose = random.Random(repr((case.path_parameters, case.query, case.headers)))
    for part in (case.path_parameters or {}, case.query or {}):
        for name in part:
            known = world.ids.get(name)
            if known and choose.random() < ONE_OF_OURS:
                part[name] = choose.choice(known)
    if "X-Person" in (case.headers or {}) and choose.random() < ONE_OF_OURS:
        case.headers["X-Person"] = world.people[person]


def _in_one_line(found: Exception) -> str:
    """A group of failures says what it is in its parts."""
    parts = getattr(found, "exceptions", (found,))
    return "; ".join(" ".join(str(part).split())[:200] for part in parts)


def test_every_operation_of_the_contract_is_called() -> None:
    """Rightly, and wrongly where it names a body or a parameter."""
    right, wrong = GenerationMode.POSITIVE, GenerationMode.NEGATIVE
    known = operations()
    takes = {label for label, one in known.items() if one.body or list(one.iter_parameters())}
    wanted = {(label, right) for label in known} | {(label, wrong) for label in takes}
    assert len(CALLS) == len(wanted)
    assert set(CALLS) == wanted


@pytest.mark.parametrize(
    ("label", "mode"), [pytest.param(*call, id=f"{call[0]} {call[1].value}") for call in CALLS]
)
def test_every_answer_is_one_of_the_contract(
    label: str, mode: GenerationMode, world: World
) -> None:
    operation, person = operations()[label], _person_for(label)

    @seed(SEED)
    @hypothesis_settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def call(case: Any) -> None:
        if mode is GenerationMode.POSITIVE:
            _with_our_ids(case, world, person)
        answer = case.call(base_url=world.url, headers=world.headers(person), timeout=60)
        world.answers[label, answer.status_code] += 1
        world.calls[mode] += 1
        case.validate_response(answer, checks=CHECKS)

    world.tried += 1
    try:
        call()
    except Exception as found:
        world.violations.append(f"{label} ({mode.value}): {_in_one_line(found)}")
        raise
    me = requests.get(f"{world.url}/api/session", headers=world.headers(person), timeout=60)
    assert me.status_code == 200, "the caller was shut out: what follows would prove nothing"


def test_the_calls_got_past_the_door(world: World) -> None:
    """A run in which nearly everything was refused would prove little."""
    if not world.answers:
        pytest.skip("runs after the calls of this module, in the same process")
    called = {label for label, _ in world.answers}
    answered = {label for label, status in world.answers if status < 300}
    assert len(answered) > len(called) * 0.5, sorted(called - answered)
