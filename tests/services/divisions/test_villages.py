"""A change between villages of one township: what is alive gets its new village (decision 45)."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.config import Settings
from app.errors import Invalid, NotFound
from app.models.accident import Accident, AccidentStatus
from app.models.appeal import Appeal, AppealStatus
from app.models.base import new_id
from app.models.grid import Grid
from app.models.hazard import Clock, ClockOutcome, Hazard, State
from app.models.notification import Notification
from app.models.organization import Organization, OrganizationKind
from app.models.patrol import PatrolTask
from app.models.person import Person, Post, Role
from app.models.rules import Hop
from app.models.supervised_object import ObjectKind
from app.services import access, divisions, events, patrols, sync
from app.services.access import Actor
from app.services.divisions import ChangeDivision, HandInDraft
from tests import factories
from tests.actors import actor_of
from tests.cases import case
from tests.conftest import Committed, Freeze
from tests.factories import County
from tests.patrols import checklist, duty, thing
from tests.services.divisions.ground import Ground
from tests.services.divisions.test_divisions import DOCUMENT, LAT, LON, TODAY, named, posts_of
from tests.services.test_grids import square


async def sees(session: AsyncSession, settings: Settings, person: Person, hazard: Hazard) -> bool:
    actor = await actor_of(session, settings, person)
    query = select(Hazard.id).where(Hazard.id == hazard.id, access.can_see(actor))
    return await session.scalar(query) is not None


async def accident(session: AsyncSession, county: County, **fields: Any) -> Accident:
    now = clock.now()
    row = Accident(
        **{
            "id": new_id(), "status": AccidentStatus.OPEN, "reporter_id": county.gridworker.id,
            "grid_id": county.grids[0].id, "village_id": county.villages[0].id,
            "township_id": county.townships[0].id, "is_outside_county": False,
            "is_time_doubtful": False, "received_at": now, "clock_from": now, **fields,
        }
    )  # fmt: skip
    session.add(row)
    await session.flush()
    return row


async def appeal(session: AsyncSession, county: County, **fields: Any) -> Appeal:
    row = Appeal(
        **{
            "id": new_id(), "subject": "路灯", "place": "文化路", "status": AppealStatus.OPEN,
            "asker_id": county.gridworker.id, "grid_id": county.grids[0].id,
            "township_id": county.townships[0].id, "holder_id": county.townships[0].id,
            "received_at": clock.now(), **fields,
        }
    )  # fmt: skip
    session.add(row)
    await session.flush()
    return row


async def test_two_villages_become_one_and_everything_alive_has_the_new_village(
    session: AsyncSession, settings: Settings, county: County, land: Ground, admin: Actor
) -> None:
    grid, here = county.grids[0], county.townships[0]
    shop = await factories.enterprise(session, "永安饭店", county.villages[0], grid)
    bundle = await thing(session, grid, "沿街小店", kind=ObjectKind.BUNDLE)
    member = await thing(session, grid, "小店一", bundle_id=bundle.id)
    raw = await thing(session, grid, "采来未确认", confirmed_at=None)
    await checklist(session)
    await duty(session)
    await duty(session, "S1", role=Role.SAFETY_OFFICER, name="企业自查")
    await patrols.plan(session, TODAY)
    waits = await case(session, county)
    at_work = await case(
        session, county, state=State.ASSIGNED, holder_id=None,
        dispatcher_id=here.id, department_id=county.departments[0].id,
    )  # fmt: skip
    over = await case(session, county, state=State.ARCHIVED)
    fire, out = [
        await accident(session, county, status=status)
        for status in (AccidentStatus.OPEN, AccidentStatus.CLOSED)
    ]
    asked = await appeal(session, county)
    made = await divisions.change(session, admin, await land.merge(session))
    whole = await named(session, "并后网格")
    assert (whole.organization_id, whole.parent_id) == (
        land.village.id,
        county.township_grids[0].id,
    )
    assert {shop.grid_id, bundle.grid_id, member.grid_id, raw.grid_id} == {whole.id}
    body = await session.get_one(Organization, shop.id)
    assert (body.parent_id, body.within_id) == (land.village.id, here.id)
    tasks = list(await session.scalars(select(PatrolTask)))
    assert {task.grid_id for task in tasks if task.object_id in (shop.id, bundle.id)} == {whole.id}
    for hazard in (waits, at_work):
        assert (hazard.grid_id, hazard.village_id, hazard.township_id) == (
            whole.id, land.village.id, here.id,
        )  # fmt: skip
    assert (waits.holder_id, at_work.department_id) == (here.id, county.departments[0].id)
    assert (over.grid_id, over.village_id) == (grid.id, county.villages[0].id)
    assert (fire.grid_id, fire.village_id) == (whole.id, land.village.id)
    assert (out.grid_id, out.village_id, asked.grid_id) == (
        grid.id, county.villages[0].id, whole.id,
    )  # fmt: skip
    (step,) = await events.of(session, waits.id)
    assert (step.data["left_body"]["name"], step.data["body"]["name"]) == ("文化社区", "北关村")
    assert [part.body for part in made.before] == ["文化社区", "北关村"]
    post = (await session.scalars(select(Post).where(
        Post.person_id == county.gridworker.id, Post.grid_id == whole.id
    ))).one()  # fmt: skip
    assert (post.organization_id, post.role) == (land.village.id, Role.GRIDWORKER)
    told = select(Notification.person_id).where(Notification.kind == "grid.redrawn")
    assert set(await session.scalars(told)) >= {county.clerk.id, land.clerk.id, land.worker.id}


async def test_old_and_new_village_see_the_case_and_nobody_gains_the_rest(
    session: AsyncSession, settings: Settings, county: County, land: Ground, admin: Actor
) -> None:
    hazard = await case(session, county, reporter_id=county.administrator.id)
    over = await case(session, county, state=State.ARCHIVED, reporter_id=county.administrator.id)
    seen = [
        await sees(session, settings, one, hazard)
        for one in (county.clerk, county.gridworker, land.clerk, land.worker)
    ]
    assert seen == [True, True, False, False]
    await divisions.change(session, admin, await land.merge(session))
    for one in (county.clerk, county.gridworker, land.clerk, land.worker):
        assert await sees(session, settings, one, hazard), one.name
    assert not await sees(session, settings, land.clerk, over)
    assert await sees(session, settings, county.clerk, over)


async def test_a_desk_of_the_old_village_hands_over_and_the_time_runs_on(
    session: AsyncSession, county: County, land: Ground, admin: Actor
) -> None:
    county.villages[0].is_summarising = True
    now = clock.now()
    soon, later = now + timedelta(minutes=10), now + timedelta(hours=2)
    taken = {"claimed_by_id": county.clerk.id, "claimed_until": soon, "snoozed_until": later}
    hazard, urgent = [
        await case(session, county, holder_id=county.villages[0].id, is_urgent=is_urgent, **taken)
        for is_urgent in (False, True)
    ]
    theirs = await case(session, county, **taken)  # the township's, which goes on with it
    running = Clock(
        hazard_id=hazard.id, hop=Hop.TRIAGE, round=1, owner_id=county.villages[0].id,
        started_at=now, due_at=now + timedelta(hours=4), approaching_at=now + timedelta(hours=3),
        very_late_at=now + timedelta(hours=12), outcome=ClockOutcome.RUNNING, pauses={},
    )  # fmt: skip
    session.add(running)
    await session.flush()
    land.village.is_summarising = True
    await divisions.change(session, admin, await land.merge(session))
    assert (hazard.holder_id, running.owner_id) == (land.village.id, land.village.id)
    assert (running.due_at, running.outcome) == (now + timedelta(hours=4), ClockOutcome.RUNNING)
    assert urgent.holder_id == county.townships[0].id
    for one in (hazard, urgent):
        assert (one.claimed_by_id, one.claimed_until, one.snoozed_until) == (None, None, None)
    assert (theirs.claimed_by_id, theirs.claimed_until, theirs.snoozed_until) == (
        county.clerk.id, soon, later,
    )  # fmt: skip
    (step,) = await events.of(session, hazard.id)
    assert step.data["holder"]["name"] == "北关村"


async def test_an_estate_moves_to_the_other_village_and_the_rest_stays(
    session: AsyncSession, county: County, land: Ground, admin: Actor
) -> None:
    grid = county.grids[0]
    level = await factories.grid(session, land.village, county.township_grids[0], name="村级")
    land.grid.parent_id = level.id
    estate, shop = await thing(session, grid, "新苑小区"), await thing(session, grid, "饭店")
    inside, outside = [await case(session, county, lat=lat, lon=LON) for lat in (LAT, LAT + 0.2)]
    ids = await posts_of(session, grid)
    command = ChangeDivision.model_validate(
        {
            "kind": "split", "grid_ids": [grid.id], "starts_on": TODAY, "document": DOCUMENT,
            "targets": [
                {"name": "留下的", "post_ids": ids},
                {"name": "划走的", "organization_id": land.village.id, "post_ids": ids,
                 "object_ids": [estate.id], "outline": square(LAT, LON)},
            ],
        }
    )  # fmt: skip
    outlook = await divisions.preview(session, admin, command)
    assert [(one.name, one.body.name, one.objects, one.cases) for one in outlook.shares] == [
        ("留下的", "文化社区", 1, 1), ("划走的", "北关村", 1, 1),
    ]  # fmt: skip
    assert (outlook.objects_over, outlook.cases_over, outlook.people_over) == (1, 1, 2)
    assert await session.scalar(select(Grid.id).where(Grid.name == "划走的")) is None
    await divisions.change(session, admin, command)
    stays, goes = await named(session, "留下的"), await named(session, "划走的")
    assert (stays.parent_id, goes.parent_id) == (grid.parent_id, level.id)
    assert (estate.grid_id, shop.grid_id) == (goes.id, stays.id)
    assert (inside.village_id, outside.village_id) == (land.village.id, county.villages[0].id)


async def test_a_grid_is_closed_into_one_of_the_other_village(
    session: AsyncSession, county: County, land: Ground, admin: Actor
) -> None:
    hazard = await case(session, county)
    ids = await posts_of(session, county.grids[0])
    command = {
        "kind": "close", "grid_ids": [county.grids[0].id], "starts_on": TODAY,
        "document": DOCUMENT, "targets": [{"grid_id": land.grid.id, "post_ids": ids}],
    }  # fmt: skip
    await divisions.change(session, admin, ChangeDivision.model_validate(command))
    assert (hazard.grid_id, hazard.village_id) == (land.grid.id, land.village.id)


async def test_what_does_not_fit_is_refused_in_both_languages(
    session: AsyncSession, county: County, land: Ground, admin: Actor
) -> None:
    good = (await land.merge(session)).model_dump()
    (target,) = good["targets"]
    line = await factories.grid(session, county.departments[0], kind="exclusive")
    closed = await factories.organization(
        session, OrganizationKind.VILLAGE, "老村", county.townships[0], is_active=False
    )
    clerk_post = await factories.post(
        session, county.clerk, Role.VILLAGE_CLERK, county.villages[0], county.grids[0]
    )
    with_clerk = [*target["post_ids"], clerk_post.id]
    other = county.villages[1]
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("organization_id", {"targets": [target | {"organization_id": None}]}),
        ("organization_id", {"targets": [target | {"organization_id": other.id}]}),
        ("organization_id", {"targets": [target | {"organization_id": closed.id}]}),
        ("organization_id", {"targets": [target | {"organization_id": county.townships[0].id}]}),
        ("grid_ids", {"grid_ids": [county.grids[0].id, county.grids[1].id]}),
        ("grid_ids", {"grid_ids": [county.grids[0].id, line.id]}),
        ("post_ids", {"targets": [target | {"post_ids": with_clerk}]}),
        (
            "organization_id",
            {
                "kind": "close", "grid_ids": [county.grids[0].id],
                "targets": [{"grid_id": land.grid.id, "organization_id": land.village.id}],
            },
        ),
    ]  # fmt: skip
    for field, change in wrong:
        command = ChangeDivision.model_validate(good | change)
        with pytest.raises(Invalid) as refused:
            async with session.begin_nested():
                await divisions.change(session, admin, command)
        assert refused.value.fields == [field], change
        said = refused.value.problem()
        assert said["zh"].endswith("。"), change
        assert said["en"].endswith("."), change
    unknown = good | {"targets": [target | {"organization_id": new_id()}]}
    with pytest.raises(NotFound):
        await divisions.change(session, admin, ChangeDivision.model_validate(unknown))


async def test_a_township_drafts_between_its_villages_and_not_beyond(
    session: AsyncSession, settings: Settings, county: County, land: Ground, admin: Actor
) -> None:
    officer = await actor_of(session, settings, county.township_officer)
    change = await land.merge(session)
    command = HandInDraft.model_validate({"proposal": {"change": change}, "reason": "并村了"})
    found = await divisions.hand_in(session, officer, command)
    assert [one.organization.name for one in found.before] == ["文化社区", "北关村"]
    assert [one.organization.name for one in found.after] == ["北关村"]
    away = change.model_copy(deep=True)
    away.targets[0].organization_id = county.villages[1].id
    for work in (
        divisions.hand_in(
            session, officer,
            HandInDraft.model_validate({"proposal": {"change": away}, "reason": "并村了"}),
        ),
        divisions.preview(session, officer, away),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            await work
    yes = divisions.AnswerDraft(is_confirmed=True, version=1)
    await divisions.answer(session, admin, found.draft.id, yes)
    assert (await named(session, "并后网格")).organization_id == land.village.id


async def test_phones_of_both_villages_follow(committed: Committed, freeze: Freeze) -> None:
    """The new gridworker gets the case; who lost the ground does not have it any more."""
    freeze("2026-11-23 08:00")
    async with committed.work() as session:
        county = await factories.county(session)
        land = await Ground(county).settle(session)
        hazard = await case(session, county, reporter_id=county.administrator.id)
        grid_ids = [county.grids[0].id]
    people = (land.worker, county.gridworker, land.clerk, county.clerk)
    cursors = {one.id: (await look(committed, one, "")).cursor for one in people}
    async with committed.work() as session:
        admin = await actor_of(session, committed.settings, county.administrator)
        leaver = await session.scalar(
            select(Post).where(Post.person_id == county.gridworker.id).with_for_update()
        )
        assert leaver is not None
        leaver.ends_on = TODAY - timedelta(days=1)
        await session.flush()
        ids = await posts_of(session, county.grids[0])
        command = {
            "kind": "close", "grid_ids": grid_ids, "starts_on": TODAY, "document": DOCUMENT,
            "targets": [
                {"grid_id": land.grid.id, "post_ids": [id_ for id_ in ids if id_ != leaver.id]}
            ],
        }  # fmt: skip
        await divisions.change(session, admin, ChangeDivision.model_validate(command))
    pages = [await look(committed, one, cursors[one.id]) for one in people]
    assert [[row.id for row in page.hazards] for page in pages] == [
        [hazard.id], [], [hazard.id], [hazard.id],
    ]  # fmt: skip
    assert pages[1].is_reset or pages[1].gone == [hazard.id]


async def look(committed: Committed, person: Person, since: str) -> sync.Changes:
    async with committed.work() as session:
        actor = await actor_of(session, committed.settings, person)
        return await sync.changes(session, actor, since, 50)
