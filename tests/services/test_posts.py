"""Which role suits which body, from when to when."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.errors import Invalid, NotFound, NotPermitted
from app.models.grid import Grid, GridKind
from app.models.organization import Organization, OrganizationKind
from app.models.person import Person, Post, Role
from app.services import accounts
from app.services.access import Actor
from app.services.accounts import KINDS_OF, AddPost, EditPost, PeopleFilters
from app.services.permissions import PERMISSIONS, P
from tests import factories
from tests.actors import actor_of
from tests.conftest import Freeze
from tests.factories import LONG_AGO, County

NOON = "2026-11-23 12:00"
TODAY = date(2026, 11, 23)
K = OrganizationKind


@dataclass(frozen=True)
class Scene:
    county: County
    officer: Actor
    administrator: Actor
    bodies: dict[OrganizationKind, Organization]
    person: Person
    line: Grid


@pytest.fixture
async def scene(session: AsyncSession, settings: Settings, freeze: Freeze) -> Scene:
    freeze(NOON)
    county = await factories.county(session)
    shop = await factories.enterprise(session, "饭馆", county.villages[0], county.grids[0])
    bodies = {
        K.COUNTY_CENTRE: county.centre,
        K.SAFETY_DEPARTMENT: county.safety,
        K.DEPARTMENT: county.departments[0],
        K.TOWNSHIP_SUBCENTRE: county.townships[0],
        K.VILLAGE: county.villages[0],
        K.ENTERPRISE: await session.get_one(Organization, shop.id),
    }
    officer = await actor_of(session, settings, county.township_officer)
    administrator = await actor_of(session, settings, county.security)
    person = await factories.person(session, Role.VILLAGE_CLERK, county.villages[0])
    kind = GridKind.EXCLUSIVE
    line = await factories.grid(session, county.departments[0], kind=kind)
    return Scene(county, officer, administrator, bodies, person, line)


def post(scene: Scene, role: Role, at: Organization, **fields: Any) -> AddPost:
    """With a grid where the role has one; the department's is a line of its own (S4-18)."""
    if role is Role.GRIDWORKER:
        is_line = at.kind is OrganizationKind.DEPARTMENT
        grid_id = scene.line.id if is_line else scene.county.grids[0].id
        fields = {"grid_id": grid_id, **fields}
    return AddPost(organization_id=at.id, role=role, **{"starts_on": TODAY, **fields})


def test_every_role_has_its_bodies_and_its_permissions() -> None:
    assert set(KINDS_OF) == set(PERMISSIONS) == set(Role)
    assert all(KINDS_OF.values())


@pytest.mark.parametrize("kind", K)
@pytest.mark.parametrize("role", Role)
async def test_a_role_suits_only_its_kinds_of_body(
    session: AsyncSession, scene: Scene, role: Role, kind: OrganizationKind
) -> None:
    """Every pair of the table."""
    person = await factories.person(session, Role.LEADER, scene.county.centre)
    await factories.second_factor(session, person)
    command = post(scene, role, scene.bodies[kind])
    if kind in KINDS_OF[role] and role is not Role.LEADER:
        await accounts.add_post(session, scene.administrator, person.id, command)
        assert await session.scalar(
            select(Post.id).where(Post.person_id == person.id, Post.role == role)
        )
    else:
        with pytest.raises(Invalid) as refused:
            await accounts.add_post(session, scene.administrator, person.id, command)
        assert refused.value.fields == ["role"]


async def test_a_township_gives_posts_at_home_only(session: AsyncSession, scene: Scene) -> None:
    home = post(scene, Role.TOWNSHIP_OFFICER, scene.county.townships[0])
    await accounts.add_post(session, scene.officer, scene.person.id, home)
    station = await factories.organization(
        session, K.DEPARTMENT, "运河街道安监站", scene.county.townships[0]
    )
    own = post(scene, Role.HANDLER, station)
    await accounts.add_post(session, scene.officer, scene.person.id, own)
    for role, body in (
        (Role.VILLAGE_CLERK, scene.county.villages[1]),
        (Role.ADMINISTRATOR, scene.county.centre),
        (Role.HANDLER, scene.county.departments[0]),
    ):
        foreign = post(scene, role, body)
        with pytest.raises(NotFound):
            await accounts.add_post(session, scene.officer, scene.person.id, foreign)


