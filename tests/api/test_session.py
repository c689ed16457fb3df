"""Signing in over HTTP: the cookie, the first password, the end of a session."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.config import Settings
from app.models.base import new_id
from app.models.person import Person, Role
from app.models.second_factor import SecondFactor
from app.services.accounts import passwords
from tests import factories
from tests.access_table import ACCESS, address
from tests.conftest import Committed, Freeze, SignInAs
from tests.factories import County

COOKIE, DEVICE = "__Host-safegrid", "__Host-device"
RIGHT, WRONG, NEW = "kx7-qmn4-wv2p", "kx7-qmn4-wv2q", "third willow at the canal"
MUTATING = [route for route in ACCESS if not route.startswith("GET ")]
BEFORE_THE_FIRST_CHANGE = {
    "GET /api/session",
    "PUT /api/session/password",
    "POST /api/session/second-factor",
    "POST /api/session/second-factor/setup",
    "PUT /api/session/second-factor/setup",
}
SETTLED = [
    route
    for route, access in ACCESS.items()
    if access.who != "anyone" and route not in BEFORE_THE_FIRST_CHANGE
]


@pytest.fixture
async def county(session: AsyncSession) -> County:
    return await factories.county(session)


async def with_password(session: AsyncSession, person: Person, **fields: Any) -> Person:
    await passwords.put(person, RIGHT, must_change=False)
    for name, value in fields.items():
        setattr(person, name, value)
    await session.flush()
    return person


async def sign_in(
    client: httpx.AsyncClient, person: Person, password: str = RIGHT
) -> httpx.Response:
    form = {"login": person.mobile, "password": password, "device": "红米 Note 12"}
    return await client.post("/api/session", json=form)


def flags(answer: httpx.Response, cookie: str = COOKIE) -> dict[str, str]:
    """Name and value, then the attributes in lower case."""
    lines = answer.headers.get_list("set-cookie")
    (line,) = (line for line in lines if line.startswith(f"{cookie}="))
    parts = [part.strip().partition("=") for part in line.split(";")]
    return {name if at == 0 else name.lower(): value for at, (name, _, value) in enumerate(parts)}


async def test_the_cookie_is_host_bound_and_out_of_reach_of_scripts(
    client: httpx.AsyncClient, session: AsyncSession, county: County, settings: Settings
) -> None:
    person = await with_password(session, county.gridworker)
    answer = await sign_in(client, person)
    assert answer.status_code == 200
    found = flags(answer)
    assert len(found.pop(COOKIE)) >= 43
    assert found == {
        "httponly": "",
        "secure": "",
        "samesite": "lax",
        "path": "/",
        "max-age": str(settings.session_max_hours * 3600),
    }


async def test_a_device_that_came_in_is_known_by_a_cookie_of_its_own(
    client: httpx.AsyncClient, session: AsyncSession, county: County
) -> None:
    """Kept at signing out, so that nobody's guesses meanwhile keep its owner from coming in."""
    person = await with_password(session, county.gridworker)
    found = flags(await sign_in(client, person), DEVICE)
    assert found.pop(DEVICE).count(".") == 1
    assert found == {
        "httponly": "",
        "secure": "",
        "samesite": "strict",
        "path": "/",
        "max-age": str(180 * 24 * 3600),
    }
    await client.delete("/api/session")
    assert DEVICE in client.cookies
    assert COOKIE not in client.cookies
    held = dict(client.cookies)
    client.cookies.clear()
    for _ in range(3):
        await sign_in(client, person, WRONG)
    assert (await sign_in(client, person)).status_code == 429
    client.cookies.update(held)
    assert (await sign_in(client, person)).status_code == 200


async def test_a_desk_is_known_once_its_second_proof_is_given(
    client: httpx.AsyncClient, session: AsyncSession, county: County, settings: Settings
) -> None:
    person = await with_password(session, county.township_officer)
    session.add(
        SecondFactor(
            person_id=person.id,
            secret=b"",
            created_at=clock.now(),
            confirmed_at=clock.now(),
            last_step=0,
        )
    )
    await session.flush()
    answer = await sign_in(client, person)
    assert answer.json()["second_factor"] == "verify"
    assert DEVICE not in answer.cookies


