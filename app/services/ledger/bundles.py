"""Bundles and their members: looked at in one visit, therefore on one grid (S2-44)."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.supervised_object import ObjectKind, SupervisedObject
from app.services.access import Actor
from app.services.ledger import changing
from app.services.ledger.refusing import invalid

# What keeps an object out of a bundle: it is watched by itself (S2-43, S3-31).
ALONE: Mapping[str, tuple[str, str]] = {
    "is_key": ("重点单位", "key units are"),
    "major_source_level": ("有重大危险源的", "places with a major hazard source are"),
    "is_in_lianghua": ("纳入两化系统的单位", "units in the Lianghua system are"),
}


async def members(session: AsyncSession, row: SupervisedObject) -> list[SupervisedObject]:
    """Closed ones too: they may open again."""
    query = select(SupervisedObject).where(SupervisedObject.bundle_id == row.id)
    return list(await session.scalars(query.order_by(SupervisedObject.id)))


async def release(
    session: AsyncSession, actor: Actor, row: SupervisedObject, reason: str = ""
) -> None:
    """Its members are looked at each by itself again; nobody would come to them otherwise."""
    for member in await members(session, row):
        changing.change(session, actor, member, {"bundle_id": None}, reason)


def change_members(
    session: AsyncSession,
    actor: Actor,
    bundle: SupervisedObject,
    put_in: Sequence[SupervisedObject],
    taken_out: Sequence[SupervisedObject],
) -> list[SupervisedObject]:
    """All or none: Invalid names the first that cannot come in. Who is in stays in."""
    if bundle.kind is not ObjectKind.BUNDLE or bundle.closed_on is not None:
        raise invalid("bundle_id", "这不是在用的打包点", "This is no bundle in use")
    for one in put_in:
        _require_fitting(bundle, one)
    there = [one for one in put_in if one.bundle_id != bundle.id]
    gone = [one for one in taken_out if one.bundle_id == bundle.id]
    for one, bundle_id in [(one, bundle.id) for one in there] + [(one, None) for one in gone]:
        changing.change(session, actor, one, {"bundle_id": bundle_id})
    return there + gone


def _require_fitting(bundle: SupervisedObject, one: SupervisedObject) -> None:
    name = one.name
    if one.kind is ObjectKind.BUNDLE:
        raise invalid("add", f"「{name}」是打包点，不能再打包", f"{name} is a bundle itself")
    if one.grid_id != bundle.grid_id:
        raise invalid("add", f"「{name}」不在这个网格，先移过来", f"{name} is on another grid")
    if one.closed_on is not None:
        raise invalid("add", f"「{name}」已经停用", f"{name} is closed")
    for field, (zh, en) in ALONE.items():
        if getattr(one, field):
            words = f"「{name}」不能打包：{zh}要单独巡查", f"{name} cannot: {en} looked at alone"
            raise invalid("add", *words)


async def open_one(session: AsyncSession, bundle_id: UUID | None, grid_id: UUID) -> UUID | None:
    """None if it is no bundle in use on this grid (any more)."""
    query = select(SupervisedObject.id).where(
        SupervisedObject.id == bundle_id,
        SupervisedObject.kind == ObjectKind.BUNDLE,
        SupervisedObject.grid_id == grid_id,
        SupervisedObject.closed_on.is_(None),
    )
    found: UUID | None = await session.scalar(query.with_for_update(read=True))
    return found


async def require_joinable(
    session: AsyncSession, bundle_id: UUID, member: Mapping[str, Any]
) -> None:
    """`member`: its fields as they would be. Whoever closes or moves the bundle waits for it."""
    query = select(SupervisedObject).where(SupervisedObject.id == bundle_id)
    bundle = await session.scalar(query.with_for_update(read=True))
    is_one = (
        bundle is not None
        and bundle.id != member.get("id")
        and bundle.kind is ObjectKind.BUNDLE
        and bundle.closed_on is None
        and bundle.grid_id == member["grid_id"]
    )
    if not is_one:
        raise invalid("bundle_id", "要选本网格的打包点", "Choose a bundle on the same grid")


def require_alone(new: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Of what is or becomes a member; what stands there and stays is not asked again."""
    if after["bundle_id"] is None:
        return
    if after["kind"] is ObjectKind.BUNDLE:
        raise invalid("bundle_id", "打包点不能再打包", "A bundle cannot be in another one")
    for field, (zh, en) in ALONE.items():
        if after.get(field) and ("bundle_id" in new or field in new):
            zh_way, en_way = (
                f"{zh}要单独巡查，先从打包点里去掉",
                f"{en} looked at alone: unbundle it",
            )
            raise invalid("bundle_id", zh_way, en_way.capitalize())
