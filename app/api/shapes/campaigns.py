"""Campaigns as they are shown: progress by ground, nobody counted."""

from datetime import date
from uuid import UUID

from pydantic import Field

from app.api.views import OrganizationRef, View
from app.models.supervised_object import ObjectKind
from app.services.campaigns import FoundCampaign


class ChosenView(View):
    objects: int
    grids: int


class ChoiceView(View):
    """As it was ordered; `sample`: so many drawn by lot."""

    kinds: list[ObjectKind]
    sectors: list[str]
    only_key: bool
    township_id: UUID | None
    village_id: UUID | None
    grid_id: UUID | None
    sample: int | None


class CampaignView(View):
    """Counts are of tasks on the reader's ground; `late`: put off or past its day.

    `dropped`: no longer asked for (called off, closed, bundled) and not among the planned.
    """

    id: UUID
    name: str
    basis: str
    list_name: str
    body: OrganizationRef
    choice: ChoiceView
    starts_on: date
    until: date
    first_until: date | None = Field(description="its last day as it was ordered, if moved since")
    moved_because: str
    ended_on: date | None
    planned: int
    done: int
    late: int
    missed: int
    dropped: int
    issues: int
    is_mine: bool


def campaign(found: FoundCampaign) -> CampaignView:
    row = found.campaign
    return CampaignView(
        id=row.id,
        name=row.name,
        basis=row.basis,
        list_name=found.list_name,
        body=OrganizationRef.model_validate(found.body),
        choice=ChoiceView.model_validate({"sectors": [], **row.choice}),
        starts_on=row.starts_on,
        until=row.until,
        first_until=row.first_until,
        moved_because=row.moved_because,
        ended_on=row.ended_on,
        planned=found.planned,
        done=found.done,
        late=found.late,
        missed=found.missed,
        dropped=found.dropped,
        issues=found.issues,
        is_mine=found.is_mine,
    )
