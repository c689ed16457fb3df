"""Each of the five documents: a county built by its scheme, the loop run, its own demands met."""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.models.checklist import ChecklistVersion
from app.models.grid import Grid
from app.models.hazard import Hazard, State
from app.models.notification import Notification
from app.models.obligation import Obligation, Period, Scope
from app.models.organization import Organization, OrganizationKind, Variant
from app.models.patrol import PatrolTask
from app.models.person import Person, Role
from app.models.photo import PhotoRole
from app.models.slot import SlotRole
from app.models.supervised_object import ObjectKind, SupervisedObject
from app.services import accounts, hazard_jobs, ledger, patrols, schemes, slots
from app.services.access import SYSTEM
from app.services.accounts import AddPost
from app.services.hazard_flow import Action
from app.services.ledger import AddObject
from app.services.slots import FillSlot
from tests import factories
from tests.actors import actor_of
from tests.services.schemes import ground
from tests.services.schemes.ground import DIVISIONS
from tests.walking import Walk, after, photo

A = Action


@dataclass
class Place:
    """A county by a scheme, with people where the test puts them."""

    session: AsyncSession
    settings: Settings
    walk: Walk

    async def person(
        self, role: Role, at: Organization, on: Grid | None = None, **fields: Any
    ) -> Person:
        return await factories.person(self.session, role, at, on, **fields)

    async def staff(self) -> dict[str, Person]:
        """The two desks that every county has."""
        kinds = OrganizationKind
        centre = await ground.only(self.session, kinds.COUNTY_CENTRE)
        safety = await ground.only(self.session, kinds.SAFETY_DEPARTMENT)
        return {
            "county": await self.person(Role.COUNTY_OFFICER, centre),
            "safety": await self.person(Role.SAFETY_SUPERVISOR, safety),
            "admin": await self.person(Role.ADMINISTRATOR, centre),
        }

    async def appoint(self, role: Role, at: Organization, on: Grid) -> Person:
        """As a security administrator gives a post, by its rules."""
        centre = await ground.only(self.session, OrganizationKind.COUNTY_CENTRE)
        granter = await self.person(Role.SECURITY_ADMINISTRATOR, centre)
        actor = await actor_of(self.session, self.settings, granter)
        person = await factories.person(self.session)
        post = AddPost(
            organization_id=at.id, role=role, grid_id=on.id, starts_on=factories.LONG_AGO
        )
        return await accounts.add_post(self.session, actor, person.id, post)

    async def enterprise(
        self, admin: Person, name: str, grid: Grid, kind: ObjectKind = ObjectKind.ENTERPRISE
    ) -> Organization:
        """Entered in the ledger, with accounts of its own."""
        actor = await actor_of(self.session, self.settings, admin)
        command = AddObject(
            kind=kind, name=name, address="工业路 1 号", sector="机械", grid_id=grid.id
        )
        added = await ledger.add_object(self.session, actor, command)
        await ledger.open_account(self.session, actor, added.found.object.id)
        return await self.session.get_one(Organization, added.found.object.id)

    async def reload(self, hazard: Hazard) -> Hazard:
        await self.session.refresh(hazard)
        return hazard

    async def to_the_end(
        self, hazard: Hazard, desk: Person, reporter: Person, department: Organization
    ) -> None:
        """Dispatched, done, looked at by the one who found it, archived (S3-21 to S3-23)."""
        handler = await self.person(Role.HANDLER, department)
        await self.walk.act(desk, hazard, A.ASSIGN, department_id=department.id)
        await self.walk.act(handler, hazard, A.SIGN_FOR)
        await self.walk.act(handler, hazard, A.FINISH, note="已整改", photos=after())
        await self.walk.act(reporter, hazard, A.VERIFY, photos=after(), rating=5)
        await self.walk.act(reporter, hazard, A.ARCHIVE)
        assert (await self.reload(hazard)).state is State.ARCHIVED


