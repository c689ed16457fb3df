"""Bodies: the tree from the county centre to enterprises, and who can be given a case."""

from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Invalid, NotFound
from app.models.hazard import Hazard
from app.models.organization import Organization, OrganizationKind
from app.models.person import Person, Post, Role
from app.services import access, audit, reference, sync
from app.services.access import Actor
from app.services.audit import Kind, Subject
from app.services.permissions import Permission
from app.services.places import closing
from app.services.places.commands import AddOrganization, EditOrganization

_K = OrganizationKind
PARENTS: dict[OrganizationKind, frozenset[OrganizationKind]] = {
    _K.SAFETY_DEPARTMENT: frozenset({_K.COUNTY_CENTRE}),
    _K.DEPARTMENT: frozenset({_K.COUNTY_CENTRE, _K.TOWNSHIP_SUBCENTRE}),
    _K.TOWNSHIP_SUBCENTRE: frozenset({_K.COUNTY_CENTRE}),
    _K.VILLAGE: frozenset({_K.TOWNSHIP_SUBCENTRE}),
}
_COUNTY_DESKS = frozenset({_K.COUNTY_CENTRE, _K.SAFETY_DEPARTMENT})


async def organizations(
    session: AsyncSession,
    _actor: Actor,
    kind: OrganizationKind | None = None,
    parent_id: UUID | None = None,
) -> list[Organization]:
    """By code and name, closed ones too; enterprises only when asked for by kind.

    Everybody signed in may read names: pickers need them. Contact data of enterprises is elsewhere.
    """
    query = select(Organization)
    query = query.where(Organization.kind == kind if kind else Organization.kind != _K.ENTERPRISE)
    if parent_id:
        query = query.where(Organization.parent_id == parent_id)
    order = (Organization.code.nulls_last(), Organization.name, Organization.id)
    return list(await session.scalars(query.order_by(*order)))


async def reachable(session: AsyncSession, actor: Actor, hazard_id: UUID) -> list[Organization]:
    """To whom the desk that decides about this case may give it (S3-18, S3-19)."""
    hazard = await session.scalar(
        select(Hazard).where(Hazard.id == hazard_id, access.can_see(actor))
    )
    if hazard is None:
        raise NotFound
    desk_id = hazard.holder_id or hazard.dispatcher_id
    desk = await session.get(Organization, desk_id) if desk_id else None
    if desk is None:
        return []
    query = select(Organization).where(can_lead(desk, hazard.enterprise_id), Organization.is_active)
    departments_first = (Organization.kind == _K.ENTERPRISE, Organization.name, Organization.id)
    return list(await session.scalars(query.order_by(*departments_first)))


def can_lead(desk: Organization, enterprise_id: UUID | None) -> ColumnElement[bool]:
    """Departments within reach, and the enterprise of the case if somebody there can act."""
    officer = exists(Post.id).where(
        Post.organization_id == Organization.id,
        Post.role == Role.SAFETY_OFFICER,
        access.in_force(access.today()),
        Post.person_id == Person.id,
        Person.disabled_at.is_(None),
    )
    itself = (Organization.id == enterprise_id) & officer.correlate(Organization)
    return or_(within_reach(desk), itself) if enterprise_id else within_reach(desk)


def within_reach(desk: Organization) -> ColumnElement[bool]:
    """A township's desk reaches its own stations; the county's desks the county's departments.

    The county's desks also reach the default owner.
    """
    if desk.kind in _COUNTY_DESKS:
        kinds = (_K.DEPARTMENT, _K.SAFETY_DEPARTMENT)
        return Organization.kind.in_(kinds) & Organization.within_id.is_(None)
    return (Organization.kind == _K.DEPARTMENT) & (Organization.within_id == desk.within_id)


async def add_organization(
    session: AsyncSession, actor: Actor, command: AddOrganization
) -> Organization:
    """A body under another one; enterprises come with their place, by add_enterprise."""
    access.require(actor, Permission.EDIT_PLACES)
    parent = await session.get(Organization, command.parent_id)
    if parent is None:
        raise NotFound(fields=["parent_id"])
    if parent.kind not in PARENTS.get(command.kind, frozenset()) or not parent.is_active:
        raise _invalid("parent_id", "这类单位不能设在所选单位之下", "It cannot be placed there")
    if command.kind in closing.ONLY_ONE:
        await _require_first(session, command.kind)
    body = Organization(**command.model_dump(), within_id=parent.within_id)
    session.add(body)
    await _write(session)
    if body.kind is _K.TOWNSHIP_SUBCENTRE:
        body.within_id = body.id
        await session.flush()
    about, given = Subject("organization", body.id), command.model_dump(mode="json")
    await audit.record(session, Kind.ORGANIZATION_ADDED, actor, about, given)
    return body


async def edit_organization(
    session: AsyncSession, actor: Actor, organization_id: UUID, command: EditOrganization
) -> Organization:
    """Rename, let a village summarise first, or close when nothing depends on it any more.

    The summarising step counts for what is reported from now on: open cases stay where they are.
    """
    access.require(actor, Permission.EDIT_PLACES)
    body = await session.get(Organization, organization_id, with_for_update={"key_share": True})
    if body is None:
        raise NotFound
    if command.is_active is False and body.is_active:
        await closing.require_closable(session, body)
    if command.phone and body.kind is _K.ENTERPRISE:
        raise _invalid("phone", "企业电话请在企业资料里填", "Give it with the enterprise's data")
    if command.is_summarising:
        await _require_staffed_village(session, body)
    sent = command.model_dump(exclude_unset=True)
    difference = audit.changed(body, sent)
    for name, value in sent.items():
        if value is None and name != "phone":
            raise _invalid(name, "这一项不能空着", "This must not be empty")
        setattr(body, name, value)
    await _write(session)
    if body.kind is _K.COUNTY_CENTRE and "phone" in sent:
        await sync.record_change(session, "rules")  # phones carry it as the duty number
    about = Subject("organization", body.id)
    await audit.record(session, Kind.ORGANIZATION_EDITED, actor, about, difference)
    return body


async def _require_staffed_village(session: AsyncSession, body: Organization) -> None:
    """Only villages come before the township, and only where somebody can take cases on."""
    if body.kind is not _K.VILLAGE:
        raise _invalid("is_summarising", "只有村（社区）可以先汇总", "Only a village summarises")
    clerk = (Post.organization_id == body.id) & (Post.role == Role.VILLAGE_CLERK)
    if not await session.scalar(select(exists().where(clerk, access.in_force(access.today())))):
        raise _invalid(
            "is_summarising", "先给这个村加一位村（社区）干部", "The village needs a clerk first"
        )


async def _require_first(session: AsyncSession, kind: OrganizationKind) -> None:
    if await session.scalar(select(exists().where(Organization.kind == kind))):
        raise _invalid("kind", "全县只能有一个这样的单位", "There can be only one of these")


async def _write(session: AsyncSession) -> None:
    try:
        await session.flush()
        reference.forget(session)
    except IntegrityError as error:
        raise _invalid("code", "这个区划代码已经用过", "This code is taken") from error


def _invalid(field: str, zh: str, en: str) -> Invalid:
    return Invalid(fields=[field], reason_zh=zh + "。", reason_en=en + ".")
