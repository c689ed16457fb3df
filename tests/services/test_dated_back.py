"""What stands in history later than it says: found before it is sealed, noted when it is.

A row that somebody writes into the database and dates back would, ten minutes later, be sealed by
the product itself (docs/decisions/0079).
"""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.config import Settings
from app.models.audit import AuditEntry
from app.models.event import Event
from app.models.hazard import State
from app.services import audit, events, hazard_jobs, verification
from app.services.access import SYSTEM
from app.services.audit import Kind, Subject
from app.services.doctor import flow
from app.services.doctor.findings import Severity, Ward
from app.services.events import seals
from app.services.verification import Fault, logs
from app.storage import ObjectStore
from tests import tampering
from tests.conftest import Freeze
from tests.factories import county
from tests.walking import Walk

MORNING = datetime(2026, 11, 2, 8, tzinfo=clock.COUNTY_ZONE)


@pytest.fixture
async def walk(session: AsyncSession, settings: Settings, store: ObjectStore) -> Walk:
    """A case of the morning, sealed an hour later."""
    walk = Walk(session, settings, await county(session))
    with clock.at(MORNING):
        await walk.to(State.DONE)
    await seal(walk, store, MORNING + timedelta(hours=1))
    return walk


async def seal(walk: Walk, store: ObjectStore, moment: datetime) -> None:
    with clock.at(moment):
        await hazard_jobs.seal(walk.session, store, walk.settings)


async def write_in(walk: Walk) -> Event:
    """An insider's step, faultless in itself, dated back to the morning."""
    await tampering.insert_event(await tampering.insider(walk.session, 1, {}))
    walk.session.expire_all()
    newest = await walk.session.scalar(select(Event).order_by(Event.seq.desc()).limit(1))
    assert newest
    return newest


async def notes(walk: Walk) -> list[dict[str, Any]]:
    query = select(AuditEntry.data).where(AuditEntry.kind == Kind.HISTORY_DATED_BACK)
    return list(await walk.session.scalars(query))


async def test_a_step_written_in_later_is_a_fault_until_it_is_sealed_and_noted_then(
    walk: Walk, store: ObjectStore
) -> None:
    forged = await write_in(walk)
    place = forged.hazard_id, forged.position
    assert await verification.verify(walk.session) == [Fault("late", *place)]
    await seal(walk, store, MORNING + timedelta(hours=2))
    assert await verification.verify(walk.session) == []
    assert await verification.remarks(walk.session) == [Fault("noted", *place)]
    (note,) = await notes(walk)
    assert (note["rows"], note["events"], note["entries"]) == (1, [forged.seq], [])
    await seal(walk, store, MORNING + timedelta(hours=3))
    assert await verification.verify(walk.session) == []
    assert len(await notes(walk)) == 1, "the note itself is of its time"


async def test_who_seals_it_himself_lacks_the_note(walk: Walk) -> None:
    forged = await write_in(walk)
    with clock.at(MORNING + timedelta(hours=2)):
        await events.seal(walk.session)
    found = await verification.verify(walk.session)
    assert found == [Fault("dated_back", forged.hazard_id, forged.position)]
    assert await verification.remarks(walk.session) == []


async def test_an_entry_written_in_later_is_noted_too(walk: Walk, store: ObjectStore) -> None:
    with clock.at(MORNING):
        await audit.record(walk.session, Kind.PHOTO_READ, SYSTEM, Subject("photo"))
    assert [fault.what for fault in await verification.verify(walk.session)] == ["late"]
    await seal(walk, store, MORNING + timedelta(hours=2))
    assert await verification.verify(walk.session) == []
    assert [fault.what for fault in await verification.remarks(walk.session)] == ["noted"]


async def test_a_note_that_is_taken_away_leaves_the_fault(walk: Walk, store: ObjectStore) -> None:
    await write_in(walk)
    await seal(walk, store, MORNING + timedelta(hours=2))
    who = await tampering.insider(walk.session, 1, {})
    await who.run("delete from audit_entries where kind = :kind", kind=Kind.HISTORY_DATED_BACK)
    found = {fault.what for fault in await verification.verify(walk.session)}
    assert "dated_back" in found


async def test_the_doctor_calls_it_a_danger_for_a_month(
    walk: Walk, store: ObjectStore, freeze: Freeze
) -> None:
    async def severity() -> Severity:
        ward = Ward(walk.session, store, walk.settings, clock.now())
        return (await flow.dated_back(ward)).severity

    await write_in(walk)
    freeze(MORNING + timedelta(hours=2))
    assert await severity() is Severity.FINE
    await seal(walk, store, MORNING + timedelta(hours=2))
    assert await severity() is Severity.DANGER
    freeze(MORNING + timedelta(days=31))
    assert await severity() is Severity.FINE


async def test_what_comes_in_time_is_not_remarked(walk: Walk, store: ObjectStore) -> None:
    """Also a transaction that was open while the seal was made."""
    with clock.at(MORNING + timedelta(hours=1) - seals.LATE + timedelta(seconds=1)):
        await walk.to(State.REPORTED)
    await seal(walk, store, MORNING + timedelta(hours=2))
    assert await verification.verify(walk.session) == []
    assert await notes(walk) == []


async def test_what_a_full_seal_has_left_over_is_not_late(
    walk: Walk, store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody has sealed for half a day, and more waits than one seal takes."""
    monkeypatch.setattr(seals, "BATCH", 3)
    monkeypatch.setattr(logs, "FULL", 3)
    with clock.at(MORNING + timedelta(hours=2)):
        await walk.to(State.ARCHIVED)
    await seal(walk, store, MORNING + timedelta(hours=14))
    assert await verification.verify(walk.session) == []
    assert await notes(walk) == []


async def test_a_seal_of_a_clock_that_is_ahead_is_wrong_for_the_next_one_only(
    walk: Walk, store: ObjectStore
) -> None:
    with clock.at(MORNING + timedelta(hours=2)):
        await walk.to(State.REPORTED)
    await seal(walk, store, MORNING + timedelta(days=1))  # it is still the same morning
    for hour in (3, 4):
        with clock.at(MORNING + timedelta(hours=hour)):
            await walk.to(State.REPORTED)
        await seal(walk, store, MORNING + timedelta(hours=hour, minutes=10))
    assert await verification.verify(walk.session) == []
    assert len(await notes(walk)) == 1


def test_writer_and_verifier_mean_the_same() -> None:
    assert (seals.BATCH, seals.LATE) == (logs.FULL, logs.LATE)
    assert Kind.HISTORY_DATED_BACK.value == logs.DATED_BACK
