"""What a phone or a desk sends about an accident, and what a list is asked for."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.models.accident import AccidentKind, AccidentStatus, HopKind, ReportKind
from app.services.commands import Contract, Input, Line, Manifest, Moment, Position, Text

MOST_PEOPLE = 999
People = Annotated[int, Field(ge=0, le=MOST_PEOPLE)]


class TellAccident(Input):
    """What article 12 asks for. All of it may stay away: what is known later is added later.

    Names of the dead and injured are never asked for.
    """

    contract: Contract = 1
    occurred_at: Moment
    happened_at: Moment | None = None
    learned_at: Moment | None = Field(
        None, description="when the head of the unit heard of it; the hour counts from here"
    )
    place: Line | None = None
    company: Text | None = None
    scene: Text | None = None
    course: Text | None = None
    dead: People | None = None
    injured: People | None = None
    missing: People | None = None
    possible: People | None = Field(None, description="how many more may be dead or injured")
    loss_wan: Annotated[float, Field(ge=0, le=100_000_000)] | None = Field(
        None, description="first estimate of direct loss, 10,000 yuan"
    )
    measures: Text | None = None
    other: Text | None = None
    photos: Manifest = []


class ReportAccident(TellAccident):
    """首报: three taps are enough, without a word. On whose ground it lies is said once, here."""

    kind: AccidentKind
    position: Position | None = None
    grid_id: UUID | None = Field(None, description="the phone's guess; never believed blindly")
    object_id: UUID | None = None


class SupplementAccident(TellAccident):
    """补报 or 终报: only what is new."""

    report: Literal[ReportKind.SUPPLEMENT, ReportKind.FINAL] = ReportKind.SUPPLEMENT
    kind: AccidentKind | None = None


class StepAccident(Input):
    """One step of a desk. `done_at` None: just now."""

    step: HopKind
    done_at: Moment | None = None
    organization_id: UUID | None = Field(None, description="the department that is told")
    to_whom: Line = ""
    means: Line = ""
    reason: Line = ""


class AccidentQuery(Input):
    """Newest first. `waiting`: not yet received by my desk."""

    show: Literal["all", "waiting"] = "all"
    status: AccidentStatus | None = None
    cursor: Annotated[str, Field(max_length=200)] | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50
