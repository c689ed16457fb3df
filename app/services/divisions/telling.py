"""Each side hears what the other has done with a draft."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.division import DivisionChange, DivisionDraft
from app.models.grid import Grid
from app.models.organization import Organization, OrganizationKind
from app.models.person import Role
from app.services import notifications, places
from app.services.audiences import Asked
from app.services.divisions.commands import DivisionProposal
from app.services.permissions import PERMISSIONS, Permission

_DECIDE = frozenset(role for role, may in PERMISSIONS.items() if Permission.EDIT_PLACES in may)
_DRAFT = frozenset({Role.TOWNSHIP_OFFICER})
_DESKS = frozenset({Role.VILLAGE_CLERK})


async def county(session: AsyncSession, row: DivisionDraft, kind: str) -> None:
    """Whoever may decide."""
    centre = select(Organization.id).where(Organization.kind == OrganizationKind.COUNTY_CENTRE)
    people = await Asked(session).at(await session.scalars(centre), _DECIDE)
    await _tell(session, people, row, kind)


async def township(session: AsyncSession, row: DivisionDraft, kind: str) -> None:
    people = await Asked(session).at([row.township_id], _DRAFT)
    await _tell(session, people, row, kind)


async def redrawn(
    session: AsyncSession,
    people: set[UUID],
    made: DivisionChange,
    ends: Sequence[Grid],
    follows: Sequence[Grid],
) -> None:
    """Whoever goes over, once; and the desks of villages between which something goes."""
    params = {
        "day": (made.undone_on or made.starts_on).isoformat(),
        "before": named(ends),
        "after": named(follows),
    }
    bodies = {grid.organization_id for grid in (*ends, *follows)}
    if len(bodies) > 1:
        people = people | await Asked(session).at(bodies, _DESKS)
    kind = "grid.undone" if made.undone_on else "grid.redrawn"
    await notifications.tell(session, people, kind, None, params, f"{kind}:{made.id}")


def named(grids: Iterable[Grid]) -> str:
    return "、".join(grid.name for grid in grids)


async def _tell(
    session: AsyncSession, people: frozenset[UUID], row: DivisionDraft, kind: str
) -> None:
    body = await session.get_one(Organization, row.township_id)
    proposal = DivisionProposal.model_validate(row.proposal)
    names = await places.grid_names(session, proposal.grid_ids())
    params = {
        "draft_id": str(row.id),
        "township": {"name": body.name, "short_name": body.short_name},
        "grids": "、".join(names.values()) or proposal.name(),
        "said": row.answer if kind == "division.draft_returned" else row.reason,
    }
    await notifications.tell(session, people, kind, None, params, f"{kind}:{row.id}:{row.version}")
