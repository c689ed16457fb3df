"""Objects: found by words or by distance; whom to call only for those who have to."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.api import shapes
from app.config import Settings
from app.errors import Invalid, NotFound, NotPermitted
from app.models.grid import GridKind
from app.models.hazard import Party, State
from app.models.ledger import Basis, Licence, ObjectDepartment
from app.models.organization import Organization
from app.models.person import Person, Role
from app.models.supervised_object import ObjectKind, SupervisedObject
from app.services import access, ledger, sync
from app.services.access import Actor
from app.services.ledger import AddObject, EditObject, MoveObject, ObjectQuery
from tests import factories
from tests.actors import actor_of
from tests.conftest import Committed
from tests.factories import County
from tests.services.test_organizations import hazard
from tests.statements import counted

LAT, LON = 34.56, 117.73


@dataclass(frozen=True)
class Scene:
    county: County
    administrator: Actor
    shop: SupervisedObject


@pytest.fixture
async def scene(session: AsyncSession, settings: Settings) -> Scene:
    county = await factories.county(session)
    shop = await factories.enterprise(
        session,
        "运河饭馆",
        county.villages[0],
        county.grids[0],
        contact_name="王老板",
        contact_phone="13812341234",
        lat=LAT,
        lon=LON,
    )
    return Scene(county, await actor_of(session, settings, county.administrator), shop)


def new(county: County, **fields: Any) -> AddObject:
    defaults = {
        "name": "大运河机械厂",
        "address": "运河街 1 号",
        "sector": "机械加工",
        "grid_id": county.grids[0].id,
    }
    return AddObject.model_validate({**defaults, **fields})


async def seen_by(session: AsyncSession, actor: Actor, name: str = "") -> list[Any]:
    page = await ledger.objects(session, actor, ObjectQuery(text=name))
    return shapes.object_rows(page).items


async def test_an_odd_code_is_kept_with_a_warning(session: AsyncSession, scene: Scene) -> None:
    found = await ledger.add_object(
        session, scene.administrator, new(scene.county, credit_code=" ９2370405ma0000015 1")
    )
    view = shapes.object_view(found)
    assert view.credit_code == "92370405MA00000151"
    assert "校验位" in (view.credit_code_warning or "")
    right = EditObject(credit_code="92370405MA00000152")
    fixed = await ledger.edit_object(session, scene.administrator, view.id, right)
    assert shapes.object_view(fixed).credit_code_warning is None


async def test_the_body_of_an_enterprise_with_accounts_follows_it(
    session: AsyncSession, scene: Scene
) -> None:
    county = scene.county
    found = await ledger.add_object(session, scene.administrator, new(county))
    view = shapes.object_view(found)
    assert view.township
    assert (view.runner.id, view.township.id) == (county.villages[0].id, county.townships[0].id)
    assert await session.get(Organization, view.id) is None
    for _ in range(2):
        opened = await ledger.open_account(session, scene.administrator, view.id)
        assert shapes.object_view(opened).has_account
    named = EditObject(name="新机械厂", lat=LAT, lon=LON)
    await ledger.edit_object(session, scene.administrator, view.id, named)
    moved = MoveObject(grid_id=county.grids[1].id, reason="搬家")
    await ledger.move_object(session, scene.administrator, view.id, moved)
    body = await session.get_one(Organization, view.id)
    assert (body.parent_id, body.within_id) == (county.villages[1].id, county.townships[1].id)
    assert body.name == "新机械厂"


@pytest.mark.parametrize(
    "fields",
    [{"name": None}, {"kind": None}, {"licences": None}, {"lat": 34.5}],
)
async def test_what_is_needed_cannot_be_emptied(
    session: AsyncSession, scene: Scene, fields: dict[str, Any]
) -> None:
    found = await ledger.add_object(session, scene.administrator, new(scene.county))
    change = EditObject.model_validate(fields)
    with pytest.raises(Invalid):
        await ledger.edit_object(session, scene.administrator, found.found.object.id, change)


async def test_half_a_position_is_none(session: AsyncSession, scene: Scene) -> None:
    with pytest.raises(Invalid) as refused:
        await ledger.add_object(session, scene.administrator, new(scene.county, lat=LAT))
    assert refused.value.fields == ["lat", "lon"]


async def test_unknown_places_are_not_found(session: AsyncSession, scene: Scene) -> None:
    with pytest.raises(NotFound):
        await ledger.add_object(session, scene.administrator, new(scene.county, grid_id=uuid4()))
    with pytest.raises(NotFound):
        await ledger.edit_object(session, scene.administrator, uuid4(), EditObject())
    nowhere = MoveObject(grid_id=uuid4(), reason="搬家")
    with pytest.raises(NotFound):
        await ledger.move_object(session, scene.administrator, scene.shop.id, nowhere)


@pytest.mark.parametrize("who", ["gridworker", "chief", "leader", "auditor", "stranger"])
async def test_who_keeps_no_ledger_changes_none(
    session: AsyncSession, settings: Settings, scene: Scene, who: str
) -> None:
    actor = await actor_of(session, settings, getattr(scene.county, who))
    for attempt in (
        ledger.add_object(session, actor, new(scene.county)),
        ledger.edit_object(session, actor, scene.shop.id, EditObject()),
        ledger.open_account(session, actor, scene.shop.id),
    ):
        with pytest.raises(NotPermitted):
            await attempt
    assert not (await ledger.read_object(session, actor, scene.shop.id)).is_editable


@pytest.mark.parametrize("who", ["clerk", "township_officer", "county_officer", "supervisor"])
async def test_desks_keep_the_ledger_of_their_own_ground(
    session: AsyncSession, settings: Settings, scene: Scene, who: str
) -> None:
    county = scene.county
    actor = await actor_of(session, settings, getattr(county, who))
    done = await ledger.edit_object(session, actor, scene.shop.id, EditObject(sector="百货"))
    assert (done.found.is_editable, done.found.object.sector) == (True, "百货")
    away = MoveObject(grid_id=county.grids[1].id, reason="搬家")
    if who in {"clerk", "township_officer"}:
        other = await factories.place(session, "邻镇粮店", county.grids[1])
        assert not (await ledger.read_object(session, actor, other.id)).is_editable
        with pytest.raises(NotFound):
            await ledger.edit_object(session, actor, other.id, EditObject())
        with pytest.raises(NotFound):
            await ledger.move_object(session, actor, scene.shop.id, away)
        with pytest.raises(NotFound):
            await ledger.add_object(session, actor, new(county, grid_id=county.grids[1].id))
    else:
        await ledger.move_object(session, actor, scene.shop.id, away)


async def test_a_department_keeps_the_ledger_of_its_own_grids_only(
    session: AsyncSession, settings: Settings, scene: Scene
) -> None:
    county = scene.county
    line = await factories.grid(
        session, county.departments[0], kind=GridKind.EXCLUSIVE, name="消防重点单位"
    )
    handler = await actor_of(session, settings, county.handler)
    found = await ledger.add_object(session, handler, new(county, grid_id=line.id))
    assert (found.found.runner.id, found.found.township) == (county.departments[0].id, None)
    with pytest.raises(NotFound):
        await ledger.edit_object(session, handler, scene.shop.id, EditObject())


async def test_households_are_known_only_to_those_who_go_there(
    session: AsyncSession, settings: Settings, scene: Scene
) -> None:
    county = scene.county
    home = await factories.place(
        session, "王家（独居老人）", county.grids[0], kind=ObjectKind.HOUSEHOLD
    )
    for who in ("gridworker", "chief", "clerk", "township_officer", "leader"):
        actor = await actor_of(session, settings, getattr(county, who))
        assert (await ledger.read_object(session, actor, home.id)).object is home
    for who in ("stranger", "handler", "auditor"):
        actor = await actor_of(session, settings, getattr(county, who))
        assert [view.name for view in await seen_by(session, actor)] == ["运河饭馆"]
        with pytest.raises(NotFound):
            await ledger.read_object(session, actor, home.id)


async def test_a_bundle_holds_places_of_its_own_grid(session: AsyncSession, scene: Scene) -> None:
    county = scene.county
    bundle = await factories.place(session, "沿街", county.grids[0], kind=ObjectKind.BUNDLE)
    away = await factories.place(session, "邻街", county.grids[1], kind=ObjectKind.BUNDLE)
    put = EditObject(bundle_id=bundle.id)
    await ledger.edit_object(session, scene.administrator, scene.shop.id, put)
    query = ObjectQuery(bundle_id=bundle.id)
    page = await ledger.objects(session, scene.administrator, query)
    assert [found.object.name for found in page.items] == ["运河饭馆"]
    for object_id, bundle_id in ((scene.shop.id, away.id), (bundle.id, bundle.id)):
        wrong = EditObject(bundle_id=bundle_id)
        with pytest.raises(Invalid):
            await ledger.edit_object(session, scene.administrator, object_id, wrong)
    with pytest.raises(Invalid):
        await ledger.open_account(session, scene.administrator, bundle.id)


async def test_phones_hear_of_the_objects_of_their_own_grid(committed: Committed) -> None:
    """The change commits first; then the gridworker's feed says so, the neighbour's does not."""
    async with committed.work() as session:
        county = await factories.county(session)
    actors: dict[str, Actor] = {}
    cursors: dict[str, str] = {}
    async with committed.work() as session:
        for who in ("gridworker", "clerk", "stranger", "administrator"):
            actors[who] = await actor_of(session, committed.settings, getattr(county, who))
            cursors[who] = (await sync.changes(session, actors[who], "", 50)).cursor
    async with committed.work() as session:
        await ledger.add_object(session, actors["administrator"], new(county))
    async with committed.work() as session:
        told = {
            who: (await sync.changes(session, actors[who], cursor, 50)).are_objects_changed
            for who, cursor in cursors.items()
        }
    assert told == {"gridworker": True, "clerk": True, "stranger": False, "administrator": False}


WITHIN = ["gridworker", "chief", "clerk", "township_officer", "county_officer", "supervisor"]
WITHIN += ["leader", "administrator"]


@pytest.mark.parametrize("who", [*WITHIN, "handler", "stranger"])
async def test_whom_to_call_is_shown_within_reach_only(
    session: AsyncSession, settings: Settings, scene: Scene, who: str
) -> None:
    actor = await actor_of(session, settings, getattr(scene.county, who))
    (view,) = await seen_by(session, actor)
    shown = ("王老板", "13812341234") if who in WITHIN else ("王**", "138****1234")
    assert (view.contact_name, view.contact_phone) == shown
    assert view.name == "运河饭馆"  # names are public


async def test_a_second_grid_of_the_village_is_not_the_gridworkers(
    session: AsyncSession, settings: Settings, scene: Scene
) -> None:
    other = await factories.grid(session, scene.county.villages[0], name="二网格")
    scene.shop.grid_id = other.id
    await session.flush()
    for who, name in (("gridworker", "王**"), ("clerk", "王老板")):
        actor = await actor_of(session, settings, getattr(scene.county, who))
        (view,) = await seen_by(session, actor)
        assert view.contact_name == name


async def test_the_own_safety_officer_and_the_department_with_a_case_see_it(
    session: AsyncSession, settings: Settings, scene: Scene
) -> None:
    body = await session.get_one(Organization, scene.shop.id)
    own = await factories.person(session, Role.SAFETY_OFFICER, body)
    (view,) = await seen_by(session, await actor_of(session, settings, own))
    assert view.contact_name == "王老板"
    case = await hazard(session, scene.county, enterprise_id=scene.shop.id, state=State.ASSIGNED)
    session.add(Party(hazard_id=case.id, organization_id=scene.county.departments[0].id))
    await session.flush()
    handler = await actor_of(session, settings, scene.county.handler)
    assert (await seen_by(session, handler))[0].contact_name == "王老板"
    case.state = State.ARCHIVED
    await session.flush()
    assert (await seen_by(session, handler))[0].contact_name == "王**"


@pytest.mark.parametrize("text", ["饭馆", "运河", "测试路", "9237", "ｍａ００", " 饭馆 "])
async def test_objects_are_found_by_words(session: AsyncSession, scene: Scene, text: str) -> None:
    scene.shop.credit_code = "92370405MA00000152"
    await session.flush()
    assert [view.name for view in await seen_by(session, scene.administrator, text)] == ["运河饭馆"]


@pytest.mark.parametrize("text", ["%", "_", "运%馆", "' or 1=1 --", "王老板", "13812341234"])
async def test_objects_are_not_found_by_patterns_or_people(
    session: AsyncSession, scene: Scene, text: str
) -> None:
    assert await seen_by(session, scene.administrator, text) == []


async def test_closed_objects_are_left_out(session: AsyncSession, scene: Scene) -> None:
    scene.shop.closed_on = access.today()
    await session.flush()
    assert await seen_by(session, scene.administrator) == []
    closed = await ledger.objects(session, scene.administrator, ObjectQuery(is_closed=True))
    assert [found.object.id for found in closed.items] == [scene.shop.id]


async def test_filters_narrow_to_a_grid_or_township(session: AsyncSession, scene: Scene) -> None:
    county = scene.county
    for grid_id, township_id, many in (
        (county.grids[0].id, None, 1),
        (county.grids[1].id, None, 0),
        (None, county.townships[0].id, 1),
        (None, county.townships[1].id, 0),
    ):
        query = ObjectQuery(grid_id=grid_id, township_id=township_id)
        page = await ledger.objects(session, scene.administrator, query)
        assert len(page.items) == many


@pytest.mark.parametrize("who", ["stranger", "handler", "clerk"])
async def test_no_filter_tells_what_the_view_withholds(
    session: AsyncSession, settings: Settings, scene: Scene, who: str
) -> None:
    """A major source, a licence until today, housing answers: only those within reach know."""
    housing, shop = scene.county.departments[1], scene.shop
    shop.major_source_level = 1
    session.add_all(
        [
            ObjectDepartment(object_id=shop.id, organization_id=housing.id, basis=Basis.IN_CHARGE),
            Licence(object_id=shop.id, kind="", number="", issuer="", expires_on=access.today()),
        ]
    )
    await session.flush()
    actor = await actor_of(session, settings, getattr(scene.county, who))
    for asked, holds in (
        ({"department_id": housing.id}, True),
        ({"is_major_source": True}, True),
        ({"is_major_source": False}, False),
        ({"licence_ends_within": 1}, True),
    ):
        page = await ledger.objects(session, actor, ObjectQuery.model_validate(asked))
        assert len(page.items) == (holds and who == "clerk"), asked
    assert len((await ledger.objects(session, actor, ObjectQuery())).items) == 1


async def crowd(session: AsyncSession, scene: Scene) -> set[UUID]:
    """120 more, every tenth without a position, many at the same spot or of the same name."""
    ids = {scene.shop.id}
    for number in range(120):
        position = {} if number % 10 == 0 else {"lat": LAT + (number % 40) * 0.001, "lon": LON}
        row = await factories.enterprise(
            session, f"店{number % 7}", scene.county.villages[0], scene.county.grids[0], **position
        )
        ids.add(row.id)
    return ids


@pytest.mark.parametrize("near", [{}, {"near_lat": LAT + 0.0101, "near_lon": LON}])
async def test_pages_hold_each_object_once_in_two_statements_each(
    session: AsyncSession,
    scene: Scene,
    engine: AsyncEngine,
    near: dict[str, float],
) -> None:
    ids = await crowd(session, scene)
    items, cursor = [], None
    with counted(engine) as sent:
        for _ in range(3):
            query = ObjectQuery.model_validate({**near, "cursor": cursor})
            page = await ledger.objects(session, scene.administrator, query)
            items += page.items
            cursor = page.next
    assert cursor is None
    assert len(sent) == 3 * 2  # the objects, and what was reported of them
    assert {found.object.id for found in items} == ids
    assert len(items) == len(ids)
    distances = [found.distance_m for found in items]
    if not near:
        assert set(distances) == {None}
    else:
        known = [distance for distance in distances if distance is not None]
        assert known == sorted(known)
        assert distances[len(known) :] == [None] * 12


async def test_distances_are_metres(session: AsyncSession, scene: Scene) -> None:
    """One thousandth of a degree is 111 m north and 92 m east at this latitude."""
    for lat, lon, metres in ((LAT + 0.001, LON, 111.2), (LAT, LON + 0.001, 91.6)):
        query = ObjectQuery(near_lat=lat, near_lon=lon)
        page = await ledger.objects(session, scene.administrator, query)
        assert page.items[0].distance_m == pytest.approx(metres, abs=0.2)


async def test_an_unknown_person_of_the_fixture_is_no_leak(
    session: AsyncSession, scene: Scene
) -> None:
    """The list never carries people, only what the enterprise said about itself."""
    names = set(await session.scalars(select(Person.name)))
    (view,) = await seen_by(session, scene.administrator)
    assert not names & {str(value) for value in view.model_dump().values()}
