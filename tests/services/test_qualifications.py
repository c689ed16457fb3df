"""The gate: off until the county says so; then no post and no task done without a qualification."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.errors import Invalid, NotQualified
from app.models.notification import Notification
from app.models.person import Person, Post, Role
from app.services import access, accounts, handovers, rules, schemes, trainings
from app.services.access import SYSTEM, Actor
from app.services.accounts import AddPost, EditPost
from app.services.handovers import HandOver
from app.services.schemes import Part, Verb
from app.services.training_jobs import warn_of_endings
from app.services.trainings import StandingQuery
from tests import factories
from tests.conftest import Freeze, SignInAs
from tests.services.schemes.ground import DIVISIONS
from tests.trainings import ALL, TODAY, YEAR, Scene, switch

TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
async def scene(session: AsyncSession, settings: Settings, freeze: Freeze) -> Scene:
    freeze("2026-11-23 10:00")
    return await Scene(session, settings, await factories.county(session)).build()


def post(scene: Scene, role: Role = Role.GRIDWORKER, **fields: Any) -> AddPost:
    village, grid = scene.county.villages[0], scene.county.grids[0]
    usual = {"organization_id": village.id, "grid_id": grid.id, "starts_on": TODAY}
    return AddPost.model_validate({**usual, "role": role, **fields})


async def give(scene: Scene, person: Person, command: AddPost) -> None:
    await accounts.add_post(scene.session, scene.township, person.id, command)


async def test_off_nobody_is_asked_and_on_the_refusal_names_who_what_and_the_way_out(
    scene: Scene,
) -> None:
    clerk = scene.county.clerk
    await give(scene, clerk, post(scene, ends_on=TODAY))
    await switch(scene)
    with pytest.raises(NotQualified) as refused:
        await give(scene, clerk, post(scene, starts_on=TOMORROW))
    told = refused.value.problem()
    for part in ("李文书", "会检查、会记录、会报告", "培训"):
        assert part in told["zh"]
    assert "李文书" in told["en"]
    await scene.passed(clerk, **ALL)
    await give(scene, clerk, post(scene, starts_on=TOMORROW))


@pytest.mark.parametrize(
    ("rule", "wanted", "is_free"),
    [
        ({"roles": ["gridworker"]}, {"role": Role.GRID_CHIEF}, True),
        ({"roles": ["gridworker"]}, {}, False),
        ({}, {"role": Role.GRID_CHIEF}, False),
        ({}, {"role": Role.VILLAGE_CLERK, "grid_id": None}, True),
        ({"starts_on": TOMORROW}, {}, True),  # begins before it is asked for
        ({"starts_on": TOMORROW}, {"starts_on": TOMORROW}, False),
        ({}, {"starts_on": TODAY - timedelta(days=9)}, False),  # given back in time, from today on
        ({}, {"starts_on": TODAY - timedelta(days=9), "ends_on": TODAY - timedelta(days=1)}, True),
    ],
)
async def test_it_is_asked_of_these_roles_from_its_day_on(
    scene: Scene, rule: dict[str, Any], wanted: dict[str, Any], is_free: bool
) -> None:
    await switch(scene, **rule)
    person = await factories.person(scene.session, Role.SAFETY_OFFICER, scene.county.villages[0])
    if is_free:
        await give(scene, person, post(scene, **wanted))
    else:
        with pytest.raises(NotQualified):
            await give(scene, person, post(scene, **wanted))


async def test_what_has_run_out_says_until_when_it_was(scene: Scene) -> None:
    clerk = scene.county.clerk
    await scene.passed(clerk, **ALL, valid_until=TODAY)
    await switch(scene)
    with pytest.raises(NotQualified) as refused:
        await give(scene, clerk, post(scene, starts_on=TOMORROW))
    assert "2026-11-23" in refused.value.problem()["zh"]
    await give(scene, clerk, post(scene))  # its last day counts


async def test_a_grid_is_handed_over_only_to_who_is_qualified_and_nothing_is_half_done(
    scene: Scene, settings: Settings
) -> None:
    await switch(scene)
    session, county = scene.session, scene.county
    held = await session.scalar(select(Post.id).where(Post.person_id == county.gridworker.id))
    command = HandOver(from_post_id=held, to_person_id=county.clerk.id, starts_on=TOMORROW)
    with pytest.raises(NotQualified):
        await handovers.hand_over(session, settings, scene.township, county.grids[0].id, command)


async def test_posts_that_people_have_stay_whatever_the_rule(
    scene: Scene, sign_in_as: SignInAs
) -> None:
    """Also one that is made longer, and one that a change of the division carries on."""
    session, worker = scene.session, scene.county.gridworker
    await switch(scene)
    held = (await session.scalars(select(Post).where(Post.person_id == worker.id))).one()
    await accounts.edit_post(session, scene.township, held.id, EditPost(ends_on=YEAR))
    await session.refresh(held)
    assert held.ends_on == YEAR
    seats = (await (await sign_in_as(worker)).get("/api/session")).json()["seats"]
    assert [one["role"] for one in seats] == ["gridworker"]
    other = await factories.grid(session, scene.county.villages[0])
    await accounts.carry_post(session, scene.admin, held, [other], TOMORROW)
    rows = await session.scalars(select(Post).where(Post.person_id == worker.id))
    assert {row.grid_id for row in rows} == {scene.county.grids[0].id, other.id}


@pytest.mark.parametrize("wrong", [{"starts_on": None}, {"roles": []}])
async def test_a_gate_without_a_day_or_without_roles_is_none(
    scene: Scene, wrong: dict[str, Any]
) -> None:
    with pytest.raises(Invalid):
        await switch(scene, **wrong)
    await switch(scene, is_on=False, **wrong)


async def test_before_it_is_switched_on_it_says_whom_it_would_meet(scene: Scene) -> None:
    """And afterwards who lacks it and whose ends within thirty days; of my own people."""
    session, county = scene.session, scene.county
    await scene.passed(county.chief, **ALL, valid_until=TODAY + timedelta(days=30))

    async def ask(actor: Actor, **query: Any) -> tuple[set[str], set[str]]:
        found = await trainings.standing(session, actor, StandingQuery.model_validate(query))
        return tuple({one.person.name for one in some} for some in (found.missing, found.ending))  # type: ignore[return-value]

    assert await ask(scene.township) == ({"张网格"}, {"王格长"})
    assert await ask(scene.officer) == ({"张网格", "邻网格"}, {"王格长"})
    assert await ask(scene.admin, roles=["grid_chief"]) == (set(), {"王格长"})
    later = TODAY + timedelta(days=31)
    assert await ask(scene.township, day=later.isoformat()) == ({"张网格", "王格长"}, set())
    await switch(scene, starts_on=later)
    assert await ask(scene.township) == ({"张网格", "王格长"}, set()), "on the day it begins"
    only = {"organization_id": str(county.townships[1].id)}
    assert await ask(scene.officer, **only) == ({"邻网格"}, set())


async def test_whose_people_they_are_is_asked_of_the_same_day(scene: Scene) -> None:
    """Somebody who begins there later is that township's to train."""
    session, county = scene.session, scene.county
    later, village = TODAY + timedelta(days=9), county.villages[1]
    coming = await factories.person(session)
    await factories.post(session, coming, Role.GRIDWORKER, village, starts_on=later)
    for day, count in ((TODAY, 1), (later, 2)):
        query = StandingQuery(organization_id=county.townships[1].id, day=day)
        found = await trainings.standing(session, scene.officer, query)
        assert (found.asked, coming.id in {one.person.id for one in found.missing}) == (
            count,
            day == later,
        )


