"""The presets: lists that a county starts with. What a county has edited stays as it is."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models.checklist import Checklist, ChecklistItem, ChecklistVersion

_NAMESPACE = UUID("5afe6e1d-0000-5000-8000-00000000c4ec")
_FIRST = 1


def version_id(key: str, number: int) -> UUID:
    """Of a preset: every installation agrees on it."""
    return uuid5(_NAMESPACE, f"{key}/{number}")


async def load(session: AsyncSession, presets: Iterable[dict[str, Any]]) -> None:
    """Lists that are missing, each as its first version. Categories must be there."""
    for preset in presets:
        head = {name: preset[name] for name in ("key", "name", "seed", "applies_to")}
        added = await session.scalar(
            insert(Checklist)
            .values(**head, version=_FIRST, is_active=True)
            .on_conflict_do_nothing()
            .returning(Checklist.key)
        )
        if added:
            session.add(_version(preset))
            await session.flush()
            session.add_all(_items(preset))
    await session.flush()


def _version(preset: dict[str, Any]) -> ChecklistVersion:
    return ChecklistVersion(
        id=version_id(preset["key"], _FIRST),
        checklist_key=preset["key"],
        number=_FIRST,
        made_at=clock.now(),
        change="",
    )


def _items(preset: dict[str, Any]) -> list[ChecklistItem]:
    return [
        ChecklistItem(
            version_id=version_id(preset["key"], _FIRST),
            code=item["code"],
            position=position,
            question=item["question"],
            how_to=item["how_to"],
            picture=item.get("picture"),
            kind=item["kind"],
            category_code=item.get("category"),
            applies_to=item.get("applies_to", {}),
        )
        for position, item in enumerate(preset["item"], start=1)
    ]
