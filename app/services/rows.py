"""Rows as one JSON argument: a statement stays the same however many rows it writes.

So one statement can write a whole report, and PostgreSQL plans it once (decision 20).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from functools import cache
from typing import Any, TypeVar
from typing import cast as cast_to

from pydantic_core import to_json
from sqlalchemy import (
    CTE,
    ColumnElement,
    Table,
    TableValuedAlias,
    Text,
    Update,
    bindparam,
    cast,
    column,
    exists,
    func,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, Insert, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import make_transient_to_detached
from sqlalchemy.orm.attributes import instance_state, set_committed_value

from app import jobs
from app.models.base import Base

Row = TypeVar("Row", bound=Base)


def given(table: type[Base]) -> TableValuedAlias:
    """The rows that come as argument, with the table's columns but those that it numbers itself."""
    return _recordset(table, _columns(table))


def _recordset(table: type[Base], names: Iterable[str]) -> TableValuedAlias:
    columns = inspect(table).columns
    document = cast(bindparam(table.__tablename__, type_=Text), JSONB)
    rows = func.jsonb_to_recordset(document).table_valued(
        *(column(name, columns[name].type) for name in names), name=f"new_{table.__tablename__}"
    )
    return rows.render_derived(with_types=True)


def written(
    table: type[Base],
    source: TableValuedAlias | None = None,
    *conditions: ColumnElement[bool],
    after: CTE | None = None,
) -> Insert:
    """Inserts the rows that come as argument; with `after` only if that has inserted something."""
    source = given(table) if source is None else source
    chosen = select(*source.c).where(*conditions)
    if after is not None:
        chosen = chosen.where(exists(select(after.c[0])))
    return insert(table).from_select(list(_columns(table)), chosen)


async def add(session: AsyncSession, table: type[Base], some: Sequence[Mapping[str, Any]]) -> None:
    """Thousands of new rows, each by the names of its columns; what is not named is as usual."""
    if not some:
        return
    usual, made = _usual(table)
    new = [{**usual, **{name: make(None) for name, make in made}, **one} for one in some]
    await session.execute(_added(table), {table.__tablename__: json(new)})


@cache
def _usual(
    table: type[Base],
) -> tuple[Mapping[str, Any], Sequence[tuple[str, Callable[[None], Any]]]]:
    """What the table fills in: the same for every row, and what is made anew for each."""
    filled = [(name, default) for name, default in _defaults(table) if default is not None]
    same = {name: default.arg for name, default in filled if not default.is_callable}
    return same, [(name, default.arg) for name, default in filled if default.is_callable]


@cache
def _added(table: type[Base]) -> Insert:
    """Into the table itself, not of its class: the session would take the argument for a row."""
    source = select(*given(table).c)
    return insert(_table(table)).from_select(list(_columns(table)), source)


def _table(table: type[Base]) -> Table:
    return cast_to("Table", table.__table__)


async def rewrite(session: AsyncSession, some: Iterable[Base]) -> None:
    """What has been changed of thousands of rows of the session, as a flush would write it.

    One statement for all in which the same columns differ, where a flush sends one for each row.
    """
    alike: dict[tuple[type[Base], tuple[str, ...]], list[Base]] = {}
    for row in some:
        if names := _differing(row):
            alike.setdefault((type(row), names), []).append(row)
    for (table, names), changed in alike.items():
        new = [{name: _as_json(row.__dict__[name]) for name in ("id", *names)} for row in changed]
        with session.no_autoflush:  # it would write row by row what is written here
            await session.execute(_rewritten(table, names), {table.__tablename__: json(new)})
        for row in changed:
            for name in names:
                set_committed_value(row, name, row.__dict__[name])


def _differing(row: Base) -> tuple[str, ...]:
    state = instance_state(row)
    if not state.modified:
        return ()
    was, now = state.committed_state, row.__dict__
    return tuple(sorted(name for name in was if was[name] != now[name]))


@cache
def _rewritten(table: type[Base], names: Sequence[str]) -> Update:
    new, there = _recordset(table, ("id", *names)), _table(table)
    changed = update(there).values({name: new.c[name] for name in names})
    return changed.where(there.c.id == new.c.id)


# Queues the jobs that come as `jobs` (see `orders`): they exist if and only if this commits.
QUEUED = text(
    "procrastinate_defer_jobs_v1(array("
    "select jsonb_populate_record(null::procrastinate_job_to_defer_v1, job)"
    " from jsonb_array_elements(cast(:jobs as jsonb)) job))"
)


def arguments(found: Mapping[type[Base], Iterable[Base]]) -> dict[str, str]:
    """Rows as `given` and `written` take them, by table."""
    return {
        table.__tablename__: json([_plain(row) for row in some]) for table, some in found.items()
    }


def _plain(row: Base) -> dict[str, Any]:
    complete(row)
    values = row.__dict__
    return {name: _as_json(values[name]) for name in _columns(type(row))}


def _as_json(value: Any) -> Any:
    """What `to_json` would say otherwise, or only by asking Python's slow property of enums."""
    if isinstance(value, Enum):
        return value._value_
    return f"\\x{value.hex()}" if isinstance(value, bytes) else value


def json(value: Any) -> str:
    return to_json(value).decode()


def complete(row: Row) -> Row:
    """Fill in what the table fills in, so that a row can be shown without being read back."""
    values = row.__dict__  # nobody asks what a new row was before
    for name, default in _defaults(type(row)):
        if name not in values:
            is_made = default is not None and default.is_callable
            values[name] = default.arg(None) if is_made else default and default.arg
    return row


def adopt(session: AsyncSession, row: Base) -> None:
    """From now on the session knows the row as one that the database has just as it is."""
    make_transient_to_detached(row)
    session.add(row)


@cache
def _columns(table: type[Base]) -> dict[str, Any]:
    columns = inspect(table).columns
    return {
        name: each.type
        for name, each in columns.items()
        if each.identity is None and each.server_default is None
    }


@cache
def _defaults(table: type[Base]) -> list[tuple[str, Any]]:
    return [(name, inspect(table).columns[name].default) for name in _columns(table)]


def orders(*wanted: tuple[str, dict[str, Any]]) -> str:
    """Jobs, by name and arguments, as QUEUED takes them."""
    return json(jobs.orders(*wanted))
