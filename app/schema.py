"""The schema that this code needs, and how a database gets it."""

import logging
import time
from collections.abc import Callable
from pathlib import Path

from alembic import command, op
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from psycopg.errors import DeadlockDetected, LockNotAvailable
from sqlalchemy import Connection, NullPool, create_engine
from sqlalchemy.exc import OperationalError

log = logging.getLogger(__name__)
ROOT = Path(__file__).parent.parent
LOCK_TIMEOUT = "4s"  # a migration that must wait gives up before the county's queue notices
_PAUSES_SECONDS = (0.5, 1, 2, 4, 8)
_IS_HALF = "select not indisvalid from pg_index where indexrelid = to_regclass(%(name)s)"


def config() -> Config:
    return Config(ROOT / "alembic.ini")


def current(connection: Connection) -> str | None:
    """The revision that the database stands at; None = never migrated."""
    return MigrationContext.configure(connection).get_current_revision()


def upgrade(database_url: str, to: str = "head") -> None:
    """A step that loses a lock to the county's work is taken back whole, and tried again."""
    for pause in (*_PAUSES_SECONDS, None):
        try:
            _run(database_url, command.upgrade, to)
        except OperationalError as fault:
            if pause is None or not isinstance(fault.orig, LockNotAvailable | DeadlockDetected):
                raise
            log.warning("the database is at work; the migration is tried again")
            time.sleep(pause)
        else:
            return


def downgrade(database_url: str, to: str) -> None:
    _run(database_url, command.downgrade, to)


def _run(database_url: str, what: Callable[[Config, str], None], to: str) -> None:
    engine = create_engine(database_url, poolclass=NullPool)
    with engine.connect() as connection:
        plan = config()
        plan.attributes["connection"] = connection
        what(plan, to)


def hold_reports() -> None:
    """For migrations that take several tables: a report takes `hazards` first, so wait there."""
    op.execute("lock table hazards in share row exclusive mode")


def build_index(name: str, of: str, *, is_unique: bool = False) -> None:
    """For migrations: beside running writes, because millions of rows must not hold up a report.

    It waits for older writers as long as they take, and holds up nobody meanwhile. What a build
    that was cut short has left behind costs every write and is never read: it is built anew.
    """
    with op.get_context().autocommit_block():
        if op.get_bind().exec_driver_sql(_IS_HALF, {"name": name}).scalar():
            op.execute(f"drop index concurrently {name}")
        op.execute("set lock_timeout = 0")
        kind = "unique index" if is_unique else "index"
        op.execute(f"create {kind} concurrently if not exists {name} on {of}")
        op.execute(f"set lock_timeout = '{LOCK_TIMEOUT}'")
