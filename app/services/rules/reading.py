"""All rules at once: small, and the phone needs them offline."""

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.models.organization import Organization, OrganizationKind
from app.models.rules import CalendarDay, Category, DeadlineRule, RoutingRule, WorkingHours
from app.services import clocks
from app.services.rules.calendar import county_day


async def everything(session: AsyncSession) -> dict[str, Any]:
    """Categories, routing, deadlines, working hours, the county's days, how far we can count."""
    return {
        "categories": await _all(session, select(Category).order_by(Category.position)),
        "routing": await _routing(session),
        "deadlines": await _all(session, select(DeadlineRule).order_by(DeadlineRule.id)),
        "duty_phone": await duty_phone(session),
        "working_hours": await _all(session, select(WorkingHours).order_by(WorkingHours.opens)),
        "calendar_known_until": await clocks.calendar_known_until(session),
        "county_days": [
            county_day(row)
            for row in await _all(session, select(CalendarDay).order_by(CalendarDay.on))
        ],
    }


async def duty_phone(session: AsyncSession) -> str | None:
    """Of the county centre, as it stands among the bodies: whom to call before typing anything."""
    query = select(Organization.phone).where(
        Organization.kind == OrganizationKind.COUNTY_CENTRE,
        Organization.is_active,
        Organization.phone.is_not(None),
    )
    return await session.scalar(query.order_by(Organization.code, Organization.id).limit(1))


async def _all(session: AsyncSession, query: Select[Any]) -> list[Any]:
    return list(await session.scalars(query))


async def _routing(session: AsyncSession) -> list[dict[str, Any]]:
    """County rules first, then by township."""
    township, department = aliased(Organization), aliased(Organization)
    rows = await session.execute(
        select(RoutingRule, township, department)
        .outerjoin(township, township.id == RoutingRule.township_id)
        .join(department, department.id == RoutingRule.department_id)
        .order_by(township.code.nulls_first(), RoutingRule.id)
    )
    return [
        {
            "id": rule.id,
            "category_code": rule.category_code,
            "township": place,
            "department": body,
        }
        for rule, place, body in rows
    ]
