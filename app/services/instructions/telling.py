"""What the inbox says of an instruction; by the same path as everything else (decision 22)."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.instruction import Addressee, Instruction
from app.models.organization import Organization
from app.services import access, notifications
from app.services.instructions import reach


async def addressees(
    session: AsyncSession,
    instruction: Instruction,
    line: str,
    cause: str,
    *conditions: ColumnElement[bool],
    **more: str,
) -> int:
    """Everybody who holds a post of such an addressee today; answers how many had not this line."""
    query = reach.people(Addressee.instruction_id == instruction.id, *conditions)
    people = {row.person_id for row in await session.execute(query)}
    return len(await _tell(session, people, instruction, line, cause, more))


async def answered(session: AsyncSession, instruction: Instruction) -> None:
    """The sender, once a day: the list says who."""
    cause = f"answered:{access.today()}"
    await _tell(session, {instruction.sender_id}, instruction, "answered", cause, {})


async def _tell(
    session: AsyncSession,
    people: Collection[UUID],
    instruction: Instruction,
    line: str,
    cause: str,
    more: dict[str, str],
) -> list[UUID]:
    body = await session.get_one(Organization, instruction.organization_id)
    params: dict[str, Any] = {
        "instruction_id": str(instruction.id),
        "subject": instruction.subject,
        "sender": body.short_name,
        **more,
    }
    dedup = f"instruction:{instruction.id}:{cause}"
    return await notifications.tell(session, people, f"instruction.{line}", None, params, dedup)
