"""What the bodies of the demo county have kept of their duties, and what is late."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.services import duties, presets
from app.services.access import Actor
from app.services.demo.dice import phone_id
from app.services.demo.enterprises import Company
from app.services.demo.office import Office
from app.services.demo.people import Staff
from app.services.demo.telling import sent
from app.services.duties import DutyQuery, FinishItem, Occurrence, RecordDuty
from app.services.duties.commands import DecideItem

_MORNING = time(9)
_DAY = timedelta(days=1)


async def tell(
    session: AsyncSession, seed: int, staff: Staff, companies: Sequence[Company], now: datetime
) -> None:
    office = Office(session, seed, staff, companies, now)
    for row in presets.read("demo/office")["duty"]:
        await _keep(office, row)


async def _keep(office: Office, row: dict[str, Any]) -> None:
    """The scheme may be younger than the period: then there is nothing to keep."""
    writer = office.who(row["by"])
    at = await _of_period(office, writer, row)
    if at is None:
        return
    held = at.window.end - row["days_left"] * _DAY
    moment = datetime.combine(held, _MORNING, clock.COUNTY_ZONE)
    decided = [
        DecideItem(
            text=one["text"],
            organization_id=office.body(one["body"]),
            due_on=held + one["days"] * _DAY,
        )
        for one in row.get("decided", ())
    ]
    said = RecordDuty(
        obligation_key=row["key"],
        organization_id=at.of.id,
        period_start=at.window.start,
        held_on=held,
        subject=row["subject"],
        text=row["text"],
        decided=decided,
    )
    id_ = phone_id(office.seed, f"duty/{row['key']}", moment)
    with clock.at(moment):
        await duties.record(office.session, writer, id_, said, sent(said))
        whole = await duties.read(office.session, writer, id_)
    for one, known in zip(row.get("decided", ()), whole.items, strict=True):
        if "done" in one:
            with clock.at(min(moment + (one["days"] - 3) * _DAY, office.now)):
                done = FinishItem(note=one["done"])
                await duties.finish(office.session, office.who(one["body"]), known.item.id, done)


async def _of_period(office: Office, writer: Actor, row: dict[str, Any]) -> Occurrence | None:
    found = await duties.find(office.session, writer, DutyQuery(show="all", whose="own"))
    of_duty = sorted(
        (one for one in found if one.duty.key == row["key"]), key=lambda one: one.window.start
    )
    ago = row["periods_ago"] + 1
    return of_duty[-ago] if len(of_duty) >= ago else None
