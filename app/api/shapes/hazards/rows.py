"""Rows of lists, and what rows and whole cases share. A page costs the same at any length."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.api.views import (
    GridRef,
    HazardRow,
    NearbyView,
    ObjectRef,
    OrganizationRef,
    Page,
    PersonRef,
    RunningClock,
)
from app.config import Settings
from app.models.hazard import Hazard
from app.services import clocks, hazards
from app.services.hazards import Found, Near, RowAround

_SAME = (
    "id",
    "state",
    "level",
    "is_suspected_major",
    "is_major_confirmed",
    "is_listed",
    "is_urgent",
    "category_code",
    "note",
    "place",
    "lat",
    "lon",
    "accuracy_m",
    "is_outside_county",
    "occurred_at",
    "received_at",
    "is_signed_for",
    "asked_extension_to",
    "round",
    "bounces",
    "rating",
    "outcome",
    "due_at",
    "is_due_provisional",
    "state_since",
    "closed_at",
    "photos_expected",
    "photos_received",
    "snoozed_until",
    "version",
)


async def row_page(session: AsyncSession, settings: Settings, found: Found) -> Page[HazardRow]:
    return Page[HazardRow](
        items=await hazard_rows(session, settings, found.hazards),
        next=found.next,
        count=found.count.count,
        is_count_capped=found.count.is_capped,
    )


async def hazard_row(session: AsyncSession, settings: Settings, hazard: Hazard) -> HazardRow:
    return (await hazard_rows(session, settings, [hazard]))[0]


async def hazard_rows(
    session: AsyncSession, settings: Settings, rows: Sequence[Hazard]
) -> list[HazardRow]:
    known = await hazards.rows_around(session, rows)
    return [HazardRow(**row_of(settings, hazard, known)) for hazard in rows]


def row_of(settings: Settings, hazard: Hazard, known: RowAround) -> dict[str, Any]:
    loaded = vars(hazard)  # past SQLAlchemy's attributes, which cost more than the row itself
    same = {name: loaded[name] for name in _SAME}
    is_claimed = hazard.claimed_until is not None and hazard.claimed_until > clock.now()
    return same | {
        "number": hazards.number(settings, hazard.number, hazard.received_at),
        "enterprise": _object(known, hazard.enterprise_id),
        "township": body_ref(known, hazard.township_id),
        "village": body_ref(known, hazard.village_id),
        "grid": _grid(known, hazard.grid_id),
        "reporter": person_ref(known, hazard.reporter_id),
        "holder": body_ref(known, hazard.holder_id),
        "department": body_ref(known, hazard.department_id),
        "clock": _running(hazard),
        "cover_photo_id": known.covers.get(hazard.id),
        "claimed_by": person_ref(known, hazard.claimed_by_id) if is_claimed else None,
    }


def _running(hazard: Hazard) -> RunningClock | None:
    marks = (hazard.clock_approaching_at, hazard.clock_due_at, hazard.clock_very_late_at)
    approaching_at, due_at, very_late_at = marks
    started_at = hazard.clock_started_at
    if not (hazard.clock_hop and started_at and approaching_at and due_at and very_late_at):
        return None
    return RunningClock(
        hop=hazard.clock_hop,
        started_at=started_at,
        due_at=due_at,
        is_provisional=hazard.is_clock_provisional,
        status=clocks.lateness(approaching_at, due_at, very_late_at, clock.now()),
    )


def body_ref(known: RowAround, id_: UUID | None) -> OrganizationRef | None:
    return known_body(known, id_) if id_ else None


def known_body(known: RowAround, id_: UUID) -> OrganizationRef:
    if id_ not in known.made:
        known.made[id_] = OrganizationRef.model_validate(known.bodies[id_])
    ref: OrganizationRef = known.made[id_]
    return ref


def person_ref(known: RowAround, id_: UUID | None) -> PersonRef | None:
    return PersonRef(id=id_, name=known.people[id_]) if id_ else None


def _object(known: RowAround, id_: UUID | None) -> ObjectRef | None:
    return ObjectRef.model_validate(known.objects[id_]) if id_ else None


def _grid(known: RowAround, id_: UUID | None) -> GridRef | None:
    return GridRef(id=id_, name=known.grids[id_]) if id_ else None


async def nearby(
    session: AsyncSession, settings: Settings, found: Iterable[Near]
) -> list[NearbyView]:
    near = list(found)
    rows = await hazard_rows(session, settings, [one.hazard for one in near])
    return [
        NearbyView(hazard=row, distance_m=round(one.distance_m, 1))
        for row, one in zip(rows, near, strict=True)
    ]


def map_point(settings: Settings, row: Row[*tuple[Any, ...]]) -> dict[str, Any]:
    return {
        "id": row.id,
        "number": hazards.number(settings, row.number, row.received_at),
        "lat": row.lat,
        "lon": row.lon,
        "state": row.state.value,
        "level": row.level.value,
        "category_code": row.category_code,
    }
