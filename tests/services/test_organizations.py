"""The tree of bodies: who may hang where, who can be closed, who can be given a case."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.config import Settings
from app.errors import Invalid, NotFound, NotPermitted
from app.models.hazard import Assistant, Hazard, State
from app.models.organization import Organization, OrganizationKind
from app.models.person import Role
from app.models.rules import RoutingRule
from app.services import places
from app.services.access import Actor
from app.services.places import AddOrganization, EditOrganization
from app.services.places.closing import ONLY_ONE
from app.services.places.organizations import PARENTS
from tests import factories
from tests.actors import actor_of
from tests.cases import case
from tests.factories import County

K = OrganizationKind


@dataclass(frozen=True)
class Scene:
    county: County
    administrator: Actor
    station: Organization  # of the first township


@pytest.fixture
async def scene(session: AsyncSession, settings: Settings) -> Scene:
    county = await factories.county(session)
    station = await factories.organization(
        session, K.DEPARTMENT, "运河街道安监站", county.townships[0]
    )
    return Scene(county, await actor_of(session, settings, county.administrator), station)


async def hazard(session: AsyncSession, county: County, **fields: Any) -> Hazard:
    """A case that waits at no desk."""
    return await case(session, county, **{"holder_id": None, **fields})


@pytest.mark.parametrize("parent", K)
@pytest.mark.parametrize("kind", K)
async def test_a_body_hangs_only_where_its_kind_belongs(
    session: AsyncSession, scene: Scene, kind: OrganizationKind, parent: OrganizationKind
) -> None:
    """Every pair of the table; enterprises come with a place, the centre is there already."""
    county = scene.county
    shop = await factories.enterprise(session, "饭馆", county.villages[0], county.grids[0])
    above = {
        K.COUNTY_CENTRE: county.centre.id,
        K.SAFETY_DEPARTMENT: county.safety.id,
        K.DEPARTMENT: county.departments[0].id,
        K.TOWNSHIP_SUBCENTRE: county.townships[0].id,
        K.VILLAGE: county.villages[0].id,
        K.ENTERPRISE: shop.id,
    }[parent]
    command = AddOrganization(kind=kind, name="新单位", short_name="新", parent_id=above)
    if parent in PARENTS.get(kind, set()) and kind not in ONLY_ONE:
        body = await places.add_organization(session, scene.administrator, command)
        township = county.townships[0].id if parent is K.TOWNSHIP_SUBCENTRE else None
        expected = body.id if kind is K.TOWNSHIP_SUBCENTRE else township
        assert body.within_id == expected
    else:
        with pytest.raises(Invalid):
            await places.add_organization(session, scene.administrator, command)


async def test_only_administrators_change_bodies(
    session: AsyncSession, settings: Settings, scene: Scene
) -> None:
    actor = await actor_of(session, settings, scene.county.county_officer)
    add = AddOrganization(
        kind=K.VILLAGE, name="新村", short_name="新村", parent_id=scene.county.townships[0].id
    )
    with pytest.raises(NotPermitted):
        await places.add_organization(session, actor, add)
    with pytest.raises(NotPermitted):
        await places.edit_organization(
            session, actor, scene.station.id, EditOrganization(name="新名")
        )


async def test_unknown_bodies_are_not_found(session: AsyncSession, scene: Scene) -> None:
    add = AddOrganization(kind=K.VILLAGE, name="新村", short_name="新村", parent_id=uuid4())
    with pytest.raises(NotFound):
        await places.add_organization(session, scene.administrator, add)
    with pytest.raises(NotFound):
        await places.edit_organization(session, scene.administrator, uuid4(), EditOrganization())


async def test_a_division_code_is_used_once(session: AsyncSession, scene: Scene) -> None:
    add = AddOrganization(
        kind=K.VILLAGE,
        name="新村",
        short_name="新村",
        code="370405001201",
        parent_id=scene.county.townships[0].id,
    )
    await places.add_organization(session, scene.administrator, add)
    with pytest.raises(Invalid) as refused:
        await places.add_organization(session, scene.administrator, add)
    assert refused.value.fields == ["code"]


async def test_a_body_is_renamed_and_what_is_not_sent_stays(
    session: AsyncSession, scene: Scene
) -> None:
    change = EditOrganization(short_name="安监站", phone="0632-6611001")
    body = await places.edit_organization(session, scene.administrator, scene.station.id, change)
    assert (body.name, body.short_name, body.phone) == ("运河街道安监站", "安监站", "0632-6611001")
    cleared = EditOrganization(phone=None)
    body = await places.edit_organization(session, scene.administrator, body.id, cleared)
    assert body.phone is None
    for field in ("name", "short_name", "is_active", "is_summarising"):
        nothing = EditOrganization.model_validate({field: None})
        with pytest.raises(Invalid):
            await places.edit_organization(session, scene.administrator, body.id, nothing)


async def let_summarise(session: AsyncSession, scene: Scene, body: Organization) -> Organization:
    change = EditOrganization(is_summarising=True)
    return await places.edit_organization(session, scene.administrator, body.id, change)


async def test_a_village_is_made_to_summarise_and_back(session: AsyncSession, scene: Scene) -> None:
    village = scene.county.villages[0]
    assert (await let_summarise(session, scene, village)).is_summarising
    back = EditOrganization(is_summarising=False)
    body = await places.edit_organization(session, scene.administrator, village.id, back)
    assert not body.is_summarising


async def test_only_a_village_with_somebody_there_summarises(
    session: AsyncSession, scene: Scene
) -> None:
    for body in (scene.station, scene.county.townships[0], scene.county.villages[1]):
        with pytest.raises(Invalid) as refused:
            await let_summarise(session, scene, body)
        assert refused.value.fields == ["is_summarising"]


async def close(session: AsyncSession, scene: Scene, body_id: UUID) -> Organization:
    change = EditOrganization(is_active=False)
    return await places.edit_organization(session, scene.administrator, body_id, change)


async def test_a_body_without_ties_is_closed_and_opened(
    session: AsyncSession, scene: Scene
) -> None:
    assert not (await close(session, scene, scene.station.id)).is_active
    again = EditOrganization(is_active=True)
    body = await places.edit_organization(session, scene.administrator, scene.station.id, again)
    assert body.is_active


@pytest.mark.parametrize("tie", ["holder_id", "department_id", "dispatcher_id"])
@pytest.mark.parametrize("state", State)
async def test_a_body_with_open_cases_stays_open(
    session: AsyncSession, scene: Scene, tie: str, state: State
) -> None:
    await hazard(session, scene.county, state=state, **{tie: scene.station.id})
    if state in (State.ARCHIVED, State.MERGED, State.VOIDED):
        assert not (await close(session, scene, scene.station.id)).is_active
    else:
        with pytest.raises(Invalid) as refused:
            await close(session, scene, scene.station.id)
        assert "1 件未办结" in refused.value.problem()["zh"]


async def test_a_body_that_still_assists_stays_open(session: AsyncSession, scene: Scene) -> None:
    case = await hazard(session, scene.county)
    part = Assistant(hazard_id=case.id, organization_id=scene.station.id)
    session.add(part)
    await session.flush()
    with pytest.raises(Invalid) as refused:
        await close(session, scene, scene.station.id)
    assert "联办" in refused.value.problem()["zh"]
    part.finished_at = clock.now()
    await session.flush()
    assert not (await close(session, scene, scene.station.id)).is_active


async def test_a_body_that_rules_people_or_bodies_depend_on_stays_open(
    session: AsyncSession, scene: Scene
) -> None:
    county = scene.county
    session.add(RoutingRule(category_code="fire", department_id=scene.station.id))
    holder = await factories.person(session, Role.HANDLER, scene.station)
    await session.flush()
    for word, untie in (("分派规则", delete(RoutingRule)), ("任职", None)):
        with pytest.raises(Invalid) as refused:
            await close(session, scene, scene.station.id)
        assert word in refused.value.problem()["zh"]
        if untie is not None:
            await session.execute(untie)
    assert holder.id
    for body, word in (
        (county.townships[1], "下属单位"),
        (county.villages[1], "网格"),
        (county.centre, "流转"),
        (county.safety, "流转"),
    ):
        with pytest.raises(Invalid) as refused:
            await close(session, scene, body.id)
        assert word in refused.value.problem()["zh"]


async def test_posts_of_the_past_do_not_keep_a_body_open(
    session: AsyncSession, scene: Scene
) -> None:
    holder = await factories.person(session)
    yesterday = clock.local(clock.now()).date() - timedelta(days=1)
    await factories.post(
        session, holder, Role.HANDLER, scene.station, starts_on=date(2024, 1, 1), ends_on=yesterday
    )
    assert not (await close(session, scene, scene.station.id)).is_active


async def test_names_are_open_to_everybody_signed_in(
    session: AsyncSession, settings: Settings, scene: Scene
) -> None:
    """Pickers need them; enterprises only when asked for by kind."""
    county = scene.county
    await factories.enterprise(session, "饭馆", county.villages[0], county.grids[0])
    actor = await actor_of(session, settings, county.stranger)
    every = await places.organizations(session, actor)
    assert len(every) == 10
    assert K.ENTERPRISE not in {body.kind for body in every}
    shops = await places.organizations(session, actor, K.ENTERPRISE)
    assert [body.name for body in shops] == ["饭馆"]
    below = await places.organizations(session, actor, parent_id=county.townships[0].id)
    assert {body.id for body in below} == {scene.station.id, county.villages[0].id}


async def test_a_township_reaches_its_stations_the_county_its_departments(
    session: AsyncSession, settings: Settings, scene: Scene
) -> None:
    county = scene.county
    closed = await factories.organization(session, K.DEPARTMENT, "旧局", county.centre)
    closed.is_active = False
    await factories.organization(session, K.DEPARTMENT, "马兰屯安监站", county.townships[1])
    case = await hazard(session, county, holder_id=county.townships[0].id)
    officer = await actor_of(session, settings, county.township_officer)
    assert await places.reachable(session, officer, case.id) == [scene.station]
    county_ids = {county.safety.id, *(body.id for body in county.departments)}
    for desk in (county.centre, county.safety):
        case.holder_id = desk.id
        await session.flush()
        found = await places.reachable(session, officer, case.id)
        assert {body.id for body in found} == county_ids
    case.holder_id, case.dispatcher_id = None, county.townships[0].id
    await session.flush()
    assert await places.reachable(session, officer, case.id) == [scene.station]
    case.dispatcher_id = None
    await session.flush()
    assert await places.reachable(session, officer, case.id) == []


async def test_reach_of_a_foreign_case_is_not_told(
    session: AsyncSession, settings: Settings, scene: Scene
) -> None:
    case = await hazard(session, scene.county, holder_id=scene.county.townships[0].id)
    stranger = await actor_of(session, settings, scene.county.stranger)
    for hazard_id in (case.id, uuid4()):
        with pytest.raises(NotFound):
            await places.reachable(session, stranger, hazard_id)
