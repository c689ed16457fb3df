"""What the machinery asks of the database: does it take writes, where does it stand, what waits."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import exists, func, literal, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models.audit import AuditEntry
from app.models.base import Base
from app.models.event import Event, PublishedHead, Seal, Stranger
from app.models.hazard import IS_OPEN, Hazard
from app.models.person import IS_BEHIND, Person, SignIn
from app.models.photo import IS_FAILED, Photo
from app.services.audit import Kind
from app.services.hazards.sorting import is_open_by_key

STUBBORN_ATTEMPTS = 5
COUNTED_TO = 20_000
DATED_BACK_SHOWN = timedelta(days=30)


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

    reports_accepted: int  # numbers given out
    photos_stored: int  # beyond COUNTED_TO about
    photos_unreadable: int
    photos_missing: int  # promised by open cases, not here
    jobs_waiting: int
    jobs_stubborn: int
    jobs_oldest_seconds: float  # how long the oldest that could run has waited
    workers: int  # with a sign of life within two minutes
    unsealed_seconds: float  # age of the oldest event behind the newest seal
    heads_waiting_seconds: float  # age of the oldest seal whose head is not in its second place
    phones_unsent: int  # phones that last told of unsent records
    phones_oldest_unsent_seconds: float
    strangers: int  # same id, other content, not looked at yet


async def _revision(session: AsyncSession) -> str | None:
    """Where the schema stands; None = never migrated. Alembic would cost each server 8 MB."""
    if not await session.scalar(text("select to_regclass('alembic_version') is not null")):
        return None
    found: str | None = await session.scalar(text("select version_num from alembic_version"))
    return found


async def facts(session: AsyncSession) -> Facts:
    """Taking a transaction id is the smallest write: a standby refuses it."""
    revision = await _revision(session)
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
    """Asked again and again: costs the same in a county of ten million cases."""
    jobs = await session.execute(
        text(
            "select count(*), count(*) filter (where attempts >= :stubborn)"
            " from procrastinate_jobs where status in ('todo', 'doing', 'failed')"
        ),
        {"stubborn": STUBBORN_ATTEMPTS},
    )
    waiting, stubborn = jobs.one()
    phones, oldest = await _unsent(session)
    return Figures(
        reports_accepted=await session.scalar(select(func.max(Hazard.number))) or 0,
        photos_stored=await _about(session, Photo),
        photos_unreadable=await photos_unreadable(session),
        photos_missing=await _photos_missing(session),
        jobs_waiting=waiting,
        jobs_stubborn=stubborn,
        jobs_oldest_seconds=(await queue(session)).oldest_seconds,
        workers=await live_workers(session),
        unsealed_seconds=await unsealed_seconds(session),
        heads_waiting_seconds=await heads_waiting_seconds(session),
        phones_unsent=phones,
        phones_oldest_unsent_seconds=oldest,
        strangers=await strangers(session),
    )


async def _about(session: AsyncSession, table: type[Base]) -> int:
    """How many rows: to the row while they are few, then as the database last estimated."""
    few = select(literal(1)).select_from(table).limit(COUNTED_TO + 1).subquery()
    counted = await session.scalar(select(func.count()).select_from(few)) or 0
    if counted <= COUNTED_TO:
        return counted
    estimate = text("select reltuples::bigint from pg_class where oid = to_regclass(:name)")
    return max(counted, await session.scalar(estimate, {"name": table.__tablename__}) or 0)


async def photos_unreadable(session: AsyncSession) -> int:
    query = select(func.count()).select_from(Photo).where(IS_FAILED)
    return await session.scalar(query) or 0


async def _photos_missing(session: AsyncSession) -> int:
    """Promised by open cases and not here; of so many cases, the most urgent ones."""
    open_ones = (
        select((Hazard.photos_expected - Hazard.photos_received).label("missing"))
        .where(IS_OPEN, is_open_by_key())
        .order_by(Hazard.sort_key, Hazard.id)
        .limit(COUNTED_TO)
        .subquery()
    )
    query = select(func.sum(open_ones.c.missing)).where(open_ones.c.missing > 0)
    return int(await session.scalar(query) or 0)


async def strangers(session: AsyncSession) -> int:
    """Records under a known id with other content that nobody has looked at."""
    query = select(func.count()).where(Stranger.looked_at.is_(None))
    return await session.scalar(query) or 0


async def _unsent(session: AsyncSession) -> tuple[int, float]:
    """As phones told when they last came; whoever never comes is not counted."""
    row = await session.execute(
        select(func.count(), func.min(SignIn.oldest_unsent_at)).where(IS_BEHIND)
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
    newest = select(Seal.to_seq).where(Seal.to_seq > 0).order_by(Seal.id.desc()).limit(100)
    sealed = await session.scalar(select(func.max(newest.subquery().c.to_seq))) or 0
    oldest = await session.scalar(
        select(Event.at).where(Event.seq > sealed).order_by(Event.seq).limit(1)
    )
    return max(0.0, (clock.now() - oldest).total_seconds()) if oldest else 0.0


async def dated_back(session: AsyncSession) -> int:
    """Rows that the notes of the last weeks name: they came later than they say."""
    query = select(func.sum(AuditEntry.data["rows"].as_integer())).where(
        AuditEntry.kind == Kind.HISTORY_DATED_BACK,
        AuditEntry.at > clock.now() - DATED_BACK_SHOWN,
    )
    return int(await session.scalar(query) or 0)


async def heads_waiting_seconds(session: AsyncSession) -> float:
    """Age of the oldest seal behind the newest head that went out; 0 if there is none."""
    newest = select(func.max(PublishedHead.seal_id)).scalar_subquery()
    behind = Seal.id > func.coalesce(newest, 0)
    oldest = await session.scalar(select(Seal.at).where(behind).order_by(Seal.id).limit(1))
    return max(0.0, (clock.now() - oldest).total_seconds()) if oldest else 0.0
