"""The demo county: as many as promised, every state, a history that holds, the same again.

Its photos are drawn for real in test_scenes; here a few grey pixels stand for each.
"""

import asyncio
import hashlib
import io
from collections import Counter
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest
from PIL import Image
from shapely import Point
from shapely.geometry import shape
from sqlalchemy import Select, func, inspect, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from stdnum.cn import uscc

from app import clock, jobs
from app.models.base import Base
from app.models.event import Event, Seal
from app.models.grid import Grid
from app.models.hazard import Assistant, Clock, ClockOutcome, Follower, Hazard, Party, State
from app.models.ledger import Licence, ObjectDepartment
from app.models.notification import Notification
from app.models.organization import Organization, OrganizationKind
from app.models.person import Person, Post, Role
from app.models.photo import Derivatives, ManifestEntry, Photo
from app.models.recheck import Recheck, RecheckOutcome
from app.models.supervised_object import ObjectKind, SupervisedObject, UnitKind
from app.models.training import Training, TrainingRecord
from app.services import access, demo_entry, documents, events, hazard_flow, hazards, presets
from app.services.clocks import WorkCalendar, library_known_until
from app.services.demo import gallery, scenes, stories, telling
from app.services.demo.dice import dice
from app.services.demo.land import inside, survey
from app.services.demo.moves import MOVES, words
from app.services.demo.worktime import WorkTime
from app.services.hazard_flow import EVENT_OF, Action
from app.services.ledger import units
from tests.conftest import Databases, settings_for
from tests.demo_county import NOW, Loaded, loaded

CONTENT: tuple[type[Base], ...] = (
    Organization, Grid, SupervisedObject, Person, Post, Hazard, Event, ManifestEntry, Photo,
    Party, Assistant, Follower, Clock, Recheck, Notification, Seal, Training, TrainingRecord,
)  # fmt: skip
# Made anew by every load, or following from what is.
OTHERWISE = {"password_hash"}
SURROGATES = {"clocks": {"id"}, "notifications": {"id", "dedup"}}


@pytest.fixture(scope="module")
async def full(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Loaded]:
    async with loaded(databases, tmp_path_factory.mktemp("demo")) as made:
        yield made


@pytest.fixture
async def session(full: Loaded) -> AsyncIterator[AsyncSession]:
    """Reads what was loaded once for this module."""
    async with full.sessions() as made:
        with clock.at(NOW):
            yield made


async def count(session: AsyncSession, query: Select[int]) -> int:
    return await session.scalar(query) or 0


async def test_there_are_sixty_enterprises_with_right_codes_in_their_grids(
    session: AsyncSession,
) -> None:
    query = (
        select(SupervisedObject, Grid.outline)
        .join(Grid)
        .where(SupervisedObject.organization_id.is_not(None))
    )
    rows = (await session.execute(query)).all()
    assert len(rows) == 60
    assert len({row.credit_code for row, _ in rows}) == 60
    for row, outline in rows:
        assert uscc.is_valid(row.credit_code)
        assert shape(outline).contains(Point(row.lon, row.lat))
        assert row.contact_phone.startswith("1990000")


async def test_key_units_have_their_papers_and_somebody_in_charge(session: AsyncSession) -> None:
    """Else the registers would begin empty; one licence or another has run out."""
    key = select(SupervisedObject.id).where(
        SupervisedObject.is_key, SupervisedObject.organization_id.is_not(None)
    )
    units = set(await session.scalars(key))
    papers = await session.execute(select(Licence.object_id, Licence.kind, Licence.expires_on))
    rows = papers.all()
    assert {row.object_id for row in rows if row.kind == "营业执照"} == units
    assert any(row.expires_on for row in rows)
    in_charge = set(await session.scalars(select(ObjectDepartment.object_id)))
    assert len(units & in_charge) > len(units) * 0.9


