"""What is taken in from a sheet: its tables, its columns, and what is done with its rows."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.import_batch import Batch, BatchRow, ImportStage
from app.services.access import Actor
from app.services.audit import Kind
from app.services.permissions import Permission
from app.services.sheets import MOST_ROWS, Column

B = TypeVar("B", bound=Batch)
R = TypeVar("R", bound=BatchRow)
Step = Callable[[AsyncSession, Actor, B, Sequence[R]], Awaitable[None]]
Weigh = Callable[[B, bool], Mapping[str, int]]
_S = ImportStage
MOVING = frozenset({_S.CHECKING, _S.APPLYING, _S.UNDOING})


@dataclass(frozen=True)
class Import(Generic[B, R]):
    """`check`, `take_in`, `take_back`: some rows, one transaction, safe to repeat.

    `at_once`: rows to a step. `most`: rows of one file. `note`: above the heads.
    `first`: rows that come before all others, whatever the order of the file.
    `explained`: a page of explanations, each a title and what is said of it.
    `weigh`: refuses what has to be looked at and was not; what the audit is told of it.
    `done`, `undone`: what the audit calls it; `subject`: the batch there.
    """

    job: str
    batch: type[B]
    row: type[R]
    permission: Permission
    sheet: str
    note: str
    needed: Sequence[str]
    columns: Callable[[AsyncSession, Actor], Awaitable[Sequence[Column]]]
    check: Step[B, R]
    take_in: Step[B, R]
    take_back: Step[B, R]
    done: Kind
    undone: Kind
    subject: str
    at_once: int = 2_000
    most: int = MOST_ROWS
    explained: Sequence[tuple[str, str]] = ()
    first: ColumnElement[bool] | None = None
    weigh: Weigh[B] | None = None
