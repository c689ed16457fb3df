"""To which body the grids of a change belong: one, or villages of one township (decision 45)."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import NotFound
from app.models.grid import Grid
from app.models.organization import Organization, OrganizationKind
from app.services import places
from app.services.divisions.commands import Target
from app.services.divisions.refusing import invalid

_APART = (
    "只能在同一个村（社区）、部门里，或者同一个镇街的几个村（社区）之间调整；跨镇街的，两边各调一次",
    "Only within one body, or between villages of one township; other townships change their own",
)


async def of_ends(session: AsyncSession, ends: Sequence[Grid]) -> list[Organization]:
    """Each once, in the order of the grids; of one kind of grid, and one ground."""
    ids = list(dict.fromkeys(grid.organization_id for grid in ends))
    known = await places.by_id(session, ids)
    found = [known[id_] for id_ in ids]
    if len({grid.kind for grid in ends}) > 1 or (len(found) > 1 and not _are_near(found)):
        raise invalid("grid_ids", *_APART)
    return found


async def of_target(session: AsyncSession, target: Target, ends: Sequence[Grid]) -> Organization:
    """The body of a grid that is to be made."""
    bodies = await of_ends(session, ends)
    if target.organization_id is None:
        if len(bodies) > 1:
            raise invalid(
                "organization_id",
                f"{target.name}归哪个村（社区），请选一下",
                "Choose the village that the grid belongs to",
            )
        return bodies[0]
    body = await session.get(Organization, target.organization_id)
    if body is None:
        raise NotFound(fields=["organization_id"])
    require_near(body, bodies, "organization_id")
    return body


def require_near(body: Organization, bodies: Sequence[Organization], field: str) -> None:
    """One of the bodies whose grids end, or another village of their township."""
    is_one = any(body.id == one.id for one in bodies)
    if not is_one and not _are_near([*bodies, body]):
        raise invalid(field, *_APART)
    if not body.is_active:
        raise invalid(field, f"{body.short_name}已经停用", f"{body.short_name} is closed")


def parent_for(body_id: UUID, ends: Sequence[Grid], grids: dict[UUID, Grid]) -> UUID | None:
    """Where the body's own grid hung; in a village that had none of them, under the township's."""
    own = next((grid for grid in ends if grid.organization_id == body_id), None)
    if own is not None:
        return own.parent_id
    above = ends[0].parent_id
    while above is not None and grids[above].organization_id == ends[0].organization_id:
        above = grids[above].parent_id
    return above


async def above(session: AsyncSession, ends: Sequence[Grid]) -> dict[UUID, Grid]:
    """All that the first of them hangs under."""
    found: dict[UUID, Grid] = {}
    here = ends[0].parent_id
    while here is not None and here not in found:
        found[here] = await session.get_one(Grid, here)
        here = found[here].parent_id
    return found


def _are_near(bodies: Sequence[Organization]) -> bool:
    are_villages = all(body.kind is OrganizationKind.VILLAGE for body in bodies)
    return are_villages and len({body.within_id for body in bodies}) == 1
