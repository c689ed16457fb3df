"""The county's decision on one duty; a proposal that is decided is none any more."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.obligation import Obligation
from app.services import access, patrols, stages
from app.services.access import Actor
from app.services.audit import Subject
from app.services.obligations import planning
from app.services.obligations.commands import DecideObligation
from app.services.obligations.requiring import require_right
from app.services.rules.changing import changed, require_editor, values


async def decide(
    session: AsyncSession, actor: Actor, key: str, command: DecideObligation
) -> Obligation:
    """Add or change. Words count at once, the rest from the next period; tasks that are out stay.

    A change that waited is replaced by this one, as long as no task of it is out.
    """
    require_editor(actor)
    row = await session.get(Obligation, key, with_for_update={"key_share": True})
    await require_right(session, command, row)
    today = access.today()
    before = values(row) if row else None
    if row is None:
        row = planning.draft(key, command, today)
        session.add(row)
    else:
        await _change(session, row, command, today)
    row.is_proposal, row.switched_off_by = False, None
    await changed(session, actor, Subject("obligation", key), before, values(row))
    return row


async def _change(
    session: AsyncSession, row: Obligation, command: DecideObligation, today: date
) -> None:
    await planning.require_undecided(session, row, command)
    row.name, row.basis = command.name, command.basis
    other = stages.differing(row, command.asked())
    beginning = await planning.beginning(session, row, command, today)
    if row.is_active and patrols.is_planned(row) and beginning > today:
        stages.wait(row, other, beginning)
        return
    before = row.starts_on
    stages.at_once(row, other, beginning)
    if not patrols.is_planned(row):
        row.starts_on = before
