"""Rules over HTTP: everybody reads them, administrators edit them."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import Field

from app.api.deps import SessionDep, SignedIn, refusals
from app.api.views import OrganizationRef, View
from app.errors import Invalid, NotFound, NotPermitted, NotSignedIn
from app.models.notice import NoticePhones
from app.models.rules import Hop, Level, Unit
from app.services import rules
from app.services.commands import WallTime
from app.services.rules import (
    EditCalendarDay,
    EditCategory,
    EditDeadline,
    EditNotice,
    EditRouting,
    EditWorkingHours,
)

router = APIRouter(prefix="/api/rules", tags=["rules"])
EDIT = refusals(NotSignedIn, NotPermitted, NotFound, Invalid)
READ = refusals(NotSignedIn)
Code = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_]{1,31}$")]


class CategoryView(View):
    code: str
    name: str
    name_en: str
    icon: str
    default_level: Level
    position: int
    is_active: bool


class RoutingView(View):
    id: int
    category_code: str
    township: OrganizationRef | None
    department: OrganizationRef


class DeadlineView(View):
    id: int
    hop: Hop
    level: Level | None
    category_code: str | None
    amount: int
    unit: Unit


class CalendarDayView(View):
    on: date
    is_workday: bool
    reason: str
    source: str


class SpanView(View):
    opens: WallTime
    closes: WallTime


class RulesView(View):
    """All rules at once: small, and the phone needs them offline."""

    categories: list[CategoryView]
    routing: list[RoutingView]
    deadlines: list[DeadlineView]
    duty_phone: str | None = Field(description="of the county centre, day and night")
    working_hours: list[SpanView]
    calendar_known_until: date | None
    county_days: list[CalendarDayView]


class NoticeRuleView(View):
    """What may stand on notice boards; `is_public`: also without signing in."""

    complaint_phone: str | None
    phones: NoticePhones
    is_public: bool


class Proposal(View):
    """What the rules propose for a case: who, until when, by which rule."""

    department: OrganizationRef | None
    routing_rule_id: int | None
    due_at: datetime | None = Field(description="None: the rules leave the date to a plan (major)")
    is_provisional: bool
    deadline_rule_id: int | None
    zh: str
    en: str


@router.get("", responses=READ)
async def read_rules(actor: SignedIn, session: SessionDep) -> RulesView:
    """All rules of the county."""
    return RulesView.model_validate(await rules.everything(session))


@router.get("/proposal", responses=refusals(NotSignedIn, NotFound))
async def propose(
    actor: SignedIn,
    session: SessionDep,
    hazard_id: UUID,
    category_code: str | None = None,
    level: Level | None = None,
) -> Proposal:
    """Department and deadline that the rules propose to my desk for a case."""
    found = await rules.propose(session, actor, hazard_id, category_code, level)
    return Proposal.model_validate(found)


@router.put("/categories/{code}", responses=EDIT)
async def put_category(
    code: Code, command: EditCategory, actor: SignedIn, session: SessionDep
) -> CategoryView:
    """Add or change a category; used ones are switched off, never deleted."""
    return CategoryView.model_validate(await rules.put_category(session, actor, code, command))


@router.post("/routing", status_code=201, responses=EDIT)
async def add_routing(command: EditRouting, actor: SignedIn, session: SessionDep) -> RulesView:
    """Add a rule: category (and township) to department."""
    await rules.add_routing(session, actor, command)
    return RulesView.model_validate(await rules.everything(session))


@router.put("/routing/{rule_id}", responses=EDIT)
async def put_routing(
    rule_id: int, command: EditRouting, actor: SignedIn, session: SessionDep
) -> RulesView:
    """Change a routing rule."""
    await rules.put_routing(session, actor, rule_id, command)
    return RulesView.model_validate(await rules.everything(session))


@router.delete("/routing/{rule_id}", responses=EDIT)
async def delete_routing(rule_id: int, actor: SignedIn, session: SessionDep) -> RulesView:
    """Remove a routing rule; such cases are then assigned by hand."""
    await rules.delete_routing(session, actor, rule_id)
    return RulesView.model_validate(await rules.everything(session))


@router.post("/deadlines", status_code=201, responses=EDIT)
async def add_deadline(command: EditDeadline, actor: SignedIn, session: SessionDep) -> RulesView:
    """Add a deadline rule; the most specific one wins."""
    await rules.add_deadline(session, actor, command)
    return RulesView.model_validate(await rules.everything(session))


@router.put("/deadlines/{rule_id}", responses=EDIT)
async def put_deadline(
    rule_id: int, command: EditDeadline, actor: SignedIn, session: SessionDep
) -> RulesView:
    """Change a deadline rule; clocks that run already keep theirs."""
    await rules.put_deadline(session, actor, rule_id, command)
    return RulesView.model_validate(await rules.everything(session))


@router.delete("/deadlines/{rule_id}", responses=EDIT)
async def delete_deadline(rule_id: int, actor: SignedIn, session: SessionDep) -> RulesView:
    """Remove a deadline rule; each hop keeps at least its general one."""
    await rules.delete_deadline(session, actor, rule_id)
    return RulesView.model_validate(await rules.everything(session))


@router.put("/working-hours", responses=EDIT)
async def put_working_hours(
    command: EditWorkingHours, actor: SignedIn, session: SessionDep
) -> RulesView:
    """Replace the spans of a working day."""
    await rules.put_working_hours(session, actor, command)
    return RulesView.model_validate(await rules.everything(session))


@router.get("/notice", responses=READ)
async def read_notice_rule(actor: SignedIn, session: SessionDep) -> NoticeRuleView:
    """What may stand on the notice boards of grids."""
    return NoticeRuleView.model_validate(await rules.notice(session))


@router.put("/notice", responses=refusals(NotSignedIn, NotPermitted))
async def put_notice_rule(
    command: EditNotice, actor: SignedIn, session: SessionDep
) -> NoticeRuleView:
    """Decide whose numbers stand on the boards, and whether the boards are public (S1-46)."""
    return NoticeRuleView.model_validate(await rules.put_notice(session, actor, command))


@router.get("/calendar/{year}", responses=refusals(NotSignedIn, NotFound))
async def read_calendar(
    year: Annotated[int, Path(ge=2020, le=2100)], actor: SignedIn, session: SessionDep
) -> list[CalendarDayView]:
    """Every day of a year that differs from its weekday, and who says so."""
    return [CalendarDayView.model_validate(day) for day in await rules.calendar(session, year)]


@router.put("/calendar/days/{on}", responses=EDIT)
async def put_calendar_day(
    on: date, command: EditCalendarDay, actor: SignedIn, session: SessionDep
) -> CalendarDayView:
    """The county's own exception for one day."""
    return CalendarDayView.model_validate(await rules.put_day(session, actor, on, command))


@router.delete("/calendar/days/{on}", status_code=204, responses=EDIT)
async def delete_calendar_day(on: date, actor: SignedIn, session: SessionDep) -> None:
    """Forget the county's exception for one day."""
    await rules.delete_day(session, actor, on)
