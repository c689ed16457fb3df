"""Hand-overs: who goes and who comes in one step, and nothing of the grid is lost."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.errors import Invalid, NotFound, NotPermitted
from app.models.handover import Handover
from app.models.hazard import Hazard, State
from app.models.ledger import Licence
from app.models.notification import Notification
from app.models.patrol import PatrolTask
from app.models.person import Person, Post, Role, SignIn
from app.services import access, handovers, hazards, patrols
from app.services.access import Actor
from app.services.handovers import HandOver
from app.services.handovers.pack import Waits, Warned
from tests import factories
from tests.actors import actor_of
from tests.cases import case, there
from tests.conftest import Freeze
from tests.factories import County
from tests.patrols import checklist, duty, thing

TODAY = date(2026, 11, 23)
FIRST = date(2026, 11, 25)


@pytest.fixture
async def county(session: AsyncSession, freeze: Freeze) -> County:
    freeze("2026-11-23 08:00")
    return await factories.county(session)


@pytest.fixture
async def township(session: AsyncSession, settings: Settings, county: County) -> Actor:
    return await actor_of(session, settings, county.township_officer)


@pytest.fixture
async def comer(session: AsyncSession, county: County) -> Person:
    """Somebody of the township who walks no grid yet."""
    return await factories.person(session, Role.VILLAGE_CLERK, county.villages[0], name="林接手")


async def post_of(session: AsyncSession, person: Person) -> UUID:
    found = await session.scalar(select(Post.id).where(Post.person_id == person.id))
    assert found is not None
    return found


def _command(post_id: UUID | None, comer: Person | None, **fields: Any) -> HandOver:
    usual = {"from_post_id": post_id, "to_person_id": comer and comer.id, "starts_on": FIRST}
    return HandOver.model_validate({**usual, **fields})


async def test_one_goes_the_other_comes_and_verifies(
    session: AsyncSession,
    settings: Settings,
    county: County,
    township: Actor,
    comer: Person,
    freeze: Freeze,
) -> None:
    """The case that waits for the one who went is the successor's from the first day on."""
    waiting = await case(session, county, state=State.DONE, holder_id=None)
    await session.refresh(waiting)
    grid = county.grids[0]
    old = await post_of(session, county.gridworker)
    made = await handovers.hand_over(session, settings, township, grid.id, _command(old, comer))
    assert (made.leaver, made.comer, made.maker) == ("张网格", "林接手", "赵镇办")
    ended = await session.get_one(Post, old)
    of_comer = select(Post).where(Post.person_id == comer.id, Post.grid_id == grid.id)
    begun = (await session.scalars(of_comer)).one()
    assert ended.ends_on == FIRST - timedelta(days=1)
    assert (begun.role, begun.starts_on, begun.ends_on) == (Role.GRIDWORKER, FIRST, None)
    assert not await _verifies(session, settings, comer, waiting)
    freeze("2026-11-25 08:00")
    assert await _verifies(session, settings, comer, waiting)
    told = {line.person_id: line.kind for line in await session.scalars(select(Notification))}
    assert told == {comer.id: "grid.taken_over", county.gridworker.id: "grid.handed_over"}


async def _verifies(
    session: AsyncSession, settings: Settings, person: Person, hazard: Hazard
) -> bool:
    actor = await actor_of(session, settings, person)
    sees = select(Hazard.id).where(Hazard.id == hazard.id, access.can_see(actor))
    deputies = await hazards.deputies_of(session, [hazard], actor)
    is_seen = await session.scalar(sees) is not None
    return is_seen and person.id in deputies.get(hazard.id, frozenset())