async def test_signing_in_tells_who_i_am(
    client: httpx.AsyncClient, session: AsyncSession, county: County
) -> None:
    person = await with_password(session, county.township_officer)
    me = (await sign_in(client, person)).json()
    again = (await client.get("/api/session")).json()
    assert again.pop("server_time") >= me.pop("server_time")
    assert again == me
    assert (me["id"], me["name"], me["home"]) == (str(person.id), "赵镇办", "desk")
    (seat,) = me["seats"]
    assert seat["role"] == "township_officer"
    assert seat["organization"]["short_name"] == "运河街道"
    assert me["permissions"] == sorted(me["permissions"])
    assert "people:edit" in me["permissions"]
    assert me["county"]["is_demo"] is False
    assert (me["contract"], me["unread"]) == (2, 0)


@pytest.mark.parametrize(
    ("who", "home"),
    [("gridworker", "field"), ("chief", "field"), ("clerk", "desk"), ("handler", "desk")],
)
async def test_everybody_has_a_home(
    session: AsyncSession, sign_in_as: SignInAs, county: County, who: str, home: str
) -> None:
    client = await sign_in_as(getattr(county, who))
    assert (await client.get("/api/session")).json()["home"] == home


async def test_wrong_and_locked_are_told_apart_and_both_are_kept(committed: Committed) -> None:
    async with committed.work() as session:
        person = await with_password(session, await factories.person(session))
    async with committed.client() as client:
        codes = []
        for _ in range(4):
            answer = await sign_in(client, person, WRONG)
            codes.append((answer.status_code, answer.json()["code"]))
        assert codes[:2] == [(401, "wrong_sign_in")] * 2
        assert codes[2:] == [(429, "temporarily_locked")] * 2
        assert "set-cookie" not in answer.headers
        assert "1 分钟" in answer.json()["zh"]


async def test_a_lock_ends_by_itself(
    client: httpx.AsyncClient, session: AsyncSession, county: County, freeze: Freeze
) -> None:
    now = freeze("2026-11-23 09:00")
    person = await with_password(session, county.gridworker)
    for _ in range(5):
        assert (await sign_in(client, person, WRONG)).status_code == 401
        now = freeze(now + timedelta(seconds=10))
    assert (await sign_in(client, person)).status_code == 429
    freeze(now + timedelta(minutes=15))
    assert (await sign_in(client, person)).status_code == 200


async def test_signing_out_kills_the_token_not_only_the_cookie(
    client: httpx.AsyncClient, session: AsyncSession, county: County
) -> None:
    person = await with_password(session, county.gridworker)
    token = flags(await sign_in(client, person))[COOKIE]
    answer = await client.delete("/api/session")
    assert answer.status_code == 204
    assert flags(answer)["max-age"] == "0"
    assert answer.headers["clear-site-data"] == '"cache"'
    client.cookies.set(COOKIE, token)
    assert (await client.get("/api/session")).status_code == 401


async def test_a_changed_password_brings_a_new_token(
    client: httpx.AsyncClient, session: AsyncSession, county: County
) -> None:
    person = await with_password(session, county.gridworker, must_change_password=True)
    old = flags(await sign_in(client, person))[COOKIE]
    answer = await client.put("/api/session/password", json={"old": RIGHT, "new": NEW})
    assert answer.status_code == 200
    assert answer.json()["must_change_password"] is False
    assert flags(answer)[COOKIE] != old
    assert (await client.get("/api/grids")).status_code == 200
    client.cookies.clear()
    client.cookies.set(COOKIE, old)
    assert (await client.get("/api/session")).status_code == 401


@pytest.mark.parametrize(
    ("old", "new", "status", "code"),
    [
        (WRONG, NEW, 401, "wrong_sign_in"),
        (RIGHT, "kurz", 422, "weak_password"),
        (RIGHT, "1234567890", 422, "weak_password"),
        (RIGHT, RIGHT, 422, "weak_password"),
    ],
)
async def test_a_password_is_not_changed_without_the_old_or_for_a_weak_one(
    client: httpx.AsyncClient,
    session: AsyncSession,
    county: County,
    old: str,
    new: str,
    status: int,
    code: str,
) -> None:
    person = await with_password(session, county.gridworker)
    await sign_in(client, person)
    answer = await client.put("/api/session/password", json={"old": old, "new": new})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (await sign_in(client, person)).status_code == 200


