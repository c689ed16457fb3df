"""The duties as they stand, as they will, and whom they find today."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.checklist import Checklist
from app.models.obligation import Obligation
from app.models.slot import SlotRole
from app.services import access, patrols, schemes, stages
from app.services.access import Actor
from app.services.permissions import Permission
from app.services.schemes import Origin, Scheme


@dataclass(frozen=True)
class FoundDuty:
    """`then`: as from `coming_on` on. `subjects`, `unheld`: today, of what is planned."""

    duty: Obligation
    then: Obligation | None
    origin: Origin
    is_planned: bool
    subjects: int
    unheld: int


@dataclass(frozen=True)
class Duties:
    """`seats`: what the scheme calls the places on grids. `lists`: names by key."""

    duties: list[FoundDuty]
    seats: dict[SlotRole, str]
    lists: dict[str, str]


async def everything(session: AsyncSession, actor: Actor) -> Duties:
    """What makes tasks first, what rests last."""
    access.require(actor, Permission.USE_DESK)
    rows = list(await session.scalars(select(Obligation).order_by(Obligation.key)))
    rows.sort(key=lambda row: (not row.is_active, not patrols.is_planned(row)))
    scheme = await schemes.in_force(session)
    origins = schemes.origins(scheme, rows)
    found = [await _found(session, row, origins[row.key]) for row in rows]
    names = await session.execute(select(Checklist.key, Checklist.name))
    return Duties(found, _seats(scheme), {row.key: row.name for row in names})


async def _found(session: AsyncSession, row: Obligation, origin: Origin) -> FoundDuty:
    is_planned, today = patrols.is_planned(row), access.today()
    subjects = unheld = 0
    if is_planned and row.is_active:
        subjects = sum((await patrols.count_by_grid(session, row, today)).values())
        unheld = await patrols.count_unheld(session, row, today, subjects)
    return FoundDuty(row, stages.coming_duty(row), origin, is_planned, subjects, unheld)


def _seats(scheme: Scheme | None) -> dict[SlotRole, str]:
    found: dict[SlotRole, list[str]] = {}
    for slot in scheme.slot if scheme else ():
        if slot.role in patrols.SEATS and slot.name not in found.setdefault(slot.role, []):
            found[slot.role].append(slot.name)
    return {role: "／".join(names) for role, names in found.items()}
