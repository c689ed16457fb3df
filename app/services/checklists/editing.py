"""Editing a list makes a new version; the old ones stay for the tasks and visits that have them."""

from collections import Counter
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.errors import ChangedMeanwhile
from app.models.base import new_id
from app.models.checklist import Checklist, ChecklistItem, ChecklistVersion, ItemKind
from app.services import rules
from app.services.access import Actor
from app.services.audit import Subject
from app.services.checklists import picturing, reading
from app.services.checklists.commands import EditChecklist, EditItem
from app.services.checklists.reading import FoundChecklist
from app.services.checklists.refusing import invalid
from app.services.rules.changing import changed, require_editor

Values = dict[str, Any]


async def put(
    session: AsyncSession, actor: Actor, key: str, command: EditChecklist
) -> FoundChecklist:
    """Add or edit. Who has not seen the newest version is told instead of overwriting it."""
    require_editor(actor)
    await _require_right(session, command)
    before = await _lock(session, key, command)
    after = _shape(command)
    if before is not None and before == after:
        return await reading.one(session, key)
    checklist = await session.get_one(Checklist, key)
    for name in ("name", "applies_to", "is_active"):
        setattr(checklist, name, after[name])
    if before is None or before["items"] != after["items"]:
        checklist.version = command.based_on + 1
        await _add_version(session, actor, checklist, command)
    await changed(session, actor, Subject("checklist", key), before, after)
    return await reading.one(session, key)


async def _lock(session: AsyncSession, key: str, command: EditChecklist) -> Values | None:
    """What is there now, None if the list is new; nobody else edits it until we are done."""
    fresh = {"key": key, "name": command.name, "seed": "", "applies_to": {}, "version": 0}
    statement = insert(Checklist).values(**fresh, is_active=True).on_conflict_do_nothing()
    if await session.scalar(statement.returning(Checklist.key)):
        if command.based_on:
            raise ChangedMeanwhile
        return None
    query = select(Checklist).where(Checklist.key == key).with_for_update()
    checklist = (await session.scalars(query.execution_options(populate_existing=True))).one()
    if checklist.version != command.based_on:
        raise ChangedMeanwhile
    found = await reading.one(session, key)
    return {
        "name": checklist.name,
        "applies_to": checklist.applies_to,
        "is_active": checklist.is_active,
        "items": [_item(item) for item in found.newest.items],
    }


async def _add_version(
    session: AsyncSession, actor: Actor, checklist: Checklist, command: EditChecklist
) -> None:
    version = ChecklistVersion(
        id=new_id(),
        checklist_key=checklist.key,
        number=checklist.version,
        made_at=clock.now(),
        made_by_id=actor.person_id,
        change=command.change,
    )
    session.add(version)
    await session.flush()
    session.add_all(
        ChecklistItem(version_id=version.id, position=position, **_values(item))
        for position, item in enumerate(command.items, start=1)
    )
    await session.flush()


def _shape(command: EditChecklist) -> Values:
    return {
        "name": command.name,
        "applies_to": command.applies_to.model_dump(mode="json", exclude_defaults=True),
        "is_active": command.is_active,
        "items": [_values(item) for item in command.items],
    }


def _values(item: EditItem) -> Values:
    sent = item.model_dump(mode="json")
    return {**sent, "applies_to": item.applies_to.model_dump(mode="json", exclude_defaults=True)}


def _item(row: ChecklistItem) -> Values:
    """As `_values`, so that the two can be compared."""
    return {name: getattr(row, name) for name in EditItem.model_fields}


async def _require_right(session: AsyncSession, command: EditChecklist) -> None:
    """Each code once; what can become a case has a category in use; pictures are here."""
    twice = [code for code, n in Counter(item.code for item in command.items).items() if n > 1]
    if twice:
        raise invalid("code", f"编号重复：{'、'.join(twice)}。", f"Used twice: {twice}.")
    active = await rules.active_categories(session)
    for item in command.items:
        is_missing = item.kind is ItemKind.HAZARD and item.category_code is None
        if is_missing or (item.category_code and item.category_code not in active):
            why = f"{item.code} 要选一个隐患类别。"
            raise invalid("category_code", why, f"{item.code} needs a category.")
    await picturing.require_pictures(session, command.items)
