"""Who is told at once, in the same transaction: township, county, reporter, told departments."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.accident import Accident, AccidentHop, AccidentKind, AccidentReport, HopKind
from app.models.organization import Organization, OrganizationKind
from app.models.person import Role
from app.services import notifications
from app.services.access import Actor
from app.services.accidents import reach
from app.services.audiences import Asked

_COUNTY_BODIES = (OrganizationKind.COUNTY_CENTRE, OrganizationKind.SAFETY_DEPARTMENT)
# A leader of the county is told of the first report as well.
_COUNTY = reach.COUNTY_ROLES | {Role.LEADER}
_UNSAID = "—"
_CLERKS = frozenset({Role.VILLAGE_CLERK})


async def reported(
    session: AsyncSession, actor: Actor, accident: Accident, report: AccidentReport
) -> None:
    """Township and county hear of every report; reporter and departments of what is added."""
    asked = Asked(session)
    people = await _township(asked, accident) | await _county(session, asked)
    if report.id != accident.id:
        people |= {accident.reporter_id} | await _departments(session, asked, accident.id)
    await _tell(session, people - {actor.person_id}, report.report_kind, accident, report.id)


async def stepped(
    session: AsyncSession, actor: Actor, accident: Accident, hop: AccidentHop
) -> None:
    """The reporter hears what became of it; of the county's steps the township too."""
    asked = Asked(session)
    people = frozenset({accident.reporter_id}) | await _township(asked, accident)
    if hop.kind in {HopKind.FALSE_ALARM, HopKind.REOPENED}:
        people |= await _county(session, asked) | await _departments(session, asked, accident.id)
    if hop.kind is HopKind.DEPARTMENT_TOLD:
        people |= await asked.at([hop.target_id], frozenset({Role.HANDLER}))
    await _tell(session, people - {actor.person_id}, hop.kind, accident, hop.id)


async def _township(asked: Asked, accident: Accident) -> frozenset[UUID]:
    clerks = await asked.at(await _summarising(asked.session, accident), _CLERKS)
    return clerks | await asked.at([accident.township_id], reach.TOWNSHIP_ROLES)


async def _summarising(session: AsyncSession, accident: Accident) -> list[UUID]:
    query = select(Organization.id).where(
        Organization.id == accident.village_id, Organization.is_summarising
    )
    return list(await session.scalars(query))


async def _county(session: AsyncSession, asked: Asked) -> frozenset[UUID]:
    bodies = await session.scalars(
        select(Organization.id).where(Organization.kind.in_(_COUNTY_BODIES))
    )
    return await asked.at(bodies, _COUNTY)


async def _departments(session: AsyncSession, asked: Asked, accident_id: UUID) -> frozenset[UUID]:
    query = select(AccidentHop.target_id).where(
        AccidentHop.accident_id == accident_id, AccidentHop.target_id.is_not(None)
    )
    return await asked.at(await session.scalars(query), frozenset({Role.HANDLER}))


async def _ground(session: AsyncSession, accident: Accident) -> str:
    """Whose ground it is, where nobody has written the place."""
    id_ = accident.village_id or accident.township_id
    body = await session.get(Organization, id_) if id_ else None
    return body.short_name if body else _UNSAID


async def _tell(
    session: AsyncSession, people: frozenset[UUID], kind: str, accident: Accident, cause: UUID
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
    await notifications.tell(session, people, f"accident.{kind}", None, params, f"accident:{cause}")
