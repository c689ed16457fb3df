"""What the machinery asks of the database: does it take writes, where does it stand, what waits."""

from dataclasses import dataclass

from alembic.runtime.migration import MigrationContext
from sqlalchemy import exists, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.hazard import Hazard
from app.models.person import Person
from app.models.photo import Derivatives, Photo

STUBBORN_ATTEMPTS = 5


@dataclass(frozen=True)
class Facts:
    """What a start and a readiness check need to know."""

    revision: str | None
    synchronous_commit: str
    fsync: str
    takes_writes: bool


@dataclass(frozen=True)
class Figures:
    """`jobs_stubborn` failed five times or more: a person should look."""

    reports_accepted: int
    photos_stored: int
    photos_unreadable: int
    jobs_waiting: int
    jobs_stubborn: int


async def facts(session: AsyncSession) -> Facts:
    """Taking a transaction id is the smallest write: a standby refuses it."""
    revision = await session.run_sync(
        lambda sync: MigrationContext.configure(sync.connection()).get_current_revision()
    )
    row = await session.execute(
        text(
            "select current_setting('synchronous_commit'), current_setting('fsync'),"
            " current_setting('transaction_read_only') = 'off' and not pg_is_in_recovery()"
        )
    )
    durability, fsync, takes_writes = row.one()
    if takes_writes:
        await session.execute(text("select pg_current_xact_id()"))
    return Facts(revision, durability, fsync, takes_writes)


async def figures(session: AsyncSession) -> Figures:
    reports = await session.scalar(select(func.count()).select_from(Hazard))
    photos = await session.execute(
        select(
            func.count(),
            func.count().filter(Photo.derivatives == Derivatives.FAILED),
        ).select_from(Photo)
    )
    jobs = await session.execute(
        text(
            "select count(*), count(*) filter (where attempts >= :stubborn)"
            " from procrastinate_jobs where status in ('todo', 'doing', 'failed')"
        ),
        {"stubborn": STUBBORN_ATTEMPTS},
    )
    return Figures(reports or 0, *photos.one(), *jobs.one())


async def has_people(session: AsyncSession) -> bool:
    return bool(await session.scalar(select(exists(select(Person.id)))))
