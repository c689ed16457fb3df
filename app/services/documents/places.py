"""Who has which place on a grid today, by the county's own names."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.slot import SlotRole
from app.services import access, schemes, slots
from app.services.schemes import Scheme
from app.services.schemes.shape import Slot
from app.services.slots import Holder
from app.services.slots.levels import levels_of_all

WORDS: Mapping[SlotRole, str] = {
    SlotRole.LINKED_LEADER: "挂点领导",
    SlotRole.SAFETY_RESPONSIBLE: "安全责任人",
    SlotRole.DIRECT_RESPONSIBLE: "直接责任人",
    SlotRole.GRID_ADMIN: "网格管理员",
    SlotRole.LIAISON: "联系负责人",
    SlotRole.GUARANTOR_CADRE: "包保干部",
    SlotRole.GRID_CHIEF: "网格长",
    SlotRole.GRIDWORKER: "网格员",
}


@dataclass(frozen=True)
class Place:
    """`holders` empty: nobody has it today."""

    role: SlotRole
    name: str
    holders: tuple[Holder, ...]


@dataclass(frozen=True)
class Manned:
    """A grid's level by the scheme in force, and its places, from leaders down to those on foot."""

    level_name: str | None
    places: tuple[Place, ...]


async def manned(session: AsyncSession, grid_ids: Collection[UUID]) -> dict[UUID, Manned]:
    """Places that the level asks for, even if empty, and others that somebody has."""
    scheme = await schemes.in_force(session)
    depths = await levels_of_all(session, scheme) if scheme else {}
    held, day = await slots.holders(session, grid_ids), access.today()
    found = {}
    for grid_id in grid_ids:
        here = [one for one in held.get(grid_id, []) if one.is_in_force(day)]
        asked = _asked(scheme, depths[grid_id]) if scheme else {}
        names = (
            [one.name for one in scheme.level if one.number == depths[grid_id]] if scheme else []
        )
        found[grid_id] = Manned(next(iter(names), None), tuple(_places(asked, here)))
    return found


def _asked(scheme: Scheme, depth: int) -> dict[SlotRole, Slot]:
    return {slot.role: slot for slot in scheme.slot if slot.level == depth}


def _places(asked: Mapping[SlotRole, Slot], here: Collection[Holder]) -> Iterator[Place]:
    """A place that a grid may do without is told only when somebody has it."""
    filled = {one.role for one in here}
    for role in (one for one in WORDS if one in asked or one in filled):
        if role in filled or asked[role].is_required:
            name = asked[role].name if role in asked else WORDS[role]
            yield Place(role, name, tuple(one for one in here if one.role is role))
