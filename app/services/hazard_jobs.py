"""What follows a step, and what time itself does: telling people, archiving, clocks, seals.

Every job is one transaction and safe to repeat: a line in an inbox is written once per cause, a
step by the system has an id that follows from the case.
"""

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import ARRAY, Text, any_, bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock, db
from app.config import Settings
from app.models.audit import AuditEntry
from app.models.event import Event, Seal
from app.models.hazard import Clock, ClockOutcome, Hazard, State
from app.models.person import Person
from app.services import access, audiences, audit, events, hazards, notifications
from app.services.access import SYSTEM
from app.services.audit import Kind, Subject
from app.services.clocks import short
from app.services.events import Sent
from app.services.hazard_flow import Action
from app.services.hazards import Arrival, HazardAction
from app.services.notifications import Message
from app.services.transactions import DATABASE
from app.storage import ObjectStore

log = logging.getLogger("safegrid.jobs")
ARCHIVED_AFTER = timedelta(hours=24)  # S3-23
BATCH = 200
APPROACHING, MISSED = "clock.approaching", "clock.missed"
_LONGEST = 40
_TAKE_ALONG = text("""
    delete from procrastinate_jobs where id in (
        select id from procrastinate_jobs
        where status = 'todo' and task_name = 'notify' and attempts = 0 and scheduled_at is null
        order by id limit :most for update skip locked
    ) returning args ->> 'event_id' as event_id
""")


async def notify(session: AsyncSession, settings: Settings, event_ids: Sequence[str]) -> None:
    """Tell everybody whom each of these events concerns, except whoever caused it.

    Events that wait for the same are told along: after a rush, one job does the work of many. If
    it fails, they all wait again, each with a job of its own.
    """
    ids = [*map(UUID, event_ids), *await _waiting(session)]
    rows = await session.execute(_EVENTS, {"ids": ids, "kinds": list(audiences.TELL)})
    asked, messages = audiences.Asked(session), []
    for event, hazard, by in rows.all():
        people = await audiences.of_event(asked, event, hazard) - {event.actor_id}
        params = {**_about(settings, hazard), **_said(event), "by": by or "系统"}
        messages.append(Message(people, event.kind, hazard.id, params, str(event.id)))
    await notifications.deliver(session, messages)


# Arrays: the text stays the same however many there are. Planned anew it cost 2 ms each time.
_EVENTS = (
    select(Event, Hazard, Person.name)
    .join(Hazard, Hazard.id == Event.hazard_id)
    .outerjoin(Person, Person.id == Event.actor_id)
    .where(Event.id == any_(access.given("ids")))
    .where(Event.kind == any_(bindparam("kinds", type_=ARRAY(Text))))
    .order_by(Event.seq)
)


async def _waiting(session: AsyncSession) -> list[UUID]:
    """Takes the other waiting jobs of this kind out of the queue, together with what they cause."""
    found = await session.execute(_TAKE_ALONG, {"most": BATCH})
    return [UUID(row.event_id) for row in found]


def _about(settings: Settings, hazard: Hazard) -> dict[str, str]:
    return {
        "number": hazards.number(settings, hazard.number, hazard.received_at),
        "what": (hazard.note or hazard.place)[:_LONGEST],
    }


def _said(event: Event) -> dict[str, Any]:
    """Names and words out of the event, as the sentences of the PWA want them."""
    names = {key: value["name"] for key, value in event.data.items() if _is_body(value)}
    words = str(event.data.get("reason") or event.data.get("note") or "")
    return {**names, "said": words[:_LONGEST], "round": event.round}


def _is_body(value: Any) -> bool:
    return isinstance(value, dict) and "name" in value


async def archive_verified(session: AsyncSession) -> None:
    """What was verified a day ago is archived by itself (S3-23)."""
    query = (
        select(Hazard)
        .where(Hazard.state == State.VERIFIED)
        .where(Hazard.state_since <= clock.now() - ARCHIVED_AFTER)
        .order_by(Hazard.state_since, Hazard.id)
        .limit(BATCH)
        .with_for_update(key_share=True, skip_locked=True)
    )
    for hazard in list(await session.scalars(query)):
        id_ = uuid5(hazard.id, f"archive:{hazard.round}")
        command = HazardAction(action=Action.ARCHIVE, occurred_at=clock.now())
        sent = Sent(id_, hazard.id, "", None, None)
        await hazards.take(session, SYSTEM, hazard, command, Arrival(sent, timedelta()))


