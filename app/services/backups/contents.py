"""What the database says of itself while a backup is taken and after it is restored."""

from collections.abc import Sequence
from typing import NamedTuple

from alembic.runtime.migration import MigrationContext
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.checklist import ChecklistPicture
from app.models.event import Event, Seal, Stranger
from app.models.library import LibraryFile
from app.models.photo import Photo
from app.services.backups.manifest import ChainHead
from app.services.transactions import DATABASE, OLDEST_RUNNING


class Extent(NamedTuple):
    """Everything in `database` that transactions older than `oldest_running` have written."""

    database: str
    oldest_running: int


async def hold_snapshot(session: AsyncSession) -> str:
    """The name under which other connections see exactly what this transaction sees."""
    await session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
        await session.execute(text(f"set local {limit} = 0"))
    name = await session.scalar(text("select pg_export_snapshot()"))
    return str(name)


async def extent(session: AsyncSession) -> Extent:
    """What of this database its present snapshot has."""
    row = await session.execute(select(DATABASE, OLDEST_RUNNING))
    return Extent(*row.one())


async def server_major(session: AsyncSession) -> int:
    number = await session.scalar(text("select current_setting('server_version_num')::int"))
    return int(number or 0) // 10_000


async def county_schema(session: AsyncSession) -> str:
    return str(await session.scalar(text("select current_schema()")))


async def migration(session: AsyncSession) -> str | None:
    return await session.run_sync(
        lambda sync: MigrationContext.configure(sync.connection()).get_current_revision()
    )


async def tables(session: AsyncSession) -> Sequence[str]:
    """Of the county's schema."""
    rows = await session.scalars(
        text("select tablename::text from pg_tables where schemaname = current_schema() order by 1")
    )
    return rows.all()


async def counts(session: AsyncSession) -> dict[str, int]:
    """Rows of every table, the queue's included."""
    found = {}
    for table in await tables(session):
        quoted = '"' + table.replace('"', '""') + '"'
        number = await session.scalar(text(f"select count(*) from {quoted}"))  # noqa: S608 - from the catalogue, quoted
        found[table] = int(number or 0)
    return found


async def chain_head(session: AsyncSession) -> ChainHead:
    seal = await session.scalar(select(Seal).order_by(Seal.id.desc()).limit(1))
    row = await session.execute(select(func.count(), func.coalesce(func.max(Event.seq), 0)))
    events, last_seq = row.one()
    return ChainHead(
        seal=seal.id if seal else None,
        hash=seal.hash.hex() if seal else None,
        events=events,
        last_seq=last_seq,
    )


async def referenced(session: AsyncSession) -> dict[str, str]:
    """Keys that a row names, with their types: photos, refused ones as well, pictures, files."""
    photos = await session.execute(select(Photo.key, Photo.content_type))
    named = {row.key: row.content_type for row in photos}
    bodies = await session.scalars(select(Stranger.body).where(Stranger.kind == "photo"))
    named.update({body["key"]: body["content_type"] for body in bodies})
    pictures = await session.scalars(select(ChecklistPicture))
    named.update((picture.key, "image/jpeg") for picture in pictures)
    files = await session.scalars(select(LibraryFile))
    named.update((file.key, file.content_type) for file in files)
    return named


async def unchecked_references(session: AsyncSession) -> int:
    """Foreign keys that the server has not checked against every row."""
    number = await session.scalar(
        text(
            "select count(*) from pg_constraint where contype = 'f' and not convalidated"
            " and connamespace = current_schema()::regnamespace"
        )
    )
    return int(number or 0)


async def make_way(session: AsyncSession, name: str) -> None:
    """The dump makes the county's schema itself; an empty one gives way, any other stays."""
    quoted = '"' + name.replace('"', '""') + '"'
    await session.execute(text(f"drop schema {quoted} restrict"))


async def forget_feed(session: AsyncSession) -> None:
    """Its rows count transactions of a server that is no more; every phone looks anew anyway."""
    await session.execute(text("truncate changes"))
