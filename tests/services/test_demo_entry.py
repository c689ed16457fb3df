"""One click in as a demo person: in demo mode, on this very machine, nowhere else."""

from uuid import uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.config import Settings
from app.errors import NotFound
from app.models.person import Role
from app.services import accounts, demo_entry
from tests import factories
from tests.factories import County

HERE = "127.0.0.1"


@pytest.fixture
def demo(settings: Settings) -> Settings:
    return settings.model_copy(update={"mode": "demo", "base_url": "http://127.0.0.1:8000"})


@pytest.fixture
async def county(session: AsyncSession) -> County:
    return await factories.county(session)


async def test_the_people_come_in_the_order_of_the_loop(
    session: AsyncSession, demo: Settings, county: County
) -> None:
    found = await demo_entry.people(session, demo, HERE)
    assert [person.role for person in found] == [
        "gridworker",
        "gridworker",
        "grid_chief",
        "village_clerk",
        "township_officer",
        "county_officer",
        "safety_supervisor",
        "handler",
        "leader",
        "administrator",
        "security_administrator",
        "audit_administrator",
    ]
    assert all(person.organization for person in found)
    assert {person.role: person.home for person in found}["gridworker"] == "field"
    assert {person.role: person.home for person in found}["handler"] == "desk"


def test_no_role_is_forgotten() -> None:
    assert set(demo_entry.OFFERED) == set(Role)


async def test_at_most_two_of_a_role_are_offered_and_none_who_is_out(
    session: AsyncSession, demo: Settings, county: County
) -> None:
    for _ in range(3):
        await factories.person(session, Role.HANDLER, county.departments[1])
    county.leader.disabled_at = clock.now()
    await session.flush()
    roles = [person.role for person in await demo_entry.people(session, demo, HERE)]
    assert roles.count("handler") == 2
    assert "leader" not in roles


async def test_a_visitor_steps_in(session: AsyncSession, demo: Settings, county: County) -> None:
    token, actor = await demo_entry.enter(session, demo, "::1", county.handler.id)
    assert actor.person_id == county.handler.id
    assert (await accounts.who_is(session, demo, token)).seats


@pytest.mark.parametrize("address", ["10.0.0.5", "203.0.113.9", "unknown", "", "127.0.0.1.evil"])
async def test_nobody_steps_in_from_elsewhere(
    session: AsyncSession, demo: Settings, county: County, address: str
) -> None:
    with pytest.raises(NotFound):
        await demo_entry.people(session, demo, address)
    with pytest.raises(NotFound):
        await demo_entry.enter(session, demo, address, county.handler.id)


@pytest.mark.parametrize("mode", ["production", "test"])
async def test_there_is_no_entry_outside_the_demo(
    session: AsyncSession, demo: Settings, county: County, mode: str
) -> None:
    other = demo.model_copy(update={"mode": mode})
    with pytest.raises(NotFound):
        await demo_entry.people(session, other, HERE)
    with pytest.raises(NotFound):
        await demo_entry.enter(session, other, HERE, county.handler.id)


@pytest.mark.parametrize("base_url", ["https://safegrid.example.cn", "http://10.0.0.5:8000", ""])
async def test_behind_a_public_address_every_peer_looks_local(
    session: AsyncSession, demo: Settings, county: County, base_url: str
) -> None:
    public = demo.model_copy(update={"base_url": base_url})
    with pytest.raises(NotFound):
        await demo_entry.enter(session, public, HERE, county.handler.id)


async def test_only_people_with_a_post_can_be_entered(
    session: AsyncSession, demo: Settings, county: County
) -> None:
    without = await factories.person(session)
    county.leader.disabled_at = clock.now()
    await session.flush()
    for person_id in (without.id, county.leader.id, uuid4()):
        with pytest.raises(NotFound):
            await demo_entry.enter(session, demo, HERE, person_id)
