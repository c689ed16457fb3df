"""The gate: first training, then the post. Off until the county, or its scheme, says otherwise.

It stands before a post that is given and before a task that counts as done. Nothing that a phone
sends is turned away, and no post that somebody has is taken (decision 33).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import NotQualified
from app.models.person import Person, Post, Role
from app.models.training import Competence, TrainingRule
from app.services import access, reference
from app.services.qualifications.deriving import Qualification, of

_WORDS: dict[Competence, tuple[str, str]] = {
    Competence.INSPECT: ("会检查", "inspecting"),
    Competence.RECORD: ("会记录", "recording"),
    Competence.REPORT: ("会报告", "reporting"),
}


@dataclass(frozen=True)
class _Gate:
    """The rule while it is on."""

    roles: frozenset[Role]
    starts_on: date


async def asked(session: AsyncSession, day: date) -> frozenset[Role]:
    """Roles that nobody begins on that day without being qualified."""
    gate = await reference.kept(session, _read)
    return frozenset() if gate is None or day < gate.starts_on else gate.roles


async def asked_from(session: AsyncSession, roles: Collection[Role]) -> date | None:
    """The day from which somebody with these roles needs it, also one to come; None: never."""
    gate = await reference.kept(session, _read)
    return None if gate is None or gate.roles.isdisjoint(roles) else gate.starts_on


async def _read(session: AsyncSession) -> _Gate | None:
    rule = await session.get(TrainingRule, 1)
    if rule is None or not rule.is_on or rule.starts_on is None:
        return None
    return _Gate(frozenset(Role(role) for role in rule.roles), rule.starts_on)


async def require(
    session: AsyncSession, person: Person, role: Role, starts_on: date, ends_on: date | None
) -> None:
    """NotQualified if the person may not begin then. What is over already gives no right."""
    today = access.today()
    if ends_on is not None and ends_on < today:
        return
    day = max(starts_on, today)
    if role not in await asked(session, day):
        return
    shown = (await of(session, [person.id], day))[person.id]
    if not shown.holds_on(day):
        zh, en = _why(shown)
        raise NotQualified(fields=["role"], person=person.name, why_zh=zh, why_en=en)


async def is_lacking(session: AsyncSession, person_id: UUID, day: date) -> bool:
    """Did the person have a post on that day for which the qualification was missing?"""
    roles = await asked(session, day)
    if not roles:
        return False
    held = select(Post.id).where(
        Post.person_id == person_id, Post.role.in_(roles), access.in_force(day)
    )
    if await session.scalar(held.limit(1)) is None:
        return False
    return not (await of(session, [person_id], day))[person_id].holds_on(day)


def _why(shown: Qualification) -> tuple[str, str]:
    if shown.valid_until is not None:
        return f"上岗证到 {shown.valid_until} 为止", f"qualified only until {shown.valid_until}"
    words = [_WORDS[one] for one in shown.lacks]
    zh = "、".join(zh for zh, _ in words)
    return f"还没有通过{zh}", f"not yet passed: {', '.join(en for _, en in words)}"
