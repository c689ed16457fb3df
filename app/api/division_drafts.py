"""Drafts of townships over HTTP: handed in, mended, withdrawn, answered by the county (S2-16)."""

from uuid import UUID

from fastapi import APIRouter

from app.api.deps import SessionDep, SignedIn, refusals
from app.api.shapes.division_drafts import DraftLineView, DraftView, draft, line
from app.errors import (
    ChangedMeanwhile,
    Invalid,
    NotFound,
    NotPermitted,
    NotSignedIn,
    UnfittingGridCode,
)
from app.services import divisions
from app.services.divisions import AnswerDraft, HandInDraft, MendDraft

router = APIRouter(prefix="/api/division-drafts", tags=["places"])
READ = (NotSignedIn, NotPermitted)
WRITE = refusals(*READ, NotFound, Invalid, UnfittingGridCode, ChangedMeanwhile)


@router.get("", responses=refusals(*READ))
async def list_division_drafts(actor: SignedIn, session: SessionDep) -> list[DraftLineView]:
    """What waits for the county first; a township sees its own (S2-16)."""
    return [line(one) for one in await divisions.drafts_of(session, actor)]


@router.post("", status_code=201, responses=WRITE)
async def hand_in_division_draft(
    command: HandInDraft, actor: SignedIn, session: SessionDep
) -> DraftView:
    """A township proposes a change of its own grids; nothing changes before the county confirms."""
    return draft(await divisions.hand_in(session, actor, command))


@router.get("/{draft_id}", responses=refusals(*READ, NotFound))
async def read_division_draft(draft_id: UUID, actor: SignedIn, session: SessionDep) -> DraftView:
    """What is, what would be, and what has become of it."""
    return draft(await divisions.draft(session, actor, draft_id))


@router.put("/{draft_id}", responses=WRITE)
async def mend_division_draft(
    draft_id: UUID, command: MendDraft, actor: SignedIn, session: SessionDep
) -> DraftView:
    """Mend a draft and hand it in again."""
    return draft(await divisions.mend(session, actor, draft_id, command))


@router.delete("/{draft_id}", responses=refusals(*READ, NotFound, ChangedMeanwhile))
async def withdraw_division_draft(
    draft_id: UUID, actor: SignedIn, session: SessionDep
) -> DraftView:
    """Take a draft back before it is confirmed; it stays in the list."""
    return draft(await divisions.withdraw(session, actor, draft_id))


@router.put("/{draft_id}/answer", responses=WRITE)
async def answer_division_draft(
    draft_id: UUID, command: AnswerDraft, actor: SignedIn, session: SessionDep
) -> DraftView:
    """Confirm it, and it happens at once by the same rules; or return it with a reason."""
    return draft(await divisions.answer(session, actor, draft_id, command))
