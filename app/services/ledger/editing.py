"""Objects added and corrected by those whose part of the ledger it is."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import any_, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.errors import Invalid, NotFound
from app.models.base import new_id
from app.models.grid import Grid
from app.models.ledger import Licence
from app.models.organization import Organization
from app.models.supervised_object import ObjectKind, SupervisedObject
from app.services import access, audit
from app.services.access import Actor
from app.services.audit import Kind, Subject
from app.services.ledger import (
    bundles,
    changing,
    credit_codes,
    fields,
    leaves,
    reach,
    sectors,
    small,
    telling,
    units,
)
from app.services.ledger.commands import AddObject, EditObject, LicenceGiven
from app.services.ledger.reach import Runner
from app.services.ledger.reading import WholeObject, licences, read_whole
from app.services.ledger.refusing import invalid
from app.services.permissions import Permission

_MUST_STAY = frozenset(
    {"kind", "name", "address", "sector", "products", "is_key", "is_registered", "is_in_lianghua"}
    | {"key_persons", "units", "extra", "licences", "concerns"}
)
# Every sentence about an object counts with these.
COUNT = frozenset({"id", "kind", "small_kind", "grid_id", "bundle_id", "lat", "lon"}) | set(
    bundles.ALONE
)


async def add_object(session: AsyncSession, actor: Actor, command: AddObject) -> WholeObject:
    """A new object on a grid. An odd credit code is kept and shown with a warning (S1-63)."""
    access.require(actor, Permission.EDIT_LEDGER)
    await require_grid(session, actor, command.grid_id)
    small.settle({}, command.model_dump())
    await require_sound(session, {}, command.model_dump())
    now = clock.now()
    row = SupervisedObject(
        id=new_id(),
        created_at=now,
        confirmed_at=now,
        confirmed_by_id=actor.person_id,
        **command.model_dump(),
    )
    row.credit_code = credit_codes.normalise(command.credit_code)
    session.add(row)
    await session.flush()
    changing.note(session, actor, row.id, "created", None, {"kind": row.kind, "name": row.name})
    await settle_in(session, actor, row)
    told = {"kind": row.kind, "grid_id": row.grid_id}
    await audit.record(session, Kind.OBJECT_ADDED, actor, Subject("object", row.id), told)
    await telling.tell(session, {row.grid_id})
    return await read_whole(session, actor, row.id)


async def edit_object(
    session: AsyncSession, actor: Actor, object_id: UUID, command: EditObject, reason: str = ""
) -> WholeObject:
    """Correct what is known about an object; its body, if it has accounts, follows."""
    access.require(actor, Permission.EDIT_LEDGER)
    row = await editable(session, actor, object_id)
    sent = _checked(command)
    papers = sent.pop("licences", None)
    before = {name: getattr(row, name) for name in COUNT | set(sent)}
    small.settle(before, sent)
    await require_sound(session, before, sent)
    if "extra" in sent:
        sent["extra"] = {**row.extra, **sent["extra"]}
    was_bundle = row.kind is ObjectKind.BUNDLE
    done = changing.change(session, actor, row, sent, reason)
    if was_bundle and row.kind is not ObjectKind.BUNDLE:
        await bundles.release(session, actor, row)
    if papers is not None:
        done += await replace_licences(session, actor, row, command.licences or [])
    await follow(session, actor, row)
    await session.flush()
    told = {"fields": done}
    await audit.record(session, Kind.OBJECT_EDITED, actor, Subject("object", row.id), told)
    await telling.tell(session, {row.grid_id})
    return await read_whole(session, actor, object_id)


async def replace_licences(
    session: AsyncSession,
    actor: Actor,
    row: SupervisedObject,
    given: Sequence[LicenceGiven],
    reason: str = "",
) -> list[str]:
    """All of them; answers the field's name if that changes anything."""
    old = [
        LicenceGiven.model_validate(paper, from_attributes=True)
        for paper in await licences(session, row.id)
    ]
    if sorted(map(repr, old)) == sorted(map(repr, given)):
        return []
    await session.execute(delete(Licence).where(Licence.object_id == row.id))
    session.add_all(Licence(object_id=row.id, **paper.model_dump()) for paper in given)
    before, after = ([paper.model_dump() for paper in some] for some in (old, given))
    changing.note(session, actor, row.id, "licences", before, after, reason)
    return ["licences"]


