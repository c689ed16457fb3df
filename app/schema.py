"""The schema that this code needs, and how a database gets it."""

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, NullPool, create_engine

ROOT = Path(__file__).parent.parent


def config() -> Config:
    return Config(ROOT / "alembic.ini")


def newest() -> str:
    """The revision that this code was written for."""
    head = ScriptDirectory.from_config(config()).get_current_head()
    assert head is not None
    return head


def current(connection: Connection) -> str | None:
    """The revision that the database stands at; None = never migrated."""
    return MigrationContext.configure(connection).get_current_revision()


def upgrade(database_url: str, to: str = "head") -> None:
    _run(database_url, command.upgrade, to)


def downgrade(database_url: str, to: str) -> None:
    _run(database_url, command.downgrade, to)


def _run(database_url: str, what: Callable[[Config, str], None], to: str) -> None:
    engine = create_engine(database_url, poolclass=NullPool)
    with engine.connect() as connection:
        plan = config()
        plan.attributes["connection"] = connection
        what(plan, to)
