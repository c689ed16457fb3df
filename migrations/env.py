"""Runs migrations on the connection that app/schema.py hands over, or on the configured database.

No statement names a schema: the schema is the county's, chosen by `search_path`.
"""

from alembic import context
from sqlalchemy import Connection, NullPool, create_engine, text

from app import models, schema
from app.config import get_settings


def is_ours(name: str | None, *_: object) -> bool:
    """The queue's own tables belong to Procrastinate."""
    return not (name or "").startswith("procrastinate_")


def migrate(connection: Connection) -> None:
    connection.execute(text(f"set lock_timeout = '{schema.LOCK_TIMEOUT}'"))
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=models.base.Base.metadata,
        include_name=is_ours,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def connect_and_migrate() -> None:
    engine = create_engine(get_settings().database_url, poolclass=NullPool)
    with engine.connect() as connection:
        migrate(connection)


if context.is_offline_mode():
    raise SystemExit("Offline SQL is not written: the job queue's schema needs a connection.")
if handed := context.config.attributes.get("connection"):
    migrate(handed)
else:
    connect_and_migrate()
