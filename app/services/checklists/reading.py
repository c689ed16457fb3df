"""Checklists and their versions as they are."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import NotFound
from app.models.checklist import Checklist, ChecklistItem, ChecklistVersion
from app.models.person import Person


@dataclass(frozen=True)
class FoundVersion:
    """A version with its questions in order."""

    version: ChecklistVersion
    name: str
    made_by: str | None
    items: list[ChecklistItem]


@dataclass(frozen=True)
class FoundChecklist:
    checklist: Checklist
    newest: FoundVersion


async def everything(session: AsyncSession) -> list[FoundChecklist]:
    """Every list with its newest version; switched-off ones last."""
    order = (Checklist.is_active.desc(), Checklist.seed, Checklist.key)
    rows = list(await session.scalars(select(Checklist).order_by(*order)))
    found = {each.version.checklist_key: each for each in await _newest(session)}
    return [FoundChecklist(row, found[row.key]) for row in rows]


async def one(session: AsyncSession, key: str) -> FoundChecklist:
    checklist = await session.get(Checklist, key)
    if checklist is None:
        raise NotFound
    (newest_of_it,) = await _newest(session, {key})
    return FoundChecklist(checklist, newest_of_it)


async def versions(session: AsyncSession, key: str) -> list[FoundVersion]:
    """All versions of a list, newest first."""
    query = select(ChecklistVersion.id).where(ChecklistVersion.checklist_key == key)
    found = await _whole(session, list(await session.scalars(query)))
    if not found:
        raise NotFound
    return sorted(found, key=lambda each: -each.version.number)


async def version(session: AsyncSession, version_id: UUID) -> FoundVersion:
    """One version; it never changes, so whoever has it need not ask again."""
    found = await _whole(session, [version_id])
    if not found:
        raise NotFound
    return found[0]


async def newest(session: AsyncSession) -> dict[str, UUID]:
    """The version that new tasks get, for every list that is in use."""
    query = (
        select(Checklist.key, ChecklistVersion.id)
        .join(ChecklistVersion, ChecklistVersion.checklist_key == Checklist.key)
        .where(ChecklistVersion.number == Checklist.version, Checklist.is_active)
    )
    return {row.key: row.id for row in await session.execute(query)}


async def _newest(session: AsyncSession, keys: Collection[str] | None = None) -> list[FoundVersion]:
    query = select(ChecklistVersion.id).join(
        Checklist,
        (Checklist.key == ChecklistVersion.checklist_key)
        & (Checklist.version == ChecklistVersion.number),
    )
    if keys is not None:
        query = query.where(Checklist.key.in_(keys))
    return await _whole(session, list(await session.scalars(query)))


async def _whole(session: AsyncSession, ids: list[UUID]) -> list[FoundVersion]:
    heads = await session.execute(
        select(ChecklistVersion, Checklist.name, Person.name)
        .join(Checklist, Checklist.key == ChecklistVersion.checklist_key)
        .outerjoin(Person, Person.id == ChecklistVersion.made_by_id)
        .where(ChecklistVersion.id.in_(ids))
    )
    items: dict[UUID, list[ChecklistItem]] = {id_: [] for id_ in ids}
    query = select(ChecklistItem).where(ChecklistItem.version_id.in_(ids))
    for item in await session.scalars(query.order_by(ChecklistItem.position)):
        items[item.version_id].append(item)
    return [FoundVersion(row, name, by, items[row.id]) for row, name, by in heads]
