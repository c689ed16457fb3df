"""Duties over HTTP: desks read them, the county's administrators decide on them."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import Field

from app.api.deps import SessionDep, SignedIn, refusals
from app.api.views import View
from app.errors import Invalid, NotPermitted, NotSignedIn, NotYet
from app.models.obligation import Duty, Obligation, Period, Scope
from app.models.person import Role
from app.models.slot import SlotRole
from app.models.supervised_object import ObjectKind
from app.services import obligations
from app.services.obligations import DecideObligation, FoundDuty
from app.services.schemes import Origin

router = APIRouter(prefix="/api/obligations", tags=["rules"])
EDIT = refusals(NotSignedIn, NotPermitted, NotYet, Invalid)
Key = Annotated[str, Path(pattern=r"^[A-Za-z][A-Za-z0-9-]{0,39}$")]


class AskedView(View):
    """Who has to look at what, by which list, how often. No list: the one that fits the place."""

    role: Role | None
    slot: SlotRole | None = Field(description="owed by whoever has this place on the grid")
    duty: Duty
    min_count: int
    period: Period
    scope: Scope
    kinds: list[ObjectKind] = Field(description="none: every kind")
    only_key: bool
    checklist_key: str | None
    is_active: bool


class ObligationView(View):
    """A duty; `then`: as the county has decided it from `then_on` on."""

    key: str
    name: str
    basis: str
    seed: str
    is_proposal: bool = Field(description="the document gives no number; the county decides")
    origin: Origin
    is_planned: bool = Field(description="makes tasks on phones")
    starts_on: date
    now: AskedView
    then: AskedView | None
    then_on: date | None
    subjects: int = Field(description="what it finds today")
    unheld: int = Field(description="objects for which nobody has the post or place")


class ObligationsView(View):
    """`seats`: what the scheme calls the places on grids. `lists`: names by key."""

    duties: list[ObligationView]
    seats: dict[SlotRole, str]
    lists: dict[str, str]


class BusyGridView(View):
    id: UUID
    name: str
    each: float


class ListUseView(View):
    name: str | None = Field(description="None: no list fits, whoever looks chooses one")
    count: int


class EffectView(View):
    """What a duty would make, counted as it would be planned today."""

    subjects: int
    unheld: int
    a_month: float = Field(description="tasks")
    people: int = Field(description="who walk where there is something to look at")
    each: float | None = Field(description="tasks a month for one of them, on the average")
    empty_grids: int = Field(description="with something to look at and nobody to do it")
    counts_from: date
    busiest: list[BusyGridView]
    lists: list[ListUseView]


@router.get("", responses=refusals(NotSignedIn, NotPermitted))
async def read_obligations(actor: SignedIn, session: SessionDep) -> ObligationsView:
    """All duties of the county, whose word each is, and whom it finds today."""
    found = await obligations.everything(session, actor)
    duties = [_view(each) for each in found.duties]
    return ObligationsView(duties=duties, seats=found.seats, lists=found.lists)


@router.post("/{key}/effect", responses=EDIT)
async def weigh_obligation(
    key: Key, command: DecideObligation, actor: SignedIn, session: SessionDep
) -> EffectView:
    """What the duty would make if it were decided so; nothing is kept."""
    return EffectView.model_validate(await obligations.effect(session, actor, key, command))


@router.put("/{key}", responses=EDIT)
async def decide_obligation(
    key: Key, command: DecideObligation, actor: SignedIn, session: SessionDep
) -> ObligationsView:
    """Add or change a duty; what runs changes with its next period, tasks that are out stay."""
    await obligations.decide(session, actor, key, command)
    return await read_obligations(actor, session)


def _view(found: FoundDuty) -> ObligationView:
    row = found.duty
    return ObligationView(
        key=row.key,
        name=row.name,
        basis=row.basis,
        seed=row.seed,
        is_proposal=row.is_proposal,
        origin=found.origin,
        is_planned=found.is_planned,
        starts_on=row.starts_on,
        now=_asked(row),
        then=_asked(found.then) if found.then else None,
        then_on=row.coming_on,
        subjects=found.subjects,
        unheld=found.unheld,
    )


def _asked(row: Obligation) -> AskedView:
    return AskedView(
        role=row.role,
        slot=row.slot,
        duty=row.duty,
        min_count=row.min_count,
        period=row.period,
        scope=row.scope,
        kinds=[ObjectKind(kind) for kind in row.applies_to.get("kinds") or ()],
        only_key=bool(row.applies_to.get("is_key")),
        checklist_key=row.checklist_key,
        is_active=row.is_active,
    )
