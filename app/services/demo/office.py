"""What desks and gridworkers do beside cases, through the real services, oldest first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models.appeal import AppealStepKind
from app.models.checklist import ItemKind
from app.models.person import Role
from app.models.situation import SituationStepKind
from app.models.visit import Answered
from app.services import (
    appeals,
    checklists,
    errands,
    inspections,
    instructions,
    presets,
    situations,
    visits,
)
from app.services.access import Actor
from app.services.appeals import MakeAppeal, StepAppeal
from app.services.demo.dice import phone_id
from app.services.demo.enterprises import Company
from app.services.demo.people import Staff
from app.services.demo.telling import sent
from app.services.errands import RecordErrand
from app.services.inspections import CloseInspection, PlanInspection, RecordResult
from app.services.instructions import AnswerInstruction, SendInstruction
from app.services.situations import SituationQuery, StepSituation
from app.services.visits import MakeVisit, SaidOfItem, spots

_MORNING = time(9)
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_ROUND = "village-9+1"  # the list with reports
_READ = 3  # of four who were written to


@dataclass(frozen=True)
class Office:
    """Who and what the lines of app/presets/demo/office.toml speak of."""

    session: AsyncSession
    seed: int
    staff: Staff
    companies: Sequence[Company]
    now: datetime

    def who(self, key: str) -> Actor:
        return self.staff.actor(self.staff.cast[key].id)

    def body(self, key: str) -> UUID:
        return self.who(key).seats[0].organization_id

    def of_sector(self, sector: str) -> list[Company]:
        return [one for one in self.companies if one.sector == sector]

    def morning(self, row: dict[str, Any], at: time = _MORNING) -> datetime:
        day = clock.local(self.now - row["days_ago"] * _DAY).date()
        return datetime.combine(day, at, clock.COUNTY_ZONE)

    def id_of(self, row: dict[str, Any], what: str, at: datetime) -> UUID:
        return phone_id(self.seed, f"{row.get('name') or row.get('subject')}/{what}", at)


async def tell(
    session: AsyncSession, seed: int, staff: Staff, companies: Sequence[Company], now: datetime
) -> None:
    known = presets.read("demo/office")
    office = Office(session, seed, staff, companies, now)
    for row in known["inspection"]:
        await _inspect(office, row)
    for row in known["instruction"]:
        await _instruct(office, row)
    for row in known["errand"]:
        await _run(office, row)
    for row in known["appeal"]:
        await _appeal(office, row)
    for row in known["situation"]:
        await _situation(office, row)


async def _inspect(office: Office, row: dict[str, Any]) -> None:
    """Planned a week before; who had nothing to be found, and one place that was closed."""
    first, lead = office.morning(row), office.who(row["lead"])
    places = office.of_sector(row["sector"])[: row["places"]]
    id_ = office.id_of(row, "plan", first)
    plan = PlanInspection(
        **{name: row[name] for name in ("kind", "name", "basis", "plan")},
        checklist_key=row["list"],
        starts_on=first.date(),
        until=first.date() + _DAY,
        lead_id=office.body(row["lead"]),
        joining_ids=[office.body(key) for key in row["joining"]],
        inspector_ids=[office.who(key).person_id for key in (row["lead"], *row["joining"])],
        object_ids=[place.id for place in places],
    )
    with clock.at(min(first - 7 * _DAY, office.now)):
        await inspections.plan(office.session, lead, id_, plan, sent(plan))
    if "conclusion" not in row:
        return
    for number, place in enumerate(places, start=1):
        is_last = number == len(places)
        result = RecordResult(left_out_reason=row["left_out"]) if is_last else _fine(first)
        with clock.at(first + number * _HOUR):
            await inspections.record(office.session, lead, id_, place.id, result)
    with clock.at(first + _DAY):
        end = CloseInspection(conclusion=row["conclusion"])
        await inspections.close(office.session, lead, id_, end)


def _fine(day: datetime) -> RecordResult:
    return RecordResult(looked_on=day.date(), note="现场看过，没有发现隐患。")


async def _instruct(office: Office, row: dict[str, Any]) -> None:
    """Most open it within the day, the cast of the phone not: a visitor does."""
    at, desk = office.morning(row), office.who(row["by"])
    letter = SendInstruction(
        **{name: row[name] for name in ("subject", "text", "circles")},
        wants_feedback="answer" in row,
        due_on=(at + row["days"] * _DAY).date() if "answer" in row else None,
    )
    id_ = office.id_of(row, "letter", at)
    with clock.at(at):
        await instructions.send(office.session, desk, id_, letter, sent(letter))
    with clock.at(at + 2 * _HOUR):
        for reader in _readers(office, desk, row["circles"]):
            await instructions.note_read(office.session, reader, id_)
    if "answer" in row:
        with clock.at(at + _DAY):
            said = AnswerInstruction(occurred_at=clock.now(), text=row["answer"])
            own_id = office.id_of(row, "answer", at)
            who = office.who(row["answered"])
            await instructions.answer(office.session, who, id_, own_id, said, sent(said))


def _readers(office: Office, desk: Actor, circles: Sequence[str]) -> Iterator[Actor]:
    is_ground = "grids" in circles
    role = Role.GRIDWORKER if is_ground else Role.TOWNSHIP_OFFICER
    cast = {person.id for person in office.staff.cast.values()} if is_ground else set()
    within = desk.seats[0].organization_id
    found = [
        actors[0]
        for (_, held), actors in office.staff.actors.items()
        if held is role and (not is_ground or actors[0].seats[0].within_id == within)
    ]
    for number, reader in enumerate(found):
        if number % (_READ + 1) != _READ and reader.person_id not in cast:
            yield reader


async def _run(office: Office, row: dict[str, Any]) -> None:
    """By whoever looks after the first company of the sector, or by one of the cast."""
    at = office.morning(row, time.fromisoformat(row["time"]))
    said = {name: row[name] for name in row if name not in {"days_ago", "time", "sector", "by"}}
    if "by" in row:
        worker = office.who(row["by"])
        said["grid_id"] = worker.seats[0].grid_id
    else:
        company = office.of_sector(row["sector"])[0]
        worker = office.staff.reporters(presets.body_id(company.village.code))[0]
        said["object_id"] = company.id
    command = RecordErrand(occurred_at=at, **said)
    id_ = phone_id(office.seed, f"errand/{row['topic']}", at)
    with clock.at(at):
        await errands.record(office.session, worker, id_, command, sent(command))


async def _appeal(office: Office, row: dict[str, Any]) -> None:
    at, asker = office.morning(row), office.who(row["by"])
    id_ = office.id_of(row, "asked", at)
    asked = MakeAppeal(subject=row["subject"], text=row["text"])
    with clock.at(at):
        appeal = await appeals.make(office.session, asker, id_, asked, sent(asked))
    if "answer" not in row:
        return
    township = office.staff.actors[appeal.holder_id, Role.TOWNSHIP_OFFICER][0]
    step, to = AppealStepKind, office.body(row["passed_to"])
    steps = (
        (township, StepAppeal(step=step.PASS_ON, text=row["why"], target_id=to)),
        (office.who(row["passed_to"]), StepAppeal(step=step.ANSWER, text=row["answer"])),
        (asker, StepAppeal(step=step.CONFIRM)),
    )
    for number, (who, said) in enumerate(steps, start=1):
        with clock.at(at + number * _DAY):
            own_id = office.id_of(row, f"step {number}", at)
            await appeals.step(office.session, who, id_, own_id, said, sent(said))


async def _situation(office: Office, row: dict[str, Any]) -> None:
    """Seen on a round of the grid; passed on by the township and settled by the department."""
    at, worker = office.morning(row), office.who(row["by"])
    id_ = phone_id(office.seed, f"situation/{row['code']}", at)
    round_ = await _round(office, row, worker, id_)
    with clock.at(at):
        await visits.make(office.session, worker, id_, round_, sent(round_))
    if "answer" not in row:
        return
    mine = await situations.find(office.session, worker, SituationQuery(show="mine", limit=1))
    situation = mine.items[0].situation
    assert situation.township_id
    township = office.staff.actors[situation.township_id, Role.TOWNSHIP_OFFICER][0]
    step, to = SituationStepKind, office.body(row["passed_to"])
    steps = (
        (township, StepSituation(step=step.PASS_ON, text=row["why"], target_id=to)),
        (office.who(row["passed_to"]), StepSituation(step=step.SETTLE, text=row["answer"])),
    )
    for number, (who, said) in enumerate(steps, start=1):
        with clock.at(at + number * _DAY):
            own_id = phone_id(office.seed, f"situation/{row['code']}/{number}", at)
            await situations.step(office.session, who, situation.id, own_id, said, sent(said))


async def _round(office: Office, row: dict[str, Any], worker: Actor, id_: UUID) -> MakeVisit:
    """Nothing found but what the line tells."""
    newest = await checklists.newest(office.session)
    version = await checklists.version(office.session, newest[_ROUND])
    hazards = (item.code for item in version.items if item.kind is ItemKind.HAZARD)
    seen = [SaidOfItem(code=code, answer=Answered.FINE) for code in spots(id_, hazards)]
    at = office.morning(row)
    return MakeVisit(
        grid_id=worker.seats[0].grid_id,
        checklist_version_id=newest[_ROUND],
        started_at=at,
        occurred_at=at,
        rest_fine=True,
        answers=[*seen, SaidOfItem(code=row["code"], answer=Answered.ISSUE, note=row["text"])],
    )
