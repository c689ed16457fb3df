"""Hand-overs as they are shown and printed."""

from datetime import date, datetime
from uuid import UUID

from app.api.views import GridRef, OrganizationRef, View
from app.models.hazard import State
from app.models.person import Role
from app.models.supervised_object import ObjectKind
from app.services.handovers import FoundHandover, Pack, Preview
from app.services.handovers.pack import Waits, Warned


class HolderOfGrid(View):
    """A post of the grid that is not over."""

    post_id: UUID
    name: str
    role: Role
    starts_on: date
    ends_on: date | None


class PackCaseView(View):
    """`waits`: what the one who goes still had to do on site."""

    id: UUID
    number: str
    state: State
    what: str
    place: str
    received_at: datetime
    due_at: datetime | None
    waits: Waits | None


class PackTaskView(View):
    duty: str
    place: str | None
    due_on: date
    original_due_on: date
    rollovers: int


class PackInstructionView(View):
    """`is_read`, `is_answered`: by somebody of the grid, at any time."""

    id: UUID
    subject: str
    sender: str
    sent_at: datetime
    due_on: date | None
    wants_feedback: bool
    is_read: bool
    is_answered: bool


class PackWarningView(View):
    """`what` and `on`: the licence and its last day."""

    kind: Warned
    what: str
    on: date | None


class PackObjectView(View):
    id: UUID
    name: str
    kind: ObjectKind
    address: str
    warnings: list[PackWarningView]


class PackView(View):
    """`objects`: only those with a warning, of `object_count`; `unsent`: still on the phone.

    `instructions` null: a paper from before they were listed.
    """

    as_of: date
    cases: list[PackCaseView]
    tasks: list[PackTaskView]
    instructions: list[PackInstructionView] | None
    objects: list[PackObjectView]
    object_count: int
    unsent: int


class HandoverPreview(View):
    grid: GridRef
    runner: OrganizationRef
    holders: list[HolderOfGrid]
    pack: PackView


class HandoverRow(View):
    """`leaver` None: it was vacant. `comer` None: colleagues go on."""

    id: UUID
    role: Role
    leaver: str | None
    comer: str | None
    maker: str
    starts_on: date
    at: datetime


class HandoverView(HandoverRow):
    county: str
    grid: GridRef
    official_code: str | None
    runner: str
    township: str | None
    note: str
    pack: PackView


def handover_preview(found: Preview) -> HandoverPreview:
    return HandoverPreview(
        grid=GridRef.model_validate(found.grid),
        runner=OrganizationRef.model_validate(found.runner),
        holders=[HolderOfGrid.model_validate(one) for one in found.holders],
        pack=PackView.model_validate(found.pack),
    )


def handover_row(found: FoundHandover) -> HandoverRow:
    row = found.handover
    return HandoverRow(
        id=row.id,
        role=row.role,
        leaver=found.leaver,
        comer=found.comer,
        maker=found.maker,
        starts_on=row.starts_on,
        at=row.at,
    )


def handover_view(county: str, found: FoundHandover) -> HandoverView:
    return HandoverView(
        **handover_row(found).model_dump(),
        county=county,
        grid=GridRef.model_validate(found.grid),
        official_code=found.grid.official_code,
        runner=found.runner.name,
        township=found.township.name if found.township else None,
        note=found.handover.note,
        pack=PackView.model_validate(Pack.model_validate(found.handover.pack)),
    )
