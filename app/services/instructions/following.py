"""What the sender's desk does after sending: remind, close, withdraw."""

from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.errors import ChangedMeanwhile, Incomplete, NotFound, NotYet
from app.models.instruction import (
    Addressee,
    Instruction,
    InstructionStatus,
    InstructionStep,
    StepKind,
)
from app.services import access
from app.services.access import Actor
from app.services.instructions import reach, telling
from app.services.instructions.commands import EndInstruction
from app.services.permissions import Permission


async def remind(session: AsyncSession, actor: Actor, instruction_id: UUID) -> int:
    """Those who have not read it, or owe an answer; at most once a day. How many were told."""
    instruction = await _lock(session, actor, instruction_id)
    _require_open(instruction)
    today = access.today()
    last = await session.scalar(
        select(func.max(InstructionStep.at)).where(
            InstructionStep.instruction_id == instruction_id,
            InstructionStep.kind == StepKind.REMINDED,
        )
    )
    if last is not None and clock.local(last).date() == today:
        raise NotYet(reason_zh="今天已经提醒过，明天再提醒。", reason_en="Reminded today already.")
    told = await telling.addressees(
        session, instruction, "reminded", f"reminded:{today}", waits(instruction)
    )
    _note(session, actor, instruction, StepKind.REMINDED)
    return told


def waits(instruction: Instruction) -> ColumnElement[bool]:
    """Addressees of whom something is still expected."""
    unread, owes = Addressee.read_at.is_(None), Addressee.answered_at.is_(None)
    return or_(unread, owes) if instruction.wants_feedback else unread


async def end(
    session: AsyncSession, actor: Actor, instruction_id: UUID, command: EndInstruction
) -> Instruction:
    """Close, or withdraw for a reason, which everybody is told to whom it went."""
    instruction = await _lock(session, actor, instruction_id)
    _require_open(instruction)
    is_withdrawn = command.how == "withdrawn"
    if is_withdrawn and not command.reason:
        raise Incomplete(
            fields=["reason"], missing=["reason"], missing_zh="撤回的原因", missing_en="a reason"
        )
    instruction.status = InstructionStatus(command.how)
    _note(session, actor, instruction, StepKind(command.how), command.reason)
    await session.flush()
    if is_withdrawn:
        why = {"reason": command.reason}
        await telling.addressees(session, instruction, "withdrawn", "withdrawn", **why)
    return instruction


async def _lock(session: AsyncSession, actor: Actor, instruction_id: UUID) -> Instruction:
    """NotFound unless the actor's desk has sent it."""
    access.require(actor, Permission.SEND_INSTRUCTIONS)
    query = select(Instruction).where(Instruction.id == instruction_id, reach.sent_by(actor))
    query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    found = await session.scalar(query)
    if found is None:
        raise NotFound
    return found


def _require_open(instruction: Instruction) -> None:
    if instruction.status is not InstructionStatus.OPEN:
        raise ChangedMeanwhile


def _note(
    session: AsyncSession,
    actor: Actor,
    instruction: Instruction,
    kind: StepKind,
    reason: str = "",
) -> None:
    session.add(
        InstructionStep(
            instruction_id=instruction.id,
            kind=kind,
            person_id=actor.person_id,
            at=clock.now(),
            reason=reason,
        )
    )
