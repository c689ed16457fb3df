"""Signing in: what is counted, what is locked, what nobody can learn from the answers."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app import clock, db, security
from app.config import Settings
from app.errors import Refusal, TemporarilyLocked, WrongSignIn
from app.models.person import Person, SignIn, SignInGuard
from app.services import accounts
from app.services.access import Actor
from app.services.accounts import ChangePassword, SignInAttempt, guards, passwords
from tests import factories
from tests.conftest import Committed, Freeze
from tests.statements import counted

RIGHT, WRONG = "kx7-qmn4-wv2p", "kx7-qmn4-wv2q"
HOME, ELSEWHERE = "10.1.1.1", "203.0.113.9"
NOON = "2026-11-23 12:00"


async def known(session: AsyncSession, **fields: Any) -> Person:
    row = await factories.person(session, **fields)
    await passwords.put(row, RIGHT, must_change=False)
    await session.flush()
    return row


def attempt(person: Person, password: str = RIGHT) -> SignInAttempt:
    return SignInAttempt(login=person.mobile or "", password=password)


async def fail(
    session: AsyncSession, settings: Settings, login: str, times: int, address: str = ELSEWHERE
) -> None:
    """Wrong passwords, each after the wait that the one before has brought."""
    for _ in range(times):
        wrong = SignInAttempt(login=login, password=WRONG)
        with pytest.raises(WrongSignIn):
            await accounts.sign_in(session, settings, wrong, address)
        await session.flush()
        await _wait_out(session, keep_locks=timedelta(minutes=1))


async def _wait_out(session: AsyncSession, keep_locks: timedelta) -> None:
    """End the waits of seconds; locks stay."""
    for guard in await session.scalars(select(SignInGuard)):
        if guard.locked_until and guard.locked_until - clock.now() < keep_locks:
            guard.locked_until = None
    await session.flush()


@pytest.mark.parametrize("typed", ["mobile", "user_name", "with spaces", "full width"])
async def test_people_sign_in_by_number_or_user_name(
    session: AsyncSession, settings: Settings, typed: str
) -> None:
    person = await known(session, mobile="13900000001", user_name="li.si")
    login = {
        "mobile": "13900000001",
        "user_name": "Li.Si",
        "with spaces": " 13900000001 ",
        "full width": "１３９０００００００１",
    }[typed]
    found = SignInAttempt(login=login, password=RIGHT, device="红米")
    token, actor = await accounts.sign_in(session, settings, found, HOME)
    assert actor.person_id == person.id
    assert (await accounts.who_is(session, settings, token)).sign_in_id == actor.sign_in_id


async def test_the_token_itself_is_not_in_the_database(
    session: AsyncSession, settings: Settings
) -> None:
    person = await known(session)
    token, actor = await accounts.sign_in(session, settings, attempt(person), HOME)
    row = await session.get_one(SignIn, actor.sign_in_id)
    assert row.token_digest == security.token_digest(token)
    assert token.encode() not in row.token_digest


async def test_every_sign_in_makes_a_new_token(session: AsyncSession, settings: Settings) -> None:
    person = await known(session)
    first, _ = await accounts.sign_in(session, settings, attempt(person), HOME)
    second, _ = await accounts.sign_in(session, settings, attempt(person), HOME)
    assert first != second


async def test_unknown_disabled_and_mistyped_get_the_same_answer(
    session: AsyncSession, settings: Settings
) -> None:
    there = await known(session)
    gone = await known(session, disabled_at=clock.now())
    unsettled = await factories.person(session)  # nobody has given a password yet
    answers = []
    for login, password in (
        (there.mobile, WRONG),
        (gone.mobile, RIGHT),
        (unsettled.mobile, WRONG),
        ("13000000000", WRONG),
    ):
        wrong = SignInAttempt(login=login or "", password=password)
        with pytest.raises(WrongSignIn) as refused:
            await accounts.sign_in(session, settings, wrong, ELSEWHERE)
        answers.append(refused.value.problem())
    assert all(answer == answers[0] for answer in answers)


async def test_unknown_and_known_cost_the_same_work(
    session: AsyncSession,
    settings: Settings,
    engine: AsyncEngine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One Argon2 and the same statements: a clock outside learns nothing."""
    hashed: list[str] = []
    verify = PasswordHasher.verify

    def spied(hasher: PasswordHasher, known_hash: str, password: str) -> bool:
        hashed.append(password)
        return verify(hasher, known_hash, password)

    monkeypatch.setattr(PasswordHasher, "verify", spied)
    there = await known(session)
    gone = await known(session, disabled_at=clock.now())
    unsettled = await factories.person(session)
    work = []
    for login in (there.mobile, gone.mobile, unsettled.mobile, "13000000000"):
        wrong = SignInAttempt(login=login or "", password=WRONG)
        hashed.clear()
        with counted(engine) as sent, pytest.raises(WrongSignIn):
            await accounts.sign_in(session, settings, wrong, ELSEWHERE)
        work.append((len(hashed), len(sent)))
        await session.flush()
    assert work == [(1, work[0][1])] * 4