async def test_the_pack_names_what_waits(
    session: AsyncSession, settings: Settings, county: County, township: Actor
) -> None:
    grid, leaver = county.grids[0], county.gridworker
    await case(session, county, note="灭火器过期")
    await case(session, county, note="等核验", state=State.DONE, sort_key=-1)
    await case(session, county, note="办完的", state=State.ARCHIVED)
    await case(session, county, note="邻镇的", **there(county))
    await checklist(session)
    await duty(session)
    shop = await thing(session, grid, "加油站", is_key=True)
    await thing(session, grid, "小卖部")
    session.add_all(
        Licence(object_id=shop.id, kind=kind, number="1", issuer="局", expires_on=TODAY + days)
        for kind, days in (
            ("危化证", timedelta(days=-1)),
            ("营业执照", timedelta(days=60)),
            ("排污证", timedelta(days=61)),
        )
    )
    phone = await session.scalar(select(SignIn).where(SignIn.person_id == leaver.id))
    assert phone is None
    await actor_of(session, settings, leaver)
    phone = (await session.scalars(select(SignIn).where(SignIn.person_id == leaver.id))).one()
    phone.unsent_count = 3
    await session.flush()
    await patrols.plan(session, TODAY)
    post = await post_of(session, leaver)
    found = (await handovers.preview(session, settings, township, grid.id, post)).pack
    assert [(one.what, one.waits) for one in found.cases] == [
        ("等核验", Waits.VERIFY),
        ("灭火器过期", None),
    ]
    planned = await session.scalar(select(func.count()).select_from(PatrolTask))
    assert planned
    assert len(found.tasks) == planned
    assert {one.place for one in found.tasks} == {"加油站", "小卖部"}
    assert [one.name for one in found.objects] == ["加油站"]
    assert [(one.kind, one.what) for one in found.objects[0].warnings] == [
        (Warned.EXPIRED, "危化证"),
        (Warned.EXPIRES, "营业执照"),
        (Warned.KEY, ""),
    ]
    assert (found.object_count, found.unsent) == (2, 3)


async def test_the_paper_stays_as_it_was(
    session: AsyncSession, settings: Settings, county: County, township: Actor, comer: Person
) -> None:
    hazard = await case(session, county)
    post = await post_of(session, county.gridworker)
    made = await handovers.hand_over(
        session, settings, township, county.grids[0].id, _command(post, comer, note="钥匙两把")
    )
    hazard.note = "后来改的"
    await session.flush()
    again = await handovers.read(session, township, made.handover.id)
    assert again.handover.pack["cases"][0]["what"] == "楼道堆放杂物"
    assert again.handover.note == "钥匙两把"
    listed = await handovers.of_grid(session, township, county.grids[0].id)
    assert [one.handover.id for one in listed] == [made.handover.id]


async def test_a_vacant_grid_is_taken_over(
    session: AsyncSession, settings: Settings, county: County, township: Actor, comer: Person
) -> None:
    command = _command(None, comer, role=Role.GRID_CHIEF, starts_on=TODAY)
    made = await handovers.hand_over(session, settings, township, county.grids[0].id, command)
    assert (made.leaver, made.handover.role) == (None, Role.GRID_CHIEF)


async def test_without_a_successor_a_colleague_must_be_there(
    session: AsyncSession, settings: Settings, county: County, township: Actor
) -> None:
    grid = county.grids[0]
    worker, chief = [await post_of(session, one) for one in (county.gridworker, county.chief)]
    made = await handovers.hand_over(session, settings, township, grid.id, _command(worker, None))
    assert made.comer is None
    with pytest.raises(Invalid) as refused:
        await handovers.hand_over(session, settings, township, grid.id, _command(chief, None))
    assert refused.value.fields == ["to_person_id"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"starts_on": TODAY - timedelta(days=8)}, "starts_on"),
        ({"starts_on": TODAY + timedelta(days=91)}, "starts_on"),
        ({"from_post_id": None, "to_person_id": None}, "to_person_id"),
        ({"from_post_id": None, "role": "handler"}, "role"),
    ],
)
async def test_what_does_not_fit_is_refused_in_words(
    session: AsyncSession,
    settings: Settings,
    county: County,
    township: Actor,
    comer: Person,
    fields: dict[str, Any],
    field: str,
) -> None:
    command = _command(await post_of(session, county.gridworker), comer, **fields)
    with pytest.raises(Invalid) as refused:
        await handovers.hand_over(session, settings, township, county.grids[0].id, command)
    assert refused.value.fields == [field]
    assert await session.scalar(select(func.count()).select_from(Handover)) == 0


async def test_nobody_hands_over_to_oneself(
    session: AsyncSession, settings: Settings, county: County, township: Actor
) -> None:
    command = _command(await post_of(session, county.gridworker), county.gridworker)
    with pytest.raises(Invalid) as refused:
        await handovers.hand_over(session, settings, township, county.grids[0].id, command)
    assert refused.value.fields == ["to_person_id"]


async def test_only_the_grids_own_township_hands_over(
    session: AsyncSession, settings: Settings, county: County, township: Actor, comer: Person
) -> None:
    command = _command(None, comer)
    with pytest.raises(NotFound):
        await handovers.hand_over(session, settings, township, county.grids[1].id, command)
    clerk = await actor_of(session, settings, county.clerk)
    with pytest.raises(NotPermitted):
        await handovers.hand_over(session, settings, clerk, county.grids[0].id, command)
    foreign = await post_of(session, county.stranger)
    with pytest.raises(NotFound):
        await handovers.preview(session, settings, township, county.grids[0].id, foreign)
