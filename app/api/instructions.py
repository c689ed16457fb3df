"""Instructions over HTTP: written by desks, read and answered by those they go to."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from app.api.deps import RawBody, SessionDep, SettingsDep, SignedIn, refusals
from app.api.shapes import instructions as shapes
from app.api.shapes.instructions import (
    AddresseePageView,
    CandidatesView,
    FeedbackReceipt,
    InstructionPageView,
    InstructionView,
)
from app.errors import (
    ChangedMeanwhile,
    Incomplete,
    Invalid,
    NotFound,
    NotPermitted,
    NotSignedIn,
    NotYet,
    SameIdOtherContent,
    UnknownContract,
)
from app.services import instructions
from app.services.instructions import (
    AddresseeQuery,
    AnswerInstruction,
    CandidateQuery,
    EndInstruction,
    InstructionQuery,
    SendInstruction,
)

router = APIRouter(prefix="/api/instructions", tags=["instructions"])
MINE = (NotSignedIn, NotPermitted, NotFound)


@router.get("", responses=refusals(NotSignedIn, Invalid))
async def list_instructions(
    query: Annotated[InstructionQuery, Query()], actor: SignedIn, session: SessionDep
) -> InstructionPageView:
    """What was sent to me, or what my desk has sent, newest first."""
    return shapes.page(await instructions.find(session, actor, query))


@router.get("/candidates", responses=refusals(NotSignedIn, NotPermitted))
async def list_addressable(
    query: Annotated[CandidateQuery, Query()], actor: SignedIn, session: SessionDep
) -> CandidatesView:
    """To whom I can write: whole circles with their size, bodies and grids by name."""
    return shapes.candidates(await instructions.candidates(session, actor, query))


@router.put("/{instruction_id}", responses=refusals(*MINE, Incomplete, Invalid, SameIdOtherContent))
async def send_instruction(
    instruction_id: UUID,
    command: SendInstruction,
    body: RawBody,
    actor: SignedIn,
    session: SessionDep,
) -> InstructionView:
    """Write to those below; to whom it goes is resolved now and kept."""
    await instructions.send(session, actor, instruction_id, command, body)
    return shapes.whole(await instructions.read(session, actor, instruction_id))


@router.get("/{instruction_id}", responses=refusals(NotSignedIn, NotFound))
async def read_instruction(
    instruction_id: UUID, actor: SignedIn, session: SessionDep
) -> InstructionView:
    """One instruction, for the desk that sent it and for those it went to."""
    return shapes.whole(await instructions.read(session, actor, instruction_id))


@router.get("/{instruction_id}/addressees", responses=refusals(*MINE, Invalid))
async def list_addressees(
    instruction_id: UUID,
    query: Annotated[AddresseeQuery, Query()],
    actor: SignedIn,
    session: SessionDep,
) -> AddresseePageView:
    """Who has read and answered this one, by name, for its sender's desk."""
    return shapes.addressees(await instructions.addressees(session, actor, instruction_id, query))


@router.put("/{instruction_id}/read", responses=refusals(NotSignedIn, NotFound))
async def note_instruction_read(
    instruction_id: UUID, actor: SignedIn, session: SessionDep
) -> InstructionView:
    """Read, once for each addressee; again changes nothing."""
    await instructions.note_read(session, actor, instruction_id)
    return shapes.whole(await instructions.read(session, actor, instruction_id))


@router.put(
    "/{instruction_id}/feedback/{feedback_id}",
    responses=refusals(NotSignedIn, NotFound, SameIdOtherContent, UnknownContract),
)
async def answer_instruction(
    instruction_id: UUID,
    feedback_id: UUID,
    command: AnswerInstruction,
    body: RawBody,
    actor: SignedIn,
    session: SessionDep,
    settings: SettingsDep,
) -> FeedbackReceipt:
    """Feedback under an id made by the phone, once or more, also after the day."""
    ids = (instruction_id, feedback_id)
    made = await instructions.answer(session, actor, *ids, command, body)
    return shapes.receipt(settings, made)


@router.post("/{instruction_id}/reminder", responses=refusals(*MINE, NotYet, ChangedMeanwhile))
async def remind_addressees(
    instruction_id: UUID, actor: SignedIn, session: SessionDep
) -> InstructionView:
    """Remind those who have not read it or owe an answer; at most once a day."""
    await instructions.remind(session, actor, instruction_id)
    return shapes.whole(await instructions.read(session, actor, instruction_id))


@router.post("/{instruction_id}/end", responses=refusals(*MINE, Incomplete, ChangedMeanwhile))
async def end_instruction(
    instruction_id: UUID, command: EndInstruction, actor: SignedIn, session: SessionDep
) -> InstructionView:
    """Close it, or withdraw it for a reason."""
    await instructions.end(session, actor, instruction_id, command)
    return shapes.whole(await instructions.read(session, actor, instruction_id))
