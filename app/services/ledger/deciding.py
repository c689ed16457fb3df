"""The desk's word on what was said to have changed: accepted or returned (S1-62, S4-16)."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.errors import ChangedMeanwhile, NotFound
from app.models.object_proposal import Gone, ObjectProposal, Verdict
from app.models.person import Person
from app.models.supervised_object import SupervisedObject
from app.services import access, audit
from app.services.access import Actor
from app.services.audit import Kind, Subject
from app.services.ledger import editing, life, proposing, telling
from app.services.ledger.commands import Because, EditObject
from app.services.ledger.proposing import Proposed
from app.services.ledger.reading import WholeObject, read_whole
from app.services.permissions import Permission

_GONE = {Gone.CLOSED: "已关门", Gone.DEMOLISHED: "已拆除", Gone.MOVED: "已搬走"}


async def accept_proposal(
    session: AsyncSession,
    actor: Actor,
    object_id: UUID,
    proposal_id: UUID,
    *,
    despite: bool = False,
) -> WholeObject:
    """The object is changed, or closed on the path of every closing; safe to repeat.

    ChangedMeanwhile when the ledger says something else than the sender saw, unless `despite`.
    """
    place, said = await _found(session, actor, object_id, proposal_id)
    if said.proposal.verdict is Verdict.ACCEPTED:
        return await read_whole(session, actor, object_id)
    if said.proposal.verdict is not None or (said.is_stale and not despite):
        raise ChangedMeanwhile
    changes, gone = dict(said.proposal.changes), said.proposal.gone
    proposing.settle(said.proposal, actor, Verdict.ACCEPTED)
    await session.flush()
    if gone:
        reason = "，".join(filter(None, (_GONE[gone], said.proposal.note, _source(said))))
        await life.close_object(session, actor, object_id, Because(reason=reason[:200]))
    else:
        if "credit_code" in changes:
            changes["is_registered"] = changes["credit_code"] is not None
        command = EditObject.model_validate(changes)
        await editing.edit_object(session, actor, object_id, command, _source(said))
    await telling.tell_sender(session, said.proposal.person_id, place, telling.CHANGE_ACCEPTED)
    return await read_whole(session, actor, object_id)


async def return_proposal(
    session: AsyncSession, actor: Actor, object_id: UUID, proposal_id: UUID, command: Because
) -> WholeObject:
    """Back to whoever sent it, with a word; nothing of the object changes. Safe to repeat."""
    place, said = await _found(session, actor, object_id, proposal_id)
    row = said.proposal
    if (row.verdict, row.word) == (Verdict.RETURNED, command.reason):
        return await read_whole(session, actor, object_id)
    if row.verdict is not None:
        raise ChangedMeanwhile
    proposing.settle(row, actor, Verdict.RETURNED, command.reason)
    await session.flush()
    told = {"proposal": row.id, "returned": True, "reason": command.reason}
    await audit.record(session, Kind.OBJECT_EDITED, actor, Subject("object", place.id), told)
    sender, word = row.person_id, command.reason
    await telling.tell_sender(session, sender, place, telling.CHANGE_RETURNED, word)
    await telling.tell(session, {place.grid_id})
    return await read_whole(session, actor, object_id)


async def _found(
    session: AsyncSession, actor: Actor, object_id: UUID, proposal_id: UUID
) -> tuple[SupervisedObject, Proposed]:
    """The object locked, so that of two words on one proposal the second sees the first."""
    access.require(actor, Permission.EDIT_LEDGER)
    place = await editing.editable(session, actor, object_id)
    query = (
        select(ObjectProposal, Person.name)
        .join(Person, Person.id == ObjectProposal.person_id)
        .where(ObjectProposal.id == proposal_id, ObjectProposal.object_id == object_id)
        .execution_options(populate_existing=True)
    )
    found = (await session.execute(query)).one_or_none()
    if found is None:
        raise NotFound
    return place, proposing.beside(found[0], found[1], place)


def _source(said: Proposed) -> str:
    """In the history beside the name of who accepted it."""
    day = clock.local(said.proposal.occurred_at).date()
    return f"{said.by} {day.month} 月 {day.day} 日在现场报的"
