"""Ordering a campaign makes its tasks, which phones see from its first day on.

Ending it takes back what nobody has looked at.
"""

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.errors import Invalid, NotFound, NotPermitted
from app.models.campaign import Campaign
from app.models.patrol import TaskStatus
from app.models.person import Role
from app.services import access, audit, checklists, clocks, patrols
from app.services.access import Actor
from app.services.arrivals import digest_of, stranger
from app.services.audit import Kind, Subject
from app.services.campaigns import reading
from app.services.campaigns.choosing import named, seat_for
from app.services.campaigns.commands import OrderCampaign
from app.services.campaigns.reading import FoundCampaign
from app.services.periods import Window, plan_days
from app.services.permissions import Permission

LONGEST_DAYS = 366


async def order(
    session: AsyncSession, actor: Actor, campaign_id: UUID, command: OrderCampaign, body: bytes
) -> FoundCampaign:
    """Safe to repeat under the desk's id, also after the last day or when the list has gone."""
    access.require(actor, Permission.ORDER_CAMPAIGNS)
    digest = digest_of(body)
    is_known = await session.get(Campaign, campaign_id) is not None
    if is_known or not await _begin(session, actor, campaign_id, command, digest):
        await _require_same(session, actor, campaign_id, digest, command)
    return await reading.one(session, actor, campaign_id)


async def _begin(
    session: AsyncSession, actor: Actor, campaign_id: UUID, command: OrderCampaign, digest: str
) -> bool:
    """False: somebody else has used this id in the same moment."""
    today = access.today()
    begins = command.starts_on or today
    _require_beginning(begins, today)
    require_days(command.until, today, begins)
    seat, grids = await seat_for(session, actor, command.choice)
    values = {
        "id": campaign_id,
        "sha256": digest,
        "name": command.name,
        "basis": command.basis,
        "checklist_version_id": await _list_of(session, command),
        "choice": {**command.choice.model_dump(mode="json"), "sample": command.sample},
        "starts_on": begins,
        "until": command.until,
        "organization_id": seat.organization_id,
        "ordered_by_id": actor.person_id,
        "ordered_at": clock.now(),
    }
    new = insert(Campaign).values(**values).on_conflict_do_nothing().returning(Campaign.id)
    if await session.scalar(new) is None:
        return False
    campaign = await session.get_one(Campaign, campaign_id)
    if not await _make_tasks(session, campaign, grids, command):
        raise _invalid("choice", "没有符合条件的场所。", "No place fits these conditions.")
    about = Subject("campaign", campaign_id)
    await audit.record(session, Kind.CAMPAIGN_ORDERED, actor, about, {"name": command.name})
    return True


async def end(session: AsyncSession, actor: Actor, campaign_id: UUID) -> FoundCampaign:
    """After its last day what is open counts as missed; before, it is called off. Repeatable."""
    campaign = await held(session, actor, campaign_id)
    if campaign.ended_on is None:
        today = access.today()
        campaign.ended_on = today
        status = TaskStatus.MISSED if campaign.until < today else TaskStatus.DROPPED
        await patrols.release(session, campaign_id, status, today)
        told, about = {"name": campaign.name}, Subject("campaign", campaign_id)
        await audit.record(session, Kind.CAMPAIGN_ENDED, actor, about, told)
        await session.flush()
    return await reading.one(session, actor, campaign_id)


async def held(session: AsyncSession, actor: Actor, campaign_id: UUID) -> Campaign:
    """For whoever may end it or move its last day; nobody else changes it meanwhile."""
    access.require(actor, Permission.ORDER_CAMPAIGNS)
    found = await reading.one(session, actor, campaign_id)
    if not found.is_mine:
        raise NotPermitted(
            why="由安排检查的单位改期、结束。", why_en="Who ordered it moves and ends it."
        )
    query = select(Campaign).where(Campaign.id == campaign_id).with_for_update()
    return (await session.scalars(query.execution_options(populate_existing=True))).one()


async def _require_same(
    session: AsyncSession, actor: Actor, campaign_id: UUID, digest: str, command: OrderCampaign
) -> None:
    known = await session.get_one(Campaign, campaign_id)
    if known.ordered_by_id != actor.person_id:
        raise NotFound
    if known.sha256 != digest:
        raise await stranger(session, actor, "campaign", known.id, digest, command)


async def _list_of(session: AsyncSession, command: OrderCampaign) -> UUID:
    version = (await checklists.newest(session)).get(command.checklist_key)
    if version is None:
        raise _invalid("checklist_key", "这张清单没有在用。", "This checklist is not in use.")
    return version


def require_days(until: date, today: date, begins: date) -> None:
    if not 0 <= (until - today).days <= LONGEST_DAYS:
        raise _invalid("until", "截止日期要从今天起一年内。", "Within a year from today.")
    if begins > until:
        raise _invalid("until", "截止日期不能早于开始日期。", "It cannot end before it begins.")


def _require_beginning(begins: date, today: date) -> None:
    if begins < today:
        raise _invalid("starts_on", "开始日期不能早于今天。", "It cannot begin before today.")


async def _make_tasks(
    session: AsyncSession, campaign: Campaign, grids: list[UUID], command: OrderCampaign
) -> int:
    window = Window(campaign.starts_on, campaign.until, 1)
    days = plan_days(await clocks.load(session), window, campaign.starts_on)
    values = {
        "owner": campaign.id,
        "role": Role.GRIDWORKER.value,
        "version": campaign.checklist_version_id,
        "sample": command.sample,
        **named(command.choice, grids, campaign.starts_on),
    }
    return await patrols.fill(session, "campaign_id", patrols.DRAWN, window, days, values)


def _invalid(field: str, zh: str, en: str) -> Invalid:
    return Invalid(fields=[field], reason_zh=zh, reason_en=en)
