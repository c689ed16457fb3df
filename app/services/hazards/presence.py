"""Who is at a case just now: a soft claim, who has it open, what a desk has put off."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.errors import ChangedMeanwhile, NotPermitted
from app.models.hazard import Hazard, Viewing
from app.models.person import Person
from app.services import sync
from app.services.access import Actor
from app.services.hazard_flow import Who
from app.services.hazards import standing
from app.services.hazards.reading import read
from app.services.hazards.standing import Facts
from app.services.hazards.step import invalid
from app.services.hazards.steps import WHO_WORDS

CLAIM = timedelta(minutes=5)
OPEN_FOR = timedelta(minutes=2)
LONGEST_SNOOZE = timedelta(days=30)


async def claim(session: AsyncSession, actor: Actor, hazard_id: UUID) -> Hazard:
    """Five minutes for me; ChangedMeanwhile names the colleague who was first."""
    hazard = await read(session, actor, hazard_id)
    now = clock.now()
    is_free = or_(
        Hazard.claimed_until.is_(None),
        Hazard.claimed_until <= now,
        Hazard.claimed_by_id == actor.person_id,
    )
    taken = await session.execute(
        update(Hazard)
        .where(Hazard.id == hazard.id, is_free)
        .values(claimed_by_id=actor.person_id, claimed_until=now + CLAIM)
        .returning(Hazard.id)
    )
    is_mine = taken.one_or_none() is not None
    await session.refresh(hazard)
    if not is_mine:
        raise ChangedMeanwhile(claimed_by=await _name(session, hazard.claimed_by_id))
    await sync.tell_presence(session, hazard.id)
    return hazard


async def _name(session: AsyncSession, person_id: UUID | None) -> str | None:
    return await session.scalar(select(Person.name).where(Person.id == person_id))


async def release(session: AsyncSession, actor: Actor, hazard_id: UUID) -> None:
    """Only one's own claim; that of a colleague runs out by itself."""
    hazard = await read(session, actor, hazard_id)
    mine = (Hazard.id == hazard.id) & (Hazard.claimed_by_id == actor.person_id)
    await session.execute(update(Hazard).where(mine).values(claimed_by_id=None, claimed_until=None))
    await sync.tell_presence(session, hazard.id)


async def view(session: AsyncSession, actor: Actor, hazard_id: UUID) -> None:
    """I have this open; to be repeated within two minutes. Colleagues hear of the first time."""
    hazard = await read(session, actor, hazard_id)
    known = await session.get(Viewing, (hazard.id, actor.person_id), populate_existing=True)
    if known is None or known.at <= clock.now() - OPEN_FOR:
        await sync.tell_presence(session, hazard.id)
    row = {"hazard_id": hazard.id, "person_id": actor.person_id, "at": clock.now()}
    statement = insert(Viewing).values(row)
    keys = [Viewing.hazard_id, Viewing.person_id]
    await session.execute(
        statement.on_conflict_do_update(index_elements=keys, set_={"at": statement.excluded.at})
    )


async def forget_viewings(session: AsyncSession) -> None:
    """What nobody has open any more."""
    await session.execute(delete(Viewing).where(Viewing.at < clock.now() - OPEN_FOR))


async def snooze(
    session: AsyncSession, actor: Actor, hazard_id: UUID, until: datetime | None
) -> Hazard:
    """Out of the desk's queue until then; None brings it back. Its clock goes on."""
    hazard = await read(session, actor, hazard_id)
    if Who.HOLDER not in standing.parts(actor, hazard, Facts()):
        zh, en = WHO_WORDS[Who.HOLDER]
        raise NotPermitted(why=f"应由{zh}办理。", why_en=f"It is for {en}.")
    now = clock.now()
    if until and not now < until <= now + LONGEST_SNOOZE:
        raise invalid("until", "请选 30 天以内的时间", "Choose a time within 30 days")
    hazard.snoozed_until = until
    await session.flush()
    await sync.record_change(session, "hazard", hazard_id=hazard.id)
    return hazard