@pytest.fixture
def by(session: AsyncSession, settings: Settings) -> Any:
    async def build(key: str) -> Place:
        await schemes.apply(session, SYSTEM, schemes.named(key), DIVISIONS)
        nobody = SimpleNamespace(id=None)  # every report says itself where it lies
        county: Any = SimpleNamespace(grids=[nobody], departments=[nobody, nobody])
        walk = Walk(session, settings, county)
        return Place(session, settings, walk)

    return build


def found(**fields: Any) -> dict[str, Any]:
    return {"grid_id": None, "photos": [photo(PhotoRole.BEFORE)], **fields}


async def obligation(session: AsyncSession, key: str) -> tuple[int, Period, Scope]:
    row = await session.get_one(Obligation, key)
    assert row.is_active
    return row.min_count, row.period, row.scope


async def test_s3_three_levels_find_sort_and_dispatch(by: Any, session: AsyncSession) -> None:
    place = await by("s3")
    who = await place.staff()
    village, town = (
        await ground.body(session, ground.VILLAGE),
        await ground.body(session, ground.TOWN),
    )
    own = await ground.grid(session, village)
    assert await ground.depth(session, own) == 3  # county, township, village (S3-1)
    worker = await place.person(Role.GRIDWORKER, village, own)
    desk = await place.person(Role.TOWNSHIP_OFFICER, town)
    # what cannot be mended goes to the sub-centre; not ours goes up, by category to a department
    hazard = await place.walk.report(worker, **found(grid_id=own.id), escalate=True)
    assert (await place.reload(hazard)).holder_id == town.id  # S3-17
    await place.walk.act(desk, hazard, A.ESCALATE, reason="不属于镇级")
    fire = await ground.body(session, "安和县消防救援大队")
    await place.to_the_end(hazard, who["county"], worker, fire)
    # what nobody can tell apart has a default owner (S3-20)
    odd = await place.walk.report(worker, **found(grid_id=own.id), escalate=True)
    await place.walk.act(desk, odd, A.ESCALATE, reason="不属于镇级")
    await place.walk.act(who["county"], odd, A.REFER, reason="需要几家一起办")
    assert (await place.reload(odd)).holder_id == (
        await ground.only(session, OrganizationKind.SAFETY_DEPARTMENT)
    ).id
    # mended on the spot: photo, rating, archive (S3-16)
    quick = await place.walk.report(worker, **found(grid_id=own.id), escalate=False)
    await place.walk.act(worker, quick, A.FIX_ON_SITE, photos=after(), rating=5)
    await place.walk.act(worker, quick, A.ARCHIVE)
    assert (await place.reload(quick)).state is State.ARCHIVED
    assert await obligation(session, "F5") == (1, Period.DAYS_15, Scope.OBJECT)
    assert await obligation(session, "F8") == (1, Period.MONTH, Scope.COUNTY)


async def test_s2_the_village_sums_up_and_the_urgent_goes_past_it(
    by: Any, session: AsyncSession
) -> None:
    place = await by("s2")
    await place.staff()
    village, town = (
        await ground.body(session, ground.VILLAGE),
        await ground.body(session, ground.TOWN),
    )
    base = await ground.grid(session, village, "001")
    assert await ground.depth(session, base) == 4  # city, township, village, base grid (S2-5)
    own = await session.get_one(Grid, base.parent_id)
    assert (own.organization_id, await ground.depth(session, own)) == (village.id, 3)
    worker = await place.person(Role.GRIDWORKER, village, base)
    clerk = await place.person(Role.VILLAGE_CLERK, village)
    station = await place.person(Role.TOWNSHIP_OFFICER, town)
    # with somebody in the village the step is switched on by applying again
    done = await schemes.apply(session, SYSTEM, schemes.named("s2"), DIVISIONS)
    await session.refresh(village)
    assert village.is_summarising, done.changes
    hazard = await place.walk.report(worker, **found(grid_id=base.id), escalate=True)
    assert (await place.reload(hazard)).holder_id == village.id  # S2-30
    await place.walk.act(clerk, hazard, A.ESCALATE, reason="村里解决不了")
    assert (await place.reload(hazard)).holder_id == town.id
    office = await ground.body(session, "清河镇应急管理办公室")
    await place.to_the_end(hazard, station, worker, office)
    # important matters go to the station directly, and the county hears of it (S2-31)
    urgent = await place.walk.report(
        worker, **found(grid_id=base.id), escalate=True, is_urgent=True
    )
    assert (await place.reload(urgent)).holder_id == town.id
    events = await place.walk.events(urgent)
    for event in events:
        await hazard_jobs.notify(session, place.settings, [str(event.id)])
    told = set(
        await session.scalars(
            select(Notification.person_id).where(Notification.hazard_id == urgent.id)
        )
    )
    assert station.id in told
    assert await obligation(session, "F11") == (1, Period.DAY, Scope.COUNTY)
    assert await obligation(session, "F12") == (1, Period.DAY, Scope.PERSON)


