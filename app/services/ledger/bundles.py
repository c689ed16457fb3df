"""Bundles and their members: looked at in one visit, therefore on one grid (S2-44)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.supervised_object import ObjectKind, SupervisedObject
from app.services.access import Actor
from app.services.ledger import changing
from app.services.ledger.refusing import invalid


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