async def test_an_unknown_account_is_locked_like_a_known_one(
    session: AsyncSession, settings: Settings
) -> None:
    person = await known(session)
    problems = []
    for login in (person.mobile or "", "13000000000"):
        await fail(session, settings, login, settings.sign_in_max_failures)
        right = SignInAttempt(login=login, password=RIGHT)
        with pytest.raises(TemporarilyLocked) as refused:
            await accounts.sign_in(session, settings, right, ELSEWHERE)
        problems.append(refused.value.problem()["zh"])
    assert problems[0] == problems[1]


async def test_an_unknown_name_is_kept_as_a_digest_only(
    session: AsyncSession, settings: Settings
) -> None:
    """People type passwords where names belong."""
    await fail(session, settings, "MySecretPassword", 1)
    keys = list(await session.scalars(select(SignInGuard.key)))
    assert len(keys) == 3  # of the name, of the address, of the county
    assert not any("secret" in key.lower() for key in keys)


async def test_waits_grow_and_the_right_password_ends_them(
    session: AsyncSession, settings: Settings, freeze: Freeze
) -> None:
    start = freeze(NOON)
    person = await known(session)
    waits, now = [], start
    for _ in range(settings.sign_in_max_failures):
        with pytest.raises(WrongSignIn):
            await accounts.sign_in(session, settings, attempt(person, WRONG), ELSEWHERE)
        guard = (await session.scalars(_account_guards(person))).one()
        assert guard.locked_until
        waits.append((guard.locked_until - now).total_seconds())
        now = freeze(guard.locked_until)
    assert waits == [0, 1, 3, 7, settings.sign_in_lock_minutes * 60]
    await accounts.sign_in(session, settings, attempt(person), ELSEWHERE)
    assert (await session.scalars(_account_guards(person))).all() == []


async def test_the_right_password_is_refused_while_locked_and_taken_afterwards(
    session: AsyncSession, settings: Settings, freeze: Freeze
) -> None:
    start = freeze(NOON)
    person = await known(session)
    await fail(session, settings, person.mobile or "", settings.sign_in_max_failures)
    freeze(start + timedelta(minutes=settings.sign_in_lock_minutes, seconds=-1))
    with pytest.raises(TemporarilyLocked) as refused:
        await accounts.sign_in(session, settings, attempt(person), ELSEWHERE)
    assert refused.value.details == {"minutes": 1, "seconds": 1}
    assert refused.value.keeps
    freeze(start + timedelta(minutes=settings.sign_in_lock_minutes))
    await accounts.sign_in(session, settings, attempt(person), ELSEWHERE)


async def test_trying_while_locked_does_not_lengthen_the_lock(
    session: AsyncSession, settings: Settings, freeze: Freeze
) -> None:
    freeze(NOON)
    person = await known(session)
    await fail(session, settings, person.mobile or "", settings.sign_in_max_failures)
    guard = (await session.scalars(_account_guards(person))).one()
    before = (guard.failures, guard.locked_until)
    for _ in range(20):
        with pytest.raises(TemporarilyLocked):
            await accounts.sign_in(session, settings, attempt(person, WRONG), ELSEWHERE)
    await session.refresh(guard)
    assert (guard.failures, guard.locked_until) == before


