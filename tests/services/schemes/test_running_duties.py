"""A scheme that is applied to duties that run: from the next period on (decision 46)."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import NotYet
from app.models.obligation import Obligation, Period
from app.models.patrol import PatrolTask
from app.services import patrols, schemes
from app.services.access import SYSTEM
from app.services.schemes import Part, Scheme, Verb
from app.services.schemes.shape import AppliesTo, number_of
from tests.conftest import Freeze
from tests.patrols import thing
from tests.services.schemes import ground


async def test_a_scheme_changes_a_duty_that_runs_from_its_next_period_on(
    session: AsyncSession, freeze: Freeze
) -> None:
    """As the county itself would: what is out is neither dropped nor doubled."""
    freeze("2026-11-23 08:00")
    monthly, weekly = (_patrolled(period) for period in (Period.MONTH, Period.WEEK))
    without = monthly.model_copy(update={"obligation": ()})
    await schemes.apply(session, SYSTEM, monthly, ground.DIVISIONS)
    village = await ground.body(session, ground.VILLAGE)
    await thing(session, await ground.grid(session, village))
    await patrols.turn(session)
    assert await _looks(session) == [("2026-11-23", "open")]

    freeze("2026-11-23 08:01")
    assert await _days(session, weekly) == [("2026-12-01", None)]
    done = await schemes.apply(session, SYSTEM, weekly, ground.DIVISIONS)
    assert [one.verb for one in done.changes if one.part is Part.OBLIGATIONS] == [Verb.CHANGE]
    assert await _waits(session) == ("month", {"period": "week"}, "2026-12-01")
    assert (await session.get_one(Obligation, "F5")).name == "网格员每周巡查"
    assert (await schemes.apply(session, SYSTEM, weekly, ground.DIVISIONS)).touched == 0
    freeze("2026-11-23 08:02")
    await schemes.apply(session, SYSTEM, without, ground.DIVISIONS)
    assert await _waits(session) == ("month", {"is_active": False}, "2026-12-01")
    freeze("2026-11-23 08:03")
    await schemes.apply(session, SYSTEM, monthly, ground.DIVISIONS)
    assert await _waits(session) == ("month", None, None)
    freeze("2026-11-23 08:04")
    await schemes.apply(session, SYSTEM, weekly, ground.DIVISIONS)
    await patrols.turn(session)
    assert await _looks(session) == [("2026-11-23", "open")]

    freeze("2026-11-27 08:00")
    await patrols.turn(session)
    assert await _looks(session) == [("2026-11-23", "open"), ("2026-12-01", "open")]
    for other in (monthly, without):
        assert await _days(session, other) == [(None, "2026-12-01")]
        with pytest.raises(NotYet) as refused:
            await schemes.apply(session, SYSTEM, other, ground.DIVISIONS)
        session.expire_all()
        assert "2026-12-01" in refused.value.problem()["zh"]

    freeze("2026-12-01 08:00")
    await patrols.turn(session)
    assert await _waits(session) == ("week", None, None)
    starts = [start for start, _ in await _looks(session)]
    assert starts == ["2026-11-23", "2026-12-01", "2026-12-07"]


async def test_a_scheme_switches_off_with_the_period_and_on_again_at_once(
    session: AsyncSession, freeze: Freeze
) -> None:
    freeze("2026-11-23 08:00")
    scheme = _patrolled(Period.MONTH)
    await schemes.apply(session, SYSTEM, scheme, ground.DIVISIONS)
    village = await ground.body(session, ground.VILLAGE)
    await thing(session, await ground.grid(session, village))
    await patrols.turn(session)
    without = scheme.model_copy(update={"obligation": ()})
    freeze("2026-11-23 08:01")
    assert await _days(session, without) == [("2026-12-01", None)]
    await schemes.apply(session, SYSTEM, without, ground.DIVISIONS)
    assert await _switch(session) == (True, "s3")
    for moment in ("2026-11-23 09:00", "2026-11-27 08:00"):
        freeze(moment)
        await patrols.turn(session)
        assert await _looks(session) == [("2026-11-23", "open")]
    freeze("2026-12-01 08:00")
    await patrols.turn(session)
    assert await _switch(session) == (False, "s3")
    assert await _looks(session) == [("2026-11-23", "missed")]
    await schemes.apply(session, SYSTEM, scheme, ground.DIVISIONS)
    assert await _switch(session) == (True, None)
    await patrols.turn(session)
    assert await _looks(session) == [("2026-11-23", "missed"), ("2026-12-01", "open")]


async def test_a_duty_is_told_by_its_name_and_by_what_is_otherwise(
    session: AsyncSession, freeze: Freeze
) -> None:
    """Never by its key alone: what it is called, its number, and how it or its name changes."""
    freeze("2026-11-23 08:00")
    scheme = _patrolled(Period.MONTH)
    assert await _told(session, scheme) == [("网格员每月巡查", "F5", None, None)]
    await schemes.apply(session, SYSTEM, scheme, ground.DIVISIONS)
    renamed = ("网格员每月巡查", "F5", "网格员每月巡查", "网格员每周巡查")
    assert await _told(session, _patrolled(Period.WEEK)) == [renamed]
    (patrol,) = scheme.obligation
    twice = patrol.model_copy(update={"min_count": 2})
    often = ("网格员每月巡查", "F5", "每月 1 次", "每月 2 次")
    assert await _told(session, scheme.model_copy(update={"obligation": (twice,)})) == [often]
    off = scheme.model_copy(update={"obligation": ()})
    assert await _told(session, off) == [("网格员每月巡查", "F5", None, None)]
    assert [number_of(key) for key in ("F13-assessment", "county_1", "F1x")] == ["F13", None, None]


async def _told(session: AsyncSession, scheme: Scheme) -> list[tuple[str | None, ...]]:
    found = await schemes.difference(session, SYSTEM, scheme, ground.DIVISIONS)
    duties = [one for one in found.changes if one.part is Part.OBLIGATIONS]
    return [(one.name, one.number, one.before, one.after) for one in duties]


def _patrolled(period: Period) -> Scheme:
    """A county that asks for one thing: that gridworkers look at places."""
    scheme = schemes.named("s3")
    (patrol,) = (one for one in scheme.obligation if one.key == "F5")
    name = {Period.MONTH: "网格员每月巡查", Period.WEEK: "网格员每周巡查"}[period]
    asked = {"name": name, "period": period, "min_count": 1, "applies_to": AppliesTo()}
    return scheme.model_copy(update={"obligation": (patrol.model_copy(update=asked),)})


async def _days(session: AsyncSession, scheme: Scheme) -> list[tuple[str | None, str | None]]:
    """What the difference says before anybody agrees to it."""
    found = await schemes.difference(session, SYSTEM, scheme, ground.DIVISIONS)
    duties = [one for one in found.changes if one.part is Part.OBLIGATIONS]
    return [(_iso(one.since), _iso(one.not_before)) for one in duties]


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


async def _waits(session: AsyncSession) -> tuple[Any, ...]:
    query = select(Obligation.period, Obligation.coming, Obligation.coming_on)
    period, coming, on = (await session.execute(query.where(Obligation.key == "F5"))).one()
    return period, coming, on and on.isoformat()


async def _looks(session: AsyncSession) -> list[tuple[str, str]]:
    """The first days of the windows of F5 and what became of each look."""
    rows = await session.execute(
        select(PatrolTask.period_start, PatrolTask.status)
        .where(PatrolTask.obligation_key == "F5")
        .order_by(PatrolTask.period_start)
    )
    return [(start.isoformat(), status.value) for start, status in rows]


async def _switch(session: AsyncSession) -> tuple[bool, str | None]:
    row = await session.get_one(Obligation, "F5", populate_existing=True)
    return row.is_active, row.switched_off_by
