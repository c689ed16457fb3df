"""What a desk sends to have something looked at once."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.models.supervised_object import ObjectKind
from app.services.commands import Day, Input, Line

MOST_DRAWN = 10_000


Sector = Annotated[str, Field(pattern=r"^[A-T](\d{2})?$", examples=["H62"])]


class Choice(Input):
    """Which open, confirmed objects of my ground; nothing said = all of them."""

    kinds: Annotated[list[ObjectKind], Field(max_length=20)] = []
    sectors: Annotated[list[Sector], Field(max_length=20)] = Field(
        [], description="GB/T 4754: H62, or H for all of its section; objects without one are out"
    )
    only_key: bool = False
    township_id: UUID | None = None
    village_id: UUID | None = None
    grid_id: UUID | None = None


class MoveCampaign(Input):
    """A new last day, earlier or later, and why; whoever has tasks of it is told both."""

    until: Day
    reason: Annotated[Line, Field(min_length=2, max_length=200, examples=["下雪，推迟三天"])]


class OrderCampaign(Input):
    """`until` is its last day; `sample` draws so many by lot, None takes all.

    `starts_on`: the day on which its tasks go out, None = at once. What they are about is chosen,
    and drawn, when it is ordered.
    """

    name: Annotated[Line, Field(min_length=2, max_length=60, examples=["元旦前燃气专项检查"])]
    basis: Line = Field("", examples=["县安委办〔2026〕12 号"])
    checklist_key: Annotated[str, Field(max_length=40, examples=["nine-aspects"])]
    choice: Choice = Choice()
    sample: Annotated[int, Field(ge=1, le=MOST_DRAWN)] | None = None
    starts_on: Day | None = None
    until: Day
