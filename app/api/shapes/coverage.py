"""Coverage as it is shown: of ground and objects. No answer counts or ranks persons."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from app.api.views import GridRef, View
from app.models.patrol import DelayReason
from app.models.supervised_object import ObjectKind
from app.services.patrols.coverage import Ground, Unseen, UnseenPage, UnseenWhy


@dataclass(slots=True)
class GroundLineView:
    """One grid. `days`: its object that was not seen longest; None = nothing to look at there."""

    # No model: there are thousands, all from typed rows, and checking them took a third as long as
    # the county's whole question to the database.
    grid: GridRef
    township_id: UUID | None
    is_manned: Annotated[bool, Field(description="a gridworker or chief is there today")]
    is_over: Annotated[bool, Field(description="ended, but objects still name it")]
    objects: int
    long: Annotated[int, Field(description="objects not seen for more days than asked")]
    never: Annotated[int, Field(description="objects not seen since they came into the ledger")]
    seen_at: Annotated[datetime | None, Field(description="the last look at anything on this grid")]
    days: int | None
    days_since_visit: Annotated[int | None, Field(description="since that last look; None = never")]
    next_due: date | None
    whys: Annotated[dict[UnseenWhy, int], Field(description="why objects wait: all of them")]
    long_whys: Annotated[dict[UnseenWhy, int], Field(description="why: those not seen for long")]


class DutyRef(View):
    key: str
    name: str


class GroundView(View):
    """`duties`: obligations that ask people to look at objects, to narrow by."""

    as_of: datetime
    grids: list[GroundLineView]
    duties: list[DutyRef]


class UnseenView(View):
    """`days`: since it was seen, else since it came into the ledger (`seen_at` None)."""

    id: UUID
    name: str
    kind: ObjectKind
    address: str
    is_key: bool
    grid: GridRef
    seen_at: datetime | None
    days: int
    why: UnseenWhy
    due_on: date | None = Field(description="the day of the task that waits")
    duty: str | None
    rollovers: int
    reason: DelayReason | None = Field(description="the last that was said; None: no word")


class UnseenPageView(View):
    items: list[UnseenView]
    next: str | None


class OutlineView(View):
    grid_id: UUID
    geometry: dict[str, Any]


def ground(found: Ground) -> GroundView:
    lines = [
        GroundLineView(
            grid=GridRef(id=line.grid.id, name=line.grid.name),
            township_id=line.grid.township_id,
            is_manned=line.is_manned,
            is_over=line.is_over,
            objects=line.objects,
            long=line.long,
            never=line.never,
            seen_at=line.seen_at,
            days=line.days,
            days_since_visit=line.days_since_visit,
            next_due=line.next_due,
            whys=line.whys,
            long_whys=line.long_whys,
        )
        for line in found.lines
    ]
    duties = [DutyRef.model_validate(duty) for duty in found.duties]
    return GroundView(as_of=found.as_of, grids=lines, duties=duties)


def unseen(page: UnseenPage) -> UnseenPageView:
    return UnseenPageView(items=[_unseen(row) for row in page.items], next=page.next)


def _unseen(row: Unseen) -> UnseenView:
    here = row.object
    return UnseenView(
        id=here.id,
        name=here.name,
        kind=here.kind,
        address=here.address,
        is_key=here.is_key,
        grid=GridRef.model_validate(row.grid),
        seen_at=row.seen_at,
        days=row.days,
        why=row.why,
        due_on=row.due_on,
        duty=row.duty,
        rollovers=row.rollovers,
        reason=row.reason,
    )
