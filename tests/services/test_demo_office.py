"""The demo county has something to look at beside cases, told through the real services."""

from collections import Counter
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models.accident import Accident, AccidentStatus
from app.models.appeal import Appeal
from app.models.errand import Errand
from app.models.inspection import Inspection, InspectionPlace
from app.models.instruction import Addressee, Instruction
from app.services import demo, rules
from app.services.accidents import both
from app.services.demo import accidents, office

NOW = datetime(2026, 11, 20, 9, 20, tzinfo=clock.COUNTY_ZONE)
SEED = 1


async def test_accidents_inspections_instructions_errands_and_appeals(
    session: AsyncSession,
) -> None:
    with clock.at(NOW):
        county = await demo.settle(session, SEED)
        told = (session, SEED, county.staff, county.companies, county.now)
        await accidents.tell(*told)
        await office.tell(*told)

    found = list(await session.scalars(select(Accident).order_by(Accident.received_at)))
    assert [one.status for one in found] == [
        AccidentStatus.CLOSED,
        AccidentStatus.FALSE_ALARM,
        AccidentStatus.OPEN,
    ]
    assert all(one.received_at < NOW and one.township_id and one.place for one in found)
    for one in found:
        assert not one.is_time_doubtful
        assert {hop.status for hop in both(one, NOW)} <= {"met", "stopped"}
    assert (await rules.everything(session))["duty_phone"]

    async def counted(what: Any) -> dict[str, int]:
        return Counter(str(one) for one in await session.scalars(select(what)))

    assert await counted(Inspection.status) == {"closed": 1, "open": 1}
    looked = InspectionPlace.looked_on.is_not(None)
    assert await _count(session, looked) == 4
    assert await counted(Appeal.status) == {"closed": 1, "open": 1}
    assert set(await counted(Errand.kind)) == {"delivery", "publicity", "call"}
    assert await counted(Instruction.status) == {"open": 2}
    read, owed = Addressee.read_at.is_not(None), Addressee.read_at.is_(None)
    assert await _count(session, read) > await _count(session, owed) > 0
    assert await _count(session, Addressee.answered_at.is_not(None)) == 1


async def _count(session: AsyncSession, condition: ColumnElement[bool]) -> int:
    return await session.scalar(select(func.count()).where(condition)) or 0