async def test_s0_an_enterprise_finds_its_own_hazard(by: Any, session: AsyncSession) -> None:
    place = await by("s0")
    who = await place.staff()
    bureau = await ground.body(session, "县工信局网格办")
    section = await ground.body(session, "县工信局运行科")
    assert (bureau.kind, bureau.variant) == (
        OrganizationKind.TOWNSHIP_SUBCENTRE,
        Variant.LINE_OFFICE,
    )
    line = await ground.line(session, "工业企业网格")
    factory = await place.enterprise(who["admin"], "安和机械厂", line)
    assert factory.within_id == bureau.id
    # the enterprise is a grid of its own, on the third level (S0-18)
    await schemes.apply(session, SYSTEM, schemes.named("s0"), DIVISIONS)
    leaf = await ground.line(session, "安和机械厂")
    assert (leaf.organization_id, leaf.parent_id) == (factory.id, line.id)
    assert await ground.depth(session, leaf) == 3
    officer = await place.person(Role.SAFETY_OFFICER, factory)
    desk = await place.person(Role.TOWNSHIP_OFFICER, bureau)
    at = {"enterprise_id": factory.id}
    # found by itself, mended on the spot, on record (S0-20, S0-31)
    small = await place.walk.report(officer, **found(**at), escalate=False)
    await place.walk.act(officer, small, A.FIX_ON_SITE, photos=after(), rating=4)
    await place.walk.act(officer, small, A.ARCHIVE)
    assert (await place.reload(small)).state is State.ARCHIVED
    # what matters goes to the bureau's grid office at once (S0-32)
    grave = await place.walk.report(officer, **found(**at), escalate=True, is_urgent=True)
    assert (await place.reload(grave)).holder_id == bureau.id
    assert grave.grid_id == line.id
    await place.to_the_end(grave, desk, officer, section)
    assert await obligation(session, "F4") == (1, Period.WEEK, Scope.OBJECT)
    assert await obligation(session, "F3") == (2, Period.MONTH, Scope.OBJECT)


async def test_s4_lines_with_chiefs_and_workers_down_to_enterprises(
    by: Any, session: AsyncSession
) -> None:
    place = await by("s4")
    who = await place.staff()
    centre = await ground.only(session, OrganizationKind.COUNTY_CENTRE)
    assert centre.name == "安和县交通运输局一级网格长办公室"
    office, section = (
        await ground.body(session, "县水运线办公室"),
        await ground.body(session, "县港航股"),
    )
    line = await ground.line(session, "港口码头航运渡口网格")
    assert (line.organization_id, section.within_id) == (section.id, office.id)
    ferry = await place.enterprise(who["admin"], "柳林渡口", line, ObjectKind.FERRY)
    await schemes.apply(session, SYSTEM, schemes.named("s4"), DIVISIONS)
    assert await ground.depth(session, await ground.line(session, "柳林渡口")) == 3
    # a section's cadre is the line's gridworker, a deputy head its chief (S4-12, S4-18)
    worker = await place.appoint(Role.GRIDWORKER, section, line)
    await place.appoint(Role.GRID_CHIEF, section, line)
    desk = await place.person(Role.TOWNSHIP_OFFICER, office)
    hazard = await place.walk.report(
        worker, **found(enterprise_id=ferry.id), category_code="water", escalate=True
    )
    assert (await place.reload(hazard)).holder_id == office.id
    # not for the line alone: up to the first chief's office, on to the enforcement team
    await place.walk.act(desk, hazard, A.ESCALATE, reason="需要执法")
    team = await ground.body(session, "县交通执法大队")
    await place.to_the_end(hazard, who["county"], worker, team)
    assert await obligation(session, "F6") == (1, Period.MONTH, Scope.OBJECT)
    assert await obligation(session, "F7") == (1, Period.QUARTER, Scope.GRID)
    assert (await schemes.labels(session))[Role.GRID_CHIEF] == "二级网格长"


