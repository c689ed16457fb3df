"""A bundle filled at a desk: several come in or leave at once (S2-44)."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import NotFound
from app.services import access, audit
from app.services.access import Actor
from app.services.audit import Kind, Subject
from app.services.ledger import bundles, telling
from app.services.ledger.commands import ChangeMembers
from app.services.ledger.editing import editable_among
from app.services.ledger.reading import WholeObject, read_whole
from app.services.permissions import Permission


async def change_members(
    session: AsyncSession, actor: Actor, object_id: UUID, command: ChangeMembers
) -> WholeObject:
    """Safe to repeat. Tasks of whoever comes in are dropped by the night, of who leaves made."""
    access.require(actor, Permission.EDIT_LEDGER)
    add, remove = set(command.add), set(command.remove) - set(command.add)
    known = await editable_among(session, actor, {object_id, *add, *remove})
    if object_id not in known:
        raise NotFound
    if missing := (add | remove) - set(known):
        raise NotFound(fields=["add" if missing & add else "remove"])
    row = known[object_id]
    put_in, taken_out = ([known[id_] for id_ in sorted(ids)] for ids in (add, remove))
    done = bundles.change_members(session, actor, row, put_in, taken_out)
    await session.flush()
    if done:
        told = {"members": len(done), "added": sum(one.bundle_id == row.id for one in done)}
        await audit.record(session, Kind.OBJECT_EDITED, actor, Subject("object", row.id), told)
        await telling.tell(session, {row.grid_id})
    return await read_whole(session, actor, object_id)
