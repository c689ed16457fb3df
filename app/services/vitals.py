"""What the machinery asks of the database: does it take writes, where does it stand, what waits."""

from dataclasses import dataclass

from alembic.runtime.migration import MigrationContext
from sqlalchemy import exists, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models.event import Event, Seal
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


@dataclass(frozen=True)
class Queue:
    """Jobs that could run now, and how long the oldest of them has waited."""

    waiting: int
    oldest_seconds: float


async def queue(session: AsyncSession) -> Queue:
    row = await session.execute(
        text(
            "select count(*), coalesce(extract(epoch from max(clock_timestamp() - since)), 0)"
            " from (select greatest(j.scheduled_at, min(e.at)) as since"
            "  from procrastinate_jobs j join procrastinate_events e on e.job_id = j.id"
            "  where j.status = 'todo' and (j.scheduled_at is null or j.scheduled_at <= now())"
            "  group by j.id) waiting"
        )
    )
    waiting, seconds = row.one()
    return Queue(waiting, float(seconds))


async def stubborn_jobs(session: AsyncSession) -> dict[str, int]:
    """How many jobs of each name have failed five times or more."""
    rows = await session.execute(
        text(
            "select task_name, count(*) from procrastinate_jobs"
            " where status in ('todo', 'doing', 'failed') and attempts >= :stubborn group by 1"
        ),
        {"stubborn": STUBBORN_ATTEMPTS},
    )
    return {name: number for name, number in rows}  # noqa: C416 - rows are no pairs to mypy


async def live_workers(session: AsyncSession) -> int:
    """Workers that have given a sign of life within two minutes."""
    number = await session.scalar(
        text(
            "select count(*) from procrastinate_workers"
            " where last_heartbeat > now() - interval '2 minutes'"
        )
    )
    return int(number or 0)


async def unsealed_seconds(session: AsyncSession) -> float:
    """Age of the oldest event behind the newest seal; 0 if there is none."""
    sealed = select(func.coalesce(func.max(Seal.to_seq), 0)).scalar_subquery()
    oldest = await session.scalar(
        select(Event.at).where(Event.seq > sealed).order_by(Event.seq).limit(1)
    )
    return max(0.0, (clock.now() - oldest).total_seconds()) if oldest else 0.0
