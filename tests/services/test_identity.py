"""Who is behind a cookie: rights are those of this very moment."""

from datetime import date, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app import clock
from app.config import Settings
from app.errors import NotFound, NotSignedIn
from app.models.person import Person, Role, SignIn
from app.services import accounts
from app.services.permissions import Permission
from tests import factories
from tests.conftest import Committed, Freeze
from tests.factories import County
from tests.statements import counted

NOON = "2026-11-23 12:00"
TODAY, YESTERDAY, TOMORROW = date(2026, 11, 23), date(2026, 11, 22), date(2026, 11, 24)


@pytest.fixture
async def county(session: AsyncSession) -> County:
    return await factories.county(session)


async def token_of(session: AsyncSession, person: Person) -> str:
    return await accounts.start_session(session, person.id, "红米", "10.1.1.1")


async def test_the_actor_carries_the_posts_in_force(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    token = await token_of(session, county.gridworker)
    actor = await accounts.who_is(session, settings, token)
    (seat,) = actor.seats
    assert (seat.role, seat.organization_name, seat.grid_name) == (
        Role.GRIDWORKER,
        county.villages[0].name,
        county.grids[0].name,
    )
    assert seat.within_id == county.townships[0].id
    assert actor.permissions == {
        Permission.REPORT_HAZARD,
        Permission.MAKE_VISITS,
        Permission.COLLECT_OBJECTS,
        Permission.MAKE_APPEALS,
    }


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "is_in_force"),
    [
        (TOMORROW, None, False),
        (TODAY, None, True),
        (YESTERDAY, YESTERDAY, False),
        (YESTERDAY, TODAY, True),
        (TODAY, TODAY, True),
    ],
)
async def test_only_posts_of_today_give_rights(
    session: AsyncSession,
    settings: Settings,
    county: County,
    freeze: Freeze,
    starts_on: date,
    ends_on: date | None,
    is_in_force: bool,
) -> None:
    freeze(NOON)
    person = await factories.person(session)
    await factories.post(
        session, person, Role.LEADER, county.centre, starts_on=starts_on, ends_on=ends_on
    )
    actor = await accounts.who_is(session, settings, await token_of(session, person))
    assert bool(actor.seats) is is_in_force
    assert (Permission.SEE_COUNTY in actor.permissions) is is_in_force


async def test_a_post_ends_at_the_countys_midnight(
    session: AsyncSession, settings: Settings, county: County, freeze: Freeze
) -> None:
    """16:00 UTC is midnight in the county."""
    freeze("2026-11-23 23:59")
    person = await factories.person(session)
    await factories.post(session, person, Role.LEADER, county.centre, ends_on=TODAY)
    token = await token_of(session, person)
    assert (await accounts.who_is(session, settings, token)).seats
    freeze("2026-11-24 00:00")
    assert not (await accounts.who_is(session, settings, token)).seats


@pytest.mark.parametrize("token", ["", "nonsense", "a" * 500, "\u202e\x00"])
async def test_nobody_is_behind_a_made_up_cookie(
    session: AsyncSession, settings: Settings, token: str
) -> None:
    with pytest.raises(NotSignedIn):
        await accounts.who_is(session, settings, token)