async def test_s1_blocks_and_lines_and_a_functional_zone(by: Any, session: AsyncSession) -> None:
    place = await by("s1")
    who = await place.staff()
    park = await ground.body(session, ground.PARK)
    assert park.variant is Variant.FUNCTIONAL_ZONE  # S1-64
    village = await ground.body(session, ground.PARK_VILLAGE)
    own = await ground.grid(session, village)
    worker = await place.person(Role.GRIDWORKER, village, own)
    desk = await place.person(Role.TOWNSHIP_OFFICER, park)
    hazard = await place.walk.report(worker, **found(grid_id=own.id), escalate=True)
    assert (await place.reload(hazard)).holder_id == park.id
    # what belongs to the level below goes back down, what needs the county goes up (S1-40)
    await place.walk.act(desk, hazard, A.ESCALATE, reason="需县里协调")
    await place.walk.act(who["county"], hazard, A.SEND_DOWN, note="属园区办理")
    assert (await place.reload(hazard)).holder_id == park.id
    station = await ground.body(session, "安和经济开发区应急管理办公室")
    await place.to_the_end(hazard, desk, worker, station)
    # too risky for the place: the unit is in the county's exclusive grid (S1-7)
    line = await ground.line(session, "危险化学品专属网格")
    plant = await place.enterprise(who["admin"], "安和化工有限公司", line)
    officer = await place.person(Role.SAFETY_OFFICER, plant)
    inside = await place.walk.report(officer, **found(enterprise_id=plant.id), escalate=True)
    assert (await place.reload(inside)).holder_id == (
        await ground.body(session, "县危化专属网格")
    ).id
    codes = list(await session.scalars(select(Grid.official_code)))
    given = [code for code in codes if code]
    assert len(given) == len(set(given))  # S1-9
    keys = {one.key for one in await session.scalars(select(Obligation))}
    assert keys == {"F4", "F5", "F5-households", "F13-training"}


async def planned(place: Place, who: Person) -> set[str | None]:
    """Duties in somebody's 今日 after the night's work."""
    await patrols.turn(place.session)
    found = await patrols.mine(place.session, await actor_of(place.session, place.settings, who))
    return {each.task.obligation_key for each in found.tasks}


async def list_of(place: Place, at: SupervisedObject) -> str:
    """The list by which the open look at a place goes."""
    query = (
        select(ChecklistVersion.checklist_key)
        .join(PatrolTask, PatrolTask.checklist_version_id == ChecklistVersion.id)
        .where(PatrolTask.object_id == at.id, PatrolTask.role == Role.GRIDWORKER)
    )
    return str((await place.session.scalars(query.distinct())).one())


# The grid of a village, and by which list a shop and a bridge there are looked at.
TERRITORIAL = {
    "s1": (None, ("nine-aspects", "village-9+1")),
    "s2": ("001", ("village-9+1", "village-9+1")),
    "s3": (None, ("nine-aspects", "village-9+1")),
}


