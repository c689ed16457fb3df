"""Moving the last day of a campaign: its tasks follow, and whoever has to do them is told."""

from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import CampaignEnded
from app.models.base import new_id
from app.models.patrol import PatrolTask, TaskStatus
from app.models.person import Person, Post, Role
from app.services import access, audit, clocks, notifications, patrols, places
from app.services.access import Actor
from app.services.audit import Kind, Subject
from app.services.campaigns import reading
from app.services.campaigns.commands import MoveCampaign
from app.services.campaigns.ordering import held, require_days
from app.services.campaigns.reading import FoundCampaign
from app.services.periods import Window, plan_days


async def move(
    session: AsyncSession, actor: Actor, campaign_id: UUID, command: MoveCampaign
) -> FoundCampaign:
    """Repeatable: to move it to the day that it has changes nothing and tells nobody."""
    campaign = await held(session, actor, campaign_id)
    if campaign.ended_on is not None:
        raise CampaignEnded(fields=["until"])
    if campaign.until != command.until:
        today = access.today()
        require_days(command.until, today, campaign.starts_on)
        told: dict[str, Any] = {
            "name": campaign.name,
            "from": campaign.until.isoformat(),
            "until": command.until.isoformat(),
            "reason": command.reason,
        }
        campaign.first_until = campaign.first_until or campaign.until
        campaign.until, campaign.moved_because = command.until, command.reason
        window = Window(campaign.starts_on, campaign.until, 1)
        days = plan_days(await clocks.load(session), window, max(today, campaign.starts_on))
        await patrols.stretch(session, campaign_id, campaign.until, days, today)
        about = Subject("campaign", campaign_id)
        await audit.record(session, Kind.CAMPAIGN_MOVED, actor, about, told)
        await session.flush()
        people = await _concerned(session, campaign_id) - {actor.person_id}
        cause = f"campaign:{campaign_id}:{new_id()}"
        await notifications.tell(session, people, "campaign.moved", None, told, cause)
    return await reading.one(session, actor, campaign_id)


async def _concerned(session: AsyncSession, campaign_id: UUID) -> set[UUID]:
    """Who holds a grid with open tasks of it, and the township that looks after that grid."""
    query = select(PatrolTask.grid_id).where(
        PatrolTask.campaign_id == campaign_id, PatrolTask.status == TaskStatus.OPEN
    )
    grids = set(await session.scalars(query.distinct()))
    known = (await places.known_grids(session)).values()
    townships = {grid.township_id for grid in known if grid.id in grids}
    posts = (
        select(Post.person_id)
        .join(Person, Person.id == Post.person_id)
        .where(
            access.in_force(access.today()),
            Person.disabled_at.is_(None),
            or_(
                Post.grid_id.in_(grids) & (Post.role == Role.GRIDWORKER),
                Post.organization_id.in_(townships) & (Post.role == Role.TOWNSHIP_OFFICER),
            ),
        )
    )
    return set(await session.scalars(posts))
