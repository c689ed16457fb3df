"""The demo county: real places, invented people, 120 cases told through the real services."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.config import get_settings
from app.models.base import Base
from app.models.grid import Grid, OutlineSource
from app.models.notice import NoticeRule
from app.models.notification import Notification
from app.models.organization import Organization, OrganizationKind
from app.models.person import ROLE_WORDS, Person, Post
from app.services import clocks, places, schemes
from app.services.access import SYSTEM
from app.services.accounts import first_password, passwords
from app.services.demo import (
    accidents,
    assessments,
    divisions,
    duties,
    enterprises,
    leaders,
    library,
    objects,
    office,
    papers,
    patrols,
    people,
    stories,
    structures,
    trainings,
)
from app.services.demo.enterprises import Company
from app.services.demo.gallery import Gallery, opened, painters
from app.services.demo.land import Ground, survey
from app.services.demo.people import Staff
from app.services.demo.stories import Case
from app.services.demo.telling import Progress, Telling
from app.services.demo.worktime import WorkTime
from app.services.places import Drawing
from app.storage import ObjectStore

_BEFORE_THE_STORY = timedelta(days=200)
_SCHEME = "s3"
_COMPLAINTS = "12350"  # everywhere in the country
_UNREAD_HOURS = 6  # of working time


@dataclass(frozen=True)
class DemoAccount:
    """Somebody a visitor can be. The password is random and nowhere else."""

    name: str
    role: str
    organization: str
    login: str
    password: str


@dataclass(frozen=True)
class County:
    """Places and people, before anything has happened."""

    seed: int
    now: datetime
    land: dict[str, Ground]
    companies: list[Company]
    staff: Staff
    work: WorkTime

    def cases(self) -> list[Case]:
        return stories.plan(self.seed, self.companies, self.work)


async def load(
    session: AsyncSession, storage: ObjectStore, seed: int, progress: Progress
) -> list[DemoAccount]:
    """Fill an empty database. The same seed within the same hour gives the same content.

    `progress(done, total, what)` is called after every step.
    """
    county = await settle(session, seed)
    accounts = await _accounts(session, county.staff)
    for beside in (accidents, office):
        await beside.tell(session, seed, county.staff, county.companies, county.now)
    # On record from May on: before the evenings of the cases are sealed (decision 79).
    await library.tell(session, storage, seed, county.staff, county.now)
    cases = county.cases()
    async with painters() as draw, opened(draw, cases) as gallery:
        await tell(session, storage, county, cases, gallery, progress)
    await patrols.walk(session, seed, county.staff, county.now)
    await structures.tell(session, seed, county.staff, county.companies, county.now)
    await leaders.tell(session, seed, county.staff, county.now)
    await duties.tell(session, seed, county.staff, county.companies, county.now)
    await assessments.tell(session, seed, county.staff, county.companies, county.now)
    await divisions.tell(session, county.staff, county.now)
    return accounts


async def settle(session: AsyncSession, seed: int) -> County:
    """Bodies, grids with outlines, objects, people, trainings; `now` is the full hour."""
    now = clock.now().replace(minute=0, second=0, microsecond=0)
    with clock.at(now - _BEFORE_THE_STORY):
        await schemes.begin(session, schemes.named(_SCHEME))
    land = survey(seed)
    grids = list(await session.scalars(select(Grid).order_by(Grid.official_code)))
    for grid in grids:
        ground = land.get((grid.official_code or "")[:12])
        if ground is None:  # the county's and the townships' own grids are what is in them
            continue
        grid.outline = ground.outline
        grid.centre_lon, grid.centre_lat = ground.centre
    since = now - _BEFORE_THE_STORY
    with clock.at(since):
        drawn = [grid for grid in grids if grid.outline]
        await places.keep_outlines(session, SYSTEM, drawn, Drawing(OutlineSource.ADDED))
    companies = enterprises.found(seed, land, since)
    await _add(session, [company.body for company in companies])
    await _add(session, [company.object for company in companies])
    await _add(session, list(papers.of_companies(seed, companies, clock.local(now).date())))
    await _add(session, objects.found(seed, land, since))
    bodies = list(await session.scalars(select(Organization).order_by(Organization.id)))
    _give_phones(bodies)
    await _add(session, [NoticeRule(complaint_phone=_COMPLAINTS)])
    staff = people.employ(seed, bodies, grids, companies, since)
    await _add(session, staff.people)
    await _add(session, staff.posts)
    for company in companies:
        officer = staff.officer(company.id)
        company.object.contact_name = officer.name
        company.object.contact_phone = officer.mobile
    await _add(session, trainings.held(seed, staff, now))
    return County(seed, now, land, companies, staff, WorkTime(await clocks.load(session), now))


def _give_phones(bodies: Sequence[Organization]) -> None:
    """Duty phones, for the notice boards; no exchange begins with 000."""
    kinds = (OrganizationKind.TOWNSHIP_SUBCENTRE, OrganizationKind.VILLAGE)
    offices = [body for body in bodies if body.kind in kinds]
    for number, body in enumerate(sorted(offices, key=lambda body: body.code or ""), start=1):
        body.phone = f"0632-000{number:04}"


async def _add(session: AsyncSession, rows: Sequence[Base]) -> None:
    session.add_all(rows)
    await session.flush()


async def tell(
    session: AsyncSession,
    storage: ObjectStore,
    county: County,
    cases: list[Case],
    gallery: Gallery,
    progress: Progress,
) -> None:
    """What happened in three months, up to now; old lines of the inboxes are read."""
    told = Telling(
        session, storage, get_settings(), county.seed, county.staff, county.land, gallery
    )
    await told.tell(cases, county.now, progress)
    await session.execute(
        update(Notification)
        .where(Notification.created_at < county.work.ago(_UNREAD_HOURS))
        .values(read_at=Notification.created_at)
    )


async def _accounts(session: AsyncSession, staff: Staff) -> list[DemoAccount]:
    """Passwords for the cast; the others sign in once an administrator gives them one."""
    rows = await session.execute(
        select(Person, Post.role, Organization.name)
        .join(Post, Post.person_id == Person.id)
        .join(Organization, Organization.id == Post.organization_id)
        .where(Person.id.in_([person.id for person in staff.cast.values()]))
        .order_by(Person.created_at)
    )
    accounts = []
    for person, role, organization in rows:
        password = first_password()
        await passwords.put(person, password, must_change=False)
        title, _ = ROLE_WORDS[role]
        accounts.append(
            DemoAccount(person.name, title, organization, person.mobile or "", password)
        )
    return accounts
