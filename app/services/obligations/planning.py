"""A decision as a duty that is not kept yet, and when it would begin to count."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.obligation import Obligation
from app.services import patrols
from app.services.obligations.commands import DecideObligation

_RHYTHM = ("period", "min_count")


def draft(key: str, command: DecideObligation, today: date) -> Obligation:
    """No row of the session: only to be counted by."""
    asked = patrols.typed_values(command.asked())
    words = {"name": command.name, "basis": command.basis, "seed": ""}
    return Obligation(key=key, **words, **asked, starts_on=command.starts_on or today)


async def beginning(
    session: AsyncSession, row: Obligation | None, command: DecideObligation, today: date
) -> date:
    """A new duty from its day; one that rests as before, or after what is still out by another
    rhythm; one that runs with its next period.
    """
    if row is None:
        return command.starts_on or today
    if not patrols.is_planned(row):
        return today
    if row.is_active:
        return await patrols.next_beginning(session, row, today)
    asked = patrols.typed_values(command.asked())
    if all(asked[name] == getattr(row, name) for name in _RHYTHM):
        return row.starts_on
    return await patrols.after_planned(session, row.key, today)
