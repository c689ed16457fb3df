"""The second step over HTTP: until it is done, nothing is open."""

import httpx
import pyotp
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.config import SECOND_FACTOR_ROLES, Settings
from app.models.person import Person, Role
from app.services.accounts import passwords
from tests import factories
from tests.access_table import ACCESS, address
from tests.conftest import Freeze, SignInAs
from tests.factories import County

COOKIE, RIGHT = "__Host-safegrid", "kx7-qmn4-wv2p"
SECOND_STEP = {
    "GET /api/session",
    "PUT /api/session/password",
    "POST /api/session/second-factor",
    "POST /api/session/second-factor/setup",
    "PUT /api/session/second-factor/setup",
}
BEHIND = [r for r, access in ACCESS.items() if access.who != "anyone" and r not in SECOND_STEP]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"second_factor_roles": list(SECOND_FACTOR_ROLES)})


@pytest.fixture
async def county(session: AsyncSession, freeze: Freeze) -> County:
    freeze("2026-11-23 12:00")
    return await factories.county(session)


async def with_password(session: AsyncSession, person: Person) -> Person:
    await passwords.put(person, RIGHT, must_change=False)
    await session.flush()
    return person


async def sign_in(client: httpx.AsyncClient, person: Person) -> httpx.Response:
    form = {"login": person.mobile, "password": RIGHT, "device": "电脑"}
    return await client.post("/api/session", json=form)


async def set_up(client: httpx.AsyncClient) -> tuple[pyotp.TOTP, list[str]]:
    setup = (await client.post("/api/session/second-factor/setup")).json()
    totp = pyotp.TOTP(setup["key"].replace(" ", ""))
    code = {"code": totp.at(clock.now())}
    answer = await client.put("/api/session/second-factor/setup", json=code)
    assert answer.status_code == 200, answer.text
    assert answer.json()["me"]["second_factor"] == "done"
    return totp, answer.json()["recovery_codes"]


async def test_enrolling_and_signing_in_again(
    client: httpx.AsyncClient, session: AsyncSession, county: County, freeze: Freeze
) -> None:
    person = await with_password(session, county.county_officer)
    assert (await sign_in(client, person)).json()["second_factor"] == "enrol"
    half = client.cookies[COOKIE]
    totp, recovery = await set_up(client)
    assert len(recovery) == 10
    assert client.cookies[COOKIE] != half
    assert (await client.get("/api/hazards")).status_code == 200
    freeze("2026-11-23 12:05")
    client.cookies.clear()
    assert (await sign_in(client, person)).json()["second_factor"] == "verify"
    half = client.cookies[COOKIE]
    assert (await client.get("/api/hazards")).json()["code"] == "second_factor_needed"
    wrong = await client.post("/api/session/second-factor", json={"code": "000000"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "wrong_code")
    code = {"code": totp.at(clock.now())}
    assert (await client.post("/api/session/second-factor", json=code)).status_code == 200
    assert (await client.get("/api/hazards")).status_code == 200
    client.cookies.clear()
    client.cookies.set(COOKIE, half)
    assert (await client.get("/api/session")).status_code == 401  # the half session is over


@pytest.mark.parametrize("is_set", [False, True], ids=["enrol", "verify"])
async def test_until_then_every_route_is_closed(
    client: httpx.AsyncClient, session: AsyncSession, county: County, is_set: bool
) -> None:
    person = await with_password(session, county.administrator)
    await sign_in(client, person)
    if is_set:
        await set_up(client)
        client.cookies.clear()
        await sign_in(client, person)
    for route in BEHIND:
        method, path = address(route)
        answer = await client.request(method, path, json=ACCESS[route].body or {})
        found = (answer.status_code, answer.json()["code"])
        assert found == (403, "second_factor_needed"), route


async def test_the_password_is_not_changed_with_half_a_session(
    client: httpx.AsyncClient, session: AsyncSession, county: County
) -> None:
    person = await with_password(session, county.administrator)
    await sign_in(client, person)
    await set_up(client)
    client.cookies.clear()
    await sign_in(client, person)
    change = {"old": RIGHT, "new": "third willow at the canal"}
    answer = await client.put("/api/session/password", json=change)
    assert (answer.status_code, answer.json()["code"]) == (403, "second_factor_needed")


async def test_a_changed_password_keeps_the_proof(
    client: httpx.AsyncClient, session: AsyncSession, county: County
) -> None:
    person = await with_password(session, county.administrator)
    await sign_in(client, person)
    await set_up(client)
    change = {"old": RIGHT, "new": "third willow at the canal"}
    answer = await client.put("/api/session/password", json=change)
    assert answer.json()["second_factor"] == "done"
    assert (await client.get("/api/rules")).status_code == 200


async def test_a_post_at_a_desk_asks_at_the_next_request(
    app: FastAPI, session: AsyncSession, sign_in_as: SignInAs, county: County
) -> None:
    client = await sign_in_as(county.gridworker)
    assert (await client.get("/api/grids")).status_code == 200
    await factories.post(session, county.gridworker, Role.LEADER, county.centre)
    answer = await client.get("/api/grids")
    assert answer.json()["details"] == {"how": "enrol"}
