"""Every route against everybody who may not call it."""

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.cli.contract import document
from app.models.person import Role
from app.services.permissions import PERMISSIONS, Permission
from tests import factories
from tests.access_table import ACCESS, address
from tests.conftest import SignInAs

GUARDED = [route for route, access in ACCESS.items() if access.who != "anyone"]
BY_RIGHT = {route: access for route, access in ACCESS.items() if isinstance(access.who, Permission)}


def test_every_route_stands_in_the_access_table() -> None:
    served = {
        f"{method.upper()} {path}"
        for path, operations in document()["paths"].items()
        for method in operations
    }
    assert served == set(ACCESS)


@pytest.mark.parametrize("route", GUARDED)
async def test_nobody_comes_in_without_signing_in(client: httpx.AsyncClient, route: str) -> None:
    method, path = address(route)
    answer = await client.request(method, path, json={})
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")


@pytest.mark.parametrize("route", GUARDED)
async def test_an_ended_session_comes_in_no_more(
    session: AsyncSession, sign_in_as: SignInAs, route: str
) -> None:
    disabled = await factories.person(session, disabled_at=clock.now())
    client = await sign_in_as(disabled)
    method, path = address(route)
    assert (await client.request(method, path, json={})).status_code == 401


@pytest.mark.parametrize("role", list(Role))
async def test_a_role_without_the_right_is_refused(
    session: AsyncSession, sign_in_as: SignInAs, role: Role
) -> None:
    county = await factories.county(session)
    someone = await factories.person(session, role, county.centre)
    client = await sign_in_as(someone)
    refused = []
    for route, access in BY_RIGHT.items():
        if access.who not in PERMISSIONS[role]:
            method, path = address(route)
            answer = await client.request(method, path, json=access.body, params=access.query)
            assert answer.status_code in {403, 404}, (route, answer.text)  # 404 = not yours
            refused.append(route)
    assert refused, f"{role} may do everything?"
