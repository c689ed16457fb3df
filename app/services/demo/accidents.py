"""Three accidents, told through the real services: closed, a false alarm, and one still open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import chain
from typing import Any

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models.accident import ReportKind
from app.models.organization import Organization, OrganizationKind
from app.models.person import Role
from app.services import accidents, presets
from app.services.access import Actor
from app.services.accidents import ReportAccident, StepAccident, SupplementAccident
from app.services.commands import Position
from app.services.demo.dice import phone_id
from app.services.demo.enterprises import Company
from app.services.demo.people import Staff
from app.services.demo.telling import sent

_ACCURACY_M = 12.0


@dataclass(frozen=True)
class _Told:
    """One report or one step of one accident, in words of app/presets/demo/accidents.toml."""

    key: str
    happened_at: datetime
    company: Company
    at: datetime
    by: str
    said: dict[str, Any]


async def tell(
    session: AsyncSession, seed: int, staff: Staff, companies: Sequence[Company], now: datetime
) -> None:
    """What happened, in the order of time; and a number to call first, which nobody has."""
    known = presets.read("demo/accidents")
    await session.execute(
        update(Organization)
        .where(Organization.kind == OrganizationKind.COUNTY_CENTRE)
        .values(phone=known["duty_phone"])
    )
    stories = (_story(number, row, companies, now) for number, row in enumerate(known["accident"]))
    for one in sorted(chain.from_iterable(stories), key=lambda each: each.at):
        with clock.at(one.at):
            await _take(session, seed, staff, one)


def _story(
    number: int, row: dict[str, Any], companies: Sequence[Company], now: datetime
) -> list[_Told]:
    company = next(one for one in companies if one.sector == row["sector"])
    day = clock.local(now - timedelta(days=row["days_ago"])).date()
    began = datetime.combine(day, time.fromisoformat(row["time"]), clock.COUNTY_ZONE)
    found = []
    for line in row["told"]:
        said = dict(line)
        at = began + timedelta(minutes=said.pop("after"))
        by = said.pop("by")
        found.append(_Told(f"accident/{number}", began, company, at, by, said))
    return found


async def _take(session: AsyncSession, seed: int, staff: Staff, one: _Told) -> None:
    actor = _who(staff, one)
    id_ = phone_id(seed, one.key, one.happened_at)
    own_id = phone_id(seed, f"{one.key}/{one.at}", one.at)
    if "step" in one.said:
        step = StepAccident(**one.said)
        await accidents.step(session, actor, id_, own_id, step, sent(step))
    elif one.said["report"] == ReportKind.FIRST:
        first = ReportAccident(**_first(one))
        await accidents.report(session, actor, id_, first, sent(first))
    else:
        more = SupplementAccident(occurred_at=one.at, **one.said)
        await accidents.supplement(session, actor, id_, own_id, more, sent(more))


def _first(one: _Told) -> dict[str, Any]:
    """From beside the gate: what a phone knows before anybody has typed."""
    place = one.company.place
    return {
        **{name: value for name, value in one.said.items() if name != "report"},
        "occurred_at": one.at,
        "happened_at": one.happened_at,
        "object_id": one.company.id,
        "grid_id": presets.grid_id(one.company.village.code),
        "position": Position(lat=place.lat, lon=place.lon, accuracy_m=_ACCURACY_M),
    }


def _who(staff: Staff, one: _Told) -> Actor:
    village = one.company.village
    if one.by == "reporter":
        return staff.reporters(presets.body_id(village.code))[0]
    if one.by == "township":
        township = presets.body_id(village.township_code)
        return staff.actors[township, Role.TOWNSHIP_OFFICER][0]
    return staff.actor(staff.cast[one.by].id)
