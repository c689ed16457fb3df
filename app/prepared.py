"""Statements that never change, of which most requests are made: straight to the driver.

SQLAlchemy takes four times as long to hand over a statement, and to wrap what comes back, as the
driver takes to send it: decision 43. What is asked together costs one round trip: decision 59.
"""

import re
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import psycopg
from psycopg.pq.abc import PGresult
from sqlalchemy import Connection, Select
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from app import db, driver
from app.driver import Line, Question

_DIALECT = PGDialect_psycopg()  # type: ignore[no-untyped-call]
_PLACES = re.compile(r"%\((\w+)\)s|%%")
_LINE = "prepared_line"
_Process = Callable[[Any], Any] | None


@dataclass(frozen=True)
class _Text:
    """As PostgreSQL reads it. `fixed`: the values that stand in the statement itself."""

    sql: str
    encoded: bytes
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
        self._make: Callable[[Sequence[Any]], Any] | None = None

    async def rows(
        self, session: AsyncSession, given: Mapping[str, Any], *, is_last: bool = False
    ) -> list[Any]:
        """Raises what SQLAlchemy would raise. `is_last`: the transaction is committed along."""
        return (await together(session, self.asked(given), is_last=is_last))[0]

    def asked(self, given: Mapping[str, Any]) -> Question:
        """To be asked together with others."""
        ours = self._text
        values = [_through(ours.into[n], given.get(n, ours.fixed[n])) for n in ours.names]
        return Question(ours.sql, ours.encoded, values, self._maker)

    def _maker(self, answer: PGresult) -> Callable[[Sequence[Any]], Any]:
        if self._make is None:
            self._make = _maker(answer, self._text.out)
        return self._make

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

        sql = _PLACES.sub(place, compiled.string)
        return _Text(
            sql=sql,
            encoded=sql.encode(),
            names=tuple(names),
            fixed=compiled.params,
            into=into,
            out=tuple((i, process) for i, process in out if process),
        )


def _maker(
    answer: PGresult, out: tuple[tuple[int, Callable[[Any], Any]], ...]
) -> Callable[[Sequence[Any]], Any]:
    """Named tuples in the types of the columns; names that are none, or come twice, are numbers."""
    names = [(answer.fname(i) or b"").decode() for i in range(answer.nfields)]
    row: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc]  # noqa: PYI024
    make: Callable[[Sequence[Any]], Any] = row._make

    def make_typed(row: Sequence[Any]) -> Any:
        values = list(row)
        for place, process in out:
            values[place] = process(values[place])
        return make(values)

    return make_typed if out else make


async def together(
    session: AsyncSession, *questions: Question, is_last: bool = False
) -> list[list[Any]]:
    """The rows of each, in one round trip; every question sees what was committed before it."""
    if not questions:
        return []
    if session.new or session.dirty or session.deleted:
        await session.flush()
    connection, line = await _line(session)
    heard = [(connection, None, one.text, one.values, None, False) for one in questions]
    for one in heard:
        connection.dispatch.before_cursor_execute(*one)
    try:
        is_end = is_last and not connection.in_nested_transaction()  # or another says its end
        asking = driver.ask(line, questions, is_last=is_end)
        found = await (db.to_its_end(asking) if is_end else asking)
    except psycopg.Error as fault:
        if line.broken:  # the engine must hear of it: it throws all older lines away
            await (await session.connection()).exec_driver_sql("select 1")
        raise _as_usual(fault) from fault
    for one in heard:
        connection.dispatch.after_cursor_execute(*one)
    return found


async def _line(session: AsyncSession) -> tuple[Connection, Line]:
    """The connection of the session's transaction, and what the driver calls so."""
    known = session.info.get(_LINE)
    now = session.sync_session.get_transaction()
    if known is None or known[0] is not now:
        connection, line = await session.run_sync(_looked_up)
        known = session.sync_session.get_transaction(), connection, line
        session.info[_LINE] = known
    return known[1], known[2]


def _looked_up(session: Any) -> tuple[Connection, Line]:
    connection = session.connection()
    return connection, connection.connection.driver_connection


def _through(process: _Process, value: Any) -> Any:
    return process(value) if process else value


def _as_usual(fault: psycopg.Error) -> BaseException:
    """Parameters stay hidden: they are what people typed."""
    return DBAPIError.instance(
        None, None, fault, psycopg.Error, hide_parameters=True, dialect=_DIALECT
    )
