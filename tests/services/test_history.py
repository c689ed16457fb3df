"""The chain of a case and the seals over all: recomputed by hand, and every tampering found."""

import hashlib
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from app import db
from app.config import Settings
from app.models.event import Event
from app.models.hazard import Hazard, State
from app.services import events
from app.services.events import chain
from tests.conftest import Committed, Databases, Freeze, create_app, settings_for
from tests.factories import county
from tests.walking import A, Walk


def by_hand(event: Event) -> bytes:
    """The hash as a stranger would compute it from the documentation, without our code."""

    def moment(value: Any) -> str | None:
        return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ") if value else None

    said = {
        "id": str(event.id),
        "hazard_id": str(event.hazard_id),
        "position": event.position,
        "kind": event.kind,
        "actor_id": str(event.actor_id) if event.actor_id else None,
        "organization_id": str(event.organization_id) if event.organization_id else None,
        "role": event.role,
        "at": moment(event.at),
        "occurred_at": moment(event.occurred_at),
        "from_state": event.from_state,
        "to_state": event.to_state,
        "round": event.round,
        "data": event.data,
        "body_sha256": event.body_sha256,
    }
    text_ = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(event.previous_hash + text_.encode("utf-8")).digest()


@pytest.fixture
async def walk(session: AsyncSession, settings: Settings) -> Walk:
    return Walk(session, settings, await county(session))


async def test_a_stranger_computes_the_same_hashes_from_the_documentation(walk: Walk) -> None:
    hazard = await walk.report(note='引号"、反斜杠\\、换行\n、表情🔥、控制\x01字符')
    await walk.act(walk.county.township_officer, hazard, A.ESCALATE)
    hazard_id = hazard.id
    walk.session.expire_all()
    written = await events.of(walk.session, hazard_id)
    assert [event.hash for event in written] == [by_hand(event) for event in written]
    previous = [bytes(32), *(event.hash for event in written)]
    assert [event.previous_hash for event in written] == previous[:-1]


async def test_no_step_bears_a_time_before_what_it_follows(walk: Walk, freeze: Freeze) -> None:
    """Two servers need not have the same time (docs/decisions/0076)."""
    reported = freeze("2026-11-23 10:00")
    hazard = await walk.report()
    freeze("2026-11-23 09:00")
    await walk.act(walk.county.township_officer, hazard, A.ESCALATE)
    later = freeze("2026-11-23 10:30")
    await walk.act(walk.county.county_officer, hazard, A.COMMENT, note="看过了")
    hazard_id = hazard.id
    walk.session.expire_all()
    written = await events.of(walk.session, hazard_id)
    assert [event.at for event in written] == [reported] * (len(written) - 1) + [later]
    assert [event.hash for event in written] == [by_hand(event) for event in written]


def test_fractions_are_not_kept_in_history() -> None:
    with pytest.raises(TypeError):
        chain.plain({"position": {"lat": 34.5}})


async def test_a_walked_county_verifies(walk: Walk) -> None:
    for state in (State.ARCHIVED, State.VOIDED, State.DONE, State.REPORTED):
        await walk.to(state)
    assert await events.seal(walk.session)
    assert await events.verify(walk.session) == []


TAMPERINGS: dict[str, str] = {
    "a word": 'update events set data = data || \'{"note": "改过"}\' where seq = :seq',
    "who did it": "update events set actor_id = null where seq = :seq",
    "when": "update events set at = at + interval '1 microsecond' where seq = :seq",
    "when it was seen": "update events set occurred_at = null where seq = :seq",
    "for whom": "update events set organization_id = null, role = 'leader' where seq = :seq",
    "the kind": "update events set kind = kind || 'x' where seq = :seq",
    "the state": "update events set to_state = 'archived' where seq = :seq",
    "the round": "update events set round = round + 1 where seq = :seq",
    "the content's hash": "update events set body_sha256 = 'abc' where seq = :seq",
    "the hash": "update events set hash = sha256(hash) where seq = :seq",
    "the hash before": "update events set previous_hash = sha256(hash) where seq = :seq",
    "removed": "delete from events where seq = :seq",
    "moved to the end": "update events set position = position + 100 where seq = :seq",
    "the case's state": "update hazards set state = 'voided' where id = :hazard_id",
    "the case's count": "update hazards set version = version - 1 where id = :hazard_id",
}


@pytest.fixture(scope="module")
async def tampered(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Committed]:
    """A committed county with a few cases, in which the guarding trigger has been switched off."""
    url = databases.clone()
    settings = settings_for(url, tmp_path_factory.mktemp("tampered"))
    engine = create_async_engine(url)
    made = Committed(settings, engine, db.make_sessions(engine), create_app(settings))
    async with made.work() as session:
        walk = Walk(session, settings, await county(session))
        for state in (State.ARCHIVED, State.DONE):
            await walk.to(state)
        await events.seal(session)
        for table in ("events", "seals", "sealed_events"):
            await session.execute(text(f"alter table {table} disable trigger user"))
        drop = "alter table sealed_events drop constraint fk_sealed_events_seq"
        await session.execute(text(drop))
    yield made
    await engine.dispose()
    databases.drop(url)


@pytest.mark.parametrize("what", TAMPERINGS)
async def test_every_tampering_with_any_event_is_found(tampered: Committed, what: str) -> None:
    """Of every single event in turn, also the first and the last of a case."""
    async with tampered.sessions() as session:
        rows = await session.execute(text("select seq, hazard_id from events order by seq"))
        missed = []
        for seq, hazard_id in rows.all():
            savepoint = await session.begin_nested()
            statement = TAMPERINGS[what]
            values = {"seq": seq, "hazard_id": hazard_id}
            await session.execute(
                text(statement), {name: values[name] for name in values if f":{name}" in statement}
            )
            session.expire_all()
            if not await events.verify(session):
                missed.append(seq)
            await savepoint.rollback()
        unchanged = "select seq from events where to_state = 'archived'"
        same = list(await session.scalars(text(unchanged))) if what == "the state" else []
        assert missed == same


@pytest.mark.parametrize(
    "statement",
    [
        "update seals set hash = sha256(hash)",
        "update seals set count = count - 1",
        "delete from sealed_events where seq = (select max(seq) from sealed_events)",
        "update sealed_events set seq = -seq where seq = (select max(seq) from sealed_events)",
        "update seals set previous_hash = sha256(hash)",
    ],
)
async def test_tampering_with_seals_is_found(tampered: Committed, statement: str) -> None:
    async with tampered.sessions() as session:
        await session.execute(text(statement))
        assert [fault.seal_id for fault in await events.verify(session)]
        await session.rollback()


async def test_a_rebuilt_chain_is_betrayed_by_its_seal(tampered: Committed) -> None:
    """Whoever can recompute a whole chain still cannot match the head that lies outside."""
    async with tampered.sessions() as session:
        hazard_id = await session.scalar(text("select hazard_id from events limit 1"))
        rows = await session.execute(
            text("select seq from events where hazard_id = :id order by position"),
            {"id": hazard_id},
        )
        previous = chain.GENESIS
        for (seq,) in rows.all():
            event = await session.get_one(Event, seq)
            members = {**chain.members_of(event), "role": "leader"}
            hashed = chain.link(previous, members)
            change = (
                "update events set role = 'leader', previous_hash = :p, hash = :h where seq = :s"
            )
            await session.execute(text(change), {"p": previous, "h": hashed, "s": seq})
            previous = hashed
        session.expire_all()
        faults = await events.verify(session)
        assert [fault.what for fault in faults] == ["seal"]
        assert await session.get(Hazard, hazard_id)
        await session.rollback()
