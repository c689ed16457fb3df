"""A decision as a duty that is not kept yet, and when it would begin to count."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.obligation import Obligation
from app.services import patrols, stages
from app.services.obligations.commands import DecideObligation


def draft(key: str, command: DecideObligation, today: date) -> Obligation:
    """No row of the session: only to be counted by."""
    asked = stages.typed_values(command.asked())
    words = {"name": command.name, "basis": command.basis, "seed": ""}
    return Obligation(key=key, **words, **asked, starts_on=command.starts_on or today)


async def require_undecided(
    session: AsyncSession, row: Obligation | None, command: DecideObligation
) -> None:
    """Raise NotYet: tasks of the change that waits are out."""
    if row is not None:
        await stages.require_undecided(session, row, command.asked())


async def beginning(
    session: AsyncSession, row: Obligation | None, command: DecideObligation, today: date
) -> date:
    """A new duty from its day, one that makes no tasks at once."""
    if row is None:
        return command.starts_on or today
    if not patrols.is_planned(row):
        return today
    return await stages.beginning(session, row, command.asked(), today)
