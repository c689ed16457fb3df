"""A phone's way in: a code good once, soon, for one person, who chooses the password."""

import asyncio
from datetime import timedelta
from urllib.parse import urlsplit

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock, security
from app.config import Settings
from app.errors import (
    Invalid,
    NotFound,
    NotPermitted,
    NotSignedIn,
    Refusal,
    TemporarilyLocked,
    WeakPassword,
    WrongEnrolment,
)
from app.models.enrolment import Enrolment
from app.models.person import Person, Post
from app.services import access, accounts
from app.services.access import Actor
from app.services.accounts import Enrol, SignInAttempt
from app.services.accounts.enrolments import Invitation
from tests import factories
from tests.actors import actor_of
from tests.conftest import Committed, Freeze, SignInAs
from tests.factories import County

PASSWORD = "third willow at the canal"
PHONE = "10.2.3.4"


@pytest.fixture
async def county(session: AsyncSession, freeze: Freeze) -> County:
    freeze("2026-11-23 12:00")
    return await factories.county(session)


async def invited(
    session: AsyncSession, settings: Settings, county: County, person: Person | None = None
) -> Invitation:
    officer = await actor_of(session, settings, county.township_officer)
    return await accounts.invite(session, settings, officer, (person or county.gridworker).id)


async def join(
    session: AsyncSession, settings: Settings, code: str, password: str = PASSWORD
) -> tuple[str, Actor]:
    command = Enrol(code=code, password=password, device="红米")
    return await accounts.enrol(session, settings, command, PHONE)


