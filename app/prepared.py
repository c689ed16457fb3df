"""Statements that never change, of which most requests are made: straight to the driver.

SQLAlchemy takes four times as long to hand over a statement, and to wrap what comes back, as the
driver takes to send it: decision 43.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import psycopg
from psycopg import AsyncConnection, AsyncRawCursor
from psycopg.rows import namedtuple_row
from sqlalchemy import Connection, Select
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

_DIALECT = PGDialect_psycopg()  # type: ignore[no-untyped-call]
_PLACES = re.compile(r"%\((\w+)\)s|%%")
_Process = Callable[[Any], Any] | None


@dataclass(frozen=True)
class _Text:
    """As PostgreSQL reads it. `fixed`: the values that stand in the statement itself."""

    sql: str
    names: tuple[str, ...]
    fixed: Mapping[str, Any]
    into: Mapping[str, _Process]
    out: tuple[tuple[int, Callable[[Any], Any]], ...]


class Prepared:
    """Runs in the session's transaction, and is heard by whoever listens to its engine.

    Answers plain named tuples. Lists of unknown length must be given as arrays; decimals among the
    columns are refused when the statement is first used.
    """

    def __init__(self, statement: Select[*tuple[Any, ...]]) -> None:
        self.statement = statement

    async def rows(self, session: AsyncSession, given: Mapping[str, Any]) -> list[Any]:
        """Raises what SQLAlchemy would raise."""
        ours = self._text
        values = [_through(ours.into[n], given.get(n, ours.fixed[n])) for n in ours.names]
        if session.new or session.dirty or session.deleted:
            await session.flush()
        connection, line = await session.run_sync(_line)
        cursor = AsyncRawCursor(line, row_factory=namedtuple_row)
        heard = connection, cursor, ours.sql, values, None, False
        connection.dispatch.before_cursor_execute(*heard)
        try:
            await cursor.execute(ours.sql.encode(), values)
            found = await cursor.fetchall()
        except psycopg.Error as fault:
            if line.broken:  # the engine must hear of it: it throws all older lines away
                await (await session.connection()).exec_driver_sql("select 1")
            raise _as_usual(fault) from fault
        connection.dispatch.after_cursor_execute(*heard)
        return [_typed(row, ours.out) for row in found] if ours.out else found

    @cached_property
    def _text(self) -> _Text:
        compiled = self.statement.compile(dialect=_DIALECT)
        names = list(dict.fromkeys(n for n in _PLACES.findall(compiled.string) if n))
        into = {
            name: bind.type.dialect_impl(_DIALECT).bind_processor(_DIALECT)
            for name, bind in compiled.binds.items()
        }
        columns = enumerate(self.statement.selected_columns)
        out = (
            (i, c.type.dialect_impl(_DIALECT).result_processor(_DIALECT, None)) for i, c in columns
        )

        def place(found: re.Match[str]) -> str:
            return f"${names.index(found[1]) + 1}" if found[1] else "%"

        return _Text(
            sql=_PLACES.sub(place, compiled.string),
            names=tuple(names),
            fixed=compiled.params,
            into=into,
            out=tuple((i, process) for i, process in out if process),
        )


def _line(session: Any) -> tuple[Connection, AsyncConnection[Any]]:
    """The connection of the session's transaction, and what the driver calls so."""
    connection = session.connection()
    return connection, connection.connection.driver_connection


def _through(process: _Process, value: Any) -> Any:
    return process(value) if process else value


def _typed(row: Any, out: tuple[tuple[int, Callable[[Any], Any]], ...]) -> Any:
    values = list(row)
    for place, process in out:
        values[place] = process(values[place])
    return row._make(values)


def _as_usual(fault: psycopg.Error) -> BaseException:
    """Parameters stay hidden: they are what people typed."""
    return DBAPIError.instance(
        None, None, fault, psycopg.Error, hide_parameters=True, dialect=_DIALECT
    )
