"""A device that is known for an account: nobody else's guesses lock it out, its own are limited."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app import db
from app.config import Settings
from app.errors import Refusal, TemporarilyLocked, WrongSignIn
from app.models.person import Person, SignIn, SignInGuard
from app.services import accounts
from app.services.access import Actor
from app.services.accounts import ChangePassword, SignInAttempt, known_devices
from tests.conftest import Committed, Freeze
from tests.services.test_sign_in import ELSEWHERE, HOME, RIGHT, WRONG, attempt, fail, known
from tests.statements import counted

OFFICE = HOME  # one address for everybody behind it
NEW = "third willow at the canal"


async def come_in(
    session: AsyncSession,
    settings: Settings,
    person: Person,
    cookie: str = "",
    address: str = OFFICE,
    password: str = RIGHT,
) -> tuple[str, Actor]:
    """What the browser holds afterwards, and who came in."""
    _, actor = await accounts.sign_in(session, settings, attempt(person, password), address, cookie)
    return await accounts.remember_device(session, settings, cookie, actor), actor


async def guess(
    session: AsyncSession, settings: Settings, person: Person, cookie: str, times: int
) -> None:
    """Wrong passwords with somebody's cookie, each after the wait before."""
    for _ in range(times):
        with pytest.raises(WrongSignIn):
            await accounts.sign_in(session, settings, attempt(person, WRONG), ELSEWHERE, cookie)
        await _wait(session)


async def _wait(session: AsyncSession) -> None:
    """End the waits of seconds; locks stay."""
    for guard in await session.scalars(select(SignInGuard).where(SignInGuard.failures < 5)):
        guard.locked_until = None
    await session.flush()


async def test_a_colleague_at_the_same_address_does_not_lock_my_phone_out(
    session: AsyncSession, settings: Settings
) -> None:
    person = await known(session)
    cookie, _ = await come_in(session, settings, person)
    await fail(session, settings, person.mobile or "", settings.sign_in_max_failures, OFFICE)
    with pytest.raises(TemporarilyLocked):
        await accounts.sign_in(session, settings, attempt(person), OFFICE)
    _, actor = await come_in(session, settings, person, cookie)
    assert actor.person_id == person.id


async def test_an_office_whose_address_is_locked_keeps_its_known_devices(
    session: AsyncSession, settings: Settings
) -> None:
    """Somebody there tries one password on everybody; and a stranger elsewhere on me."""
    person = await known(session)
    cookie, _ = await come_in(session, settings, person)
    for number in range(settings.sign_in_max_failures * 10):
        await fail(session, settings, f"1300000{number:04d}", 1, OFFICE)
    await fail(session, settings, person.mobile or "", settings.sign_in_max_failures, ELSEWHERE)
    with pytest.raises(TemporarilyLocked):
        await accounts.sign_in(session, settings, attempt(person), OFFICE)
    await come_in(session, settings, person, cookie)
    await come_in(session, settings, person, cookie, ELSEWHERE)


async def test_a_stolen_cookie_has_no_more_tries_than_anybody(
    session: AsyncSession, settings: Settings, freeze: Freeze
) -> None:
    """And what it spoils is that device alone: the owner comes in by another way."""
    freeze("2026-11-23 12:00")
    person = await known(session)
    cookie, _ = await come_in(session, settings, person)
    await guess(session, settings, person, cookie, settings.sign_in_max_failures)
    with pytest.raises(TemporarilyLocked):
        await accounts.sign_in(session, settings, attempt(person), "198.51.100.7", cookie)
    await come_in(session, settings, person)


async def test_the_cookie_opens_nothing_and_helps_with_no_other_account(
    session: AsyncSession, settings: Settings
) -> None:
    """Whoever has an account of their own has a signed cookie too."""
    mine, other = await known(session), await known(session)
    cookie, _ = await come_in(session, settings, mine)
    await fail(session, settings, other.mobile or "", settings.sign_in_max_failures)
    with pytest.raises(TemporarilyLocked):
        await accounts.sign_in(session, settings, attempt(other), ELSEWHERE, cookie)
    with pytest.raises(WrongSignIn):
        await accounts.sign_in(session, settings, attempt(mine, WRONG), OFFICE, cookie)


@pytest.mark.parametrize("change", ["signature", "sign-in", "rubbish", "other secret"])
async def test_what_we_have_not_signed_is_no_known_device(
    session: AsyncSession, settings: Settings, change: str
) -> None:
    person = await known(session)
    cookie, actor = await come_in(session, settings, person)
    forged = {
        "signature": cookie[:-1] + ("0" if cookie[-1] != "0" else "1"),
        "sign-in": f"{person.id.hex}.{cookie.partition('.')[2]}",
        "rubbish": "~~..~ü.\x00" * 50,
        "other secret": "",
    }[change]
    if change == "other secret":
        other = settings.model_copy(update={"secret": settings.secret.__class__("z" * 40)})
        forged = await accounts.remember_device(session, other, "", actor)
    assert known_devices.named_in(settings, forged) == []
    assert known_devices.named_in(settings, cookie) == [actor.sign_in_id]


