"""Correcting what was reported: free for 30 minutes, afterwards a new version with a reason.

Where it lies may be wrong too: as long as only the ground itself has decided (village, township),
the case goes over to the ground where it really is.
"""

from datetime import timedelta
from typing import Any

from app.models.grid import Grid
from app.models.hazard import Hazard, State
from app.models.organization import OrganizationKind
from app.models.supervised_object import SupervisedObject
from app.services import clocks
from app.services.clocks import Taken
from app.services.commands import Position
from app.services.hazard_flow import MOVED, Action, Needs, incomplete
from app.services.hazards import placing, searching
from app.services.hazards.dispatching import require_category
from app.services.hazards.step import Step, invalid, located, named
from app.services.places import Spot

FREE_FOR = timedelta(minutes=30)
# field of the command → column of the case
FIELDS = {
    "category_code": "category_code",
    "level": "level",
    "is_urgent": "is_urgent",
    "place": "place",
    "corrected_note": "note",
    "corrected_enterprise_id": "enterprise_id",
}
_POSITION = ("lat", "lon", "accuracy_m", "position_source")
_GROUND = (OrganizationKind.VILLAGE, OrganizationKind.TOWNSHIP_SUBCENTRE)


async def correct(step: Step) -> None:
    """Both versions are kept in history; nothing is overwritten without a trace."""
    hazard, command = step.hazard, step.command
    new = _changed(step)
    await _require_existing(step, new)
    spot = await _spot(step)
    if not new and command.corrected_position is None and not _is_elsewhere(hazard, spot):
        raise invalid("corrected_note", "没有改动", "Nothing was changed")
    if step.now - hazard.received_at > FREE_FOR and not command.reason:
        raise incomplete(Needs.REASON)
    step.data["before"] = {name: _plain(getattr(hazard, name)) for name in new}
    step.data["after"] = {name: _plain(value) for name, value in new.items()}
    for name, value in new.items():
        setattr(hazard, name, value)
    if command.corrected_position:
        _set_position(step, command.corrected_position)
    if spot and _is_elsewhere(hazard, spot):
        await _move(step, spot)
    await searching.remember(step.session, hazard)


def _changed(step: Step) -> dict[str, Any]:
    sent = {column: getattr(step.command, name) for name, column in FIELDS.items()}
    return {
        column: value
        for column, value in sent.items()
        if value is not None and value != getattr(step.hazard, column)
    }


async def _require_existing(step: Step, new: dict[str, Any]) -> None:
    if "category_code" in new:
        await require_category(step, new["category_code"])
    if "enterprise_id" in new and not await step.session.get(
        SupervisedObject, new["enterprise_id"]
    ):
        raise invalid("corrected_enterprise_id", "没有这个场所，请重选", "There is no such place")
    grid_id = step.command.corrected_grid_id
    if grid_id and await step.session.get(Grid, grid_id) is None:
        raise invalid("corrected_grid_id", "没有这个网格，请重选", "There is no such grid")


def _set_position(step: Step, position: Position) -> None:
    """As words in history, which keeps no fractions."""
    hazard = step.hazard
    if hazard.lat is not None and hazard.lon is not None:
        old = Position(lat=hazard.lat, lon=hazard.lon, accuracy_m=hazard.accuracy_m)
        step.data["before"]["position"] = located(old)
    step.data["after"]["position"] = located(position)
    new = (position.lat, position.lon, position.accuracy_m, position.source)
    for name, value in zip(_POSITION, new, strict=True):
        setattr(hazard, name, value)


async def _spot(step: Step) -> Spot | None:
    """The ground that the correction names, if the case may still go there."""
    command, hazard = step.command, step.hazard
    holder = step.facts.bodies.get(hazard.holder_id) if hazard.holder_id else None
    is_at_desk = hazard.state is State.ESCALATED and holder is not None and holder.kind in _GROUND
    is_at_reporter = hazard.state is State.REPORTED and (holder is None or holder.kind in _GROUND)
    if not is_at_desk and not is_at_reporter:
        return None
    return await placing.put(
        step.session,
        command.corrected_position,
        command.corrected_grid_id,
        command.corrected_enterprise_id,
    )


def _is_elsewhere(hazard: Hazard, spot: Spot | None) -> bool:
    here = (hazard.grid_id, hazard.village_id, hazard.township_id)
    return spot is not None and here != (spot.grid_id, spot.village_id, spot.township_id)


async def _move(step: Step, spot: Spot) -> None:
    """To the desk of the same kind over there; the grid that was left forgets the case."""
    hazard = step.hazard
    assert spot.township_id is not None  # placing.put answers nothing else
    was = await step.body(hazard.village_id or hazard.township_id)
    holder = step.facts.bodies.get(hazard.holder_id) if hazard.holder_id else None
    step.kind, step.left_grid_id = MOVED, hazard.grid_id
    hazard.grid_id, hazard.village_id = spot.grid_id, spot.village_id
    hazard.township_id, hazard.is_outside_county = spot.township_id, spot.is_outside_county
    now = await step.body(hazard.village_id or hazard.township_id)
    step.data |= {"left": named(was), "ground": named(now)}
    if holder and holder.kind is OrganizationKind.TOWNSHIP_SUBCENTRE:
        await step.hold(await step.body(hazard.township_id))
    elif holder:
        await step.hold(await step.ground_desk())
    taken = Taken(hazard.state, Action.CORRECT, step.now, step.actor.name)
    step.clocks += await clocks.rehome(step.session, hazard, taken)


def _plain(value: Any) -> Any:
    """Enums as their words."""
    return getattr(value, "value", value)
