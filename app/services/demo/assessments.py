"""The yearly assessment of the demo county, half way through, and a commendation."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.services import assessments, presets
from app.services.access import Actor
from app.services.assessments import OpenAssessment, StepPaper, WriteNote
from app.services.demo.dice import phone_id
from app.services.demo.enterprises import Company
from app.services.demo.office import Office
from app.services.demo.people import Staff
from app.services.demo.telling import sent

_MORNING, _HOUR, _DAY = time(9), timedelta(hours=1), timedelta(days=1)


async def tell(
    session: AsyncSession, seed: int, staff: Staff, companies: Sequence[Company], now: datetime
) -> None:
    office = Office(session, seed, staff, companies, now)
    known = presets.read("demo/assessments")
    papers = await _open(office, known)
    for row in known["paper"]:
        await _take(office, papers[office.body(row["by"])], row)
    for row in known["note"]:
        await _note(office, row)


def _morning(office: Office, days_ago: int) -> datetime:
    day = clock.local(office.now - days_ago * _DAY).date()
    return datetime.combine(day, _MORNING, clock.COUNTY_ZONE)


async def _open(office: Office, known: dict[str, Any]) -> dict[UUID, UUID]:
    """Papers by their body. Of the year in which it was opened."""
    county, at = office.who("county"), _morning(office, known["opened_days_ago"])
    with clock.at(at):
        form = (await assessments.propose(office.session, county)).form
        said = OpenAssessment(
            year=at.year, form=form, self_until=at.date() + known["self_days"] * _DAY
        )
        id_ = phone_id(office.seed, "assessment", at)
        await assessments.open_year(office.session, county, id_, said, sent(said))
        year = await assessments.read_year(office.session, county, id_)
    return {one.body.id: one.paper.id for one in year.papers}


async def _take(office: Office, paper: UUID, row: dict[str, Any]) -> None:
    county, at = office.who("county"), _morning(office, row["days_ago"])
    for one in row["result"]["deductions"]:
        one["evidence"]["on"] = (at - one["evidence"].pop("ago") * _DAY).date()
    steps: list[tuple[Actor, dict[str, Any]]] = [
        (office.who(row["by"]), {"step": "submit", "said": row["said"]}),
        (county, {"step": "assess", "result": row["result"]}),
    ]
    if row.get("shown"):
        steps.append((county, {"step": "show"}))
    for version, (who, fields) in enumerate(steps, start=1):
        said = StepPaper.model_validate({**fields, "version": version})
        moment = at + version * _HOUR
        id_ = phone_id(office.seed, f"assessment/{row['by']}", moment)
        with clock.at(moment):
            await assessments.step(office.session, who, paper, id_, said, sent(said))


async def _note(office: Office, row: dict[str, Any]) -> None:
    at = _morning(office, row["days_ago"])
    said = WriteNote(
        kind=row["kind"],
        organization_id=office.body(row["by"]),
        said_on=at.date(),
        text=row["text"],
    )
    with clock.at(at):
        id_ = phone_id(office.seed, "note", at)
        await assessments.write_note(office.session, office.who("county"), id_, said, sent(said))
