"""A leave and who does the patrols meanwhile: without a leave there is no deputy (S2-46)."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Invalid
from app.models.person import GRID_ROLES, Person, Post, Role
from app.services import access
from app.services.access import Actor
from app.services.accounts import reach
from app.services.permissions import PERMISSIONS, Permission

_VISITING = [role for role in Role if Permission.MAKE_VISITS in PERMISSIONS[role]]
_STOOD_IN_FOR = frozenset({*GRID_ROLES, Role.SAFETY_OFFICER})


async def settle(session: AsyncSession, actor: Actor, post: Post, sent: dict[str, Any]) -> None:
    """Check the deputy that is named; one of a leave that is taken away goes with it."""
    until = sent.get("on_leave_until", post.on_leave_until)
    deputy_id = sent.get("deputy_id")
    if deputy_id is None:
        if until is None and post.deputy_id is not None:
            sent["deputy_id"] = None
        return
    if until is None or until < access.today():
        raise _invalid("on_leave_until", "先写请假到哪天", "Say until when the leave is")
    if post.role not in _STOOD_IN_FOR:
        raise _invalid(
            "deputy_id",
            "只有网格员、网格长、企业安全员要定代班的人",
            "Only gridworkers, chiefs and safety officers have a deputy for patrols",
        )
    if deputy_id == post.person_id or not await _may_stand_in(session, actor, deputy_id):
        raise _invalid(
            "deputy_id",
            "代班的人要在职、没有请假，并且能上手机巡查，换一位",
            "A deputy is at work, not on leave and may make visits; choose another",
        )


def may_stand_in(actor: Actor) -> ColumnElement[bool]:
    """Of a Person: at work today, not on leave, may make visits, within the actor's reach."""
    today = access.today()
    post = exists().where(
        Post.person_id == Person.id,
        access.in_force(today),
        Post.role.in_(_VISITING),
        or_(Post.on_leave_until.is_(None), Post.on_leave_until < today),
    )
    return Person.disabled_at.is_(None) & reach.visible(actor) & post


async def _may_stand_in(session: AsyncSession, actor: Actor, person_id: UUID) -> bool:
    query = select(Person.id).where(Person.id == person_id, may_stand_in(actor))
    return await session.scalar(query) is not None


def _invalid(field: str, zh: str, en: str) -> Invalid:
    return Invalid(fields=[field], reason_zh=zh + "。", reason_en=en + ".")
