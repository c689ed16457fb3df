"""Enterprises: found by words or nearest first, added, corrected."""

import unicodedata
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, exists, literal, or_, select, true, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.errors import Invalid, NotFound
from app.models.base import new_id
from app.models.enterprise import Enterprise
from app.models.grid import Grid
from app.models.hazard import OPEN_STATES, Hazard, Party
from app.models.organization import Organization, OrganizationKind
from app.models.person import Role
from app.services import access, audit, cursors
from app.services.access import Actor, Permission
from app.services.audit import Kind, Subject
from app.services.places import credit_codes
from app.services.places.commands import AddEnterprise, EditEnterprise
from app.services.places.distances import UNKNOWN, metres, squared_degrees

_PAGE = 50
_Village = aliased(Organization, name="village")
_Township = aliased(Organization, name="township")
_MAY_BE_EMPTY = frozenset({"credit_code", "lat", "lon", "contact_name", "contact_phone"})


@dataclass(frozen=True)
class FoundEnterprise:
    """`distance_m` only in a search from a position; contact data only if `is_contact_shown`."""

    enterprise: Enterprise
    organization: Organization
    grid: Grid
    village: Organization
    township: Organization | None
    is_contact_shown: bool
    distance_m: float | None = None


@dataclass(frozen=True)
class EnterprisePage:
    items: list[FoundEnterprise]
    next: str | None


async def enterprises(
    session: AsyncSession,
    actor: Actor,
    text: str = "",
    grid_id: UUID | None = None,
    township_id: UUID | None = None,
    near: tuple[float, float] | None = None,
    cursor: str | None = None,
) -> EnterprisePage:
    """One page by name, or by distance from `near` (lat, lon). Names are open to everybody."""
    distance = squared_degrees(Enterprise.lat, Enterprise.lon, near) if near else literal(0.0)
    query = _select(actor).add_columns(distance.label("distance")).where(Organization.is_active)
    query = query.where(*_conditions(text, grid_id, township_id))
    keys = (distance, Organization.name, Enterprise.id)
    if cursor:
        after = cursors.decode(cursor, float, str, UUID)
        query = query.where(tuple_(*keys) > tuple_(*after))
    rows = (await session.execute(query.order_by(*keys).limit(_PAGE + 1))).all()
    page = rows[:_PAGE]
    onward = None
    if len(rows) > _PAGE:
        last = page[-1]
        onward = cursors.encode(last.distance, last.Organization.name, last.Enterprise.id)
    return EnterprisePage([_found(row, row.distance if near else None) for row in page], onward)


async def add_enterprise(
    session: AsyncSession, actor: Actor, command: AddEnterprise
) -> FoundEnterprise:
    """A new place in a grid. An odd credit code is kept and shown with a warning (S1-63)."""
    access.require(actor, Permission.EDIT_PLACES)
    _require_whole_position(command.lat, command.lon)
    village = await _village_of(session, command.grid_id)
    body = Organization(
        id=new_id(),
        kind=OrganizationKind.ENTERPRISE,
        name=command.name,
        short_name=command.short_name,
        parent_id=village.id,
        within_id=village.within_id,
    )
    session.add(body)
    await session.flush()
    place = Enterprise(id=body.id, **command.model_dump(exclude={"name", "short_name"}))
    place.credit_code = credit_codes.normalise(command.credit_code)
    session.add(place)
    await session.flush()
    about, given = Subject("enterprise", place.id), command.model_dump(exclude_none=True)
    await audit.record(session, Kind.ENTERPRISE_ADDED, actor, about, given)
    return await _read(session, actor, place.id)


async def edit_enterprise(
    session: AsyncSession, actor: Actor, enterprise_id: UUID, command: EditEnterprise
) -> FoundEnterprise:
    """Correct what is known about a place; moving it to another grid moves it in the tree."""
    access.require(actor, Permission.EDIT_PLACES)
    found = await _read(session, actor, enterprise_id)
    sent = command.model_dump(exclude_unset=True)
    empty = [name for name, value in sent.items() if value is None and name not in _MAY_BE_EMPTY]
    if empty:
        raise Invalid(fields=empty, reason_zh="这一项不能空着。", reason_en="This is needed.")
    if "credit_code" in sent:
        sent["credit_code"] = credit_codes.normalise(sent["credit_code"])
    if "grid_id" in sent:
        village = await _village_of(session, sent["grid_id"])
        found.organization.parent_id = village.id
        found.organization.within_id = village.within_id
    name_sent = {name: sent.pop(name) for name in ("name",) if name in sent}
    difference = audit.changed(found.organization, name_sent)
    difference |= audit.changed(found.enterprise, sent)
    found.organization.name = name_sent.get("name", found.organization.name)
    for name, value in sent.items():
        setattr(found.enterprise, name, value)
    _require_whole_position(found.enterprise.lat, found.enterprise.lon)
    await session.flush()
    about = Subject("enterprise", enterprise_id)
    await audit.record(session, Kind.ENTERPRISE_EDITED, actor, about, difference)
    return await _read(session, actor, enterprise_id)