async def test_a_disabled_person_is_out_at_once(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    token = await token_of(session, county.gridworker)
    county.gridworker.disabled_at = clock.now()
    await session.flush()
    with pytest.raises(NotSignedIn):
        await accounts.who_is(session, settings, token)


async def test_signing_out_ends_this_device_only(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    here = await token_of(session, county.gridworker)
    there = await token_of(session, county.gridworker)
    await accounts.sign_out(session, here)
    await accounts.sign_out(session, here)  # repeating is no error
    await accounts.sign_out(session, "")
    with pytest.raises(NotSignedIn):
        await accounts.who_is(session, settings, here)
    assert await accounts.who_is(session, settings, there)


async def test_an_unused_session_ends(
    session: AsyncSession, settings: Settings, county: County, freeze: Freeze
) -> None:
    start = freeze(NOON)
    token = await token_of(session, county.gridworker)
    freeze(start + timedelta(hours=settings.session_idle_hours))
    assert await accounts.who_is(session, settings, token)
    freeze(start + timedelta(hours=settings.session_idle_hours, seconds=1))
    with pytest.raises(NotSignedIn):
        await accounts.who_is(session, settings, token)


async def test_a_session_in_daily_use_ends_too(
    session: AsyncSession, settings: Settings, county: County, freeze: Freeze
) -> None:
    start = freeze(NOON)
    token = await token_of(session, county.gridworker)
    for day in range(0, settings.session_max_hours, 24):
        freeze(start + timedelta(hours=day))
        assert await accounts.who_is(session, settings, token)
        await session.commit()
    freeze(start + timedelta(hours=settings.session_max_hours, seconds=1))
    with pytest.raises(NotSignedIn):
        await accounts.who_is(session, settings, token)


@pytest.mark.parametrize("who", ["township_officer", "county_officer", "security", "handler"])
async def test_a_desk_is_left_sooner_than_a_phone(
    session: AsyncSession, settings: Settings, county: County, freeze: Freeze, who: str
) -> None:
    start = freeze(NOON)
    token = await token_of(session, getattr(county, who))
    idle = timedelta(minutes=settings.desk_idle_minutes)
    freeze(start + idle)
    assert await accounts.who_is(session, settings, token)
    freeze(start + idle + timedelta(seconds=1))
    with pytest.raises(NotSignedIn):
        await accounts.who_is(session, settings, token)


async def test_a_desk_in_use_all_day_ends_in_the_evening(
    session: AsyncSession, settings: Settings, county: County, freeze: Freeze
) -> None:
    start = freeze(NOON)
    token = await token_of(session, county.county_officer)
    for hour in range(settings.desk_max_hours + 1):
        freeze(start + timedelta(hours=hour))
        assert await accounts.who_is(session, settings, token)
        await session.commit()
    freeze(start + timedelta(hours=settings.desk_max_hours, seconds=1))
    with pytest.raises(NotSignedIn):
        await accounts.who_is(session, settings, token)


async def test_a_post_at_a_desk_shortens_the_session_that_is_open(
    session: AsyncSession, settings: Settings, county: County, freeze: Freeze
) -> None:
    """Rights and limits are those of this very request."""
    start = freeze(NOON)
    token = await token_of(session, county.gridworker)
    freeze(start + timedelta(hours=13))
    assert await accounts.who_is(session, settings, token)
    await factories.post(session, county.gridworker, Role.LEADER, county.centre)
    with pytest.raises(NotSignedIn):
        await accounts.who_is(session, settings, token)


async def test_being_seen_is_noted_every_ten_minutes(
    session: AsyncSession, settings: Settings, county: County, freeze: Freeze
) -> None:
    start = freeze(NOON)
    token = await token_of(session, county.gridworker)
    (device,) = await devices_of(session, settings, token)
    for seconds, expected in ((599, 0), (600, 600), (1000, 600), (1201, 1201)):
        freeze(start + timedelta(seconds=seconds))
        await accounts.who_is(session, settings, token)
        await session.commit()
        await session.refresh(device)
        assert device.last_seen_at == start + timedelta(seconds=expected)


async def test_a_device_in_use_elsewhere_is_not_waited_for(
    committed: Committed, freeze: Freeze
) -> None:
    """A slow upload of the same phone must not hold up its other requests."""
    start = freeze(NOON)
    async with committed.work() as session:
        person = await factories.person(session)
        token = await token_of(session, person)
    freeze(start + timedelta(minutes=5))
    async with committed.work() as slow:
        actor = await accounts.who_is(slow, committed.settings, token)
        device = await slow.get_one(SignIn, actor.sign_in_id, with_for_update=True)
        async with committed.work() as fast:
            await accounts.who_is(fast, committed.settings, token)
        assert device.last_seen_at == start


async def devices_of(session: AsyncSession, settings: Settings, token: str) -> list[SignIn]:
    return await accounts.devices(session, await accounts.who_is(session, settings, token))


async def test_devices_are_the_own_open_ones(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    here = await token_of(session, county.gridworker)
    await token_of(session, county.gridworker)
    await token_of(session, county.clerk)
    gone = await token_of(session, county.gridworker)
    await accounts.sign_out(session, gone)
    assert len(await devices_of(session, settings, here)) == 2


async def test_only_own_devices_can_be_ended(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    mine = await token_of(session, county.gridworker)
    actor = await accounts.who_is(session, settings, mine)
    others = await token_of(session, county.clerk)
    (foreign,) = await devices_of(session, settings, others)
    for unknown in (foreign.id, county.clerk.id):
        with pytest.raises(NotFound):
            await accounts.end_device(session, actor, unknown)
    assert actor.sign_in_id
    await accounts.end_device(session, actor, actor.sign_in_id)
    with pytest.raises(NotSignedIn):
        await accounts.who_is(session, settings, mine)
    assert await accounts.who_is(session, settings, others)


async def test_admitting_a_request_takes_one_statement(
    session: AsyncSession, settings: Settings, county: County, engine: AsyncEngine
) -> None:
    token = await token_of(session, county.gridworker)
    with counted(engine) as sent:
        await accounts.who_is(session, settings, token)
    assert len(sent) == 1
