"""Reading the audit, and whole numbers for a reason."""

from datetime import timedelta
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.config import Settings
from app.models.audit import AuditEntry
from app.services import audit
from app.services.access import SYSTEM
from app.services.audit import Kind, Subject
from tests import factories
from tests.conftest import SignInAs
from tests.factories import County


@pytest.fixture
async def county(session: AsyncSession) -> County:
    return await factories.county(session)


@pytest.fixture
async def reader(county: County, sign_in_as: SignInAs) -> httpx.AsyncClient:
    return await sign_in_as(county.auditor)


async def note(session: AsyncSession, kind: Kind, by: UUID | None, about: UUID) -> None:
    await audit.record(session, kind, by, Subject("person", about))


async def test_entries_are_read_by_kind_person_and_time(
    reader: httpx.AsyncClient, session: AsyncSession, county: County
) -> None:
    one, other = county.administrator.id, county.gridworker.id
    begun = clock.now()
    with clock.at(begun - timedelta(days=2)):
        await note(session, Kind.PERSON_EDITED, one, other)
    await note(session, Kind.PASSWORD_RESET, one, county.chief.id)
    await note(session, Kind.SIGNED_IN, other, other)

    async def kinds(**asked: str) -> list[str]:
        answer = await reader.get("/api/audit", params=asked)
        assert answer.status_code == 200, answer.text
        return [row["kind"] for row in answer.json()["items"]]

    assert await kinds() == ["session.begun", "password.reset", "person.edited"]
    assert await kinds(kind="password.reset") == ["password.reset"]
    assert await kinds(person_id=str(other)) == ["session.begun", "person.edited"]
    yesterday = (begun - timedelta(days=1)).isoformat()
    assert await kinds(until=yesterday) == ["person.edited"]
    assert await kinds(since=yesterday) == ["session.begun", "password.reset"]
    (first,) = (await reader.get("/api/audit", params={"kind": "person.edited"})).json()["items"]
    assert (first["actor"]["name"], first["subject"]) == ("钱管理", "张网格")


async def test_pages_follow_one_another_without_gap_or_repeat(
    reader: httpx.AsyncClient, session: AsyncSession, county: County
) -> None:
    for _ in range(120):
        await note(session, Kind.SIGNED_IN, county.chief.id, county.chief.id)
    seen: list[int] = []
    cursor: str | None = None
    while True:
        params = {"cursor": cursor} if cursor else {}
        page = (await reader.get("/api/audit", params=params)).json()
        seen += [row["seq"] for row in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert len(seen) == 120
    assert seen == sorted(set(seen), reverse=True)


async def test_a_whole_number_is_told_for_a_reason_and_put_on_record(
    sign_in_as: SignInAs, session: AsyncSession, county: County
) -> None:
    """By whoever sees the person; the township next door finds nobody."""
    officer = await sign_in_as(county.township_officer)
    path = f"/api/people/{county.gridworker.id}/reveal"
    assert (await officer.post(path, json={"reason": "好"})).status_code == 422
    shown = await officer.get(f"/api/people/{county.gridworker.id}")
    assert "****" in shown.json()["mobile"]
    answer = await officer.post(path, json={"reason": "电话联系，催办案件"})
    assert answer.json() == {"mobile": county.gridworker.mobile}
    entry = (await session.scalars(select(AuditEntry))).one()
    assert (entry.kind, entry.actor_id) == ("person.revealed", county.township_officer.id)
    assert entry.data == {"field": "mobile", "reason": "电话联系，催办案件"}
    stranger = f"/api/people/{county.stranger.id}/reveal"
    assert (await officer.post(stranger, json={"reason": "想看一看"})).status_code == 404


async def test_whom_to_call_at_a_foreign_place_is_told_for_a_reason_and_put_on_record(
    sign_in_as: SignInAs, session: AsyncSession, county: County
) -> None:
    """A desk may have to warn a place next door; a gridworker never needs to."""
    place = await factories.enterprise(
        session, "马兰屯加油站", county.villages[1], county.grids[1],
        contact_name="高玉梅", contact_phone="13800001234",
    )  # fmt: skip
    officer = await sign_in_as(county.township_officer)
    row = (await officer.get(f"/api/objects/{place.id}")).json()
    shown = (row["detail"], row["contact_name"], row["contact_phone"])
    assert shown == (None, "高**", "138****1234")
    path = f"/api/objects/{place.id}/reveal"
    assert (await officer.post(path, json={"reason": "好"})).status_code == 422
    answer = await officer.post(path, json={"reason": "通知今晚停气"})
    assert answer.json() == {"contact_name": "高玉梅", "contact_phone": "13800001234"}
    entry = (await session.scalars(select(AuditEntry))).one()
    assert (entry.kind, entry.actor_id) == ("object.revealed", county.township_officer.id)
    assert (entry.subject_id, entry.data) == (str(place.id), {"reason": "通知今晚停气"})
    worker = await sign_in_as(county.gridworker)
    assert (await worker.post(path, json={"reason": "通知今晚停气"})).status_code == 403


async def test_a_person_is_found_by_the_whole_number_without_its_being_shown(
    sign_in_as: SignInAs, county: County
) -> None:
    officer = await sign_in_as(county.township_officer)
    number = county.gridworker.mobile or ""
    answer = await officer.get("/api/people", params={"text": number})
    (row,) = answer.json()["items"]
    assert row["id"] == str(county.gridworker.id)
    assert number not in answer.text


async def test_changed_settings_are_noted_once_and_secrets_never_told(
    session: AsyncSession, settings: Settings
) -> None:
    other = settings.model_copy(update={"sign_in_max_failures": 4})
    for known in (settings, settings, other, other):
        await audit.note_settings(session, known)
    rows = list(await session.scalars(select(AuditEntry.data).order_by(AuditEntry.seq)))
    assert len(rows) == 2
    assert rows[1]["changed"] == ["sign_in_max_failures"]
    told = str(rows)
    assert settings.secret.get_secret_value() not in told
    assert settings.database_url not in told


async def test_the_system_acts_without_a_name(
    reader: httpx.AsyncClient, session: AsyncSession
) -> None:
    await audit.record(session, Kind.SETTINGS_CHANGED, SYSTEM, Subject("settings"))
    (row,) = (await reader.get("/api/audit")).json()["items"]
    assert (row["actor"], row["address"], row["succeeded"]) == (None, None, True)