async def test_before_the_first_change_nothing_else_is_possible(
    session: AsyncSession, sign_in_as: SignInAs, county: County
) -> None:
    county.administrator.must_change_password = True
    await session.flush()
    client = await sign_in_as(county.administrator)
    assert len(SETTLED) > 60
    for route in SETTLED:
        method, path = address(route)
        answer = await client.request(method, path, json=ACCESS[route].body or {})
        found = (answer.status_code, answer.json()["code"])
        assert found == (403, "must_change_password"), route


async def test_before_the_first_change_one_may_look_change_and_leave(
    session: AsyncSession, sign_in_as: SignInAs, county: County
) -> None:
    county.administrator.must_change_password = True
    await session.flush()
    client = await sign_in_as(county.administrator)
    assert (await client.get("/api/session")).json()["must_change_password"] is True
    assert (await client.delete("/api/session")).status_code == 204


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=["cross-site", "other origin", "null", "no origin", "sibling site"],
)
async def test_no_page_of_somebody_else_can_write(
    sign_in_as: SignInAs, county: County, headers: dict[str, str]
) -> None:
    """The cookie of an administrator rides along; as JSON or as a plain form."""
    client = await sign_in_as(county.administrator)
    for name in ("origin", "sec-fetch-site"):
        del client.headers[name]
    assert len(MUTATING) > 40
    for route in MUTATING:
        method, path = address(route)
        plain = {"content": b"{}", "headers": {**headers, "Content-Type": "text/plain"}}
        bodies: tuple[dict[str, Any], ...] = (
            {"json": ACCESS[route].body or {}},
            {"data": {"a": "b"}},
            plain,
        )
        for body in bodies:
            answer = await client.request(method, path, **{"headers": headers, **body})
            found = (answer.status_code, answer.json()["code"])
            assert found == (403, "foreign_origin"), route


async def test_a_disabled_person_is_out_with_the_next_request(
    sign_in_as: SignInAs, county: County
) -> None:
    worker = await sign_in_as(county.gridworker)
    officer = await sign_in_as(county.township_officer)
    assert (await worker.get("/api/grids")).status_code == 200
    path = f"/api/people/{county.gridworker.id}"
    assert (await officer.post(f"{path}/disable")).json()["is_disabled"] is True
    answer = await worker.get("/api/grids")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")
    assert (await officer.post(f"{path}/enable")).json()["is_disabled"] is False
    assert (await worker.get("/api/grids")).status_code == 401


async def test_a_post_that_ended_takes_its_rights_along(
    session: AsyncSession, sign_in_as: SignInAs, county: County
) -> None:
    person = await factories.person(session)
    today = clock.local(clock.now()).date()
    for begins, ends in ((1, None), (-9, -1)):
        await factories.post(
            session,
            person,
            Role.ADMINISTRATOR,
            county.centre,
            starts_on=today + timedelta(days=begins),
            ends_on=today + timedelta(days=ends) if ends else None,
        )
    client = await sign_in_as(person)
    me = (await client.get("/api/session")).json()
    assert (me["seats"], me["permissions"]) == ([], [])
    assert (await client.get("/api/people")).status_code == 403


async def test_devices_are_listed_and_ended(sign_in_as: SignInAs, county: County) -> None:
    phone, tablet = await sign_in_as(county.gridworker), await sign_in_as(county.gridworker)
    rows = (await phone.get("/api/session/devices")).json()
    assert [row["is_this"] for row in rows].count(True) == 1
    (other,) = [row for row in rows if not row["is_this"]]
    assert set(other) == {
        "id",
        "device",
        "address",
        "created_at",
        "last_seen_at",
        "is_this",
        "unsent_count",
    }
    assert (await phone.delete(f"/api/session/devices/{other['id']}")).status_code == 204
    assert (await tablet.get("/api/session")).status_code == 401
    assert (await phone.get("/api/session")).status_code == 200


