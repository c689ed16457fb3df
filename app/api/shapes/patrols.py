"""Tasks, boards and visits as they are shown. No answer counts or ranks persons."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncSession

from app.api.shapes.inspections import AccompaniedView, accompanied
from app.api.views import GridRef, OrganizationRef, Receipt, View
from app.config import Settings
from app.models.checklist import ItemKind
from app.models.organization import Organization
from app.models.patrol import DelayReason, Postponement, TaskStatus
from app.models.supervised_object import ObjectKind, SupervisedObject
from app.models.visit import Answered
from app.services import ledger, places, receipts
from app.services.inspections import Accompanied
from app.services.patrols import BoardLine, FoundTask, MyTasks
from app.services.visits import FoundVisit, MadeVisit
from app.services.visits.reading import FoundAnswer


class SubjectView(View):
    """What is looked at: enough to find it without signal, no one's number.

    `division`, `is_small`: by which questions of a checklist may be narrowed.
    """

    id: UUID
    kind: ObjectKind
    name: str
    address: str
    is_key: bool
    division: str | None = Field(examples=["H62"])
    is_small: bool | None = Field(description="one of the 九小; None: its size is not known")
    lat: float | None
    lon: float | None


class MemberRef(View):
    id: UUID
    name: str
    address: str
    kind: ObjectKind
    is_key: bool
    division: str | None
    is_small: bool | None


class DelayView(View):
    from_on: date
    to_on: date
    reason: DelayReason | None = Field(description="None: nobody has said why")
    note: str


class TaskView(View):
    id: UUID
    duty: str = Field(examples=["网格员巡查"], description="or the name of the campaign")
    campaign_id: UUID | None
    object: SubjectView | None = Field(description="None: the whole grid")
    grid: GridRef | None
    members: list[MemberRef] = Field(description="of a bundle, looked at in one visit")
    checklist_version_id: UUID | None
    period_start: date
    period_end: date
    original_due_on: date
    due_on: date
    is_provisional: bool
    rollovers: int
    delays: list[DelayView]
    status: TaskStatus
    done_on: date | None
    visit_id: UUID | None


class MyTasksView(View):
    """Open tasks up to a week ahead; `list_ids`: versions of checklists to keep on the phone;
    `accompanying`: where I am asked to go along with a desk.
    """

    day: date
    tasks: list[TaskView]
    list_ids: list[UUID]
    accompanying: list[AccompaniedView]


class TaskPageView(View):
    items: list[TaskView]
    next: str | None


class BoardLineView(View):
    """`done_late`: after its period; `late`: put off or past its day; `missed`: never done."""

    grid: GridRef
    village: OrganizationRef | None
    township: OrganizationRef | None
    planned: int
    done: int
    done_late: int
    late: int
    missed: int
    reasons: dict[str, int] = Field(description="why tasks were put off; `unsaid`: no word")


class AnswerView(View):
    code: str
    question: str
    kind: ItemKind
    answer: Answered
    member: str | None
    note: str
    hazard_id: UUID | None = Field(description="as what the phone reports the finding, if it does")
    is_hazard_here: bool = Field(description="the case has arrived and you may see it")
    situation_id: UUID | None = Field(description="what the report has become, if you may see it")
    is_discarded: bool = Field(description="the finding was thrown away: no case will come")


class VisitView(View):
    id: UUID
    person: str
    object: SubjectView | None
    grid: GridRef | None
    list_name: str
    list_number: int
    questions: int
    issue_count: int
    rest_fine: bool
    answers: list[AnswerView]
    note: str
    started_at: datetime
    occurred_at: datetime
    received_at: datetime
    is_late_entry: bool = Field(
        description="finished on a later day than begun, where the county asks for the same day"
    )
    is_unqualified: bool = Field(description="未持证: kept, but no task is done by it")
    lat: float | None
    lon: float | None


class RestView(View):
    code: str
    question: str
    kind: ItemKind


class VisitWhole(VisitView):
    rest: list[RestView] = Field(description="asked and not answered one by one: all fine")


class VisitPageView(View):
    items: list[VisitView]
    next: str | None


class VisitReceipt(View):
    receipt: Receipt
    task_id: UUID | None = Field(description="the task that this visit has done")


class DelayReceipt(View):
    receipt: Receipt
    due_on: date


def subject(place: SupervisedObject | None) -> SubjectView | None:
    return SubjectView(**_place(place), lat=place.lat, lon=place.lon) if place else None


def _place(row: SupervisedObject) -> dict[str, Any]:
    names = ("id", "kind", "name", "address", "is_key", "division")
    return {name: getattr(row, name) for name in names} | {"is_small": ledger.is_small(row)}


def task(found: FoundTask) -> TaskView:
    row = found.task
    return TaskView(
        id=row.id,
        duty=found.duty,
        campaign_id=row.campaign_id,
        object=subject(found.place),
        grid=GridRef.model_validate(found.grid) if found.grid else None,
        members=[MemberRef(**_place(member)) for member in found.members],
        checklist_version_id=row.checklist_version_id,
        period_start=row.period_start,
        period_end=row.period_end,
        original_due_on=row.original_due_on,
        due_on=row.due_on,
        is_provisional=row.is_provisional,
        rollovers=row.rollovers,
        delays=[DelayView.model_validate(delay) for delay in found.delays],
        status=row.status,
        done_on=row.done_on,
        visit_id=row.done_visit_id,
    )


def my_tasks(found: MyTasks, along: Sequence[Accompanied]) -> MyTasksView:
    return MyTasksView(
        day=found.day,
        tasks=[task(each) for each in found.tasks],
        list_ids=found.lists,
        accompanying=[accompanied(each) for each in along],
    )


async def board(session: AsyncSession, lines: list[BoardLine]) -> list[BoardLineView]:
    ids = {id_ for line in lines for id_ in (line.village_id, line.township_id) if id_}
    bodies = await places.by_id(session, ids)
    return [_board_line(line, bodies) for line in lines]


def _board_line(line: BoardLine, bodies: dict[UUID, Organization]) -> BoardLineView:
    def body(id_: UUID | None) -> OrganizationRef | None:
        return OrganizationRef.model_validate(bodies[id_]) if id_ else None

    return BoardLineView(
        grid=GridRef(id=line.grid_id, name=line.grid_name),
        village=body(line.village_id),
        township=body(line.township_id),
        planned=line.planned,
        done=line.done,
        done_late=line.done_late,
        late=line.late,
        missed=line.missed,
        reasons=line.reasons,
    )


def _answer(found: FoundAnswer) -> AnswerView:
    said = found.answer
    return AnswerView(
        code=said.code,
        question=found.question,
        kind=found.kind,
        answer=said.answer,
        member=found.member,
        note=said.note,
        hazard_id=said.hazard_id,
        is_hazard_here=found.hazard is not None,
        situation_id=found.situation_id,
        is_discarded=said.is_discarded,
    )


def visit(found: FoundVisit) -> VisitView:
    row = found.visit
    return VisitView(
        id=row.id,
        person=found.person,
        object=subject(found.place),
        grid=GridRef.model_validate(found.grid) if found.grid else None,
        list_name=found.list_name,
        list_number=found.list_number,
        questions=found.questions,
        issue_count=row.issue_count,
        rest_fine=row.rest_fine,
        answers=[_answer(each) for each in found.answers],
        note=row.note,
        started_at=row.started_at,
        occurred_at=row.occurred_at,
        received_at=row.received_at,
        is_late_entry=found.is_late_entry,
        is_unqualified=row.is_unqualified,
        lat=row.lat,
        lon=row.lon,
    )


def visit_whole(found: FoundVisit) -> VisitWhole:
    rest = [RestView.model_validate(item) for item in found.rest]
    return VisitWhole(**visit(found).model_dump(), rest=rest)


def visit_receipt(settings: Settings, made: MadeVisit) -> VisitReceipt:
    row = made.visit
    receipt = receipts.make(settings, row.id, row.sha256, row.seq, row.received_at)
    return VisitReceipt(
        receipt=Receipt.model_validate(receipt), task_id=made.task.id if made.task else None
    )


def delay_receipt(settings: Settings, row: Postponement, delay_id: UUID) -> DelayReceipt:
    receipt = receipts.make(settings, delay_id, row.sha256 or "", row.seq, row.received_at)
    return DelayReceipt(receipt=Receipt.model_validate(receipt), due_on=row.to_on)
