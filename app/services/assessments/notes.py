"""通报表彰、通报批评: what the county says of a body on a day, and what was said by mistake."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.errors import ChangedMeanwhile, Invalid, NotFound, SameIdOtherContent
from app.models.assessment import BodyNote
from app.models.organization import Organization
from app.models.person import Person
from app.services import access
from app.services.access import Actor
from app.services.arrivals import digest_of
from app.services.assessments import reach, telling
from app.services.assessments.commands import NotesQuery, TakeBack, WriteNote
from app.services.permissions import Permission
from app.services.schemes.assessing import ASSESSED


@dataclass(frozen=True)
class FoundNote:
    note: BodyNote
    body: Organization
    by: str


async def find_notes(session: AsyncSession, actor: Actor, query: NotesQuery) -> Sequence[FoundNote]:
    """Of one year, newest first; those that were taken back too."""
    first, last = date(query.year, 1, 1), date(query.year, 12, 31)
    statement = (
        select(BodyNote, Organization, Person.name)
        .join(Organization, Organization.id == BodyNote.organization_id)
        .join(Person, Person.id == BodyNote.written_by_id)
        .where(BodyNote.said_on.between(first, last), reach.sees_note(actor))
        .order_by(BodyNote.said_on.desc(), BodyNote.number.desc())
    )
    return [FoundNote(*row) for row in (await session.execute(statement)).all()]


async def write_note(
    session: AsyncSession, actor: Actor, note_id: UUID, command: WriteNote, body: bytes
) -> None:
    """The same id with the same bytes: once."""
    access.require(actor, Permission.ASSESS_BODIES)
    digest = digest_of(body)
    known = await session.get(BodyNote, note_id)
    if known is not None:
        if (known.sha256, known.written_by_id) != (digest, actor.person_id):
            raise SameIdOtherContent(id=str(note_id))
        return
    if command.said_on > access.today():
        raise Invalid(
            fields=["said_on"],
            reason_zh="还没到那天。发了通报再记。",
            reason_en="That day is still to come.",
        )
    there = select(Organization.id).where(
        Organization.id == command.organization_id, reach.assessed(ASSESSED)
    )
    if await session.scalar(there) is None:
        raise NotFound(fields=["organization_id"])
    values = {
        **command.model_dump(),
        "id": note_id,
        "sha256": digest,
        "written_by_id": actor.person_id,
        "written_at": clock.now(),
        "withdrawn_because": "",
    }
    made = insert(BodyNote).values(values).on_conflict_do_nothing().returning(BodyNote.id)
    if await session.scalar(made) is None:
        raise ChangedMeanwhile
    await telling.noted(session, actor, await session.get_one(BodyNote, note_id))


async def take_back(session: AsyncSession, actor: Actor, note_id: UUID, command: TakeBack) -> None:
    """Both stay: what was said, and why it was wrong."""
    access.require(actor, Permission.ASSESS_BODIES)
    query = select(BodyNote).where(BodyNote.id == note_id).with_for_update()
    row = await session.scalar(query)
    if row is None:
        raise NotFound
    if row.withdrawn_at is not None:
        return
    row.withdrawn_at, row.withdrawn_by_id = clock.now(), actor.person_id
    row.withdrawn_because = command.because
    await session.flush()
