"""What desks send about trainings."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.models.person import Role
from app.services.accounts.commands import Mobile, Name
from app.services.commands import Day, Input, Line, Search, Text

MOST = 500
Title = Annotated[Line, Field(min_length=2, max_length=60, examples=["网格员上岗培训"])]
Mode = Annotated[Line, Field(min_length=1, max_length=20, examples=["集中授课"])]


class AddTraining(Input):
    """One day: both dates are the same."""

    title: Title
    sponsor_id: UUID
    starts_on: Day
    ends_on: Day
    mode: Mode
    topics: Text = ""


class EditTraining(Input):
    """What is not sent stays. The sponsor stays too: by it people may see and change this."""

    title: Title | None = None
    starts_on: Day | None = None
    ends_on: Day | None = None
    mode: Mode | None = None
    topics: Text | None = None


class AddTrainees(Input):
    """Who takes part; who is on the list already stays as noted."""

    person_ids: Annotated[list[UUID], Field(min_length=1, max_length=MOST)]


class RegisterTrainee(Input):
    """Somebody new, who has no post before the training is passed (S4-35)."""

    name: Name
    mobile: Mobile


class Judged(Input):
    """What one person has shown."""

    person_id: UUID
    attended: bool
    can_inspect: bool = False
    can_record: bool = False
    can_report: bool = False
    certificate_number: Annotated[Line, Field(min_length=1, max_length=40)] | None = None
    valid_until: Day


class JudgeTrainees(Input):
    """Those of the list who are named; the others stay as they are."""

    records: Annotated[list[Judged], Field(min_length=1, max_length=MOST)]


class StandingQuery(Input):
    """`roles`, `day`: as if the rule said so; nothing said = as it says."""

    roles: Annotated[list[Literal[Role.GRIDWORKER, Role.GRID_CHIEF]], Field(max_length=2)] = []
    day: Day | None = None
    organization_id: UUID | None = None


class CandidateQuery(Input):
    """Who could take part: one page of people within my reach, by name.

    `on_foot`: only who walks a grid, and who has no post yet.
    """

    on_foot: bool = False
    text: Search = ""
    organization_id: UUID | None = None
    cursor: Annotated[str, Field(max_length=400)] | None = None
