"""A township drafts what its grids are to be; the county is told (S2-16)."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.errors import ChangedMeanwhile, NotFound
from app.models.base import new_id
from app.models.division import DivisionDraft, DraftStatus
from app.models.grid import Grid
from app.services import access, audit, places
from app.services.access import Actor
from app.services.audit import Kind, Subject
from app.services.divisions import deciding, drafts, telling
from app.services.divisions.commands import ChangeDivision, DivisionProposal, HandInDraft, MendDraft
from app.services.divisions.drafts import OPEN, FoundDraft, townships_of
from app.services.permissions import Permission


async def hand_in(session: AsyncSession, actor: Actor, command: HandInDraft) -> FoundDraft:
    """Checked as if it were decided now; nothing but the draft is written."""
    access.require(actor, Permission.DRAFT_PLACES)
    township_id, was = await _checked(session, actor, command.proposal)
    row = DivisionDraft(id=new_id(), township_id=township_id, version=1, answer="")
    session.add(row)
    return await _write(session, actor, row, command, was)


async def mend(
    session: AsyncSession, actor: Actor, draft_id: UUID, command: MendDraft
) -> FoundDraft:
    """Handed in again, after it came back or before anybody has answered."""
    row = await _own(session, actor, draft_id, command.version)
    township_id, was = await _checked(session, actor, command.proposal)
    if township_id != row.township_id:
        raise NotFound(fields=["proposal"])
    row.version += 1
    return await _write(session, actor, row, command, was)


async def withdraw(session: AsyncSession, actor: Actor, draft_id: UUID) -> FoundDraft:
    """Safe to repeat. It stays in the list, for nobody to answer."""
    row = await _own(session, actor, draft_id, None)
    if row.status is not DraftStatus.WITHDRAWN:
        row.status = DraftStatus.WITHDRAWN
        await session.flush()
        about = Subject("division_draft", row.id)
        await audit.record(session, Kind.DIVISION_DRAFT_WITHDRAWN, actor, about, {})
        await telling.county(session, row, "division.draft_withdrawn")
    return await drafts.one(session, actor, row.id)


async def _own(
    session: AsyncSession, actor: Actor, draft_id: UUID, version: int | None
) -> DivisionDraft:
    """Locked, of my township, not decided yet; `version`: None asks for nothing."""
    access.require(actor, Permission.DRAFT_PLACES)
    row = await drafts.locked(session, actor, draft_id)
    if row.township_id not in townships_of(actor):
        raise NotFound
    is_done = row.status not in OPEN and (version or row.status is not DraftStatus.WITHDRAWN)
    if is_done or version not in (None, row.version):
        raise ChangedMeanwhile
    return row


async def _write(
    session: AsyncSession,
    actor: Actor,
    row: DivisionDraft,
    command: HandInDraft,
    was: dict[str, Any],
) -> FoundDraft:
    row.author_id, row.handed_in_at = actor.person_id, clock.now()
    row.proposal = command.proposal.model_dump(mode="json", exclude_unset=True)
    row.reason, row.was, row.status = command.reason, was, DraftStatus.HANDED_IN
    await session.flush()
    told = {"reason": command.reason, "version": row.version}
    about = Subject("division_draft", row.id)
    await audit.record(session, Kind.DIVISION_DRAFTED, actor, about, told)
    await telling.county(session, row, "division.draft_handed_in")
    return await drafts.one(session, actor, row.id)


async def _checked(
    session: AsyncSession, actor: Actor, proposal: DivisionProposal
) -> tuple[UUID, dict[str, Any]]:
    """The township whose ground it is, and what an edited grid is like now."""
    was: dict[str, Any] = {}
    if proposal.change:
        bodies = await _of_change(session, proposal.change)
    elif proposal.add:
        bodies = {proposal.add.organization_id}
    else:
        bodies, was = await _of_edit(session, proposal)
    found = (await places.by_id(session, bodies)).values()
    townships = {body.within_id for body in found} & townships_of(actor)
    if len(found) != len(bodies) or len(townships) != 1:
        raise NotFound(fields=["proposal"])
    for body in found:
        if body.within_id not in townships:
            raise NotFound(fields=["proposal"])
    if proposal.change:
        await deciding.check(session, proposal.change, locked=False)
    elif proposal.add:
        await places.check_new(session, proposal.add)
    (township_id,) = townships
    assert township_id is not None  # of townships_of(actor)
    return township_id, was


async def _of_change(session: AsyncSession, command: ChangeDivision) -> set[UUID]:
    ids = {*command.grid_ids, *(one.grid_id for one in command.targets if one.grid_id)}
    named = {one.organization_id for one in command.targets if one.organization_id}
    return await _bodies_of(session, ids) | named


async def _of_edit(
    session: AsyncSession, proposal: DivisionProposal
) -> tuple[set[UUID], dict[str, Any]]:
    assert proposal.edit is not None  # DivisionProposal: one of three
    grid = await session.get(Grid, proposal.grid_id)
    if grid is None:
        raise NotFound(fields=["proposal"])
    await places.check_edit(session, grid, proposal.edit)
    named = proposal.edit.model_dump(exclude_unset=True, exclude=places.HOW_DRAWN)
    was = {name: getattr(grid, name) for name in named}
    return {grid.organization_id}, {
        name: str(value) if isinstance(value, date | UUID) else value for name, value in was.items()
    }


async def _bodies_of(session: AsyncSession, grid_ids: set[UUID]) -> set[UUID]:
    rows = [await session.get(Grid, id_) for id_ in grid_ids]
    if None in rows:
        raise NotFound(fields=["proposal"])
    return {row.organization_id for row in rows if row}
