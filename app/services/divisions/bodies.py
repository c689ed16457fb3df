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


async def parent_for(session: AsyncSession, body_id: UUID, ends: Sequence[Grid]) -> UUID | None:
    """Where the body's own grid hung; in a village of which none ends, as a new one of it does."""
    own = next((grid for grid in ends if grid.organization_id == body_id), None)
    if own is not None:
        return own.parent_id
    body = await session.get_one(Organization, body_id)
    return await places.usual_parent(session, ends[0].kind, body)


def _are_near(bodies: Sequence[Organization]) -> bool:
    are_villages = all(body.kind is OrganizationKind.VILLAGE for body in bodies)
    return are_villages and len({body.within_id for body in bodies}) == 1