@pytest.mark.parametrize("key", TERRITORIAL)
async def test_the_gridworker_of_a_village_has_planned_looks(
    by: Any, session: AsyncSession, key: str
) -> None:
    """Not only what a desk has ordered: the scheme's own duty, by the scheme's own list."""
    number, lists = TERRITORIAL[key]
    place = await by(key)
    village = await ground.body(session, ground.VILLAGE)
    own = await ground.grid(session, village, *([number] if number else []))
    worker = await place.person(Role.GRIDWORKER, village, own)
    shop, bridge = [
        await factories.place(session, name, own, kind=kind)
        for name, kind in (
            ("小卖部", ObjectKind.INDIVIDUAL_BUSINESS),
            ("老桥", ObjectKind.KEY_LOCATION),
        )
    ]
    assert await planned(place, worker) == {"F5"}
    assert (await list_of(place, shop), await list_of(place, bridge)) == lists


# The duty by which a home is looked at: S1-28 and 走村入户 (S2-29) name homes, S3 does not.
HOMES = {"s1": {"F5-households"}, "s2": {"F5-households"}, "s3": set()}


@pytest.mark.parametrize("key", HOMES)
async def test_homes_are_in_the_plan_where_the_document_names_them(
    by: Any, session: AsyncSession, key: str
) -> None:
    """Each quarter once; asked there by the list that asks what is built at homes (NC-R1)."""
    place = await by(key)
    village = await ground.body(session, ground.VILLAGE)
    own = await ground.grid(session, village, *([n] if (n := TERRITORIAL[key][0]) else []))
    worker = await place.person(Role.GRIDWORKER, village, own)
    home = await factories.place(session, "王家", own, kind=ObjectKind.HOUSEHOLD)
    assert await planned(place, worker) <= HOMES[key]
    looks = await session.execute(
        select(PatrolTask.obligation_key, PatrolTask.period_end).where(
            PatrolTask.object_id == home.id
        )
    )
    found = {(key, end.month in {3, 6, 9, 12}) for key, end in looks}
    assert found == {(one, True) for one in HOMES[key]}
    if found:
        assert await list_of(place, home) == "village-9+1"


async def test_a_community_of_s2_goes_by_its_own_annex(by: Any, session: AsyncSession) -> None:
    """The shops of a bundle too: 十一查二到位 (S2-10, S2-44)."""
    place = await by("s2")
    community = await ground.body(session, ground.COMMUNITY)
    own = await ground.grid(session, community, "001")
    bundle = await factories.place(session, "沿街商铺", own, kind=ObjectKind.BUNDLE)
    worker = await place.person(Role.GRIDWORKER, community, own)
    assert await planned(place, worker) == {"F5"}
    assert await list_of(place, bundle) == "community-11+2"


async def test_the_enterprises_of_s0_owe_by_their_places(by: Any, session: AsyncSession) -> None:
    """There are no gridworkers: the administrator of the enterprise's grid walks (S0-25)."""
    place = await by("s0")
    who = await place.staff()
    line = await ground.line(session, "工业企业网格")
    factory = await place.enterprise(who["admin"], "安和机械厂", line)
    await schemes.apply(session, SYSTEM, schemes.named("s0"), DIVISIONS)
    leaf = await ground.line(session, "安和机械厂")
    head, guard = [await place.person(Role.SAFETY_OFFICER, factory) for _ in range(2)]
    admin = await actor_of(session, place.settings, who["admin"])
    for person, role in ((head, SlotRole.SAFETY_RESPONSIBLE), (guard, SlotRole.GRID_ADMIN)):
        filled = FillSlot(role=role, person_id=person.id, starts_on=factories.LONG_AGO)
        await slots.fill(session, admin, leaf.id, filled)
    assert await planned(place, guard) == {"F4"}
    assert await planned(place, head) == {"F2"}


async def test_the_cadre_of_a_line_of_s4_has_visits_to_make(by: Any, session: AsyncSession) -> None:
    place = await by("s4")
    who = await place.staff()
    section = await ground.body(session, "县港航股")
    line = await ground.line(session, "港口码头航运渡口网格")
    ferry = await place.enterprise(who["admin"], "柳林渡口", line, ObjectKind.ENTERPRISE)
    worker = await place.person(Role.GRIDWORKER, section, line)
    officer = await place.person(Role.SAFETY_OFFICER, ferry)
    assert await planned(place, worker) == {"F6"}
    assert await planned(place, officer) == {"F4"}  # a proposal: looks at itself
