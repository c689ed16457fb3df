"""No administrator becomes another one alone: password and second factor have two givers."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import security
from app.config import Settings
from app.errors import Invalid, NotFound, NotPermitted, SecondFactorNeeded, WrongEnrolment
from app.models.notification import Notification
from app.models.person import Person, Post, Role
from app.models.second_factor import SecondFactor
from app.services import access, accounts, appointments
from app.services.access import Actor
from app.services.accounts import (
    AddPerson,
    AddPost,
    ChangePassword,
    Enrol,
    SignInAttempt,
    passwords,
)
from tests import factories
from tests.actors import actor_of
from tests.factories import County

THREE = ("administrator", "security", "auditor")
ROLES = (Role.ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDIT_ADMINISTRATOR)
As = Callable[[str], Awaitable[Actor]]


@pytest.fixture
async def county(session: AsyncSession) -> County:
    return await factories.county(session)


@pytest.fixture
def as_(session: AsyncSession, settings: Settings, county: County) -> As:
    async def as_person(who: str) -> Actor:
        return await actor_of(session, settings, getattr(county, who))

    return as_person


@pytest.mark.parametrize("target", THREE)
async def test_nobody_gives_a_password_where_no_second_factor_stands(
    session: AsyncSession, county: County, as_: As, target: str
) -> None:
    """Else the giver signs in, sets the factor too, and reads what only the other may read."""
    person: Person = getattr(county, target)
    before = person.password_hash
    for who in THREE:
        with pytest.raises(NotPermitted):
            await accounts.reset_password(session, await as_(who), person.id)
    assert person.password_hash == before
    await factories.second_factor(session, person)
    _, given = await accounts.reset_password(session, await as_("administrator"), person.id)
    assert security.password_matches(person.password_hash, given)


@pytest.mark.parametrize("target", ["administrator", "auditor"])
async def test_the_second_key_is_not_taken_back_while_the_first_is_open(
    session: AsyncSession, county: County, as_: As, target: str
) -> None:
    person: Person = getattr(county, target)
    await factories.second_factor(session, person)
    security_administrator = await as_("security")
    await accounts.reset_password(session, await as_("administrator"), person.id)
    with pytest.raises(NotPermitted):
        await accounts.reset_second_factor(session, security_administrator, person.id)
    await passwords.put(person, "third willow at the canal", must_change=False)
    await accounts.reset_second_factor(session, security_administrator, person.id)
    with pytest.raises(NotPermitted):  # and the other way round
        await accounts.reset_password(session, await as_("administrator"), person.id)


@pytest.mark.parametrize("target", THREE)
async def test_no_one_time_code_lets_an_administrator_in(
    session: AsyncSession, settings: Settings, county: County, as_: As, target: str
) -> None:
    person: Person = getattr(county, target)
    await factories.second_factor(session, person)
    with pytest.raises(NotPermitted):
        await accounts.invite(session, settings, await as_("administrator"), person.id)


async def test_a_code_of_before_the_post_is_over_with_the_post(
    session: AsyncSession, settings: Settings, county: County, as_: As
) -> None:
    worker = county.gridworker
    made = await accounts.invite(session, settings, await as_("administrator"), worker.id)
    await factories.post(session, worker, Role.AUDIT_ADMINISTRATOR, county.centre)
    command = Enrol(code=made.code, password="third willow at the canal", device="红米")
    with pytest.raises(WrongEnrolment):
        await accounts.enrol(session, settings, command, "10.1.1.1")


@pytest.mark.parametrize("role", ROLES)
async def test_an_administrators_post_waits_for_both_keys_in_own_hands(
    session: AsyncSession, county: County, as_: As, role: Role
) -> None:
    """Whoever added the person has seen the first password."""
    person = await factories.person(session, must_change_password=True)
    command = AddPost(role=role, organization_id=county.centre.id, starts_on=access.today())
    granter = await as_("security")
    with pytest.raises(Invalid) as refused:
        await accounts.add_post(session, granter, person.id, command)
    assert refused.value.fields == ["role"]
    person.must_change_password = False
    with pytest.raises(Invalid):
        await accounts.add_post(session, granter, person.id, command)
    await factories.second_factor(session, person)
    person.must_change_password = True
    with pytest.raises(Invalid):
        await accounts.add_post(session, granter, person.id, command)
    person.must_change_password = False
    assert await accounts.add_post(session, granter, person.id, command)


async def test_the_auditor_hears_who_becomes_an_administrator_and_who_added_the_account(
    session: AsyncSession, county: County, as_: As
) -> None:
    """An invented person needs two administrators; the third is told, and nobody else."""
    system, granter = await as_("administrator"), await as_("security")
    body, today = county.centre.id, access.today()
    usual = AddPost(role=Role.COUNTY_OFFICER, organization_id=body, starts_on=today)
    person, _ = await accounts.add_person(
        session, system, AddPerson(name="新来的", mobile="13911112222", posts=[])
    )
    await factories.second_factor(session, person)
    person.must_change_password = False
    await appointments.add_post(session, granter, person.id, usual)
    assert (await session.scalars(select(Notification))).all() == []
    post = (await session.scalars(select(Post).where(Post.person_id == person.id))).one()
    await session.delete(post)
    await session.flush()
    command = usual.model_copy(update={"role": Role.AUDIT_ADMINISTRATOR})
    await appointments.add_post(session, granter, person.id, command)
    (line,) = await session.scalars(select(Notification))
    assert (line.person_id, line.kind) == (county.auditor.id, "administrator.appointed")
    assert line.params == {
        "name": "新来的",
        "by": county.security.name,
        "day": today.isoformat(),
        "added_by": county.administrator.name,
        "added_on": today.isoformat(),
    }


@pytest.mark.parametrize("target", [*THREE, "leader"])
async def test_a_new_password_leaves_the_second_factor_standing(
    session: AsyncSession, settings: Settings, county: County, as_: As, target: str
) -> None:
    person: Person = getattr(county, target)
    await factories.second_factor(session, person)
    _, given = await accounts.reset_password(session, await as_("administrator"), person.id)
    attempt = SignInAttempt(login=person.mobile or "", password=given)
    _, actor = await accounts.sign_in(session, settings, attempt, "10.1.1.1")
    assert actor.second_factor == "verify"
    change = ChangePassword(old=given, new="third willow at the canal")
    with pytest.raises(SecondFactorNeeded):
        await accounts.change_password(session, settings, actor, change)


async def test_everybody_elses_password_is_given_as_before(
    session: AsyncSession, county: County, as_: As
) -> None:
    assert await accounts.reset_password(session, await as_("administrator"), county.leader.id)


async def test_who_has_lost_both_keys_is_helped_at_the_servers_console(
    session: AsyncSession, county: County
) -> None:
    person = county.security
    await factories.second_factor(session, person)
    given = await accounts.start_afresh(session, person.mobile or "")
    assert security.password_matches(person.password_hash, given)
    assert person.must_change_password
    assert await session.get(SecondFactor, person.id, populate_existing=True) is None
    with pytest.raises(NotFound):
        await accounts.start_afresh(session, "nobody")
