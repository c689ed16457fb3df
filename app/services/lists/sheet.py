"""A list of the desk as an Excel file: declared as a table of columns, walked as the list is.

The rows are those that the list itself gives to this reader, page after page, so a file can never
hold more than the screen: the same rights, the same clause of visibility, the same filters.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, Protocol, TypeVar

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from app import db
from app.services import access, audit, workbooks
from app.services.access import Actor
from app.services.audit import Kind, Subject
from app.services.clocks import full
from app.services.commands import Input
from app.services.permissions import Permission
from app.services.workbooks import Column, Workbook

Row = TypeVar("Row")
Row_co = TypeVar("Row_co", covariant=True)
Asked = TypeVar("Asked", bound=BaseModel)
PAGE = 500  # rows to a statement
MOST = 10_000


class Page(Protocol[Row_co]):
    @property
    def items(self) -> Sequence[Row_co]: ...
    @property
    def next(self) -> str | None: ...


Find = Callable[[str | None], Awaitable[Page[Row]]]
Query = TypeVar("Query", bound=BaseModel)


@dataclass(frozen=True)
class Sheet(Generic[Row, Asked]):
    """`key`: what the audit entry is about; `most`: rows that the file holds.

    `rows`: what the list itself finds for this reader, one more than `most` if there are more.
    `more`: columns that depend on what was found, behind the others.
    """

    key: str
    title: str
    columns: Sequence[Column[Row]]
    rows: Callable[[AsyncSession, Actor, Asked], Awaitable[Sequence[Row]]]
    most: int = MOST
    more: Callable[[Sequence[Row]], Sequence[Column[Row]]] = lambda _: ()


class Everything(Input):
    """For a list that cannot be narrowed."""


def paged(kind: type[Query], asked: BaseModel, cursor: str | None) -> Query:
    """What a list is asked for its next page: larger ones than screens may ask for."""
    return kind.model_construct(**dict(asked), cursor=cursor, limit=PAGE)


async def walked(find: Find[Row], most: int = MOST) -> list[Row]:
    """Page after page; one row more than `most` if there are more."""
    rows: list[Row] = []
    cursor = None
    while len(rows) <= most:
        page = await find(cursor)
        rows += page.items
        cursor = page.next
        if cursor is None:
            break
    return rows[: most + 1]


def every_page(
    find: Callable[[AsyncSession, Actor, Query], Awaitable[Page[Row]]], kind: type[Query]
) -> Callable[[AsyncSession, Actor, BaseModel], Awaitable[Sequence[Row]]]:
    """The `rows` of a list that is asked page by page with one query."""

    async def rows(session: AsyncSession, actor: Actor, asked: BaseModel) -> Sequence[Row]:
        return await walked(lambda cursor: find(session, actor, paged(kind, asked, cursor)))

    return rows


async def export(
    session: AsyncSession, actor: Actor, sheet: Sheet[Row, Asked], asked: Asked
) -> Workbook:
    """For desks. Who took which choice away, and how much of it, leaves a row."""
    access.require(actor, Permission.USE_DESK)
    rows = await sheet.rows(session, actor, asked)
    filters = asked.model_dump(mode="json", exclude_defaults=True)
    has_text = bool(filters.pop("text", ""))  # may be somebody's name or number
    told = {"rows": min(len(rows), sheet.most), "filters": filters, "has_text": has_text}
    await audit.record(session, Kind.LIST_EXPORTED, actor, Subject(sheet.key), told)
    await db.give_back(session)  # the feed serves nothing behind a transaction that has written
    columns = (*sheet.columns, *sheet.more(rows))
    return await workbooks.listed(sheet.title, columns, rows, sheet.most)


def time(moment: datetime | None) -> str:
    return full(moment) if moment else ""


def day(on: date | None) -> str:
    return on.isoformat() if on else ""


def yes(is_so: bool) -> str:
    return "是" if is_so else ""
