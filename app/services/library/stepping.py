"""File, return, publish, withdraw: each once under an id of the desk."""

from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.errors import SameIdOtherContent
from app.models.library import (
    LibraryDocument,
    LibraryPublication,
    LibraryStep,
    LibraryStepKind,
)
from app.services import audit
from app.services.access import Actor
from app.services.arrivals import digest_of
from app.services.audit import Kind, Subject
from app.services.library import flow, keeping, telling
from app.services.library.commands import StepDocument

_ENTRIES = {
    LibraryStepKind.FILE: Kind.DOCUMENT_FILED,
    LibraryStepKind.RETURN: Kind.DOCUMENT_RETURNED,
    LibraryStepKind.PUBLISH: Kind.DOCUMENT_PUBLISHED,
    LibraryStepKind.WITHDRAW: Kind.DOCUMENT_WITHDRAWN,
}


async def step(
    session: AsyncSession,
    actor: Actor,
    document_id: UUID,
    step_id: UUID,
    command: StepDocument,
    body: bytes,
) -> LibraryDocument:
    document, is_own = await keeping.lock(session, actor, document_id)
    digest = digest_of(body)
    known = await session.get(LibraryStep, step_id)
    if known is not None:
        same = (known.document_id, known.person_id, known.sha256)
        if same != (document_id, actor.person_id, digest):
            raise SameIdOtherContent(id=str(step_id))
        return document
    rule, seat = flow.require(actor, document, command, is_own=is_own)
    made = LibraryStep(
        id=step_id,
        document_id=document_id,
        kind=command.step,
        version=document.version,
        audience=command.audience if command.step is LibraryStepKind.PUBLISH else None,
        text=command.text,
        sha256=digest,
        person_id=actor.person_id,
        organization_id=seat.organization_id,
        at=clock.now(),
    )
    session.add(made)
    if rule.to is not None:
        flow.move(document, rule.to)
        await telling.answered(session, actor, document, made)
    if command.step is LibraryStepKind.WITHDRAW:
        document.withdrawn_at = made.at
    await session.flush()
    if command.step is LibraryStepKind.PUBLISH:
        await _publish(session, made)
    told = {"audience": str(made.audience)} if made.audience else {}
    subject = Subject("library_document", document_id)
    await audit.record(session, _ENTRIES[command.step], actor, subject, told)
    return document


async def _publish(session: AsyncSession, made: LibraryStep) -> None:
    opened = {
        "document_id": made.document_id,
        "audience": made.audience,
        "organization_id": made.organization_id,
    }
    await session.execute(insert(LibraryPublication).values(opened).on_conflict_do_nothing())
    await telling.publish(session, made)