async def test_the_responsibility_network_has_its_people_but_for_one_place_left_vacant(
    session: AsyncSession, full: Loaded
) -> None:
    """S3-3: every place that the scheme asks for above the villages, down from the county."""
    person = full.county.staff.cast["gridworker"]
    anybody = full.county.staff.actor(person.id)
    townships = OrganizationKind.TOWNSHIP_SUBCENTRE
    query = select(Grid.id).join(Organization).where(Organization.kind == townships)
    places = set()
    for grid_id in await session.scalars(query):
        found = await documents.network(session, anybody, grid_id)
        assert len(found.chain) == 2
        for node in found.chain:
            places |= {
                (node.runner.name, place.name, tuple(one.name for one in place.holders))
                for place in node.manned.places
            }
    assert len(places) == 14
    assert [where for where, _, who in places if not who] == ["马兰屯镇网格化服务分中心"]


async def test_three_enterprises_have_offices_workshops_teams_and_posts(
    session: AsyncSession,
) -> None:
    """S0-35: else the network of no enterprise would go further down than its four places."""
    query = select(SupervisedObject).where(func.jsonb_array_length(SupervisedObject.units) > 0)
    rows = list(await session.scalars(query))
    assert {row.sector for row in rows} == {"工业制造", "危险化学品经营", "仓储物流"}
    assert len(rows) == 3
    for row in rows:
        units.require_tree(row.units)
        whole = units.tree(row.units)
        assert len(whole) == len(row.units) > 6
        assert {one.kind for one in whole} == set(UnitKind)
        assert sum(bool(one.person) for one in whole) >= len(whole) - 1
    assert {one.depth for row in rows for one in units.tree(row.units)} == {0, 1, 2, 3}


async def test_there_are_objects_of_every_kind_on_the_right_grids(session: AsyncSession) -> None:
    rows = list(await session.scalars(select(SupervisedObject)))
    numbers = Counter(row.kind for row in rows)
    assert set(numbers) == set(ObjectKind)
    villages = [one for one in presets.divisions() if one.level == "village"]
    assert numbers[ObjectKind.BUNDLE] == len(villages) == 211
    by_id = {row.id: row for row in rows}
    pairs = [(row, by_id[row.bundle_id]) for row in rows if row.bundle_id]
    assert {bundle.kind for _, bundle in pairs} == {ObjectKind.BUNDLE}
    assert all(bundle.grid_id == row.grid_id for row, bundle in pairs)
    assert set(Counter(bundle.id for _, bundle in pairs).values()) <= set(range(4, 9))
    waiting = {row.kind for row in rows if row.confirmed_at is None}
    assert waiting <= {ObjectKind.KEY_LOCATION, ObjectKind.HOUSEHOLD}
    assert waiting


async def test_the_safety_officer_of_the_cast_sees_cases_and_has_one_to_verify(
    session: AsyncSession, full: Loaded
) -> None:
    person = full.county.staff.cast["enterprise"]
    officer = full.county.staff.actor(person.id)
    seen = list(await session.scalars(select(Hazard).where(access.can_see(officer))))
    assert len(seen) >= 3
    assert any(hazard.reporter_id != person.id for hazard in seen)
    mine = [hazard for hazard in seen if hazard.reporter_id == person.id]
    assert {State.ARCHIVED, State.DONE} <= {hazard.state for hazard in mine}
    (waiting,) = (hazard for hazard in mine if hazard.state is State.DONE)
    steps = await hazards.allowed_actions(session, officer, waiting)
    assert Action.VERIFY in {step.action for step in steps}


async def test_the_safety_officer_of_the_cast_has_to_rectify_in_both_rounds(
    session: AsyncSession, full: Loaded
) -> None:
    """One that others found, one that was not good enough, one that a desk may still give."""
    person = full.county.staff.cast["enterprise"]
    place = full.county.staff.actor(person.id).seats[0].organization_id
    given = await session.scalars(select(Hazard).where(Hazard.department_id == place))
    found = {(hazard.state, hazard.round) for hazard in given}
    assert found == {(State.ASSIGNED, 1), (State.ASSIGNED, 2)}
    waiting = select(Hazard).where(Hazard.enterprise_id == place, Hazard.state == State.ESCALATED)
    (case,) = await session.scalars(waiting)
    assert case.holder_id == presets.body_id("centre")


