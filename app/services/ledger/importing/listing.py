"""What is worth a look before a batch is taken in, page by page: a sheet may have 20,000 rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.ledger_import import LedgerImportRow
from app.models.supervised_object import SupervisedObject
from app.services import imports
from app.services.access import Actor
from app.services.commands import Input
from app.services.ledger.importing.checking import NAME
from app.services.ledger.importing.comparing import MARKED
from app.services.ledger.importing.declaring import LEDGER
from app.services.ledger.importing.wording import Difference, names_for

_Row = LedgerImportRow


class Which(StrEnum):
    CHANGED = "changed"  # all that would be updated
    MARKED = "marked"  # of those the ones with another name or grid
    WARNED = "warned"  # right, and something in them looks wrong


class RowsAsked(Input):
    which: Which = Which.CHANGED
    after: Annotated[int, Field(ge=0, le=10_000_000)] = Field(0, description="line; rows below it")
    limit: Annotated[int, Field(ge=1, le=200)] = 50


@dataclass(frozen=True)
class ComparedRow:
    """`name`: what the object is called today, else in the sheet. `warnings`: by column."""

    line: int
    name: str
    differences: Sequence[Difference]
    warnings: Mapping[str, str]


@dataclass(frozen=True)
class RowsPage:
    """`after`: where the next page begins; None = there is none."""

    rows: Sequence[ComparedRow]
    after: int | None


_WHICH: Mapping[Which, ColumnElement[bool]] = {
    Which.CHANGED: _Row.differs.is_not(None),
    Which.WARNED: _Row.warnings.is_not(None),
    Which.MARKED: _Row.differs.has_any(array(list(MARKED))),
}


async def rows(session: AsyncSession, actor: Actor, import_id: UUID, asked: RowsAsked) -> RowsPage:
    """In the order of the file; of a batch taken in, what its rows were to change."""
    await imports.batch(session, actor, LEDGER, import_id)
    query = (
        select(_Row.line, _Row.differs, _Row.warnings)
        .add_columns(func.coalesce(SupervisedObject.name, _Row.cells[NAME].astext).label("name"))
        .outerjoin(SupervisedObject, SupervisedObject.id == _Row.object_id)
        .where(_Row.import_id == import_id, _Row.line > asked.after, _WHICH[asked.which])
        .order_by(_Row.line)
        .limit(asked.limit + 1)
    )
    found = (await session.execute(query)).all()
    page = found[: asked.limit]
    names = await names_for(session, [row.differs or {} for row in page])
    return RowsPage(
        [
            ComparedRow(row.line, row.name, names.of(row.differs or {}), row.warnings or {})
            for row in page
        ],
        page[-1].line if len(found) > len(page) else None,
    )
