"""备案: noting when the level above had a change, and under which number (S1-5)."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import ChangedMeanwhile, NotFound
from app.models.division import DivisionChange
from app.services import access, audit
from app.services.access import Actor
from app.services.audit import Kind, Subject
from app.services.divisions import reading, unread
from app.services.divisions.commands import FileChange
from app.services.divisions.reading import FoundChange
from app.services.divisions.refusing import invalid
from app.services.permissions import Permission


async def file(
    session: AsyncSession, actor: Actor, change_id: UUID, command: FileChange
) -> FoundChange:
    """Safe to repeat; a wrong number is corrected the same way, and both stand in the audit.

    ChangedMeanwhile for what has been undone since it was read; NotAsRead when another line of
    its township has come.
    """
    access.require(actor, Permission.EDIT_PLACES)
    row = await session.get(DivisionChange, change_id, with_for_update={"key_share": True})
    if row is None:
        raise NotFound
    if command.filed_on > access.today():
        raise invalid("filed_on", "备案日期还没到", "That day is still to come")
    if command.of_undoing and row.undone_on is None:
        raise invalid("of_undoing", "这次调整没有撤销过", "This change has not been undone")
    if row.undone_on is not None and not (command.of_undoing or command.is_undone):
        raise ChangedMeanwhile
    await _require_read(session, row, command)
    which = "undone_filed" if command.of_undoing else "filed"
    sent = {f"{which}_on": command.filed_on, f"{which}_number": command.filed_number}
    difference = audit.changed(row, sent)
    for name, value in {**sent, f"{which}_by_id": actor.person_id}.items():
        setattr(row, name, value)
    await session.flush()
    about = Subject("division", change_id)
    await audit.record(session, Kind.DIVISION_FILED, actor, about, difference)
    return await reading.one(session, change_id)


async def _require_read(session: AsyncSession, row: DivisionChange, command: FileChange) -> None:
    """What is filed already only gets another number."""
    if (row.undone_filed_on if command.of_undoing else row.filed_on) is not None:
        return
    decided_at = row.undone_at if command.of_undoing and row.undone_at else row.decided_at
    township = await reading.township_of(session, row.id)
    place = unread.Place(township, row.starts_on, decided_at, row.id, was_of=row.id)
    await unread.require_none_new(session, place, command)
