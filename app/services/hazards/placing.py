"""Where a case lies: which grid, village, township. Nobody is refused for standing elsewhere."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.organization import Organization, OrganizationKind
from app.models.supervised_object import SupervisedObject
from app.services import access, places
from app.services.access import Actor
from app.services.commands import Position
from app.services.places import KnownGrid, Spot

NOWHERE = Spot(None, None, None, is_outside_county=False)


async def place(
    session: AsyncSession,
    actor: Actor,
    position: Position | None,
    grid_id: UUID | None,
    enterprise_id: UUID | None,
) -> Spot:
    """Where it lies: by position, else by the phone's guess, the place, the own grid.

    A position that is only the place's own decides nothing: the place has its grid, which may be an
    exclusive one. Never refused: outside the county it is flagged and goes to the reporter's own
    township.
    """
    found = NOWHERE
    if position and position.source != "place":
        found = await places.locate(session, position.lat, position.lon)
    if found.township_id:
        return found
    for guess in await _guesses(session, actor, grid_id, enterprise_id):
        if guess.township_id:
            return Spot(guess.grid_id, guess.village_id, guess.township_id, found.is_outside_county)
    return Spot(None, None, await _first_township(session), found.is_outside_county)


async def put(
    session: AsyncSession,
    position: Position | None,
    grid_id: UUID | None,
    enterprise_id: UUID | None,
) -> Spot | None:
    """Where a correction puts a case: its position decides, then its grid, then its enterprise.

    None: it does not say, or nobody is responsible there; the case stays where it is.
    """
    if position:
        found = await places.locate(session, position.lat, position.lon)
        if found.township_id:
            return found
    spots = await _of_grids(session, [grid_id, await _grid_of_enterprise(session, enterprise_id)])
    return next((spot for spot in spots if spot.township_id), None)


async def _guesses(
    session: AsyncSession, actor: Actor, grid_id: UUID | None, enterprise_id: UUID | None
) -> list[Spot]:
    ids = [grid_id, await _grid_of_enterprise(session, enterprise_id)]
    ids += [seat.grid_id for seat in actor.seats]
    seats = [Spot(None, None, seat.within_id, is_outside_county=False) for seat in actor.seats]
    return [*await _of_grids(session, ids), *seats]


async def _of_grids(session: AsyncSession, ids: Sequence[UUID | None]) -> list[Spot]:
    """In the order asked; unknown ones are left out. For one that has ended, what followed it."""
    known, today = await places.known_grids(session), access.today()
    return [_spot_of(places.heir_of(known, id_, today)) for id_ in ids if id_ and id_ in known]


def _spot_of(grid: KnownGrid) -> Spot:
    return Spot(grid.id, grid.village_id, grid.township_id, is_outside_county=False)


async def _grid_of_enterprise(session: AsyncSession, id_: UUID | None) -> UUID | None:
    place = await session.get(SupervisedObject, id_) if id_ else None
    return place.grid_id if place else None


async def _first_township(session: AsyncSession) -> UUID | None:
    """Somebody must look at a case from nowhere: the first township passes it on."""
    query = select(Organization.id).where(
        Organization.kind == OrganizationKind.TOWNSHIP_SUBCENTRE, Organization.is_active
    )
    return await session.scalar(query.order_by(Organization.code, Organization.id).limit(1))
