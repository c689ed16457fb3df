"""PostgreSQL's transactions: which have ended, which one wrote a row, in which database."""

from sqlalchemy import BigInteger, ColumnElement, literal_column
from sqlalchemy.orm import DeclarativeBase

# Transactions older than this one have all ended: nothing is added to what they wrote.
OLDEST_RUNNING: ColumnElement[int] = literal_column(
    "pg_snapshot_xmin(pg_current_snapshot())::text::bigint", BigInteger
)
# A failed-over database has another timeline, a restored one another server or at least another
# table: transactions count anew there, and what came after the backup is no more.
DATABASE: ColumnElement[str] = literal_column(
    "(select system_identifier from pg_control_system())::text"
    " || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8)"
    " || 'changes'::regclass::oid::text"
)
_NEXT: ColumnElement[int] = literal_column(
    "pg_snapshot_xmax(pg_current_snapshot())::text::bigint", BigInteger
)
_ROUND = 2**32  # a row keeps this much of the number of its transaction


def writer_of(table: type[DeclarativeBase]) -> ColumnElement[int]:
    """The transaction that wrote this row as it stands; not the one that asks.

    Of a row that has stood for 2^32 transactions a later one.
    """
    kept: ColumnElement[int] = literal_column(
        f"{table.__tablename__}.xmin::text::bigint", BigInteger
    )
    return whole(kept, _NEXT)


def whole(kept: ColumnElement[int], next_one: ColumnElement[int]) -> ColumnElement[int]:
    """The newest transaction before the next one whose last 32 bits these are."""
    newest = next_one - 1
    return newest - (newest - kept) % _ROUND
