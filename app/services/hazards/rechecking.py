"""The answer to a second look. A failed one opens a new case; the old one is never rewritten."""

from datetime import timedelta
from uuid import uuid5

from app.models.photo import PhotoRole
from app.models.recheck import Recheck, RecheckOutcome
from app.services.commands import PhotoPromise, Position
from app.services.events import Sent
from app.services.hazards import opening
from app.services.hazards.arriving import Arrival
from app.services.hazards.commands import ReportHazard
from app.services.hazards.step import Step

OPENED_AGAIN = "recurs"  # names the id of the new case, derived from the answer's


async def passed(step: Step) -> None:
    _answer(step, RecheckOutcome.FINE)


async def failed(step: Step) -> None:
    """It is there again: whoever saw it reports it, in the same moment (S3-6)."""
    command = _report(step)
    id_ = uuid5(step.arrival.sent.id, OPENED_AGAIN)
    sent = Sent(id_, id_, step.arrival.sent.sha256, None, step.command.occurred_at)
    arrival = Arrival(sent, step.arrival.skew)
    is_told = step.arrival.skew != timedelta()
    opened = await opening.open_case(step.session, step.actor, command, arrival, is_told=is_told)
    assert opened is not None  # the id follows from the answer's, which is new
    assert opened.hazard is not None
    task = _answer(step, RecheckOutcome.RECURRED)
    task.recurred_as_id = opened.hazard.id
    step.data["recurred_as"] = {"id": str(opened.hazard.id), "number": opened.hazard.number}
    step.onward.append(opening.passing_on(opened.hazard, arrival))


def _answer(step: Step, outcome: RecheckOutcome) -> Recheck:
    task = step.facts.recheck
    assert task is not None
    task.outcome, task.answered_at, task.answered_by_id = (
        outcome,
        step.now,
        step.actor.person_id,
    )
    return task


def _report(step: Step) -> ReportHazard:
    """The old case once more, with what was seen today."""
    hazard, command = step.hazard, step.command
    return ReportHazard(
        category_code=hazard.category_code,
        level=hazard.level,
        note=command.note or hazard.note,
        place=hazard.place,
        enterprise_id=hazard.enterprise_id,
        grid_id=hazard.grid_id,
        position=command.position or _position(step),
        photos=[_before(photo) for photo in command.photos],
        occurred_at=command.occurred_at,
        recurs_of=hazard.id,
    )


def _position(step: Step) -> Position | None:
    hazard = step.hazard
    if hazard.lat is None or hazard.lon is None:
        return None
    source = hazard.position_source or "gps"
    return Position(lat=hazard.lat, lon=hazard.lon, accuracy_m=hazard.accuracy_m, source=source)


def _before(photo: PhotoPromise) -> PhotoPromise:
    """A picture of how it looks now is, for the new case, how it was found."""
    return photo.model_copy(update={"role": PhotoRole.BEFORE})
