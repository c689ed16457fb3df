"""Correcting what was reported: free for 30 minutes, afterwards a new version with a reason."""

from datetime import timedelta
from typing import Any

from app.services.hazard_flow import Needs, incomplete
from app.services.hazards import searching
from app.services.hazards.dispatching import require_category
from app.services.hazards.step import Step, invalid

FREE_FOR = timedelta(minutes=30)
# field of the command → column of the case
FIELDS = {
    "category_code": "category_code",
    "level": "level",
    "is_urgent": "is_urgent",
    "place": "place",
    "corrected_note": "note",
}


async def correct(step: Step) -> None:
    """Both versions are kept in history; nothing is overwritten without a trace."""
    new = _changed(step)
    if not new:
        raise invalid("corrected_note", "没有改动", "Nothing was changed")
    if step.now - step.hazard.received_at > FREE_FOR and not step.command.reason:
        raise incomplete(Needs.REASON)
    if "category_code" in new:
        await require_category(step, new["category_code"])
    step.data["before"] = {name: _plain(getattr(step.hazard, name)) for name in new}
    step.data["after"] = {name: _plain(value) for name, value in new.items()}
    for name, value in new.items():
        setattr(step.hazard, name, value)
    await searching.remember(step.session, step.hazard)


def _changed(step: Step) -> dict[str, Any]:
    sent = {column: getattr(step.command, name) for name, column in FIELDS.items()}
    return {
        column: value
        for column, value in sent.items()
        if value is not None and value != getattr(step.hazard, column)
    }


def _plain(value: Any) -> Any:
    """Enums as their words."""
    return getattr(value, "value", value)
