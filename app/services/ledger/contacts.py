"""Whom to call at a place outside one's reach: for a reason, and on record (decision 16)."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.supervised_object import SupervisedObject
from app.services import access, audit
from app.services.access import Actor
from app.services.audit import Kind, Subject
from app.services.ledger.commands import RevealContact
from app.services.ledger.finding import read_object
from app.services.permissions import Permission


async def reveal_contact(
    session: AsyncSession, actor: Actor, object_id: UUID, command: RevealContact
) -> SupervisedObject:
    """For desks that act on cases; NotFound for a home that is not theirs to know of."""
    access.require(actor, Permission.SEE_CONTACTS)
    row = (await read_object(session, actor, object_id)).object
    told = {"reason": command.reason}
    await audit.record(session, Kind.OBJECT_REVEALED, actor, Subject("object", row.id), told)
    return row
