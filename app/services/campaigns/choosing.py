"""On whose ground an actor may order, and which objects a choice names there."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.organization import OrganizationKind
from app.models.supervised_object import ObjectKind
from app.services import access, patrols, places
from app.services.access import Actor, Seat
from app.services.campaigns.commands import Choice
from app.services.permissions import PERMISSIONS, Permission


@dataclass(frozen=True)
class Chosen:
    """How many objects a choice names now, and on how many grids."""

    objects: int
    grids: int


async def seat_for(session: AsyncSession, actor: Actor, choice: Choice) -> tuple[Seat, list[UUID]]:
    """The post by which this may be ordered, and the grids that it names. Else NotPermitted.

    The county's before a township's; of several townships' the first that has what is chosen.
    """
    access.require(actor, Permission.ORDER_CAMPAIGNS)
    seats = [s for s in actor.seats if Permission.ORDER_CAMPAIGNS in PERMISSIONS[s.role]]
    seats.sort(key=is_for_county, reverse=True)
    for seat in seats:
        if grids := await ground(session, seat, choice):
            return seat, grids
    return seats[0], []


def is_for_county(seat: Seat) -> bool:
    return Permission.SEE_COUNTY in PERMISSIONS[seat.role]


async def ground(session: AsyncSession, seat: Seat, choice: Choice) -> list[UUID]:
    """Grids in force within this post's reach, narrowed as chosen."""
    own = None if is_for_county(seat) else seat.organization_id
    if own and seat.organization_kind is not OrganizationKind.TOWNSHIP_SUBCENTRE:
        return []
    today = access.today()
    return [
        grid.id
        for grid in (await places.known_grids(session)).values()
        if grid.is_in_force(today)
        and own in {None, grid.township_id}
        and choice.township_id in {None, grid.township_id}
        and choice.village_id in {None, grid.village_id}
        and choice.grid_id in {None, grid.id}
    ]


def named(choice: Choice, grids: list[UUID], day: date) -> dict[str, Any]:
    """What the statements of patrols want to know of a choice; `day`: the first of it."""
    return {
        "kinds": [kind.value for kind in choice.kinds or ObjectKind],
        "sectors": [f"{sector}%" for sector in choice.sectors],
        "only_key": choice.only_key,
        "grids": grids,
        "first": day,
    }


async def chosen(session: AsyncSession, actor: Actor, choice: Choice) -> Chosen:
    """Before it is ordered: so that nobody sends 4,000 visits out for a slip of the mouse."""
    _, grids = await seat_for(session, actor, choice)
    return Chosen(*await patrols.count_named(session, named(choice, grids, access.today())))