@pytest.mark.parametrize(("minutes", "is_noted"), [(9, False), (11, True)])
async def test_a_phone_that_looks_every_minute_is_noted_every_ten(
    minutes: int, is_noted: bool, sign_in_as: SignInAs, county: County, freeze: Freeze
) -> None:
    begun = freeze("2026-11-23 09:00")
    phone = await sign_in_as(county.gridworker)
    later = freeze(begun + timedelta(minutes=minutes))
    await phone.get("/api/sync/changes")
    (here,) = (await phone.get("/api/session/devices")).json()
    seen = datetime.fromisoformat(here["last_seen_at"])
    assert seen == (later if is_noted else begun)


@pytest.mark.parametrize("login", ["", "x" * 65, "\x00", "  "])
async def test_a_login_out_of_all_proportion_is_a_wrong_form(
    client: httpx.AsyncClient, login: str
) -> None:
    form = {"login": login, "password": RIGHT}
    assert (await client.post("/api/session", json=form)).status_code == 422


async def test_no_password_comes_back_in_any_answer(
    client: httpx.AsyncClient, session: AsyncSession, county: County
) -> None:
    person = await with_password(session, county.gridworker)
    for answer in (
        await sign_in(client, person, WRONG),
        await sign_in(client, person),
        await client.put("/api/session/password", json={"old": RIGHT, "new": "1234567890"}),
        await client.put("/api/session/password", json={"old": RIGHT, "new": [RIGHT]}),
    ):
        assert RIGHT not in answer.text
        assert WRONG not in answer.text
        assert "argon2" not in answer.text


async def test_records_of_one_person_never_go_out_as_anothers(
    sign_in_as: SignInAs, county: County
) -> None:
    """The phone names the person; who does not (an older phone) is taken as before."""
    phone, wish = await sign_in_as(county.gridworker), {"text": "字再大一点"}
    mine, other = str(county.gridworker.id), str(county.chief.id)
    path = f"/api/suggestions/{new_id()}"
    answer = await phone.put(path, json=wish, headers={"X-Person": other})
    assert (answer.status_code, answer.json()["code"]) == (401, "other_person")
    assert (await phone.get("/api/suggestions")).json() == []
    assert (await phone.get("/api/session")).status_code == 200  # the session itself lives on
    for headers in ({"X-Person": mine}, {}):
        assert (await phone.put(path, json=wish, headers=headers)).status_code == 200


async def test_a_sender_that_is_nobody_is_refused_by_name(
    sign_in_as: SignInAs, county: County
) -> None:
    phone = await sign_in_as(county.gridworker)
    answer = await phone.get("/api/suggestions", headers={"X-Person": "nobody"})
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "invalid_input")
    assert problem["fields"] == ["X-Person"]
    assert "登录的人" in problem["zh"]


async def test_every_write_looks_at_whose_records_they_are(
    sign_in_as: SignInAs, county: County
) -> None:
    client = await sign_in_as(county.administrator)
    headers = {"X-Person": str(county.stranger.id)}
    for route in [route for route in SETTLED if not route.startswith("GET")]:
        method, path = address(route)
        answer = await client.request(method, path, json=ACCESS[route].body or {}, headers=headers)
        found = (answer.status_code, answer.json()["code"])
        assert found == (401, "other_person"), route


async def test_a_cookie_planted_beforehand_becomes_nobodys_session(
    client: httpx.AsyncClient, session: AsyncSession, county: County
) -> None:
    """Session fixation: the token is always the server's own, new with every sign-in."""
    planted = "planted-by-somebody-else-0123456789abcdefghijkl"
    client.cookies.set(COOKIE, planted)
    person = await with_password(session, county.gridworker)
    assert flags(await sign_in(client, person))[COOKIE] != planted
    client.cookies.clear()
    client.cookies.set(COOKIE, planted)
    assert (await client.get("/api/session")).status_code == 401


async def test_a_desk_cookie_is_kept_for_a_working_day(
    client: httpx.AsyncClient, session: AsyncSession, county: County, settings: Settings
) -> None:
    person = await with_password(session, county.township_officer)
    found = flags(await sign_in(client, person))
    assert found["max-age"] == str(settings.desk_max_hours * 3600)
