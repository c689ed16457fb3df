"""Trainings and qualifications as they are shown. Nobody is counted, nobody is ranked."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from pydantic import Field

from app.api.shapes.faults import FaultView
from app.api.views import GridRef, OrganizationRef, View
from app.models.person import Role
from app.models.training import Competence
from app.services.accounts import PostDetails
from app.services.qualifications import Qualification
from app.services.trainings import (
    Candidates,
    FoundTrainee,
    FoundTraining,
    FoundTrainings,
    PersonalRecord,
    Somebody,
    Standing,
)


class TrainingRuleView(View):
    """Whom the county lets begin only once trained, from which day, and how they are trained."""

    is_on: bool
    roles: list[Role]
    starts_on: date | None
    modes: list[str]
    valid_months: int


class QualificationView(View):
    lacks: list[Competence] = Field(description="never passed, or not at a training that is over")
    valid_until: date | None = Field(description="last day of all three; null while one lacks")


class WorkView(View):
    """Where somebody works, in a line."""

    role: Role
    organization: OrganizationRef
    grid: GridRef | None


class TrainingRow(View):
    """`present` were there, `passed` all three, of `trainees` on the list."""

    id: UUID
    title: str
    sponsor: OrganizationRef
    starts_on: date
    ends_on: date
    mode: str
    topics: str
    trainees: int
    present: int
    passed: int


class TrainingPage(View):
    items: list[TrainingRow]
    next: str | None


class ShownView(View):
    """What one person has shown at one training."""

    attended: bool
    can_inspect: bool
    can_record: bool
    can_report: bool
    certificate_number: str | None
    valid_until: date


class TraineeView(ShownView):
    person_id: UUID
    name: str
    works: list[WorkView]
    qualification: QualificationView = Field(description="as of today, from all trainings")


class TrainingView(TrainingRow):
    people: list[TraineeView]


class SomebodyView(View):
    """Who could take part, or lacks something; no number, so that nobody is looked up here."""

    id: UUID
    name: str
    works: list[WorkView]
    qualification: QualificationView


class CandidatePage(View):
    items: list[SomebodyView]
    next: str | None


class PersonalTraining(ShownView):
    id: UUID
    title: str
    sponsor: OrganizationRef
    starts_on: date
    ends_on: date
    mode: str


class ReadTraineesView(View):
    """What a sheet of people comes to; `is_taken` false: nothing was changed."""

    rows: int
    added: int = Field(description="not on the list before")
    judged: int = Field(description="with results")
    newcomers: list[str] = Field(description="names of whom nobody knew before")
    faults: list[FaultView]
    is_taken: bool


class PersonTrainings(View):
    qualification: QualificationView
    trainings: list[PersonalTraining]


class StandingView(View):
    """`asked` people have such posts on `day`; the lists show at most 500 of those counted."""

    day: date
    roles: list[Role]
    asked: int
    missing_count: int
    ending_count: int
    missing: list[SomebodyView]
    ending: list[SomebodyView] = Field(description="within 30 days")


def standing(found: Standing) -> StandingView:
    return StandingView(
        day=found.day,
        roles=found.roles,
        asked=found.asked,
        missing_count=found.missing_count,
        ending_count=found.ending_count,
        missing=[_somebody(one) for one in found.missing],
        ending=[_somebody(one) for one in found.ending],
    )


def _somebody(one: Somebody) -> SomebodyView:
    return SomebodyView(
        id=one.person.id,
        name=one.person.name,
        works=works(one.posts),
        qualification=qualification(one.qualification),
    )


def qualification(found: Qualification) -> QualificationView:
    return QualificationView(lacks=list(found.lacks), valid_until=found.valid_until)


def rows(found: FoundTrainings) -> TrainingPage:
    items = [TrainingRow.model_validate(_row(one)) for one in found.items]
    return TrainingPage(items=items, next=found.next)


def whole(found: FoundTraining, people: Sequence[FoundTrainee]) -> TrainingView:
    return TrainingView.model_validate({**_row(found), "people": [_trainee(one) for one in people]})


def candidates(found: Candidates) -> CandidatePage:
    return CandidatePage(items=[_somebody(one) for one in found.items], next=found.next)


def of_person(found: Qualification, records: Sequence[PersonalRecord]) -> PersonTrainings:
    return PersonTrainings(
        qualification=qualification(found),
        trainings=[
            PersonalTraining.model_validate(
                {**vars(one.training), **vars(one.record), "sponsor": one.sponsor}
            )
            for one in records
        ],
    )


def works(posts: Sequence[PostDetails]) -> list[WorkView]:
    return [
        WorkView(
            role=one.post.role,
            organization=OrganizationRef.model_validate(one.organization),
            grid=GridRef.model_validate(one.grid) if one.grid else None,
        )
        for one in posts
    ]


def _row(found: FoundTraining) -> dict[str, object]:
    counts = {"trainees": found.trainees, "present": found.present, "passed": found.passed}
    return {**vars(found.training), "sponsor": found.sponsor, **counts}


def _trainee(found: FoundTrainee) -> TraineeView:
    return TraineeView.model_validate(
        {
            **vars(found.record),
            "name": found.person.name,
            "works": works(found.posts),
            "qualification": qualification(found.qualification),
        }
    )
