"""What changes of rules have in common: who may, that phones are told, that it is on record."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.services import access, audit, reference, sync
from app.services.access import Actor
from app.services.audit import Kind, Subject
from app.services.permissions import Permission

Values = dict[str, Any] | None


def require_editor(actor: Actor) -> None:
    access.require(actor, Permission.EDIT_RULES)


def values(rule: Any) -> dict[str, Any]:
    """The columns of a rule as they are now; ask before assigning."""
    return {column.key: getattr(rule, column.key) for column in rule.__table__.columns}


async def changed(
    session: AsyncSession, actor: Actor, rule: Subject, before: Values, after: Values
) -> None:
    """Phones keep the rules offline: the changes feed tells them to fetch them again.

    `before` None: it is new; `after` None: it is gone.
    """
    await session.flush()
    reference.forget(session)
    await sync.record_change(session, "rules")
    kind = Kind.RULE_ADDED if before is None else Kind.RULE_EDITED
    kind = Kind.RULE_REMOVED if after is None else kind
    await audit.record(session, kind, actor, rule, _difference(before or {}, after or {}))


def _difference(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    return {
        name: {"from": before.get(name), "to": after.get(name)}
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    }