async def is_known(session: AsyncSession, settings: Settings, person: Person, cookie: str) -> bool:
    """While everybody else is locked out."""
    await session.execute(delete(SignInGuard))
    await fail(session, settings, person.mobile or "", settings.sign_in_max_failures, OFFICE)
    try:
        await accounts.sign_in(session, settings, attempt(person, NEW), OFFICE, cookie)
    except WrongSignIn:
        return True
    except TemporarilyLocked:
        return False
    return True


@pytest.mark.parametrize("how", ["signed out", "password", "list", "first password", "time"])
async def test_a_device_stays_known_when_signed_out_and_until_it_is_taken_off(
    session: AsyncSession, settings: Settings, freeze: Freeze, how: str
) -> None:
    now = freeze("2026-11-23 12:00")
    person = await known(session)
    cookie, actor = await come_in(session, settings, person)
    if how == "signed out":
        token, _ = await accounts.sign_in(session, settings, attempt(person), OFFICE, cookie)
        await accounts.sign_out(session, token)
    elif how == "password":
        change = ChangePassword(old=RIGHT, new=NEW)
        await accounts.change_password(session, settings, actor, change)
    elif how == "list":
        assert actor.sign_in_id
        await accounts.end_device(session, actor, actor.sign_in_id)
    elif how == "first password":
        await accounts.forget_second_factor_of(session, person.mobile or "")
    else:
        freeze(now + timedelta(days=181))
    assert await is_known(session, settings, person, cookie) is (how == "signed out")


async def test_the_device_on_which_the_password_was_changed_stays_known(
    session: AsyncSession, settings: Settings
) -> None:
    person = await known(session)
    cookie, actor = await come_in(session, settings, person)
    change = ChangePassword(old=RIGHT, new=NEW)
    _, after = await accounts.change_password(session, settings, actor, change)
    renewed = await accounts.remember_device(session, settings, cookie, after)
    assert renewed != cookie
    assert await is_known(session, settings, person, renewed)


async def test_people_who_share_a_desk_are_all_known_there(
    session: AsyncSession, settings: Settings
) -> None:
    people = [await known(session) for _ in range(3)]
    cookie = ""
    for _ in range(3):
        for person in people:
            cookie, _ = await come_in(session, settings, person, cookie)
    named = known_devices.named_in(settings, cookie)
    owners = await session.scalars(select(SignIn.person_id).where(SignIn.id.in_(named)))
    assert sorted(owners) == sorted(person.id for person in people)
    for _ in range(10):
        cookie, _ = await come_in(session, settings, await known(session), cookie)
    assert len(known_devices.named_in(settings, cookie)) == known_devices.MOST
    assert len(cookie) < 1000


async def test_nothing_tells_whether_a_device_is_known(
    session: AsyncSession, settings: Settings, engine: AsyncEngine
) -> None:
    """The same words and the same statements but for the counters that do not apply."""
    person = await known(session)
    cookie, _ = await come_in(session, settings, person)
    answers, sent = [], []
    for login, held in ((person.mobile, cookie), (person.mobile, ""), ("13000000000", cookie)):
        wrong = SignInAttempt(login=login or "", password=WRONG)
        with counted(engine) as statements, pytest.raises(WrongSignIn) as refused:
            await accounts.sign_in(session, settings, wrong, ELSEWHERE, held)
        answers.append(refused.value.problem())
        sent.append(len(statements))
        await session.flush()
    assert answers == [answers[0]] * 3
    assert sent[1] == sent[2]


async def test_a_known_devices_counter_survives_a_restart(committed: Committed) -> None:
    """Another process, another connection: the tries are in the database."""
    async with committed.work() as session:
        person = await known(session)
        cookie, _ = await come_in(session, committed.settings, person)
    answers: list[type[Refusal]] = []
    for _ in range(4):
        await committed.engine.dispose()
        try:
            async with committed.work() as session:
                wrong = attempt(person, WRONG)
                await accounts.sign_in(session, committed.settings, wrong, ELSEWHERE, cookie)
        except Refusal as refusal:
            answers.append(type(refusal))
    engine = db.make_engine(committed.settings)
    try:
        async with db.unit_of_work(db.make_sessions(engine)) as session:
            held = select(SignInGuard).where(SignInGuard.key.contains("#"))
            assert (await session.scalars(held)).one().failures == 2
    finally:
        await engine.dispose()
    assert answers == [WrongSignIn, WrongSignIn, TemporarilyLocked, TemporarilyLocked]
