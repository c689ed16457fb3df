"""How many a duty finds, by the selects that plan it: said where it is decided."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.obligation import Obligation, Scope
from app.models.person import Role
from app.services import access
from app.services.patrols import subjects, usual
from app.services.patrols.typed import typed

_ANY = "select exists (select from ({subjects}) s)"
_BY_GRID = "select grid_id, count(*) from ({subjects}) s group by grid_id"
# Objects that would be meant if somebody were there for them: of enterprises only those that are
# bodies, of leaders every one.
_MEANT = f"""
    select count(*) from supervised_objects o where {subjects.LOOKED_AT} {{also}}
"""  # noqa: S608 - ours
_OF_BODIES = "and o.organization_id is not null"


def is_planned(duty: Obligation) -> bool:
    """It makes tasks: it is about looking, and whose it is can be told."""
    return duty.duty in subjects.LOOKS and subjects.of(duty) is not None


async def count_by_grid(
    session: AsyncSession, duty: Obligation, day: date | None = None
) -> dict[UUID | None, int]:
    """Subjects of a day; None: on no grid."""
    of = subjects.of(duty)
    if of is None:
        return {}
    rows = await session.execute(typed(_BY_GRID.format(subjects=of), _given(duty, day)))
    return {row[0]: row[1] for row in rows}


async def finds_any(session: AsyncSession, duty: Obligation, day: date) -> bool:
    of = subjects.of(duty)
    return of is not None and bool(
        await session.scalar(typed(_ANY.format(subjects=of), _given(duty, day)))
    )


async def count_unheld(session: AsyncSession, duty: Obligation, day: date, found: int) -> int:
    """Objects that it names without anybody in the post or place that owes it. `found`: with."""
    if duty.scope is not Scope.OBJECT or not (duty.slot or duty.role is Role.SAFETY_OFFICER):
        return 0
    also = _OF_BODIES if duty.role is Role.SAFETY_OFFICER else ""
    meant = await session.scalar(typed(_MEANT.format(also=also), _given(duty, day)))
    return int(meant or 0) - found


async def count_by_list(
    session: AsyncSession, duty: Obligation, day: date
) -> list[tuple[str | None, int]]:
    """Of a duty that names none: by which list its looks would go; None: by no list at all."""
    of = subjects.of(duty)
    return await usual.counted(session, of, _given(duty, day)) if of else []


def _given(duty: Obligation, day: date | None) -> dict[str, Any]:
    day = day or access.today()
    return {**subjects.narrowing(duty), "first": day, "last": day}
