"""Shapes that many answers share."""

from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.models.hazard import Outcome, State
from app.models.organization import OrganizationKind
from app.models.photo import PhotoRole, PhotoSource
from app.models.recheck import RecheckCause, RecheckOutcome
from app.models.rules import Hop, Level
from app.models.supervised_object import ObjectKind

Item = TypeVar("Item")


class View(BaseModel):
    model_config = ConfigDict(from_attributes=True, defer_build=True)


class Problem(View):
    """Every refusal looks like this, in both languages, with a way out."""

    code: str = Field(examples=["not_allowed_now"])
    zh: str
    en: str
    fields: list[str] = []
    details: dict[str, Any] = {}


class OrganizationRef(View):
    id: UUID
    name: str
    short_name: str
    kind: OrganizationKind


class GridRef(View):
    id: UUID
    name: str


class ObjectRef(View):
    id: UUID
    name: str
    kind: ObjectKind


class PersonRef(View):
    id: UUID
    name: str


class Page(View, Generic[Item]):
    """`next` goes back as `cursor`; None = the end. Counts stop at 1,000."""

    items: list[Item]
    next: str | None
    count: int
    is_count_capped: bool


class Receipt(View):
    """Proof of delivery, sent after COMMIT. `sha256` is of the body exactly as sent."""

    id: UUID
    sha256: str
    seq: int
    received_at: datetime
    mac: str


class ClockView(View):
    hop: Hop
    round: int
    owner: OrganizationRef | None
    person: PersonRef | None
    started_at: datetime
    due_at: datetime
    is_provisional: bool
    ended_at: datetime | None
    outcome: str
    status: str = Field(description="running, approaching, missed, very_late, met, paused, …")


class RunningClock(View):
    hop: Hop
    started_at: datetime
    due_at: datetime
    is_provisional: bool
    status: str = Field(description="running, approaching (80 %), missed, very_late (3 x)")


class PhotoView(View):
    id: UUID
    role: PhotoRole
    source: PhotoSource
    taken_at: datetime
    lat: float | None
    lon: float | None
    accuracy_m: float | None
    sha256: str
    size: int
    event_id: UUID
    round: int
    status: str = Field(description="waiting, received, ready, unreadable")
    width: int | None
    height: int | None
    exif_taken_at: datetime | None
    exif_lat: float | None
    exif_lon: float | None


class HazardRow(View):
    """A case as lists and the phone's memory need it."""

    id: UUID
    number: str = Field(examples=["TEZ-2026-000123"])
    state: State
    level: Level
    is_suspected_major: bool
    is_major_confirmed: bool
    is_listed: bool
    is_urgent: bool
    category_code: str
    note: str
    place: str
    enterprise: ObjectRef | None
    lat: float | None
    lon: float | None
    accuracy_m: float | None
    is_outside_county: bool
    township: OrganizationRef
    village: OrganizationRef | None
    grid: GridRef | None
    reporter: PersonRef
    occurred_at: datetime
    received_at: datetime
    holder: OrganizationRef | None
    department: OrganizationRef | None
    is_signed_for: bool
    asked_extension_to: datetime | None
    round: int
    bounces: int
    rating: int | None
    outcome: Outcome | None
    due_at: datetime | None
    is_due_provisional: bool
    clock: RunningClock | None
    state_since: datetime
    closed_at: datetime | None
    photos_expected: int
    photos_received: int
    cover_photo_id: UUID | None
    claimed_by: PersonRef | None
    snoozed_until: datetime | None
    version: int


class AllowedAction(View):
    """A step the signed-in person may take now, and what it must bring."""

    action: str
    to: State
    needs: list[str]
    is_beside: bool


class Why(View):
    """Why the case is where it is, in one line (workflow)."""

    zh: str
    en: str


class AssistantView(View):
    organization: OrganizationRef
    finished_at: datetime | None
    note: str


class Completion(View):
    """What the department declared when it finished; the verifier reads this on site."""

    note: str
    at: datetime
    by: str


class RecheckView(View):
    """The second look at an on-site fix: who goes, why, and what was seen."""

    cause: RecheckCause
    person: PersonRef | None = Field(description="who goes; None = anybody of the desk")
    desk: OrganizationRef
    asked_at: datetime
    due_at: datetime | None
    answered_at: datetime | None
    answered_by: PersonRef | None
    outcome: RecheckOutcome | None
    recurred_as_id: UUID | None = Field(description="the case that a failed recheck has opened")


class HazardView(HazardRow):
    """A whole case for the one who opened it."""

    photos: list[PhotoView]
    clocks: list[ClockView]
    actions: list[AllowedAction]
    why: Why
    assistants: list[AssistantView]
    completion: Completion | None
    question: str | None = Field(description="asked by the desk, to be answered by the reporter")
    rejection: str | None = Field(
        description="why the last round was not good enough, while the next is being done"
    )
    dispatcher: OrganizationRef | None
    suggested_department: OrganizationRef | None
    recheck: RecheckView | None
    outcome_document: str | None = Field(description="of an order, a penalty or a transfer")
    no_photo_reason: str | None
    merged_into_id: UUID | None
    recurs_of_id: UUID | None
    skew_seconds: float | None
    viewers: list[PersonRef] = Field(description="others who have it open now")


class HazardReceipt(View):
    receipt: Receipt
    hazard: HazardView | None = Field(
        description="None when a repeat comes from one who lost sight"
    )


class EventView(View):
    seq: int
    id: UUID
    kind: str
    at: datetime
    occurred_at: datetime | None
    actor: PersonRef | None
    organization: OrganizationRef | None
    role: str | None
    from_state: State | None
    to_state: State | None
    round: int
    data: dict[str, Any]
    photo_ids: list[UUID]
    hash: str = Field(description="hex; chained to the event before")


class NearbyView(View):
    hazard: HazardRow
    distance_m: float
