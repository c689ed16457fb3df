"""What a county sends when it edits its rules."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.models.notice import NoticePhones
from app.models.person import Role
from app.models.rules import Hop, Level, Unit
from app.services.commands import Day, Input, Line, WallTime

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,31}$")]


class EditCategory(Input):
    name: Annotated[Line, Field(min_length=1, max_length=20)]
    name_en: Annotated[Line, Field(min_length=1, max_length=40)]
    icon: Code
    default_level: Level = Level.GENERAL
    position: Annotated[int, Field(ge=0, le=99)]
    is_active: bool = True


class EditRouting(Input):
    category_code: Code
    township_id: UUID | None = None
    department_id: UUID


class EditDeadline(Input):
    hop: Hop
    level: Level | None = None
    category_code: Code | None = None
    amount: Annotated[int, Field(gt=0, le=1000)]
    unit: Unit


class EditCalendarDay(Input):
    is_workday: bool
    reason: Line


class Span(Input):
    opens: WallTime
    closes: WallTime


class EditWorkingHours(Input):
    spans: Annotated[list[Span], Field(min_length=1, max_length=4)]


class EditNotice(Input):
    """What may stand on notice boards."""

    complaint_phone: Annotated[str, Field(pattern=r"^\+?[0-9][0-9 \-]{2,28}[0-9]$")] | None = None
    phones: NoticePhones = NoticePhones.DUTY
    is_public: bool = False


class EditTrainingRule(Input):
    """Whom the county lets begin only once trained, and how they are trained (S1-16, S4-37)."""

    is_on: bool = False
    roles: Annotated[list[Literal[Role.GRIDWORKER, Role.GRID_CHIEF]], Field(max_length=2)] = [
        Role.GRIDWORKER,
        Role.GRID_CHIEF,
    ]
    starts_on: Day | None = None

    modes: Annotated[
        list[Annotated[Line, Field(min_length=1, max_length=20)]],
        Field(min_length=1, max_length=20),
    ]
    valid_months: Annotated[int, Field(ge=1, le=120)]