async def test_a_gridworker_needs_a_grid_of_the_village(
    session: AsyncSession, scene: Scene
) -> None:
    for grid_id in (None, scene.county.grids[1].id, scene.person.id):
        command = post(scene, Role.GRIDWORKER, scene.county.villages[0], grid_id=grid_id)
        with pytest.raises(Invalid) as refused:
            await accounts.add_post(session, scene.administrator, scene.person.id, command)
        assert refused.value.fields == ["grid_id"]


async def test_an_ended_grid_takes_nobody(session: AsyncSession, scene: Scene) -> None:
    ended = await factories.grid(
        session, scene.county.villages[0], valid_to=TODAY - timedelta(days=1)
    )
    command = post(scene, Role.GRIDWORKER, scene.county.villages[0], grid_id=ended.id)
    with pytest.raises(Invalid):
        await accounts.add_post(session, scene.administrator, scene.person.id, command)


async def test_a_role_without_ground_has_no_grid(session: AsyncSession, scene: Scene) -> None:
    grid_id = scene.county.grids[0].id
    command = post(scene, Role.VILLAGE_CLERK, scene.county.villages[0], grid_id=grid_id)
    with pytest.raises(Invalid) as refused:
        await accounts.add_post(session, scene.administrator, scene.person.id, command)
    assert refused.value.fields == ["grid_id"]


async def test_a_closed_body_takes_nobody(session: AsyncSession, scene: Scene) -> None:
    closed = await factories.organization(
        session, K.DEPARTMENT, "旧部门", scene.county.centre, is_active=False
    )
    command = post(scene, Role.HANDLER, closed)
    with pytest.raises(Invalid):
        await accounts.add_post(session, scene.administrator, scene.person.id, command)


@pytest.mark.parametrize(
    ("starts", "ends", "is_new"),
    [(0, None, False), (10, 20, False), (-400, -300, False), (31, None, True), (31, 40, True)],
)
async def test_the_same_post_twice_at_a_time_is_refused(
    session: AsyncSession, scene: Scene, starts: int, ends: int | None, is_new: bool
) -> None:
    """The post in force runs from long ago until 30 days from now."""
    person = await factories.person(session)
    village = scene.county.villages[0]
    await factories.post(
        session, person, Role.VILLAGE_CLERK, village, ends_on=TODAY + timedelta(days=30)
    )
    command = post(
        scene,
        Role.VILLAGE_CLERK,
        village,
        starts_on=TODAY + timedelta(days=starts),
        ends_on=TODAY + timedelta(days=ends) if ends is not None else None,
    )
    if is_new:
        assert await accounts.add_post(session, scene.administrator, person.id, command)
    else:
        with pytest.raises(Invalid):
            await accounts.add_post(session, scene.administrator, person.id, command)


async def test_a_post_cannot_end_before_it_starts(session: AsyncSession, scene: Scene) -> None:
    village = scene.county.villages[0]
    command = post(scene, Role.GRID_CHIEF, village, ends_on=TODAY - timedelta(days=1))
    with pytest.raises(Invalid):
        await accounts.add_post(session, scene.administrator, scene.person.id, command)


@pytest.mark.parametrize("day", ["1999-12-31", "2100-01-02", "9999-12-31"])
def test_days_out_of_all_proportion_are_refused(day: str) -> None:
    with pytest.raises(ValidationError):
        EditPost.model_validate({"ends_on": day})


async def only_post(session: AsyncSession, person: Person) -> Post:
    return (await session.scalars(select(Post).where(Post.person_id == person.id))).one()


async def test_a_post_is_ended_and_a_leave_is_noted(session: AsyncSession, scene: Scene) -> None:
    row = await only_post(session, scene.person)
    leave = EditPost(on_leave_until=TODAY + timedelta(days=7))
    await accounts.edit_post(session, scene.officer, row.id, leave)
    assert (row.ends_on, row.on_leave_until) == (None, TODAY + timedelta(days=7))
    await accounts.edit_post(session, scene.officer, row.id, EditPost(ends_on=TODAY))
    assert (row.ends_on, row.on_leave_until) == (TODAY, TODAY + timedelta(days=7))
    back = EditPost(on_leave_until=None)
    await accounts.edit_post(session, scene.officer, row.id, back)
    assert (row.ends_on, row.on_leave_until) == (TODAY, None)


async def test_what_has_ended_is_history(session: AsyncSession, scene: Scene) -> None:
    row = await only_post(session, scene.person)
    row.ends_on = TODAY - timedelta(days=1)
    await session.flush()
    with pytest.raises(Invalid):
        await accounts.edit_post(session, scene.officer, row.id, EditPost(ends_on=None))


