"""Objects added and corrected by those whose part of the ledger it is."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.errors import Invalid, NotFound
from app.models.base import new_id
from app.models.grid import Grid
from app.models.organization import Organization
from app.models.supervised_object import ObjectKind, SupervisedObject
from app.services import access, audit
from app.services.access import Actor, Permission
from app.services.audit import Kind, Subject
from app.services.ledger import credit_codes, reach, telling
from app.services.ledger.commands import AddObject, EditObject
from app.services.ledger.finding import FoundObject, read_object
from app.services.ledger.reach import Runner

_MAY_BE_EMPTY = frozenset(
    {"credit_code", "bundle_id", "lat", "lon", "contact_name", "contact_phone"}
)


async def add_object(session: AsyncSession, actor: Actor, command: AddObject) -> FoundObject:
    """A new object on a grid. An odd credit code is kept and shown with a warning (S1-63)."""
    access.require(actor, Permission.EDIT_LEDGER)
    await require_grid(session, actor, command.grid_id)
    now = clock.now()
    row = SupervisedObject(id=new_id(), created_at=now, confirmed_at=now, **command.model_dump())
    row.credit_code = credit_codes.normalise(command.credit_code)
    await require_sound(session, row)
    session.add(row)
    await session.flush()
    about, given = Subject("object", row.id), command.model_dump(mode="json", exclude_none=True)
    await audit.record(session, Kind.OBJECT_ADDED, actor, about, given)
    await telling.tell(session, {row.grid_id})
    return await read_object(session, actor, row.id)


async def edit_object(
    session: AsyncSession, actor: Actor, object_id: UUID, command: EditObject
) -> FoundObject:
    """Correct what is known about an object; its body, if it has accounts, follows."""
    access.require(actor, Permission.EDIT_LEDGER)
    row = await editable(session, actor, object_id)
    sent = _checked(command)
    if "grid_id" in sent:
        await require_grid(session, actor, sent["grid_id"])
    left, difference = row.grid_id, audit.changed(row, sent)
    for name, value in sent.items():
        setattr(row, name, value)
    await require_sound(session, row)
    await follow(session, row)
    await session.flush()
    await audit.record(session, Kind.OBJECT_EDITED, actor, Subject("object", row.id), difference)
    await telling.tell(session, {left, row.grid_id})
    return await read_object(session, actor, object_id)


async def editable(session: AsyncSession, actor: Actor, object_id: UUID) -> SupervisedObject:
    """The object, locked; NotFound outside the actor's part of the ledger."""
    query = (
        select(SupervisedObject)
        .join(Grid, Grid.id == SupervisedObject.grid_id)
        .join(Runner, Runner.id == Grid.organization_id)
        .where(SupervisedObject.id == object_id, reach.may_edit(actor))
        .with_for_update(of=SupervisedObject, key_share=True)
    )
    row = await session.scalar(query)
    if row is None:
        raise NotFound
    return row


async def require_grid(session: AsyncSession, actor: Actor, grid_id: UUID) -> None:
    """Raise NotFound unless the actor writes the ledger of this grid."""
    query = select(Grid.id).join(Runner, Runner.id == Grid.organization_id)
    if await session.scalar(query.where(Grid.id == grid_id, reach.may_edit(actor))) is None:
        raise NotFound(fields=["grid_id"])


async def require_sound(session: AsyncSession, row: SupervisedObject) -> None:
    """A position is whole, a member's bundle is a bundle on the same grid."""
    if (row.lat is None) != (row.lon is None):
        raise Invalid(
            fields=["lat", "lon"],
            reason_zh="经度和纬度要一起填。",
            reason_en="Latitude and longitude belong together.",
        )
    if row.bundle_id is None:
        return
    bundle = await session.get(SupervisedObject, row.bundle_id)
    is_sound = bundle is not None and bundle.kind is ObjectKind.BUNDLE
    if bundle is None or not is_sound or bundle.grid_id != row.grid_id:
        raise invalid("bundle_id", "要选本网格的打包点", "Choose a bundle on the same grid")
    if row.kind is ObjectKind.BUNDLE:
        raise invalid("bundle_id", "打包点不能再打包", "A bundle cannot be in another one")


async def follow(session: AsyncSession, row: SupervisedObject) -> None:
    """The body of an enterprise with accounts is named like it and stands where it stands."""
    if row.organization_id is None:
        return
    body = await session.get_one(Organization, row.organization_id)
    runner = await session.scalar(
        select(Organization)
        .join(Grid, Grid.organization_id == Organization.id)
        .where(Grid.id == row.grid_id)
    )
    if runner is None:
        raise NotFound(fields=["grid_id"])
    body.name, body.short_name = row.name, row.name[:20]
    body.parent_id, body.within_id = runner.id, runner.within_id


def _checked(command: EditObject) -> dict[str, Any]:
    sent = command.model_dump(exclude_unset=True)
    empty = [name for name, value in sent.items() if value is None and name not in _MAY_BE_EMPTY]
    if empty:
        raise Invalid(fields=empty, reason_zh="这一项不能空着。", reason_en="This is needed.")
    if "credit_code" in sent:
        sent["credit_code"] = credit_codes.normalise(sent["credit_code"])
    return sent


def invalid(field: str, zh: str, en: str) -> Invalid:
    return Invalid(fields=[field], reason_zh=zh + "。", reason_en=en + ".")
