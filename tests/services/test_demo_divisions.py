"""The list of changes is not empty in the demo county: done and filed, decided, drafted."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.config import Settings
from app.models.supervised_object import SupervisedObject
from app.models.visit import Visit
from app.services import demo, divisions
from app.services.demo import divisions as told
from app.services.demo import patrols as walks
from tests.actors import actor_of

SEED = 1
NOW = datetime(2026, 11, 20, 15, 20, tzinfo=clock.COUNTY_ZONE)


async def test_one_change_is_filed_one_waits_for_its_day_and_a_draft_for_the_county(
    session: AsyncSession, settings: Settings
) -> None:
    with clock.at(NOW):
        county = await demo.settle(session, SEED)
        await walks.walk(session, SEED, county.staff, county.now)
        await told.tell(session, county.staff, county.now)
        admin = await actor_of(session, settings, county.staff.cast["administrator"])
        planned, merged = await divisions.changes(session, admin)
        (draft,) = await divisions.drafts_of(session, admin)
        whole = await divisions.draft(session, admin, draft.draft.id)
        hindered = (await divisions.look(session, admin, merged.change.id)).hindrances
    assert (planned.change.done_at, planned.change.filed_on) == (None, None)
    assert planned.change.starts_on > NOW.date()
    assert merged.change.filed_number
    assert len({part.body for part in merged.before}) == 2
    assert len({one.organization.id for one in whole.after}) == 2
    assert all(one.people and one.outline and one.places for one in whole.after)
    assert hindered == []
    ended = [part.grid_id for part in merged.before]
    left = select(func.count()).where(SupervisedObject.grid_id.in_(ended))
    assert await session.scalar(left) == 0
    since = datetime.combine(merged.change.starts_on, datetime.min.time(), clock.COUNTY_ZONE)
    late = select(func.count()).where(Visit.grid_id.in_(ended), Visit.occurred_at >= since)
    assert await session.scalar(late) == 0