async def test_somebody_went_and_looked_again(session: AsyncSession) -> None:
    """One still to be seen by the chief of the cast's own village, one fine, one back again."""
    rows = list(await session.scalars(select(Recheck)))
    outcomes = Counter(row.outcome for row in rows)
    assert outcomes[RecheckOutcome.FINE] >= 1
    assert outcomes[RecheckOutcome.RECURRED] == 1
    assert outcomes[None] >= 1
    opened = next(row.recurred_as_id for row in rows if row.recurred_as_id)
    again = await session.get_one(Hazard, opened)
    assert again.recurs_of_id is not None


async def test_there_are_120_cases_in_every_state(session: AsyncSession) -> None:
    states = Counter(await session.scalars(select(Hazard.state)))
    assert sum(states.values()) == 120
    assert set(states) == set(State)
    assert states[State.ARCHIVED] >= 30


async def test_every_category_and_every_township_has_its_share(session: AsyncSession) -> None:
    rows = list(await session.execute(select(Hazard.category_code, Hazard.township_id)))
    categories, townships = (Counter(row[n] for row in rows) for n in (0, 1))
    known = {row["code"] for row in presets.read("hazard_categories")["category"]}
    assert set(categories) == known
    assert min(categories.values()) >= 3
    assert len(townships) == 6
    assert max(townships.values()) <= 60


async def test_all_of_it_lies_within_the_past_ninety_days(session: AsyncSession) -> None:
    first, last = (await session.execute(select(func.min(Event.at), func.max(Event.at)))).one()
    assert 60 < (NOW - first).days <= 95
    assert last <= NOW
    latest = await session.scalar(select(func.max(Notification.created_at)))
    assert latest is not None
    assert latest <= NOW


async def test_history_is_whole_and_tells_how_every_case_came_where_it_is(
    session: AsyncSession,
) -> None:
    assert await events.verify(session) == []
    action_of = {kind: action for action, kind in EVENT_OF.items()}
    last: dict[object, Event] = {}
    for event in await session.scalars(select(Event).order_by(Event.hazard_id, Event.position)):
        before = last.get(event.hazard_id)
        if before is None:
            assert event.kind == hazard_flow.REPORTED
        else:
            assert event.from_state is not None
            target = State(event.from_state)
            if event.kind != hazard_flow.RECHECK_ASKED:
                target = hazard_flow.find(target, action_of[event.kind]).target
            assert event.to_state == target.value
            assert event.at >= before.at
        last[event.hazard_id] = event
    for hazard in await session.scalars(select(Hazard)):
        assert hazard.state.value == last[hazard.id].to_state
        assert hazard.round == last[hazard.id].round
        assert hazard.version == last[hazard.id].position


async def test_every_step_of_the_flow_has_been_taken_but_the_rare_ones(
    session: AsyncSession,
) -> None:
    kinds = set(await session.scalars(select(Event.kind).distinct()))
    rare = {Action.SEND_DOWN, Action.REASSIGN, Action.REFUSE_EXTENSION, Action.CORRECT,
            Action.RECORD_ENFORCEMENT}  # fmt: skip
    assert {EVENT_OF[action] for action in Action} - kinds == {EVENT_OF[action] for action in rare}
    assert await count(session, select(func.count()).where(Hazard.round == 2)) >= 5
    assert await count(session, select(func.count()).where(Hazard.bounces >= 2)) >= 1


async def test_clocks_were_met_and_missed_and_some_run_late(session: AsyncSession) -> None:
    outcomes = Counter(await session.scalars(select(Clock.outcome)))
    assert set(outcomes) == set(ClockOutcome)
    late = select(func.count()).where(
        Clock.outcome == ClockOutcome.RUNNING,
        Clock.due_at < NOW.replace(minute=0),
        Clock.missed_told_at.is_(None),
    )
    assert await count(session, late) == 0, "a late clock nobody was told about"
    overdue = select(func.count()).where(Hazard.clock_due_at < NOW, Hazard.state == State.ASSIGNED)
    assert await count(session, overdue) >= 3


