"""Last looks: what is noted with each visit is what all visits together say."""

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from runpy import run_path
from uuid import UUID

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models.base import new_id
from app.models.organization import Organization, OrganizationKind
from app.models.person import Post, Role
from app.models.supervised_object import SupervisedObject
from app.models.visit import LastLook, Visit
from app.schema import ROOT
from app.services import patrols
from tests import factories
from tests.conftest import Freeze
from tests.patrols import checklist, thing

VERSIONS = ROOT / "migrations" / "versions"
FILL = run_path(str(VERSIONS / "2026-11-26-1011_note_the_last_looks.py"))["FILL"]
MISSED = run_path(str(VERSIONS / "2026-11-26-1812_note_the_looks_that_were_missed.py"))["MISSED"]
VISITS = 120


class World:
    """Six places, three of them with a body of its own, whose officers have come and gone."""

    def __init__(self, session: AsyncSession, seed: int) -> None:
        self.session, self.dice = session, random.Random(seed)

    async def build(self) -> "World":
        county = await factories.county(self.session)
        self.version = await checklist(self.session)
        village, ground = county.villages[0], county.grids[0]
        self.people = [county.gridworker, county.chief]
        self.places: list[SupervisedObject] = []
        self.posts: list[Post] = []
        for number in range(6):
            place = await thing(self.session, ground, f"店{number}")
            if number % 2:
                firm = await factories.organization(
                    self.session, OrganizationKind.ENTERPRISE, place.name, village
                )
                place.organization_id = firm.id
                self.people.append(await factories.person(self.session))
                for person in self.dice.sample(self.people, 2):
                    starts = date(2026, 11, 1) + timedelta(days=self.dice.randrange(-30, 40))
                    lasts = self.dice.choice([None, self.dice.randrange(30)])
                    ends = None if lasts is None else starts + timedelta(days=lasts)
                    held = await factories.post(
                        self.session, person, Role.SAFETY_OFFICER, firm,
                        starts_on=starts, ends_on=ends,
                    )  # fmt: skip
                    self.posts.append(held)
            self.places.append(place)
        return self

    def visits(self) -> list[Visit]:
        """In any order; some late, some by a clock that runs ahead, some of the whole grid."""
        return [self._visit() for _ in range(VISITS)]

    def _visit(self) -> Visit:
        place, dice = self.dice.choice(self.places), self.dice
        received = clock.now() - timedelta(hours=dice.randrange(24 * 60))
        occurred = received + timedelta(hours=dice.choice([-100, -20, -1, 0, 0, 30, 9000]))
        return Visit(
            id=new_id(), sha256="0" * 64, person_id=dice.choice(self.people).id,
            object_id=place.id if dice.random() < 0.9 else None, grid_id=place.grid_id,
            checklist_version_id=self.version, started_at=occurred, occurred_at=occurred,
            received_at=received, rest_fine=True, issue_count=0, note="",
        )  # fmt: skip

    def expected(self, visits: Sequence[Visit]) -> dict[UUID, datetime]:
        """By going through all of them."""
        firms = {place.id: place.organization_id for place in self.places}
        found: dict[UUID, datetime] = {}
        for visit in visits:
            at = min(visit.occurred_at, visit.received_at)
            until = clock.local(visit.received_at).date()
            own = (
                post.person_id == visit.person_id
                and post.organization_id == firms.get(visit.object_id)  # type: ignore[arg-type]
                and post.starts_on <= until
                and (post.ends_on is None or post.ends_on >= clock.local(at).date())
                for post in self.posts
            )
            if visit.object_id and not any(own):
                found[visit.object_id] = max(at, found.get(visit.object_id, at))
        return found

    async def noted(self) -> dict[UUID, datetime]:
        rows = await self.session.execute(select(LastLook.object_id, LastLook.seen_at))
        return {row.object_id: row.seen_at for row in rows}


@pytest.mark.parametrize("seed", range(6))
async def test_what_is_noted_one_by_one_or_afterwards_is_what_all_visits_say(
    session: AsyncSession, freeze: Freeze, seed: int
) -> None:
    freeze("2026-11-23 08:00")
    world = await World(session, seed).build()
    made = world.visits()
    of_old_servers: set[UUID] = set()
    known: list[Visit] = []
    while made:
        some = [made.pop() for _ in range(min(len(made), world.dice.choice([1, 1, 1, 5])))]
        session.add_all(some)
        await session.flush()
        known += some
        if world.dice.random() < 0.8:
            await patrols.note_looks(session, [visit.id for visit in some])
            told = [visit for visit in known if visit.id not in of_old_servers]
            assert await world.noted() == world.expected(told)
        else:
            of_old_servers |= {visit.id for visit in some}

    await session.execute(text(MISSED))
    expected = world.expected(known)
    assert await world.noted() == expected
    assert len(expected) == len(world.places)

    await session.execute(delete(LastLook))
    await session.execute(text(FILL))
    assert await world.noted() == expected


@pytest.mark.parametrize(
    ("starts", "ends", "is_own"),
    [
        (1, None, True),
        (12, None, True),  # from the day of arrival on
        (13, None, False),
        (1, 10, True),  # to the day of the look
        (1, 9, False),
        (11, 11, True),  # in between
    ],
)
async def test_a_firms_own_look_is_that_of_its_officer_from_the_look_to_its_arrival(
    session: AsyncSession, freeze: Freeze, starts: int, ends: int | None, *, is_own: bool
) -> None:
    """Looked at on the tenth at seven, when Greenwich had the ninth, and sent on the twelfth."""
    freeze("2026-11-12 07:00")
    world = await World(session, 1).build()
    place, visit = world.places[1], world.visits()[0]
    person = await factories.person(session)
    firm = await session.get_one(Organization, place.organization_id)
    await factories.post(
        session, person, Role.SAFETY_OFFICER, firm,
        starts_on=date(2026, 11, starts), ends_on=date(2026, 11, ends) if ends else None,
    )  # fmt: skip
    visit.person_id, visit.object_id = person.id, place.id
    visit.occurred_at = clock.now() - timedelta(days=2)
    visit.received_at = clock.now()
    session.add(visit)
    await session.flush()

    await patrols.note_looks(session, [visit.id])
    assert await world.noted() == ({} if is_own else {place.id: visit.occurred_at})


async def test_what_fills_the_gaps_does_not_even_lock_what_is_right(
    session: AsyncSession, freeze: Freeze
) -> None:
    """A visit would have to wait for it."""
    freeze("2026-11-23 08:00")
    world = await World(session, 1).build()
    made = world.visits()
    session.add_all(made)
    await session.flush()
    await session.execute(text(MISSED))
    locked = text("select count(*) from last_looks where xmax::text <> '0'")

    await session.execute(text(MISSED))
    assert await session.scalar(locked) == 0

    await patrols.note_looks(session, [visit.id for visit in made])
    assert await session.scalar(locked) == len(world.places)
