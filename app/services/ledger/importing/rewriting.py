"""Fields, grid and closing of one object at once, each by the rule that holds for it elsewhere."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Invalid, NotFound
from app.models.grid import Grid
from app.models.supervised_object import SupervisedObject
from app.services.access import Actor
from app.services.ledger import bundles, cadres, changing, editing, life, small
from app.services.ledger.commands import LicenceGiven
from app.services.ledger.importing import naming
from app.services.ledger.importing.beside import BASES, NAMES
from app.services.ledger.importing.columns import COLUMNS
from app.services.ledger.refusing import invalid

TITLES: Mapping[str, str] = {
    **{column.field: column.title for column in COLUMNS if column.field},
    "grid_id": "网格",
    "bundle_id": naming.BUNDLE,
    "cadre_id": naming.CADRE,
    **{basis.value: title for title, basis in naming.DEPARTMENTS.items()},
    "closed_on": "停用",
    "confirmed_at": "是否已确认",
}
_APART = NAMES | {"grid_id", "cadre_id"}


async def rewrite(
    session: AsyncSession,
    actor: Actor,
    row: SupervisedObject,
    sent: Mapping[str, Any],
    reason: str,
    busy: Collection[UUID] | None = None,
) -> None:
    """Invalid, with nothing changed, for what nobody could do by hand either.

    `sent`: fields as the object has them, licences as cells have them. `busy`: with open cases,
    where that was asked for many at once.
    """
    sent = dict(sent)
    there = await _require_allowed(session, actor, row, sent, busy)
    if there is not None:
        await life.move(session, actor, row, there, reason)
    closed_on = sent.get("closed_on")
    apart = _APART if closed_on is None else _APART | {"closed_on"}
    fields = {name: value for name, value in sent.items() if name not in apart}
    changing.change(session, actor, row, fields, reason)
    if "cadre_id" in sent:
        await cadres.give(session, actor, row, sent["cadre_id"], reason)
    if "licences" in sent:
        given = [LicenceGiven.model_validate(paper) for paper in sent["licences"]]
        await editing.replace_licences(session, actor, row, given, reason)
    departments = {BASES[name]: {UUID(id_) for id_ in sent[name]} for name in BASES if name in sent}
    if departments:
        await life.supervise(session, actor, row, departments, reason)
    if closed_on is not None:
        await life.close(session, actor, row, closed_on, reason)
    await editing.follow(session, actor, row)


def told(refused: Invalid) -> dict[str, str]:
    """The sentence by the title of the column, as rows keep it."""
    field = refused.fields[0]
    return {TITLES.get(field, field): refused.details["reason_zh"].removesuffix("。")}


async def _require_allowed(
    session: AsyncSession,
    actor: Actor,
    row: SupervisedObject,
    sent: dict[str, Any],
    busy: Collection[UUID] | None,
) -> Grid | None:
    """The grid to move to; None = it stays."""
    there = None
    before = {name: getattr(row, name) for name in editing.COUNT | set(sent) - NAMES}
    small.settle(before, sent)
    if sent.get("grid_id", row.grid_id) != row.grid_id:
        there = await _require_grid(session, actor, sent)
        before["bundle_id"] = None  # who moves leaves the bundle
    await editing.require_sound(session, before, sent)
    if row.kind is not sent.get("kind", row.kind) and await bundles.members(session, row):
        raise invalid("kind", "打包点里还有成员，先在台账里改", "It has members; change it by hand")
    if sent.get("closed_on") is not None and row.closed_on is None:
        await life.require_closable(session, row, busy)
    return there


async def _require_grid(session: AsyncSession, actor: Actor, sent: Mapping[str, Any]) -> Grid:
    try:
        return await editing.require_grid(session, actor, sent["grid_id"])
    except NotFound:
        raise invalid("grid_id", "这个网格不归您管", "This grid is not yours") from None
