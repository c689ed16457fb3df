"""Many rows at once, each whole or not at all."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Refusal
from app.services.roster.columns import BODY, GRID, JOB_TITLE, MOBILE, NAME, SINCE, UNTIL
from app.services.roster.placing import Wrong

Row = TypeVar("Row")
Made = TypeVar("Made")
# The cell that a refusal is about.
_TITLES = {
    "organization_id": BODY,
    "role": JOB_TITLE,
    "grid_id": GRID,
    "starts_on": SINCE,
    "ends_on": UNTIL,
    "mobile": MOBILE,
    "person_id": NAME,
}


async def each_whole(
    session: AsyncSession,
    rows: Sequence[Row],
    do: Callable[[Sequence[Row]], Awaitable[Sequence[Made]]],
) -> list[Made | dict[str, str]]:
    """What `do` makes of each row; or what stands in its way, by column.

    One that is refused is found by halves, and all others are done. Rows must hold plain values:
    what the database has taken back is read anew.
    """
    if not rows:
        return []
    try:
        async with session.begin_nested():
            return [*await do(rows)]
    except (Refusal, Wrong) as refused:
        if len(rows) == 1:
            return [_told(refused)]
    middle = len(rows) // 2
    first = await each_whole(session, rows[:middle], do)
    return [*first, *await each_whole(session, rows[middle:], do)]


def _told(refused: Refusal | Wrong) -> dict[str, str]:
    """The sentence by the title of the column, as rows keep it."""
    if isinstance(refused, Wrong):
        return {refused.title: refused.why}
    title = next((_TITLES[one] for one in refused.fields if one in _TITLES), NAME)
    return {title: str(refused.problem()["zh"]).rstrip("。")}