async def tick_clocks(session: AsyncSession, settings: Settings) -> None:
    """Tell owners once when a clock comes near its date, and once when it has missed it."""
    now = clock.now()
    is_due = Clock.missed_told_at.is_(None) & (Clock.due_at < now)
    is_near = Clock.approaching_told_at.is_(None)
    query = (
        select(Clock, Hazard)
        .join(Hazard, Hazard.id == Clock.hazard_id)
        .where(
            Clock.ended_at.is_(None),
            Clock.outcome == ClockOutcome.RUNNING,
            Clock.approaching_at <= now,
            is_due | is_near,
        )
        .order_by(Clock.approaching_at, Clock.id)
        .limit(BATCH)
        .with_for_update(of=Clock, skip_locked=True)
    )
    for running, hazard in list(await session.execute(query)):
        await _tell_owner(session, settings, running, hazard)


async def _tell_owner(
    session: AsyncSession, settings: Settings, running: Clock, hazard: Hazard
) -> None:
    """A clock that is found late already is not announced as coming near as well."""
    now = clock.now()
    kind = MISSED if running.due_at < now else APPROACHING
    running.approaching_told_at = running.approaching_told_at or now
    if kind == MISSED:
        running.missed_told_at = now
    people = await audiences.of_clock(audiences.Asked(session), running, hazard)
    params = {
        **_about(settings, hazard),
        "hop": running.hop.value,
        "due": short(running.due_at),
        "due_at": running.due_at.isoformat(),
    }
    await notifications.tell(session, people, kind, hazard.id, params, f"{running.id}:{kind}")


async def seal(session: AsyncSession, heads: ObjectStore, settings: Settings) -> None:
    """Seal what is new and put the heads where whoever edits the database cannot reach them.

    The seals are committed first: a head whose seal was rolled back would accuse an innocent.
    """
    await _go_on_in_this_database(session, heads)
    while made := await events.seal(session):
        log.info("seal %s covers %s events, %s entries", made.id, made.count, made.audit_count)
        await _note_what_is_dated_back(session, made)
    await db.give_back(session)
    await events.publish(session, heads, settings)


async def _go_on_in_this_database(session: AsyncSession, heads: ObjectStore) -> None:
    """A restored database, or one that took over, may be behind the heads that lie outside.

    Their numbers are taken: under one of them a new seal would have the head of another
    (decision 81). Looked for once in each database.
    """
    here = await session.scalar(select(DATABASE))
    kind = AuditEntry.kind == Kind.HISTORY_CONTINUED
    query = select(AuditEntry.data).where(kind).order_by(AuditEntry.seq.desc()).limit(1)
    if (await session.scalar(query) or {}).get("database") == here:
        return
    await db.give_back(session)  # many heads take their time to be listed
    lost = await events.make_room(session, heads)
    told: dict[str, Any] = {"database": here}
    if lost:
        log.warning("heads outside go on to %s, seals end at %s", lost.through, lost.after)
        told |= {"after": lost.after, "through": lost.through}
    await audit.record(session, Kind.HISTORY_CONTINUED, SYSTEM, Subject("seal"), told)


async def _note_what_is_dated_back(session: AsyncSession, made: Seal) -> None:
    """Sealed like everything else, it can be asked for what came later than it says (decision 79).

    The note is itself in the next seal, never among what it speaks of.
    """
    found = await events.dated_back(session, made)
    if found is None:
        return
    log.warning("seal %s covers rows that are dated back", made.id)
    told = {
        "rows": len(found.events) + len(found.entries),
        "events": found.events,
        "entries": found.entries,
        "sealed_before": found.before.at,
    }
    await audit.record(session, Kind.HISTORY_DATED_BACK, SYSTEM, Subject("seal", made.id), told)


async def forget_viewings(session: AsyncSession) -> None:
    """Who has what open is nobody's history."""
    await hazards.forget_viewings(session)
