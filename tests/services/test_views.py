"""Built-in queues per role and saved views, each with its count."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.api.shapes.notifications import Views
from app.config import Settings
from app.errors import Invalid, NotFound
from app.models.hazard import Hazard, Party, State
from app.models.notification import SavedView
from app.models.person import Role
from app.services import notifications
from app.services.hazards import HazardFilters
from app.services.hazards.sorting import CLOSED_FROM
from app.services.notifications import QUEUES, SaveView
from app.services.notifications.views import MOST_VIEWS
from app.services.permissions import PERMISSIONS, Permission
from tests import factories
from tests.actors import actor_of
from tests.conftest import Freeze
from tests.factories import County
from tests.services.test_organizations import hazard

NOON = "2026-11-23 12:00"


@pytest.fixture
async def county(session: AsyncSession, freeze: Freeze) -> County:
    freeze(NOON)
    return await factories.county(session)


def test_every_role_has_queues_with_keys_of_its_own() -> None:
    assert set(QUEUES) == set(Role)
    for queues in QUEUES.values():
        keys = [queue.key for queue in queues]
        assert len(keys) == len(set(keys))
    same = {
        (queue.key, queue.filters.model_dump_json())
        for queues in QUEUES.values()
        for queue in queues
    }
    assert len(same) == len({key for key, _ in same})  # one key, one meaning


# Who keeps rights or reads the audit sees no cases.
WITHOUT_CASES = {Role.SECURITY_ADMINISTRATOR, Role.AUDIT_ADMINISTRATOR}
WITH_CASES = [r for r in Role if Permission.USE_DESK in PERMISSIONS[r] and r not in WITHOUT_CASES]


@pytest.mark.parametrize("role", WITH_CASES)
def test_every_desk_sees_all_open_cases(role: Role) -> None:
    assert "all_open" in {queue.key for queue in QUEUES[role]}


async def shown(session: AsyncSession, settings: Settings, county: County, who: str) -> Views:
    actor = await actor_of(session, settings, getattr(county, who))
    return Views.model_validate(await notifications.views(session, actor))


async def counts(
    session: AsyncSession, settings: Settings, county: County, who: str
) -> dict[str, int]:
    found = await shown(session, settings, county, who)
    return {queue.key: queue.count for queue in found.queues}


async def test_each_desk_counts_what_waits_for_it(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    now = clock.now()
    fire, township = county.departments[0].id, county.townships[0].id
    assigned: dict[str, Any] = {
        "state": State.ASSIGNED,
        "department_id": fire,
        "dispatcher_id": county.centre.id,
        "is_signed_for": True,
    }
    await hazard(session, county, holder_id=township)
    await hazard(session, county, holder_id=township, clock_due_at=now - timedelta(hours=1))
    await hazard(session, county, holder_id=county.centre.id)
    await hazard(session, county, holder_id=county.safety.id, is_major_confirmed=True)
    cases = [
        await hazard(session, county, **{**assigned, "is_signed_for": False}),
        await hazard(session, county, **assigned),
        await hazard(session, county, **assigned, asked_extension_to=now),
        await hazard(session, county, **{**assigned, "state": State.DONE}),
    ]
    session.add_all(Party(hazard_id=case.id, organization_id=fire) for case in cases)
    closed = {"closed_at": now, "sort_key": CLOSED_FROM}
    await hazard(session, county, state=State.ARCHIVED, is_listed=True, **closed)
    await session.flush()

    officer = await counts(session, settings, county, "township_officer")
    assert (officer["triage"], officer["overdue"], officer["all_open"]) == (2, 1, 8)
    centre = await counts(session, settings, county, "county_officer")
    assert (centre["dispatch"], centre["dispatched"], centre["extensions"]) == (1, 3, 1)
    assert (centre["major"], centre["listed"], centre["all_open"]) == (1, 1, 8)
    assert (await counts(session, settings, county, "supervisor"))["unclear"] == 1
    handler = await counts(session, settings, county, "handler")
    assert (handler["to_sign_for"], handler["rectifying"]) == (1, 2)
    assert (handler["extension_asked"], handler["awaiting_verification"]) == (1, 1)
    assert handler["all_open"] == 4
    worker = await counts(session, settings, county, "gridworker")
    assert (worker["verify"], worker["mine"]) == (1, 8)
    stranger = await counts(session, settings, county, "stranger")
    assert set(stranger.values()) == {0}


async def test_counting_stops_at_a_thousand(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    one = await hazard(session, county, holder_id=county.townships[0].id)
    row = {
        column.key: getattr(one, column.key)
        for column in Hazard.__table__.columns
        if column.key not in ("id", "number")
    }
    many = [{**row, "id": uuid4()} for _ in range(1_000)]
    await session.execute(insert(Hazard), many)
    found = await shown(session, settings, county, "township_officer")
    triage = next(queue for queue in found.queues if queue.key == "triage")
    assert (triage.count, triage.is_count_capped) == (1_000, True)


async def test_two_posts_bring_the_queues_of_both(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    await factories.post(session, county.handler, Role.SAFETY_SUPERVISOR, county.safety)
    keys = list(await counts(session, settings, county, "handler"))
    assert {"to_sign_for", "unclear"} <= set(keys)
    assert len(keys) == len(set(keys))


async def test_a_view_is_saved_changed_and_forgotten(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    await hazard(session, county, holder_id=county.townships[0].id)
    actor = await actor_of(session, settings, county.township_officer)
    view_id = uuid4()
    fire = SaveView(name="消防", filters=HazardFilters(category=["fire"]))
    await notifications.save_view(session, actor, view_id, fire)
    await notifications.save_view(session, actor, view_id, fire)  # a repeat changes nothing
    assert await session.scalar(select(func.count()).select_from(SavedView)) == 1
    gas = SaveView(name="燃气", filters=HazardFilters(category=["gas"]), position=3)
    await notifications.save_view(session, actor, uuid4(), gas)
    (first, second) = (await shown(session, settings, county, "township_officer")).saved
    assert (first.name, first.count, first.filters.category) == ("消防", 1, ["fire"])
    assert (second.name, second.count) == ("燃气", 0)
    await notifications.delete_view(session, actor, view_id)
    left = (await shown(session, settings, county, "township_officer")).saved
    assert [view.name for view in left] == ["燃气"]


async def test_views_are_ones_own(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    mine = await actor_of(session, settings, county.township_officer)
    other = await actor_of(session, settings, county.county_officer)
    view_id = uuid4()
    command = SaveView(name="消防", filters=HazardFilters(category=["fire"]))
    await notifications.save_view(session, mine, view_id, command)
    with pytest.raises(NotFound):
        await notifications.save_view(session, other, view_id, command)
    with pytest.raises(NotFound):
        await notifications.delete_view(session, other, view_id)
    with pytest.raises(NotFound):
        await notifications.delete_view(session, mine, uuid4())
    assert (await shown(session, settings, county, "county_officer")).saved == []


async def test_there_is_room_for_so_many_views(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    actor = await actor_of(session, settings, county.township_officer)
    command = SaveView(name="消防", filters=HazardFilters())
    ids = [uuid4() for _ in range(MOST_VIEWS)]
    for view_id in ids:
        await notifications.save_view(session, actor, view_id, command)
    with pytest.raises(Invalid):
        await notifications.save_view(session, actor, uuid4(), command)
    await notifications.save_view(session, actor, ids[0], command)  # changing one goes on
