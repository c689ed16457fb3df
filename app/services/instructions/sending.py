"""Writing an instruction: to whom it goes is resolved once, and kept."""

from uuid import UUID

from sqlalchemy import ColumnElement, func, insert, literal, or_, select
from sqlalchemy.dialects.postgresql import insert as put
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from app import clock
from app.errors import Incomplete, Invalid, NotFound, SameIdOtherContent
from app.models.grid import Grid
from app.models.instruction import Addressee, Instruction, InstructionStatus
from app.models.organization import Organization
from app.services import access
from app.services.access import Actor
from app.services.arrivals import digest_of
from app.services.instructions import reach, telling
from app.services.instructions.commands import Circle, SendInstruction
from app.services.permissions import Permission


async def send(
    session: AsyncSession,
    actor: Actor,
    instruction_id: UUID,
    command: SendInstruction,
    body: bytes,
) -> Instruction:
    """Write to those below (S0-5). The same id with the same bytes sends nothing twice.

    NotFound for a body or grid that is not below the actor; Incomplete if it would reach nobody.
    """
    access.require(actor, Permission.SEND_INSTRUCTIONS)
    _require_right(command)
    made = await _insert(session, actor, instruction_id, command, digest_of(body))
    if made is None:
        return await _known(session, actor, instruction_id, digest_of(body))
    under = reach.below(actor)
    await _address(session, made, command, under)
    await telling.addressees(session, made, "sent", "sent")
    return made


def _require_right(command: SendInstruction) -> None:
    if command.due_on is None:
        return
    if not command.wants_feedback:
        raise _invalid("due_on", "不要反馈，就不用填期限", "No feedback is asked for")
    if command.due_on < access.today():
        raise _invalid("due_on", "反馈期限不能在今天以前", "The day must not lie in the past")


async def _insert(
    session: AsyncSession,
    actor: Actor,
    instruction_id: UUID,
    command: SendInstruction,
    digest: str,
) -> Instruction | None:
    """None: the id is known."""
    new = put(Instruction).values(
        id=instruction_id,
        organization_id=reach.desk(actor).organization_id,
        sender_id=actor.person_id,
        is_from_linked_leader=reach.below(actor).is_only_linked,
        subject=command.subject,
        text=command.text,
        wants_feedback=command.wants_feedback,
        due_on=command.due_on,
        sha256=digest,
        sent_at=clock.now(),
        status=InstructionStatus.OPEN,
    )
    found = await session.scalars(new.on_conflict_do_nothing().returning(Instruction))
    return found.one_or_none()


async def _known(
    session: AsyncSession, actor: Actor, instruction_id: UUID, digest: str
) -> Instruction:
    known = await session.get_one(Instruction, instruction_id)
    if (known.sender_id, known.sha256) != (actor.person_id, digest):
        raise SameIdOtherContent(id=str(instruction_id))
    return known


async def _address(
    session: AsyncSession, made: Instruction, command: SendInstruction, under: reach.Below
) -> None:
    """Whole circles, and those named who are within reach; each once."""
    kinds = [circle for circle in Circle if circle is not Circle.GRIDS]
    mine = or_(*(reach.bodies(circle, under) for circle in kinds))
    whole = [reach.bodies(circle, under) for circle in command.circles if circle in kinds]
    named = Organization.id.in_(command.to_body_ids) & mine
    await _write(session, made, "organization_id", Organization.short_name, or_(named, *whole))
    ground = reach.grids(under)
    whole = [ground] if Circle.GRIDS in command.circles else []
    named = Grid.id.in_(command.to_grid_ids) & ground
    await _write(session, made, "grid_id", Grid.name, or_(named, *whole))
    await _require_all(session, made, command)


async def _write(
    session: AsyncSession,
    made: Instruction,
    column: str,
    name: InstrumentedAttribute[str],
    which: ColumnElement[bool],
) -> None:
    rows = select(func.gen_random_uuid(), literal(made.id), name.class_.id, name).where(which)
    names = ["id", "instruction_id", column, "name"]
    await session.execute(insert(Addressee).from_select(names, rows))


async def _require_all(session: AsyncSession, made: Instruction, command: SendInstruction) -> None:
    query = select(Addressee.organization_id, Addressee.grid_id)
    rows = (await session.execute(query.where(Addressee.instruction_id == made.id))).all()
    if set(command.to_body_ids) - {row.organization_id for row in rows}:
        raise NotFound(fields=["to_body_ids"])
    if set(command.to_grid_ids) - {row.grid_id for row in rows}:
        raise NotFound(fields=["to_grid_ids"])
    if not rows:
        raise Incomplete(
            fields=["circles"], missing=["circles"], missing_zh="发给谁", missing_en="to whom"
        )


def _invalid(field: str, zh: str, en: str) -> Invalid:
    return Invalid(fields=[field], reason_zh=zh + "。", reason_en=en + ".")
