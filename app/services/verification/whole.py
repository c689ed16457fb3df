"""All of it: logs, seals, and the heads outside where they are given."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.services.verification.faults import Fault
from app.services.verification.heads import Heads, verify_heads
from app.services.verification.logs import Progress, remarks_of_logs, verify_logs
from app.services.verification.losses import losses_of
from app.services.verification.seals import verify_seals

_SIZE = """
    select (select count(*) from events) + (select count(*) from audit_entries)
         + (select count(*) from sealed_events) + (select count(*) from sealed_audit_entries)
"""


def _silent(_: int) -> None:
    """Nobody watches."""


async def verify(
    session: AsyncSession,
    heads: Heads | None = None,
    secret: str | None = None,
    progress: Progress = _silent,
    losses: Sequence[bytes] = (),
) -> list[Fault]:
    """Every fault, the first broken link first; an empty list: history is as it was written.

    Without `heads` a history that was cut off or rebuilt consistently cannot be told from a
    whole one. `losses`: the files that say which end a restore or a takeover has lost.
    `progress` is told how many rows more have been read, of `size` in all.
    """
    faults = await verify_logs(session, progress)
    faults += await verify_seals(session, progress)
    if heads is not None:
        known, wrong = losses_of(losses, secret)
        faults += wrong + await verify_heads(session, heads, secret, known)
    return faults


async def remarks(
    session: AsyncSession, secret: str | None = None, losses: Sequence[bytes] = ()
) -> list[Fault]:
    """No link is broken by these; whoever judges should know."""
    found = await remarks_of_logs(session)
    known, _ = losses_of(losses, secret)
    return found + [Fault("lost", seal_id=loss.through) for loss in known]


async def size(session: AsyncSession) -> int:
    """Rows that will be read."""
    return int(await session.scalar(text(_SIZE)) or 0)
