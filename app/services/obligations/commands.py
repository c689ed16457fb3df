"""What a county sends when it decides on a duty."""

from typing import Annotated, Any

from pydantic import Field

from app.models.obligation import Duty, Period, Scope
from app.models.person import Role
from app.models.slot import SlotRole
from app.models.supervised_object import ObjectKind
from app.services.commands import Day, Input, Line


class DecideObligation(Input):
    """Who has to look at what, by which list, how often; `slot`: whoever has that place on a grid.

    Of a duty that runs, all but its words counts from the next period. `starts_on`: of a new one.
    """

    name: Annotated[Line, Field(min_length=2, max_length=80)]
    basis: Annotated[Line, Field(max_length=120)] = ""
    role: Role | None = None
    slot: SlotRole | None = None
    duty: Duty
    min_count: Annotated[int, Field(ge=1, le=31)]
    period: Period
    scope: Scope
    kinds: Annotated[list[ObjectKind], Field(max_length=len(ObjectKind))] = []
    only_key: bool = False
    checklist_key: Annotated[str, Field(max_length=40)] | None = None
    starts_on: Day | None = None
    is_active: bool = True

    def asked(self) -> dict[str, Any]:
        """The columns that change with a period, in JSON; kinds in the order of the table."""
        own = self.model_dump(
            mode="json", exclude={"name", "basis", "kinds", "only_key", "starts_on"}
        )
        kinds = [kind.value for kind in ObjectKind if kind in self.kinds]
        narrowed = ({"kinds": kinds} if kinds else {}) | ({"is_key": True} if self.only_key else {})
        return {**own, "applies_to": narrowed}
