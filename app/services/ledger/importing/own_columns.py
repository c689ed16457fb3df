"""The sheet as this county has it: the columns of all, then its own that are in use (S1-63)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.ledger import FieldKind, LedgerField
from app.services.ledger import fields, life
from app.services.ledger.importing.columns import COLUMNS
from app.services.ledger.importing.naming import DEPARTMENTS
from app.services.sheets import REASON, CellError, Column, Reader, day, number, words, yes_no

OWN = "extra."  # before the key of a county's own column
_MOST = 1e12
_TAKEN = frozenset({*(column.title for column in COLUMNS), REASON})


async def sheet_columns(session: AsyncSession) -> tuple[Column, ...]:
    """In the order of the sheet."""
    own = await fields.own_fields(session)
    names = [body.short_name for body in await life.supervisors(session)]
    columns = (
        replace(column, options=names) if column.title in DEPARTMENTS else column
        for column in COLUMNS
    )
    return (*columns, *(_column(row) for row in own if row.is_active))


def title_of(row: LedgerField) -> str:
    """A county may call its own column like one of ours."""
    return f"{row.name}（本县）" if row.name in _TAKEN else row.name


def _column(row: LedgerField) -> Column:
    read, options = _READERS[row.kind](row)
    return Column(title_of(row), OWN + row.key, read, options=options)


def _one_of(options: Sequence[str]) -> Reader:
    def read(text: str) -> str:
        if text not in options:
            raise CellError(f"只能填：{'、'.join(options)}")
        return text

    return read


_READERS: Mapping[FieldKind, Callable[[LedgerField], tuple[Reader, Sequence[str]]]] = {
    FieldKind.TEXT: lambda _: (words(fields.MOST_WORDS), ()),
    FieldKind.NUMBER: lambda _: (number(-_MOST, _MOST, whole=False), ()),
    FieldKind.DATE: lambda _: (day, ()),
    FieldKind.CHOICE: lambda row: (_one_of(row.options), row.options),
    FieldKind.YES_NO: lambda _: (yes_no, ("是", "否")),
}


def shown(value: Any) -> str | float | None:
    """As the same column would read it back."""
    if isinstance(value, bool):
        return "是" if value else "否"
    return value if isinstance(value, int | float) or value is None else str(value)
