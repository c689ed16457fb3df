"""Whole cases for the one who opens them, and the receipts that carry them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.api.shapes.hazards.rows import body_ref, known_body, person_ref, row_of
from app.api.views import (
    AllowedAction,
    AssistantView,
    ClockView,
    Completion,
    HazardReceipt,
    HazardView,
    PersonRef,
    PhotoView,
    Receipt,
    RecheckView,
    Why,
)
from app.config import Settings
from app.errors import ChangedMeanwhile, NotAllowedNow, NotYet
from app.models.event import Event
from app.models.hazard import Clock, Hazard
from app.models.photo import Derivatives, ManifestEntry, Photo
from app.models.recheck import Recheck
from app.services import clocks, hazard_flow, hazards, receipts
from app.services.access import Actor
from app.services.hazard_flow import Transition
from app.services.hazards import Around, Done

_SAME_IN_WHOLE = (
    "outcome_document",
    "no_photo_reason",
    "merged_into_id",
    "recurs_of_id",
    "skew_seconds",
)
_PHOTO_STATUS = {
    Derivatives.PENDING: "received",
    Derivatives.READY: "ready",
    Derivatives.FAILED: "unreadable",
}


async def hazard_receipt(
    session: AsyncSession, settings: Settings, actor: Actor, done: Done
) -> HazardReceipt:
    """The proof of delivery with the case as it is now, for those who still see it."""
    event = done.event
    receipt = receipts.make(settings, event.id, event.body_sha256, event.seq, event.at)
    view = None
    if done.hazard:
        known = done.around or await hazards.around(session, [done.hazard], actor)
        view = whole(settings, actor, done.hazard, known)
    return HazardReceipt(receipt=Receipt.model_validate(receipt), hazard=view)


async def hazard_view(
    session: AsyncSession, settings: Settings, actor: Actor, hazard: Hazard
) -> HazardView:
    return (await hazard_views(session, settings, actor, [hazard]))[0]


async def hazard_views(
    session: AsyncSession, settings: Settings, actor: Actor, rows: Sequence[Hazard]
) -> list[HazardView]:
    """Whole cases as this person sees them, in the order given."""
    if not rows:
        return []
    known = await hazards.around(session, rows, actor)
    return [whole(settings, actor, hazard, known) for hazard in rows]


@asynccontextmanager
async def as_it_is(
    session: AsyncSession, settings: Settings, actor: Actor, hazard_id: UUID
) -> AsyncIterator[None]:
    """A refusal because the world has moved carries the case as it is (details.hazard)."""
    try:
        yield
    except (NotAllowedNow, ChangedMeanwhile, NotYet) as refusal:
        await session.rollback()  # what the step has changed so far is not how it is
        hazard = await hazards.read(session, actor, hazard_id)
        view = await hazard_view(session, settings, actor, hazard)
        refusal.details["hazard"] = view.model_dump(mode="json")
        raise


def whole(settings: Settings, actor: Actor, hazard: Hazard, known: Around) -> HazardView:
    facts = known.facts[hazard.id]
    why = hazards.why_of(hazard, known)
    return HazardView(
        **row_of(settings, hazard, known),
        **{name: getattr(hazard, name) for name in _SAME_IN_WHOLE},
        photos=[_photo(*row) for row in known.photos.get(hazard.id, [])],
        clocks=[_clock(row, known) for row in known.clocks.get(hazard.id, [])],
        actions=[allowed_action(row) for row in hazards.possible(actor, hazard, facts)],
        why=Why(zh=why.zh, en=why.en),
        assistants=[
            AssistantView(
                organization=known_body(known, row.organization_id),
                finished_at=row.finished_at,
                note=row.note,
            )
            for row in facts.assistants
        ],
        completion=_completion(facts.latest.get(hazards.FINISHED), known),
        question=hazards.question(hazard, facts),
        rejection=hazards.rejection(hazard, facts),
        dispatcher=body_ref(known, hazard.dispatcher_id),
        suggested_department=body_ref(known, hazard.suggested_department_id),
        recheck=_recheck(facts.recheck, known),
        viewers=[
            PersonRef(id=id_, name=known.people[id_])
            for id_ in known.viewers.get(hazard.id, [])
            if id_ != actor.person_id
        ],
    )


def allowed_action(row: Transition) -> AllowedAction:
    return AllowedAction(
        action=row.action.value,
        to=row.target,
        needs=[need.name.lower() for need in row.needs if need.name],
        is_beside=row.action in hazard_flow.BESIDE,
    )


def _recheck(task: Recheck | None, known: Around) -> RecheckView | None:
    if task is None:
        return None
    return RecheckView(
        cause=task.cause,
        person=person_ref(known, task.person_id),
        desk=known_body(known, task.organization_id),
        asked_at=task.asked_at,
        due_at=task.due_at,
        answered_at=task.answered_at,
        answered_by=person_ref(known, task.answered_by_id),
        outcome=task.outcome,
        recurred_as_id=task.recurred_as_id,
    )


def _clock(row: Clock, known: Around) -> ClockView:
    return ClockView(
        hop=row.hop,
        round=row.round,
        owner=body_ref(known, row.owner_id),
        person=person_ref(known, row.person_id),
        started_at=row.started_at,
        due_at=row.due_at,
        is_provisional=row.is_provisional,
        ended_at=row.ended_at,
        outcome=row.outcome.value,
        status=clocks.status(row, clock.now()),
    )


def _photo(entry: ManifestEntry, photo: Photo | None, round_: int | None) -> PhotoView:
    return PhotoView(
        id=entry.photo_id,
        role=entry.role,
        source=entry.source,
        taken_at=entry.taken_at,
        lat=entry.lat,
        lon=entry.lon,
        accuracy_m=entry.accuracy_m,
        sha256=entry.sha256,
        size=entry.size,
        event_id=entry.event_id,
        round=round_ or 1,
        status=_PHOTO_STATUS[photo.derivatives] if photo else "waiting",
        width=photo.width if photo else None,
        height=photo.height if photo else None,
        exif_taken_at=photo.exif_taken_at if photo else None,
        exif_lat=photo.exif_lat if photo else None,
        exif_lon=photo.exif_lon if photo else None,
    )


def _completion(event: Event | None, known: Around) -> Completion | None:
    """What the department declared last; a rejected declaration stays to be read."""
    if event is None:
        return None
    body = event.data.get("department", {}).get("name", "")
    name = known.people.get(event.actor_id, "") if event.actor_id else ""
    return Completion(note=event.data.get("note", ""), at=event.at, by=f"{body} {name}".strip())
