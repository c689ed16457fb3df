"""Grids on which nobody is: told once to the township, and to the county when it stays so."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.models.grid import UnattendedGrid
from app.models.notification import Notification
from app.models.organization import OrganizationKind
from app.models.person import Person, Post, Role
from app.services.grid_jobs import tell_of_unattended
from app.services.patrols import coverage
from app.services.patrols.coverage import GroundQuery
from tests import factories
from tests.actors import actor_of
from tests.conftest import Freeze
from tests.factories import County

TODAY = date(2026, 11, 23)
Line = tuple[UUID, str, int, str]


@dataclass
class Scene:
    session: AsyncSession
    county: County
    freeze: Freeze

    async def on(self, day: date) -> set[Line]:
        """What was told on this day, however often the job runs."""
        self.freeze(f"{day} 06:52")
        before = {row.id for row in await self.session.scalars(select(Notification))}
        for _ in range(2):
            await tell_of_unattended(self.session)
            await self.session.flush()
        rows = await self.session.scalars(select(Notification))
        return {
            (row.person_id, row.kind, row.params["n"], row.params["grids"])
            for row in rows
            if row.id not in before
        }

    async def posts(self, person: Person, **fields: Any) -> None:
        await self.session.execute(update(Post).where(Post.person_id == person.id).values(**fields))


@pytest.fixture
async def scene(session: AsyncSession, freeze: Freeze) -> Scene:
    freeze("2026-11-23 06:52")
    return Scene(session, await factories.county(session), freeze)


async def test_the_township_is_told_once_and_again_when_there_is_one_more(scene: Scene) -> None:
    session, county = scene.session, scene.county
    here, who = county.grids[0].name, county.township_officer.id
    assert await scene.on(TODAY) == set()
    for person in (county.gridworker, county.chief):
        await scene.posts(person, ends_on=TODAY)
    assert await scene.on(TODAY) == set(), "the last day is still theirs"
    assert await scene.on(TODAY + timedelta(days=1)) == {(who, "grids.unattended", 1, here)}
    assert await scene.on(TODAY + timedelta(days=2)) == set()
    more = await factories.grid(session, county.villages[0], county.township_grids[0], name="河东")
    assert await scene.on(TODAY + timedelta(days=3)) == {
        (who, "grids.unattended", 2, f"{here}、{more.name}")
    }


async def test_whoever_comes_back_is_not_told_and_may_leave_again(scene: Scene) -> None:
    session, county = scene.session, scene.county
    new = await factories.grid(session, county.villages[0], county.township_grids[0], name="河东")
    told = {(county.township_officer.id, "grids.unattended", 1, "河东")}
    assert await scene.on(TODAY) == told
    comer = await factories.person(session, Role.GRIDWORKER, county.villages[0], new)
    assert await scene.on(TODAY + timedelta(days=1)) == set()
    assert (await session.scalars(select(UnattendedGrid))).all() == []
    await scene.posts(comer, ends_on=TODAY + timedelta(days=1))
    assert await scene.on(TODAY + timedelta(days=2)) == told


async def test_during_a_leave_a_deputy_is_somebody(scene: Scene) -> None:
    county, until = scene.county, TODAY + timedelta(days=5)
    await scene.posts(county.chief, ends_on=TODAY - timedelta(days=1))
    await scene.posts(county.gridworker, on_leave_until=until, deputy_id=county.clerk.id)
    assert await scene.on(TODAY) == set()
    await scene.posts(county.gridworker, deputy_id=None)
    assert len(await scene.on(TODAY + timedelta(days=1))) == 1
    assert await scene.on(until + timedelta(days=1)) == set(), "back at work"


async def test_the_county_hears_of_what_stays_so_for_seven_days(scene: Scene) -> None:
    session, county = scene.session, scene.county
    await factories.grid(session, county.villages[0], county.township_grids[0], name="河东")
    who, days = county.county_officer.id, [TODAY + timedelta(days=n) for n in range(10)]
    assert {line[0] for line in await scene.on(TODAY)} == {county.township_officer.id}
    assert await scene.on(days[6]) == set()
    assert await scene.on(days[7]) == {(who, "grids.unattended_long", 1, "河东")}
    assert await scene.on(days[8]) == set()


async def test_the_list_that_it_leads_to_shows_the_same_grids(
    scene: Scene, settings: Settings
) -> None:
    """A grid of an enterprise has no gridworker, and is no blind spot for that."""
    session, county = scene.session, scene.county
    kind = OrganizationKind.ENTERPRISE
    firm = await factories.organization(session, kind, "恒泰化工", county.villages[0])
    await factories.grid(session, firm, county.township_grids[0], name="恒泰化工网格")
    bare = await factories.grid(session, county.villages[0], county.township_grids[0], name="河东")
    actor = await actor_of(session, settings, county.county_officer)
    found = await coverage.ground(session, actor, GroundQuery())
    listed = {line.grid.id for line in found.lines if not line.is_manned and not line.is_over}
    assert listed == {bare.id} == set(await coverage.unattended(session, TODAY))
