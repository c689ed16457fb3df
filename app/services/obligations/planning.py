"""A decision as a duty that is not kept yet, and when it would begin to count."""

from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import NotYet
from app.models.obligation import Obligation
from app.services import patrols
from app.services.obligations.commands import DecideObligation

_RHYTHM = ("period", "min_count")


def draft(key: str, command: DecideObligation, today: date) -> Obligation:
    """No row of the session: only to be counted by."""
    asked = patrols.typed_values(command.asked())
    words = {"name": command.name, "basis": command.basis, "seed": ""}
    return Obligation(key=key, **words, **asked, starts_on=command.starts_on or today)


def differing(row: Obligation, command: DecideObligation) -> dict[str, Any]:
    """What is asked for otherwise than the row says, in JSON."""
    wanted = command.asked()
    asked = patrols.typed_values(wanted)
    return {name: wanted[name] for name in asked if asked[name] != getattr(row, name)}


async def require_undecided(
    session: AsyncSession, row: Obligation | None, command: DecideObligation
) -> None:
    """Raise NotYet: the change that waits has tasks out, days of which would be lost or double."""
    if row is None or row.coming_on is None or differing(row, command) == row.coming:
        return
    if await patrols.after_planned(session, row.key, row.coming_on) > row.coming_on:
        raise NotYet(
            reason_zh=f"上次的改动从 {row.coming_on} 起算，任务已经排出去了，那天起才能再改。"
            "现在只能改名称和依据。",
            reason_en=f"The last change counts from {row.coming_on} and its tasks are out; it can "
            "be decided again from that day on. Only the words can be changed now.",
        )


async def beginning(
    session: AsyncSession, row: Obligation | None, command: DecideObligation, today: date
) -> date:
    """A new duty from its day; one that rests as before, or after what is still out by another
    rhythm; one that runs with its next period; what waits already on its day.
    """
    if row is None:
        return command.starts_on or today
    if not patrols.is_planned(row):
        return today
    if row.coming_on and differing(row, command) == row.coming:
        return row.coming_on
    if row.is_active:
        return await patrols.next_beginning(session, row, today)
    asked = patrols.typed_values(command.asked())
    if all(asked[name] == getattr(row, name) for name in _RHYTHM):
        return row.starts_on
    return await patrols.after_planned(session, row.key, today)
