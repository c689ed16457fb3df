"""One record as it is shown: what it says, said before, decided, and spoke about."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import NotFound
from app.models.duty import DutyHazard, DutyRecord, DutyRecordVersion
from app.models.hazard import Hazard
from app.models.obligation import Obligation
from app.models.organization import Organization
from app.services import access, accounts, places
from app.services.access import Actor
from app.services.duties import items, reach, recording
from app.services.duties.items import FoundItem


@dataclass(frozen=True)
class WholeRecord:
    """`body`: whose duty it was. `hazards`: those of them that the actor may open, and how many.

    `bodies`: to whom an item may be given instead; for whoever corrects.
    """

    record: DutyRecord
    duty: Obligation
    body: str
    desk: str
    people: dict[UUID, str]
    earlier: Sequence[DutyRecordVersion]
    items: Sequence[FoundItem]
    bodies: Sequence[Organization]
    hazards: Sequence[Hazard]
    hazard_count: int
    may_correct: bool


async def read(session: AsyncSession, actor: Actor, record_id: UUID) -> WholeRecord:
    """NotFound outside the actor's sight."""
    query = select(DutyRecord).where(DutyRecord.id == record_id, reach.can_see(actor))
    row = await session.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise NotFound
    before = select(DutyRecordVersion).where(DutyRecordVersion.record_id == row.id)
    earlier = (await session.scalars(before.order_by(DutyRecordVersion.version))).all()
    decided = await items.of(session, actor, row)
    hazards, count = await _hazards(session, actor, row)
    may_correct = await recording.is_writer(session, actor, row.id)
    writers = {row.written_by_id, *(one.written_by_id for one in earlier)}
    writers |= {was.corrected_by_id for one in decided for was, _ in one.earlier}
    ended = {one.item.done_by_id for one in decided if one.item.done_by_id}
    return WholeRecord(
        record=row,
        duty=await session.get_one(Obligation, row.obligation_key),
        body=await _name(session, row),
        desk=(await places.by_id(session, [row.written_for_id]))[row.written_for_id].short_name,
        people=await accounts.names_of(session, writers | ended),
        earlier=earlier,
        items=decided,
        bodies=await items.bodies(session, items.owing_id(row)) if may_correct and decided else (),
        hazards=hazards,
        hazard_count=count,
        may_correct=may_correct,
    )


async def _name(session: AsyncSession, row: DutyRecord) -> str:
    if row.grid_id:
        return (await places.grid_names(session, [row.grid_id]))[row.grid_id]
    assert row.organization_id, "one of the two, says the table"
    return (await places.by_id(session, [row.organization_id]))[row.organization_id].short_name


async def _hazards(
    session: AsyncSession, actor: Actor, row: DutyRecord
) -> tuple[Sequence[Hazard], int]:
    """A body that reads for its item's sake alone does not thereby see the cases."""
    spoken = select(DutyHazard.hazard_id).where(DutyHazard.record_id == row.id)
    every = (await session.scalars(spoken)).all()
    if not every:
        return [], 0
    seen = select(Hazard).where(Hazard.id.in_(every), access.can_see(actor))
    return (await session.scalars(seen.order_by(Hazard.number))).all(), len(every)