async def test_a_long_list_is_cut_and_still_counted(scene: Scene) -> None:
    found = await trainings.standing(scene.session, scene.officer, StandingQuery(), most=1)
    assert (found.asked, found.missing_count, len(found.missing)) == (3, 3, 1)


async def test_thirty_days_before_the_end_the_person_and_the_township_hear_of_it_once(
    scene: Scene, freeze: Freeze
) -> None:
    session, county = scene.session, scene.county
    ends = TODAY + timedelta(days=31)
    for person in (county.gridworker, county.chief):
        await scene.passed(person, **ALL, valid_until=ends)

    async def lines() -> set[tuple[UUID, str, str]]:
        await warn_of_endings(session)
        rows = await session.scalars(select(Notification))
        return {(row.person_id, row.kind, str(row.params.get("n", ""))) for row in rows}

    freeze("2026-11-24 07:00")
    assert await lines() == set(), "the rule is off"
    await switch(scene)
    freeze("2026-11-23 07:00")
    assert await lines() == set()
    freeze("2026-11-24 07:00")
    told = {
        (county.gridworker.id, "qualification.ends", ""),
        (county.chief.id, "qualification.ends", ""),
        (county.township_officer.id, "qualifications.end", "2"),
    }
    assert await lines() == told
    assert await session.scalar(select(Notification.params).limit(1)) is not None
    freeze("2026-11-25 07:00")
    assert await lines() == told
    assert len((await session.scalars(select(Notification))).all()) == 3


@pytest.mark.parametrize("key", ["s1", "s4"])
async def test_a_scheme_that_demands_it_switches_it_on_in_a_quarter(
    session: AsyncSession, freeze: Freeze, key: str
) -> None:
    freeze("2026-11-23 10:00")
    await schemes.apply(session, SYSTEM, schemes.named(key), DIVISIONS)
    rule = await rules.training(session)
    assert (rule.is_on, rule.roles) == (True, ["gridworker", "grid_chief"])
    assert rule.starts_on == access.today() + timedelta(days=90)
    again = await schemes.difference(session, SYSTEM, schemes.named(key), DIVISIONS)
    assert [one for one in again.changes if one.part is Part.TRAINING] == []
    await schemes.apply(session, SYSTEM, schemes.named("s3"), DIVISIONS)
    assert not (await rules.training(session)).is_on


async def test_another_choice_of_roles_does_not_suspend_a_gate_in_force(
    session: AsyncSession, freeze: Freeze
) -> None:
    freeze("2026-11-23 10:00")
    s1 = schemes.named("s1")
    await schemes.apply(session, SYSTEM, s1, DIVISIONS)
    day = access.today() + timedelta(days=90)
    freeze("2027-06-01 10:00")
    fewer = s1.training.model_copy(update={"roles": (Role.GRIDWORKER,)})
    changed = s1.model_copy(update={"training": fewer})
    found = await schemes.difference(session, SYSTEM, changed, DIVISIONS)
    (line,) = [one for one in found.changes if one.part is Part.TRAINING]
    assert (line.verb, line.before, line.after) == (
        Verb.CHANGE,
        f"网格员、网格长，{day} 起",
        f"网格员，{day} 起",
    )
    await schemes.apply(session, SYSTEM, changed, DIVISIONS)
    rule = await rules.training(session)
    assert (rule.is_on, rule.roles, rule.starts_on) == (True, ["gridworker"], day)


async def test_what_the_county_has_decided_itself_stays(scene: Scene) -> None:
    await switch(scene, roles=["gridworker"])
    s1 = schemes.named("s1")
    found = await schemes.difference(scene.session, SYSTEM, s1, DIVISIONS)
    (line,) = [one for one in found.changes if one.part is Part.TRAINING]
    assert (line.verb, line.before, line.after) == (
        Verb.KEEP,
        "网格员，2026-11-23 起",
        "网格员、网格长，2026-11-23 起",
    )