async def editable(session: AsyncSession, actor: Actor, object_id: UUID) -> SupervisedObject:
    """The object, locked; NotFound outside the actor's part of the ledger."""
    found = await editable_among(session, actor, {object_id})
    if object_id not in found:
        raise NotFound
    return found[object_id]


async def editable_among(
    session: AsyncSession, actor: Actor, ids: Collection[UUID]
) -> dict[UUID, SupervisedObject]:
    """Those within the actor's part of the ledger, locked, always in the same order."""
    query = (
        select(SupervisedObject)
        .join(Grid, Grid.id == SupervisedObject.grid_id)
        .join(Runner, Runner.id == Grid.organization_id)
        .where(SupervisedObject.id == any_(access.given("ids")), reach.may_edit(actor))
        .order_by(SupervisedObject.id)
        .with_for_update(of=SupervisedObject, key_share=True)
    )
    return {row.id: row for row in await session.scalars(query, {"ids": list(ids)})}


async def require_grid(session: AsyncSession, actor: Actor, grid_id: UUID) -> Grid:
    """The grid that takes an object in; NotFound unless the actor writes its ledger.

    What lies on a grid since ended stays and is corrected there; nothing new comes to it.
    """
    query = select(Grid).join(Runner, Runner.id == Grid.organization_id)
    grid = await session.scalar(query.where(Grid.id == grid_id, reach.may_edit(actor)))
    if grid is None:
        raise NotFound(fields=["grid_id"])
    if grid.valid_to is not None and grid.valid_to < access.today():
        raise invalid("grid_id", "这个网格已经撤销，请换一个", "The grid has ended; choose another")
    return grid


async def require_sound(
    session: AsyncSession, before: Mapping[str, Any], sent: Mapping[str, Any]
) -> None:
    """A position is whole, the trade and the county's own fields are known, a bundle is one.

    Asked before anything is assigned. `before` is empty for what is new; what stands there and
    stays is not held against rules that came later.
    """
    after = {**before, **sent}
    new = {name: value for name, value in sent.items() if before.get(name) != value}
    if (after["lat"] is None) != (after["lon"] is None):
        raise Invalid(
            fields=["lat", "lon"],
            reason_zh="经度和纬度要一起填。",
            reason_en="Latitude and longitude belong together.",
        )
    if new.get("division") and new["division"] not in sectors.divisions():
        raise invalid("division", "没有这个行业大类", "There is no such division")
    if new.get("units"):
        units.require_tree(new["units"])
    known = before.get("extra", {})
    filled = new.get("extra", {}).items()
    await fields.require_known(
        session, {key: value for key, value in filled if key not in known or known[key] != value}
    )
    bundles.require_alone(new, after)
    if new.get("bundle_id") is not None:
        await bundles.require_joinable(session, new["bundle_id"], after)


async def settle_in(session: AsyncSession, actor: Actor, row: SupervisedObject) -> None:
    """A new one, however it came in: on a line of enterprises it is a grid of its own at once."""
    if not await leaves.is_leaf(session, row):
        return
    await leaves.open_body(session, row)
    await follow(session, actor, row)
    changing.note(session, actor, row.id, "account", False, True)
    await session.flush()


async def follow(session: AsyncSession, actor: Actor, row: SupervisedObject) -> None:
    """Its body, if it has accounts, is named like it and stands where it stands; so is its grid."""
    if row.organization_id is None:
        return
    body = await session.get_one(Organization, row.organization_id)
    grid = await session.get_one(Grid, row.grid_id)
    runner = await session.get_one(Organization, grid.organization_id)
    body.name, body.short_name = row.name, row.name[:20]
    body.parent_id, body.within_id = runner.id, runner.within_id
    await leaves.grow(session, actor, row)


def _checked(command: EditObject) -> dict[str, Any]:
    sent = command.model_dump(exclude_unset=True)
    empty = [name for name, value in sent.items() if value is None and name in _MUST_STAY]
    if empty:
        raise Invalid(fields=empty, reason_zh="这一项不能空着。", reason_en="This is needed.")
    if "credit_code" in sent:
        sent["credit_code"] = credit_codes.normalise(sent["credit_code"])
    return sent
