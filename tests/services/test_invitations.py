"""Codes for all who still wait for a phone, printed for the day of a meeting (decision 48)."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.config import Settings
from app.errors import NotPermitted, WrongEnrolment
from app.models.audit import AuditEntry
from app.models.enrolment import Enrolment
from app.models.person import Person, Post, Role
from app.services import accounts
from app.services.accounts import Enrol, InvitationSheet
from app.services.audit import Kind
from tests import factories
from tests.actors import actor_of
from tests.conftest import Freeze
from tests.factories import County

PASSWORD = "third willow at the canal"


@pytest.fixture
async def county(session: AsyncSession, freeze: Freeze) -> County:
    """Four on the ground of the township: one of them has a password of one's own."""
    freeze("2026-11-23 08:00")
    county = await factories.county(session)
    county.gridworker.password_hash = "settled"
    county.chief.must_change_password = True
    for name, number in (("甲", "13911110001"), ("乙", "13911110002")):
        await factories.person(
            session,
            Role.GRIDWORKER,
            county.villages[0],
            county.grids[0],
            name=name,
            mobile=number,
            must_change_password=True,
        )
    await session.flush()
    return county


async def made(
    session: AsyncSession, settings: Settings, county: County, who: str = "township_officer"
) -> InvitationSheet:
    actor = await actor_of(session, settings, getattr(county, who))
    return await accounts.invite_all(session, settings, actor, county.townships[0].id)


def codes(sheet: InvitationSheet) -> dict[str, str]:
    return {
        one.person.name: one.invitation.code for village in sheet.sheets for one in village.invited
    }


async def test_each_who_waits_gets_a_code_that_lasts_the_day(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    officer = await actor_of(session, settings, county.township_officer)
    (waits,) = await accounts.waiting(session, officer)
    assert (waits.organization.id, waits.people) == (county.villages[0].id, 3)
    assert waits.township
    assert waits.township.id == county.townships[0].id
    sheet = await made(session, settings, county)
    assert sheet.expires_at == clock.now() + timedelta(hours=settings.enrolment_sheet_hours)
    (village,) = sheet.sheets
    assert village.organization.id == county.villages[0].id
    assert set(codes(sheet)) == {"王格长", "甲", "乙"}  # who has settled a password is in already
    first = next(one for one in village.invited if one.person.name == "甲")
    assert list(first.grids) == [county.grids[0].name]
    assert first.invitation.picture.startswith("data:image/svg+xml")
    kinds = select(func.count()).where(AuditEntry.kind == Kind.PHONE_INVITED)
    assert await session.scalar(kinds) == 3


async def test_a_code_from_the_sheet_lets_in_once_and_that_one_waits_no_more(
    session: AsyncSession, settings: Settings, county: County, freeze: Freeze
) -> None:
    code = codes(await made(session, settings, county))["甲"]
    freeze("2026-11-23 17:00")  # the hour of a single code is long over
    command = Enrol(code=code, password=PASSWORD, device="红米")
    await accounts.enrol(session, settings, command, "10.2.3.4")
    with pytest.raises(WrongEnrolment):
        await accounts.enrol(session, settings, command, "10.2.3.4")
    assert set(codes(await made(session, settings, county))) == {"王格长", "乙"}


async def test_a_new_sheet_ends_the_one_before_and_the_day_ends_both(
    session: AsyncSession, settings: Settings, county: County, freeze: Freeze
) -> None:
    old = codes(await made(session, settings, county))["甲"]
    new = codes(await made(session, settings, county))["甲"]
    for code, moment in ((old, "2026-11-23 08:01"), (new, "2026-11-23 20:01")):
        freeze(moment)
        command = Enrol(code=code, password=PASSWORD, device="红米")
        with pytest.raises(WrongEnrolment):
            await accounts.enrol(session, settings, command, "10.2.3.4")


async def test_a_lost_sheet_is_called_off(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    code = codes(await made(session, settings, county))["甲"]
    officer = await actor_of(session, settings, county.township_officer)
    await accounts.call_off(session, officer, county.townships[0].id)
    command = Enrol(code=code, password=PASSWORD, device="红米")
    with pytest.raises(WrongEnrolment):
        await accounts.enrol(session, settings, command, "10.2.3.4")
    open_ones = select(func.count()).where(Enrolment.ended_at.is_(None))
    assert await session.scalar(open_ones) == 0


@pytest.mark.parametrize("who", ["township_officer", "neighbour"])
async def test_a_lost_sheet_is_called_off_also_for_who_has_moved_since(
    session: AsyncSession, settings: Settings, county: County, who: str
) -> None:
    """By whoever has the body in reach, and by nobody else."""
    code = codes(await made(session, settings, county))["甲"]
    person = await session.scalar(select(Person).where(Person.name == "甲"))
    assert person
    (post,) = await session.scalars(select(Post).where(Post.person_id == person.id))
    post.organization_id, post.grid_id = county.villages[1].id, county.grids[1].id
    await session.flush()
    officer = county.township_officer
    if who == "neighbour":
        officer = await factories.person(session, Role.TOWNSHIP_OFFICER, county.townships[1])
    actor = await actor_of(session, settings, officer)
    await accounts.call_off(session, actor, county.townships[0].id)
    command = Enrol(code=code, password=PASSWORD, device="红米")
    if who == "neighbour":
        await accounts.enrol(session, settings, command, "10.2.3.4")
        return
    with pytest.raises(WrongEnrolment):
        await accounts.enrol(session, settings, command, "10.2.3.4")


async def test_nobody_beyond_reach_gets_a_code(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    """Neither the neighbour's people, nor who also works elsewhere, nor for a security desk."""
    county.stranger.must_change_password = True
    await factories.post(session, county.chief, Role.HANDLER, county.departments[0])
    officer = await actor_of(session, settings, county.township_officer)
    there = await accounts.invite_all(session, settings, officer, county.townships[1].id)
    assert there.sheets == []
    assert "王格长" not in codes(await made(session, settings, county))
    assert "王格长" in codes(await made(session, settings, county, "administrator"))
    for who in ("security", "county_officer", "gridworker"):
        with pytest.raises(NotPermitted):
            await made(session, settings, county, who)
