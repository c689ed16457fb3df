"""That it was read, and what is answered."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.errors import NotFound
from app.models.instruction import Addressee, Instruction, InstructionFeedback
from app.services.access import Actor
from app.services.arrivals import digest_of, require_contract, stranger
from app.services.instructions import reach, telling
from app.services.instructions.commands import AnswerInstruction


async def note_read(session: AsyncSession, actor: Actor, instruction_id: UUID) -> None:
    """Once for each addressee: who opened it first. It tells of this instruction, of nobody's day.

    NotFound for whoever it was not sent to.
    """
    await _mine(session, actor, instruction_id)
    await session.execute(
        update(Addressee)
        .where(
            Addressee.instruction_id == instruction_id,
            reach.addressed(actor),
            Addressee.read_at.is_(None),
        )
        .values(read_at=clock.now(), read_by_id=actor.person_id)
        .execution_options(synchronize_session=False)
    )


async def answer(
    session: AsyncSession,
    actor: Actor,
    instruction_id: UUID,
    feedback_id: UUID,
    command: AnswerInstruction,
    body: bytes,
) -> InstructionFeedback:
    """Feedback, once or more; a phone may bring it late, also when the instruction has ended.

    Whoever answers has read. The same id with the same bytes: the first answer.
    """
    require_contract(command.contract)
    digest = digest_of(body)
    known = await _known(session, actor, feedback_id, digest, command)
    if known is not None:
        return known
    mine = await _mine(session, actor, instruction_id)
    made = await _insert(session, actor, instruction_id, feedback_id, command, digest, mine)
    if made is None:
        known = await _known(session, actor, feedback_id, digest, command)
        assert known is not None, "it has just been in the way"
        return known
    await note_read(session, actor, instruction_id)
    await _note_answered(session, mine, made.received_at)
    await telling.answered(session, await session.get_one(Instruction, instruction_id))
    return made


async def _mine(session: AsyncSession, actor: Actor, instruction_id: UUID) -> list[UUID]:
    query = select(Addressee.id).where(
        Addressee.instruction_id == instruction_id, reach.addressed(actor)
    )
    found = list(await session.scalars(query.order_by(Addressee.name, Addressee.id)))
    if not found:
        raise NotFound
    return found


async def _known(
    session: AsyncSession,
    actor: Actor,
    feedback_id: UUID,
    digest: str,
    command: AnswerInstruction,
) -> InstructionFeedback | None:
    known = await session.get(InstructionFeedback, feedback_id)
    if known is not None and (known.sha256, known.person_id) != (digest, actor.person_id):
        raise await stranger(session, actor, "feedback", feedback_id, digest, command)
    return known


async def _insert(
    session: AsyncSession,
    actor: Actor,
    instruction_id: UUID,
    feedback_id: UUID,
    command: AnswerInstruction,
    digest: str,
    mine: list[UUID],
) -> InstructionFeedback | None:
    """None: another request has just written it."""
    new = insert(InstructionFeedback).values(
        id=feedback_id,
        instruction_id=instruction_id,
        addressee_ids=[str(id_) for id_ in mine],
        person_id=actor.person_id,
        text=command.text,
        sha256=digest,
        occurred_at=command.occurred_at,
        received_at=clock.now(),
    )
    made = new.on_conflict_do_nothing(index_elements=[InstructionFeedback.id])
    return (await session.scalars(made.returning(InstructionFeedback))).one_or_none()


async def _note_answered(session: AsyncSession, mine: list[UUID], at: datetime) -> None:
    await session.execute(
        update(Addressee)
        .where(Addressee.id.in_(mine), Addressee.answered_at.is_(None))
        .values(answered_at=at)
        .execution_options(synchronize_session=False)
    )