async def test_a_post_elsewhere_is_not_found(session: AsyncSession, scene: Scene) -> None:
    foreign = await only_post(session, scene.county.stranger)
    for post_id in (foreign.id, scene.person.id):
        with pytest.raises(NotFound):
            await accounts.edit_post(session, scene.officer, post_id, EditPost(ends_on=TODAY))


async def test_the_last_administrators_post_does_not_end(
    session: AsyncSession, scene: Scene
) -> None:
    mine = await only_post(session, scene.county.administrator)
    end = EditPost(ends_on=TODAY + timedelta(days=30))
    with pytest.raises(Invalid):
        await accounts.edit_post(session, scene.administrator, mine.id, end)
    successor = await factories.person(session)
    await factories.post(
        session,
        successor,
        Role.ADMINISTRATOR,
        scene.county.centre,
        starts_on=TODAY + timedelta(days=32),
    )
    with pytest.raises(Invalid):  # one day without anybody
        await accounts.edit_post(session, scene.administrator, mine.id, end)
    other = await only_post(session, successor)
    other.starts_on = TODAY + timedelta(days=31)
    await session.flush()
    await accounts.edit_post(session, scene.administrator, mine.id, end)
    assert mine.ends_on == TODAY + timedelta(days=30)


async def test_other_posts_end_without_an_administrator_in_sight(
    session: AsyncSession, scene: Scene
) -> None:
    """The guard is about administrators only."""
    row = await only_post(session, scene.county.stranger)
    assert row.starts_on == LONG_AGO
    await accounts.edit_post(session, scene.administrator, row.id, EditPost(ends_on=TODAY))


ADMINISTRATORS = (Role.ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDIT_ADMINISTRATOR)


@pytest.mark.parametrize("held", ADMINISTRATORS)
@pytest.mark.parametrize("wanted", ADMINISTRATORS)
@pytest.mark.parametrize(
    ("starts", "ends", "is_apart"),
    [(0, None, False), (-9, -1, True), (10, 20, False), (31, None, True)],
    ids=["now", "before", "within", "after"],
)
async def test_the_three_administrators_are_three_persons(
    session: AsyncSession,
    scene: Scene,
    held: Role,
    wanted: Role,
    starts: int,
    ends: int | None,
    is_apart: bool,
) -> None:
    """Whoever holds one of the posts, now or on a day to come, gets no other one for that day."""
    person, centre = await factories.person(session), scene.county.centre
    last = TODAY + timedelta(days=30)
    await factories.post(session, person, held, centre, starts_on=TODAY, ends_on=last)
    command = post(
        scene,
        wanted,
        centre,
        starts_on=TODAY + timedelta(days=starts),
        ends_on=None if ends is None else TODAY + timedelta(days=ends),
    )
    await factories.second_factor(session, person)
    if is_apart:
        assert await accounts.add_post(session, scene.administrator, person.id, command)
        return
    with pytest.raises(Invalid) as refused:
        await accounts.add_post(session, scene.administrator, person.id, command)
    assert refused.value.fields == ["role"]
    assert held is wanted or "兼任" in refused.value.problem()["zh"]


async def test_a_post_is_not_prolonged_into_another_administrators(
    session: AsyncSession, scene: Scene
) -> None:
    """Dated posts that follow one another must not be made to meet."""
    person, centre = await factories.person(session), scene.county.centre
    first = await factories.post(
        session, person, Role.AUDIT_ADMINISTRATOR, centre, ends_on=TODAY + timedelta(days=5)
    )
    later = TODAY + timedelta(days=6)
    await factories.post(session, person, Role.ADMINISTRATOR, centre, starts_on=later)
    for ends_on in (None, later):
        change = EditPost(ends_on=ends_on)
        with pytest.raises(Invalid):
            await accounts.edit_post(session, scene.administrator, first.id, change)


def test_no_administrator_can_do_what_another_can() -> None:
    """Only to look at people, to lock an account and to use the desk is common.

    Both may send a sheet of people; what is done with it is each one's own (test_people_import).
    """
    shared = {P.USE_DESK, P.SEE_PEOPLE, P.LOCK_PEOPLE, P.IMPORT_PEOPLE}
    for one in ADMINISTRATORS:
        for other in ADMINISTRATORS:
            assert one is other or PERMISSIONS[one] & PERMISSIONS[other] <= shared
    assert PERMISSIONS[Role.AUDIT_ADMINISTRATOR] == {P.USE_DESK, P.READ_AUDIT}
    only = {P.EDIT_PEOPLE: 0, P.EDIT_RULES: 0, P.GRANT_ROLES: 1, P.RESET_SECOND_FACTOR: 1}
    for permission, index in {**only, P.READ_AUDIT: 2}.items():
        holders = [role for role in ADMINISTRATORS if permission in PERMISSIONS[role]]
        assert holders == [ADMINISTRATORS[index]], permission