async def test_no_lock_is_for_ever(
    session: AsyncSession, settings: Settings, freeze: Freeze
) -> None:
    """After every lock one more guess: the locks double and stop at one hour."""
    now = freeze(NOON)
    person = await known(session)
    await fail(session, settings, person.mobile or "", settings.sign_in_max_failures)
    longest = timedelta(0)
    for _ in range(100):
        guard = (await session.scalars(_account_guards(person))).one()
        assert guard.locked_until
        longest = max(longest, guard.locked_until - now)
        now = freeze(guard.locked_until)
        with pytest.raises(WrongSignIn):
            await accounts.sign_in(session, settings, attempt(person, WRONG), ELSEWHERE)
    assert longest == timedelta(hours=1)


async def test_old_failures_are_forgiven(
    session: AsyncSession, settings: Settings, freeze: Freeze
) -> None:
    start = freeze(NOON)
    person = await known(session)
    await fail(session, settings, person.mobile or "", 4)
    freeze(start + timedelta(hours=3))
    await fail(session, settings, person.mobile or "", 1)
    guard = (await session.scalars(_account_guards(person))).one()
    assert guard.failures == 2


async def test_a_stranger_who_guesses_cannot_lock_the_owner_out(
    session: AsyncSession, settings: Settings
) -> None:
    person = await known(session)
    await accounts.sign_in(session, settings, attempt(person), HOME)
    await fail(session, settings, person.mobile or "", settings.sign_in_max_failures)
    with pytest.raises(TemporarilyLocked):
        await accounts.sign_in(session, settings, attempt(person), ELSEWHERE)
    _, actor = await accounts.sign_in(session, settings, attempt(person), HOME)
    assert actor.person_id == person.id


async def test_one_address_that_guesses_at_many_accounts_is_locked(
    session: AsyncSession, settings: Settings
) -> None:
    person = await known(session)
    for number in range(settings.sign_in_max_failures * 10):
        await fail(session, settings, f"1300000{number:04d}", 1)
    with pytest.raises(TemporarilyLocked):
        await accounts.sign_in(session, settings, attempt(person), ELSEWHERE)
    await accounts.sign_in(session, settings, attempt(person), HOME)


async def test_a_known_password_does_not_clear_the_address(
    session: AsyncSession, settings: Settings
) -> None:
    person = await known(session)
    await fail(session, settings, "13000000000", 3)
    await accounts.sign_in(session, settings, attempt(person), ELSEWHERE)
    guard = await session.get_one(SignInGuard, f"address:{ELSEWHERE}")
    assert guard.failures == 3


async def test_number_and_user_name_share_one_counter(
    session: AsyncSession, settings: Settings
) -> None:
    person = await known(session, mobile="13900000002", user_name="wang.wu")
    await fail(session, settings, "13900000002", 3)
    await fail(session, settings, "wang.wu", 2)
    with pytest.raises(TemporarilyLocked):
        await accounts.sign_in(session, settings, attempt(person), ELSEWHERE)


async def guess(committed: Committed, person: Person) -> type[Refusal] | None:
    """What a wrong password is answered, in a transaction of its own."""
    try:
        async with committed.work() as session:
            wrong = attempt(person, WRONG)
            await accounts.sign_in(session, committed.settings, wrong, ELSEWHERE)
    except Refusal as refusal:
        return type(refusal)
    return None


async def test_counters_survive_a_restart(committed: Committed) -> None:
    async with committed.work() as session:
        person = await known(session)
    assert [await guess(committed, person) for _ in range(2)] == [WrongSignIn, WrongSignIn]
    await committed.engine.dispose()
    engine = db.make_engine(committed.settings)
    try:
        async with db.unit_of_work(db.make_sessions(engine)) as session:
            guard = (await session.scalars(_account_guards(person))).one()
            assert guard.failures == 2
    finally:
        await engine.dispose()


async def test_guesses_at_the_same_time_are_counted_one_by_one(committed: Committed) -> None:
    """Forty at once: no more passwords are tried than one after the other would be."""
    async with committed.work() as session:
        person = await known(session)
    answers = await asyncio.gather(*(guess(committed, person) for _ in range(40)))
    assert answers.count(WrongSignIn) == 2  # the second brings a wait of a second
    assert answers.count(TemporarilyLocked) == 38


