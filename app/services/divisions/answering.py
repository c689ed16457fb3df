"""The county confirms a draft, which happens at once, or sends it back with a reason (S2-16)."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.errors import ChangedMeanwhile
from app.models.division import DivisionDraft, DraftStatus
from app.services import access, audit, places
from app.services.access import Actor
from app.services.audit import Kind, Subject
from app.services.divisions import deciding, drafts, telling
from app.services.divisions.commands import AnswerDraft, DivisionProposal
from app.services.divisions.drafts import FoundDraft
from app.services.divisions.refusing import invalid
from app.services.permissions import Permission


async def answer(
    session: AsyncSession, actor: Actor, draft_id: UUID, command: AnswerDraft
) -> FoundDraft:
    """Confirmed, it is decided here and now by the same rules: what no longer fits is refused."""
    access.require(actor, Permission.EDIT_PLACES)
    row = await drafts.locked(session, actor, draft_id)
    if row.status is not DraftStatus.HANDED_IN or row.version != command.version:
        raise ChangedMeanwhile
    if not command.is_confirmed and not command.reason:
        raise invalid("reason", "退回要写原因", "Say why it goes back")
    row.answered_by_id, row.answered_at = actor.person_id, clock.now()
    row.answer = command.reason
    if command.is_confirmed:
        await _decide(session, actor, row)
    row.status = DraftStatus.CONFIRMED if command.is_confirmed else DraftStatus.RETURNED
    await session.flush()
    told = {"is_confirmed": command.is_confirmed, "reason": command.reason, "version": row.version}
    about = Subject("division_draft", row.id)
    await audit.record(session, Kind.DIVISION_DRAFT_ANSWERED, actor, about, told)
    await telling.township(session, row, f"division.draft_{row.status}")
    return await drafts.one(session, actor, row.id)


async def _decide(session: AsyncSession, actor: Actor, row: DivisionDraft) -> None:
    proposal = DivisionProposal.model_validate(row.proposal)
    if proposal.change:
        row.change_id = (await deciding.change(session, actor, proposal.change)).change.id
    elif proposal.add:
        row.grid_id = (await places.add_grid(session, actor, proposal.add)).id
    elif proposal.edit and proposal.grid_id:
        edited = await places.edit_grid(session, actor, proposal.grid_id, proposal.edit)
        row.grid_id = edited.id