async def test_every_photo_is_there_and_can_be_shown(session: AsyncSession) -> None:
    query = select(func.count()).where(Hazard.photos_expected != Hazard.photos_received)
    assert await count(session, query) == 0
    assert await count(session, select(func.count()).where(Hazard.photos_expected == 0)) == 0
    query = select(func.count()).where(Photo.derivatives != Derivatives.READY)
    assert await count(session, query) == 0


async def test_the_people_of_the_story_come_first_and_have_something_to_do(
    session: AsyncSession, full: Loaded, tmp_path: Path
) -> None:
    known = settings_for("", tmp_path).model_copy(
        update={"mode": "demo", "base_url": "http://127.0.0.1:8000"}
    )
    offered = {person.name for person in await demo_entry.people(session, known, "127.0.0.1")}
    assert {"王桂芬", "赵立新", "陈晓燕", "刘建军", "张国栋", "宋志远", "郑凯"} <= offered
    cast = full.county.staff.cast
    to_verify = select(func.count()).where(
        Hazard.reporter_id == cast["gridworker"].id, Hazard.state == State.DONE
    )
    assert await count(session, to_verify) >= 1
    for key in ("370405100000", "centre", "safety"):
        queue = select(func.count()).where(
            Hazard.holder_id == presets.body_id(key), Hazard.state == State.ESCALATED
        )
        assert await count(session, queue) >= 2, key
    tasks = select(func.count()).where(
        Hazard.department_id == presets.body_id("fire_brigade"), Hazard.state == State.ASSIGNED
    )
    assert await count(session, tasks) >= 2


async def test_nobody_has_three_months_of_unread_lines(session: AsyncSession) -> None:
    query = (
        select(func.count())
        .where(Notification.read_at.is_(None))
        .group_by(Notification.person_id)
        .order_by(func.count().desc())
    )
    assert 1 <= await count(session, query.limit(1)) <= 30


async def test_nobody_but_the_cast_can_sign_in_and_all_numbers_are_impossible_ones(
    session: AsyncSession,
) -> None:
    people = list(await session.scalars(select(Person)))
    assert len(people) > 500
    assert len({person.mobile for person in people}) == len(people)
    assert all((person.mobile or "").startswith("1990000") for person in people)
    assert not any(person.password_hash for person in people)  # load() gives them to the cast


async def test_every_role_is_filled_and_some_grids_have_two_gridworkers(
    session: AsyncSession,
) -> None:
    assert set(await session.scalars(select(Post.role).distinct())) == set(Role)
    workers = select(func.count()).where(Post.role == Role.GRIDWORKER).group_by(Post.grid_id)
    numbers = Counter(await session.scalars(workers))
    assert numbers[2] >= 10
    assert sum(numbers.values()) == 211
    bodies = select(func.count()).select_from(Organization)
    enterprises = Organization.kind == OrganizationKind.ENTERPRISE
    assert await count(session, bodies.where(enterprises)) == 60


def test_the_land_of_the_villages_fills_the_county_without_overlap() -> None:
    land = survey(1)
    county = shape(presets.county_outline()["geometry"])
    shapes = [shape(ground.outline) for ground in land.values()]
    assert all(one.is_valid for one in shapes)
    assert sum(one.area for one in shapes) == pytest.approx(county.area, rel=0.004)
    for ground, one in zip(land.values(), shapes, strict=True):
        assert one.contains(Point(ground.centre))


def test_a_place_in_a_village_is_in_that_village() -> None:
    ground = survey(1)["370405100206"]
    chance = dice(1, "test")
    assert all(shape(ground.outline).contains(Point(inside(ground, chance))) for _ in range(50))