def _select(actor: Actor) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Enterprise,
            Organization,
            Grid,
            _Village,
            _Township,
            _is_contact_shown(actor).label("is_contact_shown"),
        )
        .join(Organization, Organization.id == Enterprise.id)
        .join(Grid, Grid.id == Enterprise.grid_id)
        .join(_Village, _Village.id == Grid.organization_id)
        .outerjoin(_Township, _Township.id == Organization.within_id)
    )


async def _read(session: AsyncSession, actor: Actor, enterprise_id: UUID) -> FoundEnterprise:
    row = (
        await session.execute(_select(actor).where(Enterprise.id == enterprise_id))
    ).one_or_none()
    if row is None:
        raise NotFound
    return _found(row, None)


def _found(row: Row[*tuple[Any, ...]], squared: float | None) -> FoundEnterprise:
    return FoundEnterprise(
        enterprise=row.Enterprise,
        organization=row.Organization,
        grid=row.Grid,
        village=row.village,
        township=row.township,
        is_contact_shown=row.is_contact_shown,
        distance_m=None if squared is None or squared >= UNKNOWN else round(metres(squared), 1),
    )


def _conditions(
    text: str, grid_id: UUID | None, township_id: UUID | None
) -> list[ColumnElement[bool]]:
    conditions = []
    words = unicodedata.normalize("NFKC", text).strip()
    if words:
        columns = (
            Organization.name,
            Organization.short_name,
            Enterprise.credit_code,
            Enterprise.address,
        )
        conditions.append(or_(*(column.icontains(words, autoescape=True) for column in columns)))
    if grid_id:
        conditions.append(Enterprise.grid_id == grid_id)
    if township_id:
        conditions.append(Organization.within_id == township_id)
    return conditions


def _is_contact_shown(actor: Actor) -> ColumnElement[bool]:
    """Own grid, village, township, county, own enterprise, or a department with an open case there.

    Names and addresses are public; who to call is for those who have to (V14.2).
    """
    if actor.permissions & {Permission.SEE_COUNTY, Permission.EDIT_PLACES}:
        return true()
    villages = [
        seat.organization_id
        for seat in actor.seats
        if seat.role in (Role.VILLAGE_CLERK, Role.GRID_CHIEF) and seat.grid_id is None
    ]
    departments = actor.organizations_of(OrganizationKind.DEPARTMENT)
    has_case_there = exists(
        select(Hazard.id)
        .outerjoin(Party, Party.hazard_id == Hazard.id)
        .where(
            Hazard.enterprise_id == Enterprise.id,
            Hazard.state.in_(OPEN_STATES),
            or_(Hazard.department_id.in_(departments), Party.organization_id.in_(departments)),
        )
        .correlate(Enterprise)
    )
    return or_(
        Enterprise.id.in_(actor.organization_ids),
        Enterprise.grid_id.in_(actor.grid_ids),
        Organization.parent_id.in_(villages),
        Organization.within_id.in_(actor.organizations_of(OrganizationKind.TOWNSHIP_SUBCENTRE)),
        has_case_there,
    )


async def _village_of(session: AsyncSession, grid_id: UUID) -> Organization:
    village = await session.scalar(
        select(Organization)
        .join(Grid, Grid.organization_id == Organization.id)
        .where(Grid.id == grid_id)
    )
    if village is None:
        raise NotFound(fields=["grid_id"])
    return village


def _require_whole_position(lat: float | None, lon: float | None) -> None:
    if (lat is None) != (lon is None):
        raise Invalid(
            fields=["lat", "lon"],
            reason_zh="经度和纬度要一起填。",
            reason_en="Latitude and longitude belong together.",
        )
