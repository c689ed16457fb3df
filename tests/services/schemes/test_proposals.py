"""What no document says is marked until the county decides it otherwise."""

from uuid import UUID

import pytest
from sqlalchemy import Select, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.api.shapes.schemes import scheme_view
from app.config import Settings
from app.errors import NotPermitted
from app.models.organization import Organization, OrganizationKind
from app.models.rules import RoutingRule
from app.services import schemes
from app.services.access import SYSTEM
from app.services.schemes import Part, Verb
from tests import factories
from tests.actors import actor_of
from tests.services.schemes.ground import body, put


async def test_departments_stations_and_routes_are_proposals_until_they_are_changed(
    session: AsyncSession,
) -> None:
    """The centre and the safety department stand in the notice (S3-17 to S3-20)."""
    await put(session, "s3")
    found = await schemes.proposals(session, SYSTEM)
    departments = Organization.kind == OrganizationKind.DEPARTMENT
    assert found.bodies == set(await session.scalars(select(Organization.id).where(departments)))
    assert found.routes == set(await session.scalars(select(RoutingRule.id)))

    fire = await body(session, "县消防大队")
    fire.name = "县消防救援局"
    rule = (await session.scalars(select(RoutingRule).limit(1))).one()
    other = next(id_ for id_ in sorted(found.bodies) if id_ != rule.department_id)
    own = update(RoutingRule).where(RoutingRule.id == rule.id)
    await session.execute(own.values(department_id=other))
    await session.flush()
    left = await schemes.proposals(session, SYSTEM)
    assert found.bodies - left.bodies == {fire.id}
    assert found.routes - left.routes == {rule.id}


async def test_what_the_document_names_is_none(session: AsyncSession) -> None:
    """S4 names the brigade, the centre and three of four offices."""
    await put(session, "s4")
    found = await schemes.proposals(session, SYSTEM)
    named = {
        "交通执法大队": False,
        "交通发展中心": False,
        "客运线办公室": False,
        "水运线办公室": True,
    }
    for name, is_proposal in named.items():
        one = (await session.scalars(_ending(name))).one()
        assert (one in found.bodies) is is_proposal, name


def test_a_route_is_shown_to_the_body_that_has_it() -> None:
    """In S1 the department and the section of its line have one key: industry."""
    shown = {one.category: one.to for one in scheme_view(schemes.named("s1"), None).routes}
    assert shown["electricity"] == ["工信局", "应急办"]
    sections = [one.to for one in scheme_view(schemes.named("s0"), None).routes[-2:]]
    assert sections == [["工信局民爆室"], ["工信局运行科"]]


def _ending(short_name: str) -> Select[UUID]:
    return select(Organization.id).where(Organization.short_name.endswith(short_name))


async def test_a_difference_marks_its_lines(session: AsyncSession) -> None:
    first = await put(session, "s3")
    marked = {(one.part, one.name) for one in first.changes if one.is_proposal}
    parts = {part for part, _ in marked}
    assert parts == {Part.BODIES, Part.ROUTING, Part.OBLIGATIONS}
    added = [one for one in first.changes if one.part is Part.BODIES and one.verb is Verb.ADD]
    assert {one.is_proposal for one in added} == {True, False}


async def test_only_who_may_change_them_is_told(session: AsyncSession, settings: Settings) -> None:
    county = await factories.county(session)
    officer = await actor_of(session, settings, county.township_officer)
    with pytest.raises(NotPermitted):
        await schemes.proposals(session, officer)
    admin = await actor_of(session, settings, county.administrator)
    nothing = await schemes.proposals(session, admin)
    assert (nothing.bodies, nothing.routes) == (frozenset(), frozenset())
