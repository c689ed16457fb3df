"""What the machinery asks of the database: does it take writes, where does it stand, what waits."""

from dataclasses import dataclass

from alembic.runtime.migration import MigrationContext
from sqlalchemy import exists, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models.event import Event, Seal, Stranger
from app.models.hazard import IS_OPEN, Hazard
from app.models.person import Person, SignIn
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
    """`jobs_stubborn` failed five times or more: a person should look. Ages are in seconds."""

    reports_accepted: int
    photos_stored: int
    photos_unreadable: int
    photos_missing: int  # promised by open cases, not here
    jobs_waiting: int
    jobs_stubborn: int
    jobs_oldest_seconds: float  # how long the oldest that could run has waited
    workers: int  # with a sign of life within two minutes
    unsealed_seconds: float  # age of the oldest event behind the newest seal
    phones_unsent: int  # phones that last told of unsent records
    phones_oldest_unsent_seconds: float
    strangers: int  # same id, other content, not looked at yet


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
    missing = await session.scalar(
        select(func.sum(Hazard.photos_expected - Hazard.photos_received)).where(
            IS_OPEN, Hazard.photos_received < Hazard.photos_expected
        )
    )
    stored, unreadable = photos.one()
    waiting, stubborn = jobs.one()
    phones, oldest = await _unsent(session)
    return Figures(
        reports_accepted=reports or 0,
        photos_stored=stored,
        photos_unreadable=unreadable,
        photos_missing=int(missing or 0),
        jobs_waiting=waiting,
        jobs_stubborn=stubborn,
        jobs_oldest_seconds=(await queue(session)).oldest_seconds,
        workers=await live_workers(session),
        unsealed_seconds=await unsealed_seconds(session),
        phones_unsent=phones,
        phones_oldest_unsent_seconds=oldest,
        strangers=await strangers(session),
    )


async def strangers(session: AsyncSession) -> int:
    """Records under a known id with other content that nobody has looked at."""
    query = select(func.count()).where(Stranger.looked_at.is_(None))
    return await session.scalar(query) or 0


async def _unsent(session: AsyncSession) -> tuple[int, float]:
    """As phones told when they last came; whoever never comes is not counted."""
    row = await session.execute(
        select(func.count(), func.min(SignIn.oldest_unsent_at)).where(
            SignIn.ended_at.is_(None), SignIn.unsent_count > 0
        )
    )
    number, oldest = row.one()
    return number, max(0.0, (clock.now() - oldest).total_seconds()) if oldest else 0.0


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
