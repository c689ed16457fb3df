"""Places on grids, and what each grid has and lacks, as they are shown."""

from datetime import date
from uuid import UUID

from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncSession

from app.api.views import PersonRef, View
from app.models.grid import Grid
from app.models.slot import Provision, SlotRole
from app.services import access, schemes, slots
from app.services.slots import Check, Holder, Readiness


class HolderView(View):
    """`assignment_id` None: by a post, which is edited with the person."""

    assignment_id: UUID | None
    person: PersonRef
    title: str
    starts_on: date
    ends_on: date | None
    is_in_force: bool


class GridSlot(View):
    """A place by the county's own name, with everybody who has, had or will have it."""

    role: SlotRole
    name: str
    who: str
    is_required: bool
    is_by_post: bool
    holders: list[HolderView]


class GridPeople(View):
    """`level` None: no scheme is in force, or the grid hangs nowhere."""

    level: int | None
    level_name: str | None
    slots: list[GridSlot]


class NotedView(View):
    """`by` None: noted before that was asked."""

    what: Provision
    on: date
    by: str | None


class GridReadiness(View):
    """Of a grid, never of a person."""

    grid_id: UUID
    name: str
    official_code: str | None
    level: int | None
    met: list[Check]
    objects: int
    gridworkers: int
    load: float | None = Field(description="objects of each gridworker; None = nobody there")
    provisions: list[NotedView]
    may_note: bool = Field(description="the reader may say what is there")


async def grid_people(session: AsyncSession, grid: Grid) -> GridPeople:
    """The places of the grid's level first, then others that somebody has had."""
    scheme = await schemes.in_force(session)
    people = (await slots.holders(session, [grid.id])).get(grid.id, [])
    if scheme is None:
        return GridPeople(level=None, level_name=None, slots=_others(people, set()))
    level = await slots.level_of(session, scheme, grid.id)
    own = [slot for slot in scheme.slot if slot.level == level]
    names = [one.name for one in scheme.level if one.number == level]
    shown = [
        _slot(slot.role, slot.name, people, who=slot.who, is_required=slot.is_required)
        for slot in own
    ]
    rest = _others(people, {slot.role for slot in own})
    return GridPeople(level=level, level_name=next(iter(names), None), slots=[*shown, *rest])


def _others(people: list[Holder], shown: set[SlotRole]) -> list[GridSlot]:
    """Places that this scheme does not name: what was is not forgotten."""
    roles = sorted({holder.role for holder in people} - shown)
    return [_slot(role, "", people, who="", is_required=False) for role in roles]


def _slot(
    role: SlotRole, name: str, people: list[Holder], *, who: str, is_required: bool
) -> GridSlot:
    return GridSlot(
        role=role,
        name=name,
        who=who,
        is_required=is_required,
        is_by_post=role in slots.BY_POST,
        holders=[holder_view(one) for one in people if one.role is role],
    )


def holder_view(one: Holder) -> HolderView:
    return HolderView(
        assignment_id=one.assignment_id,
        person=PersonRef(id=one.person_id, name=one.name),
        title=one.title,
        starts_on=one.starts_on,
        ends_on=one.ends_on,
        is_in_force=one.is_in_force(access.today()),
    )


def readiness(found: Readiness) -> GridReadiness:
    facts = found.facts
    return GridReadiness(
        grid_id=facts.grid.id,
        name=facts.grid.name,
        official_code=facts.grid.official_code,
        level=facts.level,
        met=sorted(found.met, key=list(Check).index),
        objects=facts.objects,
        gridworkers=facts.workers,
        load=found.load,
        provisions=[
            NotedView(what=what, on=noted.on, by=noted.by)
            for what, noted in sorted(facts.provisions.items())
        ],
        may_note=found.may_note,
    )
