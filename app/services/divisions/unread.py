"""What is filed is what was read: no line that has changed, nor past one that is new (S1-5)."""

from collections.abc import Collection, Sequence
from typing import Protocol
from uuid import UUID

from sqlalchemy import or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.grid_revision import GridRevision, GridRevisionPart, RevisionKind
from app.services.divisions.refusing import NotAsRead

KEYS = (GridRevision.revised_on, GridRevision.decided_at, GridRevision.id)
WORDS: dict[RevisionKind, str] = {
    RevisionKind.ADDED: "新设",
    RevisionKind.ENDED: "撤销",
    RevisionKind.RESTORED: "恢复",
}
_NAMED = 3  # the rest is counted


class Read(Protocol):
    """A line of the list as it is now."""

    @property
    def row(self) -> GridRevision: ...
    @property
    def parts(self) -> Sequence[GridRevisionPart]: ...
    @property
    def version(self) -> str: ...
    @property
    def what(self) -> str: ...


def require_same(line: Read, version: str) -> None:
    if line.version != version:
        names = _named([part.name for part in line.parts])
        raise NotAsRead(
            reason_zh=f"这一行刚刚变了，现在是：{line.what} {names}",
            reason_en=f"This line has just changed; it is now about {names}",
        )


async def require_none_new(
    session: AsyncSession, row: GridRevision, read_ids: Collection[UUID]
) -> None:
    """Waiting lines of the township above this one or decided since, that were not read."""
    above = tuple_(*KEYS) > tuple_(row.revised_on, row.decided_at, row.id)
    query = (
        select(GridRevisionPart.name, GridRevision.kind)
        .join(GridRevision, GridRevision.id == GridRevisionPart.revision_id)
        .where(
            GridRevision.township_id.is_not_distinct_from(row.township_id),
            GridRevision.filed_on.is_(None),
            GridRevision.id.not_in({row.id, *read_ids}),
            or_(above, GridRevision.decided_at > row.decided_at),
        )
        .order_by(GridRevision.decided_at, GridRevisionPart.name)
    )
    found = (await session.execute(query)).all()
    if found:
        told = [f"{name}（{WORDS[kind]}）" if kind in WORDS else name for name, kind in found]
        raise NotAsRead(
            reason_zh=f"又有了没看过的：{_named(told)}",
            reason_en=f"There is something new: {_named([name for name, _ in found])}",
        )


def _named(names: Sequence[str]) -> str:
    told = "、".join(names[:_NAMED])
    return f"{told}等 {len(names)} 个网格" if len(names) > _NAMED else told
