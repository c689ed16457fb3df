"""Accounts of an enterprise: a body of its own, under the same id, that can employ people."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.supervised_object import ObjectKind
from app.services import access, audit
from app.services.access import Actor
from app.services.audit import Kind, Subject
from app.services.ledger import changing, leaves
from app.services.ledger.editing import editable, follow
from app.services.ledger.reading import WholeObject, read_whole
from app.services.ledger.refusing import invalid
from app.services.permissions import Permission

_NOBODY_THERE = frozenset({ObjectKind.BUNDLE, ObjectKind.HOUSEHOLD})


async def open_account(session: AsyncSession, actor: Actor, object_id: UUID) -> WholeObject:
    """From now on safety officers can be employed there; on a line it is a grid. Safe to repeat."""
    access.require(actor, Permission.EDIT_LEDGER)
    row = await editable(session, actor, object_id)
    if row.kind in _NOBODY_THERE:
        zh, en = "打包点和住户不能开企业账号", "Bundles and households have no accounts"
        raise invalid("kind", zh, en)
    if row.confirmed_at is None:
        raise invalid("confirmed_at", "先确认，再开企业账号", "Confirm it first")
    if row.organization_id is None:
        await leaves.open_body(session, row)
        await follow(session, actor, row)
        changing.note(session, actor, row.id, "account", False, True)
        await session.flush()
        await audit.record(session, Kind.OBJECT_ACCOUNT_OPENED, actor, Subject("object", row.id))
    return await read_whole(session, actor, object_id)