async def test_nobody_grants_rights_without_being_entitled(
    session: AsyncSession, settings: Settings, scene: Scene
) -> None:
    """Not the system administrator, not the auditor, and nobody to oneself."""
    command = post(scene, Role.COUNTY_OFFICER, scene.county.centre)
    for person in (scene.county.administrator, scene.county.auditor, scene.county.leader):
        actor = await actor_of(session, settings, person)
        with pytest.raises(NotPermitted):
            await accounts.add_post(session, actor, scene.person.id, command)
    with pytest.raises(NotPermitted):
        await accounts.add_post(session, scene.administrator, scene.county.security.id, command)
    mine = await only_post(session, scene.county.security)
    with pytest.raises(NotPermitted):
        await accounts.edit_post(session, scene.administrator, mine.id, EditPost(ends_on=None))


async def _worker_post(session: AsyncSession, scene: Scene) -> Post:
    of_worker = Post.person_id == scene.county.gridworker.id
    return (await session.scalars(select(Post).where(of_worker))).one()


async def test_a_leave_names_who_walks_meanwhile(session: AsyncSession, scene: Scene) -> None:
    """And with the leave the deputy is gone again."""
    row, until = await _worker_post(session, scene), TODAY + timedelta(days=5)
    leave = EditPost(on_leave_until=until, deputy_id=scene.person.id)
    await accounts.edit_post(session, scene.officer, row.id, leave)
    assert (row.on_leave_until, row.deputy_id) == (until, scene.person.id)
    (found,) = (await accounts.posts_of(session, [row.person_id]))[row.person_id]
    assert found.deputy == scene.person.name
    await accounts.edit_post(session, scene.officer, row.id, EditPost(on_leave_until=None))
    assert (row.on_leave_until, row.deputy_id) == (None, None)


@pytest.mark.parametrize("who", ["self", "stranger", "handler", "away", "disabled"])
async def test_a_deputy_is_somebody_of_ours_who_can_walk(
    session: AsyncSession, scene: Scene, who: str
) -> None:
    row = await _worker_post(session, scene)
    clerk = scene.person
    other = {"self": scene.county.gridworker, "stranger": scene.county.stranger}
    named = other.get(who, clerk)
    mine = (await session.scalars(select(Post).where(Post.person_id == clerk.id))).one()
    if who == "handler":
        named = await factories.person(session, Role.HANDLER, scene.county.departments[0])
    if who == "away":
        mine.on_leave_until = TODAY + timedelta(days=2)
    if who == "disabled":
        clerk.disabled_at = clerk.created_at
    await session.flush()
    leave = EditPost(on_leave_until=TODAY + timedelta(days=1), deputy_id=named.id)
    with pytest.raises(Invalid) as refused:
        await accounts.edit_post(session, scene.officer, row.id, leave)
    assert refused.value.fields == ["deputy_id"]
    offered = await accounts.find_people(session, scene.officer, PeopleFilters(may_stand_in=True))
    assert (named in offered.people) is (who == "self")  # the page knows whose leave it is


async def test_deputies_are_looked_for_by_name_in_the_whole_township_page_by_page(
    session: AsyncSession, scene: Scene
) -> None:
    village = scene.county.villages[0]
    for number in range(12):
        one = await factories.person(session, Role.VILLAGE_CLERK, village)
        one.name = f"代班{number:02}"
    await session.flush()
    wanted = PeopleFilters(text="代班", may_stand_in=True)
    found: list[str] = []
    cursor = None
    while cursor or not found:
        page = await accounts.find_people(session, scene.officer, wanted, cursor, limit=5)
        found += [one.name for one in page.people]
        cursor = page.next
    assert found == [f"代班{number:02}" for number in range(12)]


async def test_without_a_leave_there_is_no_deputy(session: AsyncSession, scene: Scene) -> None:
    row = await _worker_post(session, scene)
    with pytest.raises(Invalid) as refused:
        await accounts.edit_post(
            session, scene.officer, row.id, EditPost(deputy_id=scene.person.id)
        )
    assert refused.value.fields == ["on_leave_until"]
