"""Who is told at once, in the same transaction, and by which line: one table."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.accident import (
    Accident,
    AccidentHop,
    AccidentKind,
    AccidentReport,
    HopKind,
    ReportKind,
)
from app.models.organization import Organization, OrganizationKind
from app.models.person import Role
from app.services import notifications
from app.services.access import Actor
from app.services.accidents import reach
from app.services.audiences import Asked

_COUNTY_BODIES = (OrganizationKind.COUNTY_CENTRE, OrganizationKind.SAFETY_DEPARTMENT)
_CLERKS, _HANDLERS = frozenset({Role.VILLAGE_CLERK}), frozenset({Role.HANDLER})
_LEADERS = frozenset({Role.LEADER})
_UNSAID = "—"

People = frozenset[UUID]
Circle = Callable[[Asked, Accident], Awaitable[People]]


async def _reporter(_asked: Asked, accident: Accident) -> People:
    return frozenset({accident.reporter_id})


async def township(asked: Asked, accident: Accident) -> People:
    return await asked.at([accident.township_id], reach.TOWNSHIP_ROLES)


async def _village(asked: Asked, accident: Accident) -> People:
    """Only of a village that sums up for its ground."""
    query = select(Organization.id).where(
        Organization.id == accident.village_id, Organization.is_summarising
    )
    return await asked.at(await asked.session.scalars(query), _CLERKS)


async def county(asked: Asked, _accident: Accident) -> People:
    return await _at_county(asked, reach.COUNTY_ROLES)


async def leaders(asked: Asked, _accident: Accident) -> People:
    return await _at_county(asked, _LEADERS)


async def _at_county(asked: Asked, roles: frozenset[Role]) -> People:
    query = select(Organization.id).where(Organization.kind.in_(_COUNTY_BODIES))
    return await asked.at(await asked.session.scalars(query), roles)


async def _departments(asked: Asked, accident: Accident) -> People:
    """Those that were told so far."""
    query = select(AccidentHop.target_id).where(
        AccidentHop.accident_id == accident.id, AccidentHop.target_id.is_not(None)
    )
    return await asked.at(await asked.session.scalars(query), _HANDLERS)


_GROUND: tuple[Circle, ...] = (township, _village)
_CHAIN: tuple[Circle, ...] = (*_GROUND, county, leaders)
_ALL: tuple[Circle, ...] = (_reporter, *_CHAIN, _departments)
# Lines by what happened, each with the circles that hear it; whoever stands in two hears the first.
# 「请马上接报」 goes to nobody who has no such step, 「请配合处置」 to nobody but the department.
LINES: dict[ReportKind | HopKind, dict[str, tuple[Circle, ...]]] = {
    ReportKind.FIRST: {"first": (township, county), "first_known": (_village, leaders)},
    ReportKind.SUPPLEMENT: {"supplement": _ALL},
    ReportKind.FINAL: {"final": _ALL},
    HopKind.TOWNSHIP_RECEIVED: {"township_received": (_reporter, *_GROUND)},
    HopKind.COUNTY_RECEIVED: {"county_received": (_reporter, *_GROUND, county)},
    HopKind.REPORTED_UP: {"reported_up": (_reporter, *_GROUND, county)},
    HopKind.DEPARTMENT_TOLD: {"department_known": (_reporter, *_GROUND, county)},
    HopKind.FALSE_ALARM: {"false_alarm": _ALL},
    HopKind.REOPENED: {"reopened": _ALL},
}


async def reported(
    session: AsyncSession, actor: Actor, accident: Accident, report: AccidentReport
) -> None:
    """Township and county hear of every report; reporter and departments of what is added."""
    await _tell(session, actor, accident, report.report_kind, report.id)


async def stepped(
    session: AsyncSession, actor: Actor, accident: Accident, hop: AccidentHop
) -> None:
    """The reporter hears what became of it, the desks what another of them did."""
    told = await Asked(session).at([hop.target_id], _HANDLERS) - {actor.person_id}
    if told:
        await send(session, told, "department_told", accident, hop.id)
    await _tell(session, actor, accident, hop.kind, hop.id, told)


async def _tell(
    session: AsyncSession,
    actor: Actor,
    accident: Accident,
    what: ReportKind | HopKind,
    cause: UUID,
    told: People = frozenset(),
) -> None:
    """Everybody of the table who has not been told of this cause, but not who did it."""
    asked, heard = Asked(session), told | {actor.person_id}
    for line, circles in LINES[what].items():
        people = frozenset[UUID]().union(*[await circle(asked, accident) for circle in circles])
        await send(session, people - heard, line, accident, cause)
        heard |= people


async def _ground(session: AsyncSession, accident: Accident) -> str:
    """Whose ground it is, where nobody has written the place."""
    id_ = accident.village_id or accident.township_id
    body = await session.get(Organization, id_) if id_ else None
    return body.short_name if body else _UNSAID


async def send(
    session: AsyncSession, people: People, line: str, accident: Accident, cause: UUID | str
) -> None:
    params: dict[str, Any] = {
        "accident_id": str(accident.id),
        "accident_kind": accident.kind or AccidentKind.OTHER,
        "place": accident.place or await _ground(session, accident),
        **{
            name: _UNSAID if getattr(accident, name) is None else getattr(accident, name)
            for name in ("dead", "injured", "missing")
        },
    }
    await notifications.tell(session, people, f"accident.{line}", None, params, f"accident:{cause}")
