"""Campaigns with how far they are on the ground that one may look over; never by person."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Select, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import NotFound
from app.models.campaign import Campaign
from app.models.checklist import Checklist, ChecklistVersion
from app.models.organization import Organization
from app.models.patrol import PatrolTask, TaskStatus
from app.models.visit import Visit
from app.services import access, patrols
from app.services.access import Actor
from app.services.campaigns.choosing import is_for_county
from app.services.permissions import PERMISSIONS, Permission

MOST = 200


@dataclass(frozen=True)
class FoundCampaign:
    """`planned`, `done`, `late`, `missed`: of its tasks on the reader's ground.

    `dropped`: no longer asked for, so not among the planned: called off, closed, bundled.
    `issues`: findings at these looks. `is_mine`: the reader may end it.
    """

    campaign: Campaign
    list_name: str
    body: Organization
    planned: int
    done: int
    late: int
    missed: int
    dropped: int
    issues: int
    is_mine: bool


async def everything(session: AsyncSession, actor: Actor) -> list[FoundCampaign]:
    """Those with something on my ground: running ones by their last day, then the newest ended."""
    ended = Campaign.ended_on
    order = (ended.is_not(None), ended.desc().nulls_last(), Campaign.until, Campaign.id)
    query = (await _select(session, actor)).order_by(*order).limit(MOST)
    return [_found(actor, row) for row in await session.execute(query)]


async def one(session: AsyncSession, actor: Actor, campaign_id: UUID) -> FoundCampaign:
    query = (await _select(session, actor)).where(Campaign.id == campaign_id)
    row = (await session.execute(query)).one_or_none()
    if row is None:
        raise NotFound
    return _found(actor, row)


async def _select(session: AsyncSession, actor: Actor) -> Select[*tuple[Any, ...]]:
    access.require(actor, Permission.SEE_PATROLS)
    status = PatrolTask.status
    counts = (
        select(
            PatrolTask.campaign_id,
            func.count().filter(status != TaskStatus.DROPPED).label("planned"),
            func.count().filter(status == TaskStatus.DONE).label("done"),
            func.count().filter(patrols.is_late(access.today())).label("late"),
            func.count().filter(status == TaskStatus.MISSED).label("missed"),
            func.count().filter(status == TaskStatus.DROPPED).label("dropped"),
            cast(func.coalesce(func.sum(Visit.issue_count), 0), BigInteger).label("issues"),
        )
        .outerjoin(Visit, Visit.id == PatrolTask.done_visit_id)
        .where(
            PatrolTask.campaign_id.is_not(None),
            await patrols.within(session, actor, PatrolTask.grid_id),
        )
        .group_by(PatrolTask.campaign_id)
        .subquery()
    )
    names = ("planned", "done", "late", "missed", "dropped", "issues")
    numbers = (counts.c[name] for name in names)
    return (
        select(Campaign, Checklist.name, Organization, *numbers)
        .join(counts, counts.c.campaign_id == Campaign.id)
        .join(ChecklistVersion, ChecklistVersion.id == Campaign.checklist_version_id)
        .join(Checklist, Checklist.key == ChecklistVersion.checklist_key)
        .join(Organization, Organization.id == Campaign.organization_id)
    )


def _found(actor: Actor, row: Any) -> FoundCampaign:
    campaign, list_name, body, planned, done, late, missed, dropped, issues = row
    may_end = any(
        Permission.ORDER_CAMPAIGNS in PERMISSIONS[seat.role]
        and (is_for_county(seat) or seat.organization_id == campaign.organization_id)
        for seat in actor.seats
    )
    numbers = (planned, done, late, missed, dropped, issues)
    return FoundCampaign(campaign, list_name, body, *numbers, is_mine=may_end)