def test_every_word_of_a_story_is_a_move_and_has_its_sentences() -> None:
    rows = presets.read("demo/stories")["story"]
    assert sum(row["count"] for row in rows) == 119  # a failed second look opens one more
    names = {word.partition("@")[0] for row in rows for word in row["steps"].split()}
    assert names == set(MOVES)
    found = presets.read("demo/hazards")["hazard"]
    assert len({row["note"] for row in found}) == len(found) >= 117
    for row in found:
        assert stories.Found(**row).done
        for what, key in (("verify", "stage"), ("reject", "stage"), ("up", "category"),
                          ("extension", "category"), ("hand_back", "category")):  # fmt: skip
            assert words()[what][row[key]]


async def test_the_same_seed_gives_the_same_county(databases: Databases, tmp_path: Path) -> None:
    """One case of every story, in two databases: every row, every hash of every chain."""
    hashes = []
    for folder in ("one", "two"):
        made = loaded(databases, tmp_path / folder, only_one_of_each=True)
        async with made as there, there.sessions() as session:
            hashes.append({table.__tablename__: await digest(session, table) for table in CONTENT})
    assert hashes[0] == hashes[1]


async def test_painters_in_their_own_processes_draw_what_is_asked_for(tmp_path: Path) -> None:
    views = [gallery.View("lift", seed, is_fixed=True) for seed in (0, 1, 2)]
    async with gallery.painters(tmp_path) as draw:
        drawn = await asyncio.gather(*(draw(view, 10, 2) for view in views))
    assert [len(pictures) for pictures in drawn] == [2, 2, 2]
    assert len({picture.sha256 for pictures in drawn for picture in pictures}) == 6
    for picture in drawn[0]:
        sizes = [Image.open(io.BytesIO(body)).size for body in picture.shown.values()]
        assert sizes == [(320, 240), (1600, 1200)]
    expected = scenes.shoot("lift", 0, scenes.Shot(is_fixed=True, hour=10), (0, 1))
    assert [picture.original for picture in drawn[0]] == expected


def test_another_seed_gives_another_plan() -> None:
    one, other = (survey(seed)["370405100206"].centre for seed in (1, 2))
    assert one != other


async def digest(session: AsyncSession, table: type[Base]) -> str:
    """The content of a table, without what is random by intent."""
    left_out = OTHERWISE | SURROGATES.get(table.__tablename__, set())
    columns = [c for c in inspect(table).columns if c.name not in left_out]
    rows = sorted(repr(tuple(row)) for row in await session.execute(select(*columns)))
    assert rows
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def test_the_story_can_be_told_when_next_year_is_not_in_the_calendar() -> None:
    last = library_known_until()
    anchor = datetime(last.year + 1, 1, 20, 15, tzinfo=clock.COUNTY_ZONE)
    work = WorkTime(WorkCalendar(), anchor)
    assert work.ago(1) < anchor
    assert work.until_now(work.ago(100)) == pytest.approx(100)


def test_a_term_that_ends_with_the_last_known_day_can_be_counted() -> None:
    last = library_known_until()
    start = datetime(last.year, 12, 15, 10, tzinfo=clock.COUNTY_ZONE)
    closes = datetime.combine(last, WorkCalendar().spans[-1][1], clock.COUNTY_ZONE)
    assert WorkCalendar().between(start, closes).total_seconds() > 0


async def test_jobs_that_are_held_back_are_handed_over_and_not_queued(
    session: AsyncSession,
) -> None:
    with jobs.held_back() as waiting:
        await jobs.defer(session, "notify", event_id="1")
    assert waiting == [("notify", {"event_id": "1"})]
    queued = await session.scalar(text("select count(*) from procrastinate_jobs"))
    assert queued == 0


async def test_what_time_is_told_holds_in_its_context_only() -> None:
    with clock.at(NOW), clock.at(NOW.replace(hour=3)):
        assert clock.now() == NOW.replace(hour=3)
    assert clock.now() != NOW


def test_the_worker_makes_its_rounds_every_evening() -> None:
    evenings = telling._evenings(NOW.replace(day=17), NOW)
    assert [clock.local(one).strftime("%d %H") for one in evenings] == ["17 18", "18 18", "19 18"]
