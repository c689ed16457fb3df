"""The demo county has accidents to look at: told through the real services, within their hours."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models.accident import Accident, AccidentStatus
from app.services import demo, rules
from app.services.accidents import both
from app.services.demo import accidents

NOW = datetime(2026, 11, 20, 9, 20, tzinfo=clock.COUNTY_ZONE)
SEED = 1


async def test_one_is_closed_one_was_nothing_and_one_still_runs(session: AsyncSession) -> None:
    with clock.at(NOW):
        county = await demo.settle(session, SEED)
        await accidents.tell(session, SEED, county.staff, county.companies, county.now)

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
