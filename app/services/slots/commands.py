"""What people send about places on grids."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.models.slot import Provision, SlotRole
from app.services.commands import Day, Input, Line


class FillSlot(Input):
    role: SlotRole
    person_id: UUID
    title: Annotated[Line, Field(max_length=40)] = ""
    starts_on: Day
    ends_on: Day | None = None


class EndSlot(Input):
    ends_on: Day


class NoteProvision(Input):
    """Is it there, as seen on the spot?"""

    what: Provision
    is_there: bool
