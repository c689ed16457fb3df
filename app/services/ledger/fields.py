"""The county's own columns (S1-63): defined once, filled in per object, never of another kind."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.ledger import FieldKind, LedgerField
from app.services import access, audit
from app.services.access import Actor
from app.services.audit import Kind, Subject
from app.services.ledger.commands import DefineField
from app.services.ledger.refusing import invalid
from app.services.permissions import Permission

MOST_WORDS = 200


async def own_fields(session: AsyncSession) -> Sequence[LedgerField]:
    """In the county's order; those out of use too."""
    query = select(LedgerField).order_by(LedgerField.position, LedgerField.key)
    return (await session.scalars(query)).all()


async def define_field(
    session: AsyncSession, actor: Actor, key: str, command: DefineField
) -> LedgerField:
    """Add a column, rename it, or take it out of use; what is filled in stays."""
    access.require(actor, Permission.EDIT_RULES)
    if command.kind is FieldKind.CHOICE and not command.options:
        raise invalid("options", "选择项至少要写一个", "A choice needs options")
    await _require_own_name(session, key, command.name)
    row = await session.get(LedgerField, key)
    if row is None:
        row = LedgerField(key=key, **command.model_dump())
        session.add(row)
    elif row.kind is not command.kind:
        raise invalid("kind", "已有内容，不能换种类；请另加一项", "Its kind cannot change; add one")
    else:
        for name, value in command.model_dump().items():
            setattr(row, name, value)
    await session.flush()
    about, given = Subject("ledger_field", key), command.model_dump(mode="json")
    await audit.record(session, Kind.LEDGER_FIELD_DEFINED, actor, about, given)
    return row


async def _require_own_name(session: AsyncSession, key: str, name: str) -> None:
    """Two columns of one name cannot be told apart on the form, nor in the history."""
    same = select(LedgerField.key).where(LedgerField.name == name, LedgerField.key != key)
    if await session.scalar(same.limit(1)) is not None:
        raise invalid("name", "已经有一项叫这个名称，停用的也算", "Another one has this name")


async def require_known(session: AsyncSession, extra: Mapping[str, Any]) -> None:
    """Every filled-in column exists and holds what it is for; an empty one holds None."""
    if not extra:
        return
    known = {row.key: row for row in await own_fields(session)}
    for key, value in extra.items():
        row = known.get(key)
        if row is None or (value is not None and not fits(row, value)):
            name = row.name if row else key
            raise invalid(f"extra.{key}", f"「{name}」填得不对", f"{name} is not right")


def fits(row: LedgerField, value: Any) -> bool:
    return {
        FieldKind.TEXT: lambda: isinstance(value, str) and len(value) <= MOST_WORDS,
        FieldKind.NUMBER: lambda: isinstance(value, int | float) and not isinstance(value, bool),
        FieldKind.DATE: lambda: isinstance(value, str) and _is_date(value),
        FieldKind.CHOICE: lambda: value in row.options,
        FieldKind.YES_NO: lambda: isinstance(value, bool),
    }[row.kind]()


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
