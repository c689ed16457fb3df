"""What a county rarely edits, kept in memory and never out of date (decision 20).

Rules, calendar, bodies and grids are asked about with every report and edited a few times a year.
Triggers give `reference_version` a new version with every edit; a process that holds another one
reads again. The version comes with the statement that admits a request, so it costs nothing.
"""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, cast
from uuid import UUID

from sqlalchemy import ScalarSelect, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.rules import ReferenceVersion

Kept = TypeVar("Kept")
Loader = Callable[[AsyncSession], Awaitable[Kept]]
_PINNED = "reference_version"
_kept: dict[Loader[Any], tuple[UUID, Any]] = {}


def version() -> ScalarSelect[UUID]:
    """To be selected beside something else."""
    return select(ReferenceVersion.version).scalar_subquery()


def pin(session: AsyncSession, known: UUID) -> None:
    """A request that has seen this version goes by it to its end."""
    session.info[_PINNED] = known


async def look(session: AsyncSession) -> None:
    """A job goes by the version of its beginning, and does not ask for it with every row."""
    pin(session, (await session.scalars(select(ReferenceVersion.version))).one())


def pinned(session: AsyncSession) -> UUID | None:
    """The version that this request goes by; None before it is known."""
    known: UUID | None = session.info.get(_PINNED)
    return known


def forget(session: AsyncSession) -> None:
    """A request that edits something itself must look again."""
    session.info.pop(_PINNED, None)


async def kept(session: AsyncSession, load: Loader[Kept]) -> Kept:
    """What `load` answers; it is asked again only after an edit.

    Whatever is kept is shared by all requests of the process: `load` must give plain values or
    rows that belong to no session, and nobody may change them.
    """
    now = session.info.get(_PINNED)
    if now is None:
        now = (await session.scalars(select(ReferenceVersion.version))).one()
    known, value = _kept.get(load, (None, None))
    if known != now:
        value = await load(session)
        _kept[load] = now, value
    return cast("Kept", value)