async def test_the_phone_comes_in_and_the_password_is_the_persons(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    worker = county.gridworker
    old = await accounts.start_session(session, worker.id, "旧手机", None)
    made = await invited(session, settings, county)
    token, actor = await join(session, settings, made.code)
    assert (actor.person_id, actor.must_change_password) == (worker.id, False)
    (device,) = await accounts.devices(session, actor)
    assert device.device == "红米"
    assert await accounts.who_is(session, settings, token)
    with pytest.raises(NotSignedIn):  # the phone before is out
        await accounts.who_is(session, settings, old)
    attempt = SignInAttempt(login=worker.mobile or "", password=PASSWORD)
    await accounts.sign_in(session, settings, attempt, PHONE)


async def test_the_link_carries_the_code_where_no_server_sees_it(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    made = await invited(session, settings, county)
    link = urlsplit(made.link)
    assert f"{link.scheme}://{link.netloc}" == settings.base_url
    assert (link.path, link.query, link.fragment) == ("/field/join", "", made.code)
    assert made.picture.startswith("data:image/svg+xml")


@pytest.mark.parametrize("typed", ["upper", "blanks", "plain"])
async def test_the_code_may_be_typed_as_people_type(
    session: AsyncSession, settings: Settings, county: County, typed: str
) -> None:
    code = (await invited(session, settings, county)).code
    ways = {"upper": code.upper(), "blanks": code.replace("-", " "), "plain": code.replace("-", "")}
    await join(session, settings, ways[typed])


async def test_a_code_opens_once(session: AsyncSession, settings: Settings, county: County) -> None:
    made = await invited(session, settings, county)
    await join(session, settings, made.code)
    with pytest.raises(WrongEnrolment):
        await join(session, settings, made.code, "another password of mine")


async def test_a_code_runs_out(
    session: AsyncSession, settings: Settings, county: County, freeze: Freeze
) -> None:
    made = await invited(session, settings, county)
    assert made.expires_at - clock.now() == timedelta(minutes=settings.enrolment_minutes)
    freeze(made.expires_at)
    with pytest.raises(WrongEnrolment):
        await join(session, settings, made.code)


@pytest.mark.parametrize("how", ["taken back", "a newer one", "disabled"])
async def test_a_code_ends_when_it_is_not_meant_any_more(
    session: AsyncSession, settings: Settings, county: County, how: str
) -> None:
    made = await invited(session, settings, county)
    officer = await actor_of(session, settings, county.township_officer)
    if how == "taken back":
        await accounts.take_back(session, officer, county.gridworker.id)
        await accounts.take_back(session, officer, county.gridworker.id)
    elif how == "a newer one":
        await invited(session, settings, county)
    else:
        await accounts.disable(session, officer, county.gridworker.id)
    with pytest.raises(WrongEnrolment):
        await join(session, settings, made.code)


async def test_who_has_no_post_any_more_does_not_come_in(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    made = await invited(session, settings, county)
    (post,) = await session.scalars(select(Post).where(Post.person_id == county.gridworker.id))
    post.ends_on = access.today() - timedelta(days=1)
    await session.flush()
    with pytest.raises(WrongEnrolment):
        await join(session, settings, made.code)
    with pytest.raises(Invalid, match="invalid") as refused:
        await invited(session, settings, county)
    assert "先给岗位" in refused.value.problem()["zh"]
    post.ends_on = None
    post.starts_on = access.today() + timedelta(days=1)  # to come
    await session.flush()
    await join(session, settings, made.code)


async def test_a_weak_password_leaves_the_code_as_it_is(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    made = await invited(session, settings, county)
    with pytest.raises(WeakPassword):
        await join(session, settings, made.code, "1234567890")
    await join(session, settings, made.code)


async def test_guesses_are_counted_by_address(
    session: AsyncSession, settings: Settings, county: County, freeze: Freeze
) -> None:
    made, tried = await invited(session, settings, county), 0
    for number in range(60):
        freeze(clock.now() + timedelta(seconds=10))
        try:
            await join(session, settings, f"abcd-efgh-jk{number:02d}")
        except WrongEnrolment:
            tried += 1
        except TemporarilyLocked:
            continue
    assert tried == settings.sign_in_max_failures
    with pytest.raises(TemporarilyLocked):
        await join(session, settings, made.code)


async def test_only_a_keyed_digest_of_the_code_is_kept(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    made = await invited(session, settings, county)
    digest = (await session.scalars(select(Enrolment.digest))).one()
    code, key = made.code.replace("-", ""), settings.secret.get_secret_value()
    assert digest == security.code_digest(key, "enrolment", code)
    assert digest != security.code_digest("other", "enrolment", code)


async def test_a_township_invites_its_own_people_only(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    with pytest.raises(NotFound):
        await invited(session, settings, county, county.stranger)
    for person in (county.county_officer, county.leader, county.security, county.clerk):
        actor = await actor_of(session, settings, person)
        with pytest.raises(NotPermitted):
            await accounts.invite(session, settings, actor, county.gridworker.id)


async def test_of_two_phones_with_one_code_one_comes_in(committed: Committed) -> None:
    async with committed.work() as session:
        county = await factories.county(session)
        made = await invited(session, committed.settings, county)

    async def enter() -> type[Refusal] | None:
        try:
            async with committed.work() as session:
                await join(session, committed.settings, made.code)
        except Refusal as refusal:
            return type(refusal)
        return None

    answers = await asyncio.gather(*(enter() for _ in range(6)))
    assert answers.count(None) == 1


async def test_over_http(client: httpx.AsyncClient, sign_in_as: SignInAs, county: County) -> None:
    officer = await sign_in_as(county.township_officer)
    path = f"/api/people/{county.gridworker.id}/enrolment"
    made = await officer.post(path)
    assert made.status_code == 201
    form = {"code": made.json()["code"], "password": PASSWORD, "device": "红米"}
    answer = await client.post("/api/enrolment", json=form)
    assert answer.status_code == 200
    assert answer.json()["name"] == county.gridworker.name
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert (await client.get("/api/session")).json()["home"] == "field"
    again = await client.post("/api/enrolment", json=form)
    assert (again.status_code, again.json()["code"]) == (422, "wrong_enrolment")
    assert (await officer.delete(path)).status_code == 204
