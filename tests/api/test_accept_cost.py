"""Accepting costs few statements, and what was left out is not missed (decision 20)."""

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.models.base import new_id
from app.models.rules import Category
from app.models.training import TrainingRule
from app.services import access, reference
from app.services.rules import active_categories
from tests import factories, pictures
from tests.conftest import Committed, SignInAs
from tests.factories import County
from tests.reports import report_of
from tests.statements import counted

PHOTO = pictures.jpeg(1)
JSON = {"Content-Type": "application/json"}


@pytest.fixture
async def county(session: AsyncSession) -> County:
    return await factories.county(session)


@pytest.fixture
async def phone(county: County, sign_in_as: SignInAs) -> httpx.AsyncClient:
    return await sign_in_as(county.gridworker)


async def put_report(phone: httpx.AsyncClient, body: str) -> httpx.Response:
    return await phone.put(f"/api/hazards/{new_id()}", content=body, headers=JSON)


async def test_a_report_takes_three_statements_and_its_photo_four(
    phone: httpx.AsyncClient, engine: AsyncEngine
) -> None:
    await put_report(phone, report_of(PHOTO)[0])  # from now on the reference data are known
    body, (photo_id,) = report_of(PHOTO)
    with counted(engine) as for_report:
        (await put_report(phone, body)).raise_for_status()
    with counted(engine) as for_photo:
        (await pictures.put(phone, photo_id, PHOTO)).raise_for_status()
    assert (len(for_report), len(for_photo)) == (3, 4)  # the photo: also how many today


@pytest.mark.parametrize("photos_first", [False, True])
async def test_the_answer_shows_the_case_as_it_is_read_afterwards(
    photos_first: bool, phone: httpx.AsyncClient
) -> None:
    bodies = [pictures.jpeg(seed) for seed in range(3)]
    report, ids = report_of(*bodies, is_suspected_major=True)
    if photos_first:
        for photo_id, body in zip(ids[:2], bodies, strict=False):
            (await pictures.put(phone, photo_id, body)).raise_for_status()
    told = (await put_report(phone, report)).json()["hazard"]
    read = (await phone.get(f"/api/hazards/{told['id']}")).json()
    assert told == read
    assert (read["photos_received"], read["photos_expected"]) == (2 * photos_first, 3)


async def test_a_report_under_the_id_of_another_step_is_a_stranger(
    phone: httpx.AsyncClient, session: AsyncSession
) -> None:
    told = (await put_report(phone, report_of(PHOTO)[0])).json()["hazard"]
    step = {"action": "comment", "note": "看过", "occurred_at": told["occurred_at"]}
    action_id = new_id()
    path = f"/api/hazards/{told['id']}/actions/{action_id}"
    (await phone.put(path, json=step)).raise_for_status()
    taken = await phone.put(f"/api/hazards/{action_id}", content=report_of(PHOTO)[0], headers=JSON)
    assert taken.json()["code"] == "same_id_other_content"
    assert (await phone.get(f"/api/hazards/{action_id}")).status_code == 404


async def test_a_session_reads_the_gate_again_only_after_an_edit(
    phone: httpx.AsyncClient, session: AsyncSession, engine: AsyncEngine
) -> None:
    """Every phone of a gridworker asks at each start; the rule changes once in years."""
    await phone.get("/api/session")
    with counted(engine) as sent:
        before = (await phone.get("/api/session")).json()
    assert [one for one in sent if "training_rules" in one] == []
    day = access.today()
    rule = {"is_on": True, "roles": ["gridworker"], "modes": ["集中授课"], "valid_months": 12}
    session.add(TrainingRule(starts_on=day, **rule))
    await session.flush()
    after = (await phone.get("/api/session")).json()
    assert before["qualification"] is None
    assert after["qualification"]["needed_from"] == day.isoformat()


async def test_an_edit_is_known_to_everybody_with_the_next_request(committed: Committed) -> None:
    async with committed.work() as session:
        await factories.county(session)
        assert "later" not in await active_categories(session)
    async with committed.work() as session:
        await factories.category(session, "later")
        assert "later" in await active_categories(session)
    async with committed.work() as session:
        assert "later" in await active_categories(session)
        (await session.get_one(Category, "later")).is_active = False
    async with committed.work() as session:
        assert "later" not in await active_categories(session)


async def test_what_was_rolled_back_is_not_remembered(committed: Committed) -> None:
    async with committed.sessions() as session:
        await factories.category(session, "never")
        assert "never" in await active_categories(session)
        await session.rollback()
        assert "never" not in await active_categories(session)


async def test_a_request_keeps_to_the_version_it_began_with(committed: Committed) -> None:
    async with committed.work() as session:
        await factories.county(session)
    async with committed.work() as reader:
        before = await active_categories(reader)
        reference.pin(reader, (await reader.scalars(select(reference.version()))).one())
        async with committed.work() as editor:
            await factories.category(editor, "later")
        assert await active_categories(reader) == before
        reference.forget(reader)
        assert "later" in await active_categories(reader)


async def test_a_page_of_a_desk_takes_four_statements(
    county: County, sign_in_as: SignInAs, phone: httpx.AsyncClient, engine: AsyncEngine
) -> None:
    for _ in range(3):
        await put_report(phone, report_of(PHOTO)[0])
    desk = await sign_in_as(county.township_officer)
    with counted(engine) as sent:
        page = (await desk.get("/api/hazards", params={"queue": "holder"})).json()
    assert (len(page["items"]), page["count"]) == (3, 3)
    assert len(sent) == 4


async def test_nothing_new_takes_two_statements(
    phone: httpx.AsyncClient, engine: AsyncEngine
) -> None:
    cursor = (await phone.get("/api/sync/changes")).json()["cursor"]
    with counted(engine) as sent:
        page = (await phone.get("/api/sync/changes", params={"since": cursor})).json()
    assert (page["hazards"], page["has_more"]) == ([], False)
    assert len(sent) == 2


async def test_a_photo_that_somebody_else_has_sent_is_refused_and_no_case_stays(
    phone: httpx.AsyncClient, county: County, sign_in_as: SignInAs
) -> None:
    """The refusal comes after the case was written: it must not pass for a repeat of itself."""
    report, (photo_id,) = report_of(PHOTO)
    other = await sign_in_as(county.stranger)
    (await pictures.put(other, photo_id, PHOTO)).raise_for_status()
    hazard_id = new_id()
    answer = await phone.put(f"/api/hazards/{hazard_id}", content=report, headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert (await phone.get(f"/api/hazards/{hazard_id}")).status_code == 404


async def test_a_photo_of_another_case_is_refused_and_no_case_stays(
    phone: httpx.AsyncClient,
) -> None:
    report, _ = report_of(PHOTO)
    (await put_report(phone, report)).raise_for_status()
    hazard_id = new_id()
    answer = await phone.put(f"/api/hazards/{hazard_id}", content=report, headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert (await phone.get(f"/api/hazards/{hazard_id}")).status_code == 404
