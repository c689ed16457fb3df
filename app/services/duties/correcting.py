"""A mistake in what was decided is corrected so that both stay (S0-29, decision 74)."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.errors import ChangedMeanwhile, Invalid, NotFound, NotPermitted
from app.models.duty import DutyItem, DutyItemVersion, DutyRecord
from app.models.organization import Organization
from app.services import access, audit
from app.services.access import Actor
from app.services.audit import Kind, Subject
from app.services.duties import items, reach, recording, telling
from app.services.duties.commands import CorrectItem
from app.services.permissions import Permission

SAID = ("text", "organization_id", "due_on")


async def correct_item(
    session: AsyncSession, actor: Actor, item_id: UUID, version: int, command: CorrectItem
) -> DutyItem:
    """`version`: the number that it gets. Who may correct the record may correct its items."""
    access.require(actor, Permission.RECORD_DUTIES)
    item, record = await items.lock(session, actor, item_id)
    if not await recording.is_writer(session, actor, record.id):
        raise NotPermitted(
            why="由开会的单位或县里更正。", why_en="Whoever convened, or the county, corrects it."
        )
    changed = [name for name in SAID if getattr(item, name) != getattr(command, name)]
    if not changed and await _is_repeat(session, actor, item, version):
        return item
    if item.version != version - 1:
        raise ChangedMeanwhile
    await _require_right(session, item, record, command, changed)
    was = {name: getattr(item, name) for name in SAID}
    session.add(
        DutyItemVersion(
            item_id=item.id,
            version=item.version,
            corrected_by_id=actor.person_id,
            corrected_at=clock.now(),
            because=command.because,
            **was,
        )
    )
    for name in changed:
        setattr(item, name, getattr(command, name))
    item.version = version
    await session.flush()
    told = {"version": version, "fields": changed, "reason": command.because}
    await audit.record(
        session, Kind.DUTY_ITEM_CORRECTED, actor, Subject("duty_item", item.id), told
    )
    await telling.corrected(session, actor, record, item, was["organization_id"])
    return item


async def _is_repeat(session: AsyncSession, actor: Actor, item: DutyItem, version: int) -> bool:
    former = await session.get(DutyItemVersion, (item.id, version - 1))
    is_mine = former is not None and former.corrected_by_id == actor.person_id
    return is_mine and item.version == version


async def _require_right(
    session: AsyncSession,
    item: DutyItem,
    record: DutyRecord,
    command: CorrectItem,
    changed: list[str],
) -> None:
    if not changed:
        raise Invalid(
            fields=["text"], reason_zh="没有改动。", reason_en="Nothing is different from before."
        )
    if command.due_on < record.held_on:
        raise recording.before_the_day("due_on")
    if "organization_id" not in changed:
        return
    if item.done_at is not None:
        raise Invalid(
            fields=["organization_id"],
            reason_zh="这件已经办完了，不能换成别的单位；只能改文字和日期。",
            reason_en="It is done: its words and day can be corrected, not who had it.",
        )
    offered = reach.may_be_given(items.owing_id(record))
    query = select(Organization.id).where(Organization.id == command.organization_id, offered)
    if await session.scalar(query) is None:
        raise NotFound(fields=["organization_id"])
