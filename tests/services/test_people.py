"""Whose data an officer may see and change."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app import clock
from app.api import shapes
from app.config import Settings
from app.errors import Invalid, NotFound, NotPermitted, NotSignedIn, Refusal, WrongSignIn
from app.models.person import Person, Role, SignIn
from app.services import accounts
from app.services.access import Actor
from app.services.accounts import AddPerson, AddPost, EditPerson, PeopleFilters, SignInAttempt
from tests import factories
from tests.actors import actor_of
from tests.conftest import Committed
from tests.factories import LONG_AGO, County
from tests.statements import counted

Touch = Callable[[AsyncSession, Actor, Person], Awaitable[object]]
TOUCHES: dict[str, Touch] = {
    "edit": lambda s, a, p: accounts.edit_person(s, a, p.id, EditPerson(name="新名字")),
    "disable": lambda s, a, p: accounts.disable(s, a, p.id),
    "enable": lambda s, a, p: accounts.enable(s, a, p.id),
    "reset": lambda s, a, p: accounts.reset_password(s, a, p.id),
}


@dataclass(frozen=True)
class Scene:
    county: County
    officer: Actor
    administrator: Actor


@pytest.fixture
async def scene(session: AsyncSession, settings: Settings) -> Scene:
    county = await factories.county(session)
    officer = await actor_of(session, settings, county.township_officer)
    return Scene(county, officer, await actor_of(session, settings, county.administrator))


async def test_a_township_sees_its_own_people_only(session: AsyncSession, scene: Scene) -> None:
    found = await accounts.find_people(session, scene.officer)
    county = scene.county
    assert {row.id for row in found.people} == {
        county.gridworker.id,
        county.chief.id,
        county.clerk.id,
        county.township_officer.id,
    }


@pytest.mark.parametrize("who", ["administrator", "county_officer", "supervisor"])
async def test_the_county_sees_everybody(
    session: AsyncSession, settings: Settings, scene: Scene, who: str
) -> None:
    actor = await actor_of(session, settings, getattr(scene.county, who))
    found = await accounts.find_people(session, actor)
    assert len(found.people) == 12
    assert scene.county.stranger.id in {row.id for row in found.people}


@pytest.mark.parametrize("who", ["gridworker", "chief", "clerk", "handler", "leader"])
async def test_others_see_no_lists_of_people(
    session: AsyncSession, settings: Settings, scene: Scene, who: str
) -> None:
    actor = await actor_of(session, settings, getattr(scene.county, who))
    with pytest.raises(NotPermitted):
        await accounts.find_people(session, actor)
    with pytest.raises(NotPermitted):
        await accounts.read_person(session, actor, scene.county.gridworker.id)


@pytest.mark.parametrize("touch", TOUCHES)
async def test_a_foreign_person_is_not_found(
    session: AsyncSession, scene: Scene, touch: str
) -> None:
    """Like one who does not exist."""
    with pytest.raises(NotFound):
        await TOUCHES[touch](session, scene.officer, scene.county.stranger)
    with pytest.raises(NotFound):
        await TOUCHES[touch](session, scene.officer, Person(id=uuid4()))
    with pytest.raises(NotFound):
        await accounts.read_person(session, scene.officer, scene.county.stranger.id)


@pytest.mark.parametrize("touch", TOUCHES)
async def test_own_people_can_be_changed(session: AsyncSession, scene: Scene, touch: str) -> None:
    assert await TOUCHES[touch](session, scene.officer, scene.county.gridworker)
    assert await TOUCHES[touch](session, scene.administrator, scene.county.stranger)


@pytest.mark.parametrize("touch", TOUCHES)
@pytest.mark.parametrize("who", ["county_officer", "supervisor", "handler", "leader", "clerk"])
async def test_who_only_looks_cannot_change(
    session: AsyncSession, settings: Settings, scene: Scene, touch: str, who: str
) -> None:
    actor = await actor_of(session, settings, getattr(scene.county, who))
    with pytest.raises(NotPermitted):
        await TOUCHES[touch](session, actor, scene.county.gridworker)


@pytest.mark.parametrize("touch", TOUCHES)
async def test_who_also_serves_elsewhere_belongs_to_the_county(
    session: AsyncSession, scene: Scene, touch: str
) -> None:
    """Else a township could take over an administrator who also has a post there."""
    county = scene.county
    await factories.post(
        session, county.administrator, Role.VILLAGE_CLERK, county.villages[0], starts_on=LONG_AGO
    )
    assert await accounts.read_person(session, scene.officer, county.administrator.id)
    with pytest.raises(NotPermitted):
        await TOUCHES[touch](session, scene.officer, county.administrator)


async def test_who_moved_away_is_out_of_reach(session: AsyncSession, scene: Scene) -> None:
    county = scene.county
    person = await factories.person(session)
    yesterday = clock.local(clock.now()).date().replace(year=2025)
    await factories.post(session, person, Role.VILLAGE_CLERK, county.villages[0], ends_on=yesterday)
    assert await accounts.read_person(session, scene.officer, person.id)  # nobody else has them
    await factories.post(session, person, Role.VILLAGE_CLERK, county.villages[1])
    with pytest.raises(NotFound):
        await accounts.read_person(session, scene.officer, person.id)


async def test_people_are_found_by_what_the_list_shows(session: AsyncSession, scene: Scene) -> None:
    person = await factories.person(
        session,
        Role.VILLAGE_CLERK,
        scene.county.villages[0],
        name="诸葛_亮",
        mobile="13987654321",
        user_name="zhuge",
    )
    for text in ("诸葛", "葛_亮", "ZHUGE", "4321", "13987654321", " 诸葛 "):
        found = await accounts.find_people(session, scene.officer, PeopleFilters(text=text))
        assert [row.id for row in found.people] == [person.id], text
    for text in ("398765", "1398", "%", "葛亮", "4321'; --"):
        assert not (
            await accounts.find_people(session, scene.officer, PeopleFilters(text=text))
        ).people, text


async def test_people_are_found_by_body_and_role(session: AsyncSession, scene: Scene) -> None:
    county, admin = scene.county, scene.administrator
    within = await accounts.find_people(
        session, admin, PeopleFilters(organization_id=county.townships[0].id)
    )
    assert len(within.people) == 4
    village = await accounts.find_people(
        session, admin, PeopleFilters(organization_id=county.villages[0].id)
    )
    assert len(village.people) == 3
    workers = await accounts.find_people(session, admin, PeopleFilters(role=Role.GRIDWORKER))
    assert {row.id for row in workers.people} == {county.gridworker.id, county.stranger.id}
    here = await accounts.find_people(
        session,
        admin,
        PeopleFilters(organization_id=county.villages[1].id, role=Role.GRIDWORKER),
    )
    assert [row.id for row in here.people] == [county.stranger.id]


async def test_pages_hold_everybody_once_in_few_statements(
    session: AsyncSession, scene: Scene, engine: AsyncEngine
) -> None:
    for number in range(110):
        name = f"同名{number % 3}"
        await factories.person(session, Role.VILLAGE_CLERK, scene.county.villages[0], name=name)
    seen, cursor = [], None
    with counted(engine) as sent:
        while True:
            found = await accounts.find_people(session, scene.officer, cursor=cursor)
            page = await shapes.people(session, found)
            seen += [view.id for view in page["items"]]
            cursor = found.next
            if cursor is None:
                break
    assert len(seen) == len(set(seen)) == 114
    assert len(sent) == 3 * 3


@pytest.mark.parametrize("cursor", ["x", "!!!", "WyJhIl0", "WyJhIiwiYiJd", "🦆"])
async def test_a_forged_cursor_is_refused_in_words(
    session: AsyncSession, scene: Scene, cursor: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await accounts.find_people(session, scene.officer, cursor=cursor)
    assert refused.value.fields == ["cursor"]


async def test_numbers_are_masked_and_names_are_not(session: AsyncSession, scene: Scene) -> None:
    person = await factories.person(session, name="李四", mobile="13812341234")
    view = await shapes.person(session, person)
    assert (view.name, view.mobile) == ("李四", "138****1234")


async def test_what_waits_on_a_phone_is_shown(session: AsyncSession, scene: Scene) -> None:
    worker, now = scene.county.gridworker, clock.now()
    for unsent, ended in ((3, None), (2, None), (9, now)):
        session.add(
            SignIn(
                token_digest=uuid4().bytes,
                person_id=worker.id,
                device="红米",
                created_at=now,
                last_seen_at=now,
                ended_at=ended,
                unsent_count=unsent,
                oldest_unsent_at=now,
            )
        )
    await session.flush()
    view = await shapes.person(session, worker)
    assert (view.unsent_count, view.oldest_unsent_at, view.last_seen_at) == (5, now, now)


def new_person(county: County, **fields: object) -> AddPerson:
    post = AddPost(
        organization_id=county.villages[0].id, role=Role.VILLAGE_CLERK, starts_on=LONG_AGO
    )
    return AddPerson.model_validate(
        {"name": "新人", "mobile": "13700000001", "posts": [post.model_dump()], **fields}
    )


async def test_a_new_person_signs_in_with_the_password_shown_once(
    session: AsyncSession, settings: Settings, scene: Scene
) -> None:
    person, password = await accounts.add_person(session, scene.officer, new_person(scene.county))
    attempt = SignInAttempt(login="13700000001", password=password)
    _, actor = await accounts.sign_in(session, settings, attempt, "10.0.0.1")
    assert actor.must_change_password
    assert [seat.role for seat in actor.seats] == [Role.VILLAGE_CLERK]
    assert password not in (person.password_hash or "")


async def test_a_person_needs_a_name_to_sign_in_by(session: AsyncSession, scene: Scene) -> None:
    with pytest.raises(Invalid) as refused:
        await accounts.add_person(session, scene.officer, new_person(scene.county, mobile=None))
    assert refused.value.fields == ["mobile", "user_name"]


async def test_a_number_belongs_to_one_person(session: AsyncSession, scene: Scene) -> None:
    taken = new_person(scene.county, mobile=scene.county.stranger.mobile)
    with pytest.raises(Invalid) as refused:
        await accounts.add_person(session, scene.officer, taken)
    assert "登记过" in refused.value.problem()["zh"]


@pytest.mark.parametrize("fields", [{"name": None}, {"mobile": None}])
async def test_nobody_loses_the_name_to_sign_in_by(
    session: AsyncSession, scene: Scene, fields: dict[str, None]
) -> None:
    command = EditPerson.model_validate(fields)
    with pytest.raises(Invalid):
        await accounts.edit_person(session, scene.officer, scene.county.gridworker.id, command)


async def test_what_is_not_sent_stays(session: AsyncSession, scene: Scene) -> None:
    before = scene.county.gridworker.mobile
    command = EditPerson(name="改名")
    person = await accounts.edit_person(session, scene.officer, scene.county.gridworker.id, command)
    assert (person.name, person.mobile) == ("改名", before)


async def test_disabling_ends_the_sessions_for_good(
    session: AsyncSession, settings: Settings, scene: Scene
) -> None:
    """Enabling somebody again does not wake a session up on a phone that was lost."""
    worker = scene.county.gridworker
    token = await accounts.start_session(session, worker.id, "红米", None)
    await accounts.disable(session, scene.officer, worker.id)
    with pytest.raises(NotSignedIn):
        await accounts.who_is(session, settings, token)
    await accounts.enable(session, scene.officer, worker.id)
    with pytest.raises(NotSignedIn):
        await accounts.who_is(session, settings, token)


async def test_nobody_disables_oneself(session: AsyncSession, scene: Scene) -> None:
    with pytest.raises(Invalid):
        await accounts.disable(session, scene.officer, scene.county.township_officer.id)


async def test_a_reset_ends_sessions_and_locks(
    session: AsyncSession, settings: Settings, scene: Scene
) -> None:
    worker = scene.county.gridworker
    token = await accounts.start_session(session, worker.id, "红米", None)
    wrong = SignInAttempt(login=worker.mobile or "", password="wrong-wrong-wrong")
    refusals: list[type[Refusal]] = []
    for _ in range(3):
        with pytest.raises(Refusal) as refused:
            await accounts.sign_in(session, settings, wrong, "203.0.113.1")
        refusals.append(refused.type)
    assert refusals[:2] == [WrongSignIn, WrongSignIn]
    person, password = await accounts.reset_password(session, scene.officer, worker.id)
    assert person.must_change_password
    with pytest.raises(NotSignedIn):
        await accounts.who_is(session, settings, token)
    right = SignInAttempt(login=worker.mobile or "", password=password)
    await accounts.sign_in(session, settings, right, "203.0.113.2")


async def test_the_last_administrator_stays(
    session: AsyncSession, settings: Settings, scene: Scene
) -> None:
    second = await factories.person(session, Role.ADMINISTRATOR, scene.county.centre)
    actor = await actor_of(session, settings, second)
    await accounts.disable(session, scene.administrator, second.id)
    with pytest.raises(Invalid) as refused:
        await accounts.disable(session, actor, scene.county.administrator.id)
    assert "管理员" in refused.value.problem()["zh"]


async def test_two_administrators_who_disable_each_other_leave_one(committed: Committed) -> None:
    async with committed.work() as session:
        county = await factories.county(session)
        second = await factories.person(session, Role.ADMINISTRATOR, county.centre)
        actors = [
            await actor_of(session, committed.settings, person)
            for person in (county.administrator, second)
        ]

    async def strike(actor: Actor, victim: Person) -> str:
        try:
            async with committed.work() as session:
                await accounts.disable(session, actor, victim.id)
        except Invalid:
            return "refused"
        return "done"

    done = await asyncio.gather(strike(actors[0], second), strike(actors[1], county.administrator))
    assert sorted(done) == ["done", "refused"]


async def test_the_first_administrator_of_an_empty_county(
    session: AsyncSession, settings: Settings
) -> None:
    password = await accounts.create_administrator(session, "admin.first", "钱管理")
    attempt = SignInAttempt(login="admin.first", password=password)
    _, actor = await accounts.sign_in(session, settings, attempt, "127.0.0.1")
    assert actor.must_change_password
    assert [seat.role for seat in actor.seats] == [Role.ADMINISTRATOR]
    with pytest.raises(Invalid):
        await accounts.create_administrator(session, "admin.first", "别人")