def test_of_ten_thousand_guesses_a_day_a_few_dozen_are_tried(
    settings: Settings, freeze: Freeze
) -> None:
    """One every 8.64 seconds: the account's own counter, as every process finds it in the row."""
    now, tried = freeze(NOON), 0
    lock = timedelta(minutes=settings.sign_in_lock_minutes)
    limit = guards.Limit(settings.sign_in_max_failures, lock, timedelta(hours=1), (0, 0, 1, 3, 7))
    guard = SignInGuard(key="account:x", failures=0)
    for _ in range(10_000):
        now = freeze(now + timedelta(seconds=8.64))
        if guard.locked_until is None or guard.locked_until <= now:
            guards._count(guard, limit)
            tried += 1
    assert settings.sign_in_max_failures < tried <= 60
    assert guard.locked_until
    assert guard.locked_until - now <= timedelta(hours=1)


async def test_old_counters_are_forgotten_by_the_daily_job(
    session: AsyncSession, settings: Settings, freeze: Freeze
) -> None:
    start = freeze(NOON)
    await fail(session, settings, "13000000000", 1)
    freeze(start + timedelta(days=1))
    await fail(session, settings, "13000000001", 1)
    freeze(start + timedelta(days=2, minutes=1))
    await accounts.forget_old_guards(session)
    assert (
        await session.scalar(select(func.count()).select_from(SignInGuard)) == 3
    )  # the address, the county, one name


async def test_a_hash_of_yesterday_is_renewed_at_sign_in(
    session: AsyncSession, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await known(session)
    before = person.password_hash
    monkeypatch.setattr(security, "needs_rehash", lambda _: True)
    await accounts.sign_in(session, settings, attempt(person), HOME)
    assert person.password_hash != before
    monkeypatch.undo()
    await accounts.sign_in(session, settings, attempt(person), HOME)


async def signed_in(session: AsyncSession, settings: Settings, person: Person) -> Actor:
    _, actor = await accounts.sign_in(session, settings, attempt(person), HOME)
    return actor


async def test_a_new_password_ends_every_other_device(
    session: AsyncSession, settings: Settings
) -> None:
    person = await known(session, must_change_password=True)
    other = await accounts.start_session(session, person.id, "旧手机", HOME)
    actor = await signed_in(session, settings, person)
    change = ChangePassword(old=RIGHT, new="third willow at the canal")
    token, after = await accounts.change_password(session, settings, actor, change)
    assert not after.must_change_password
    assert [row.id for row in await accounts.devices(session, after)] == [after.sign_in_id]
    assert (await accounts.who_is(session, settings, token)).person_id == person.id
    with pytest.raises(Refusal):
        await accounts.who_is(session, settings, other)
    with pytest.raises(WrongSignIn):
        await accounts.sign_in(session, settings, attempt(person), HOME)


async def test_changing_needs_the_old_password_and_guesses_are_counted(
    session: AsyncSession, settings: Settings
) -> None:
    person = await known(session)
    actor = await signed_in(session, settings, person)
    change = ChangePassword(old=WRONG, new="third willow at the canal")
    for _ in range(settings.sign_in_max_failures):
        with pytest.raises(WrongSignIn):
            await accounts.change_password(session, settings, actor, change)
        await _wait_out(session, timedelta(minutes=1))
    with pytest.raises(TemporarilyLocked):
        await accounts.change_password(session, settings, actor, change)


def test_a_limit_doubles_but_never_overflows() -> None:
    limit = guards.Limit(5, timedelta(minutes=15), timedelta(hours=1), (0,))
    waits = [limit.wait(failures).total_seconds() / 60 for failures in (4, 5, 6, 7, 8, 9, 10_000)]
    assert waits == [0, 15, 30, 60, 60, 60, 60]


def _account_guards(person: Person) -> Select[SignInGuard]:
    return select(SignInGuard).where(SignInGuard.key.startswith(f"account:{person.id}"))
