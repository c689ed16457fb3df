"""Coverage as it is shown: of ground and objects. No answer counts or ranks persons."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from app import clock
from app.api.views import GridRef, View
from app.models.patrol import DelayReason
from app.models.supervised_object import ObjectKind
from app.services.patrols.coverage import Ground, Unseen, UnseenPage, UnseenWhy, days_since


class GroundLineView(View):
    """One grid. `days`: its object that was not seen longest; None = nothing to look at there."""

    grid: GridRef
    township_id: UUID | None
    is_manned: bool = Field(description="a gridworker or chief is there today")
    is_over: bool = Field(description="ended, but objects still name it")
    objects: int
    long: int = Field(description="objects not seen for more days than asked")
    never: int = Field(description="objects not seen since they came into the ledger")
    seen_at: datetime | None = Field(description="the last look at anything on this grid")
    days: int | None
    days_since_visit: int | None = Field(description="since that last look; None = never")
    next_due: date | None
    whys: dict[UnseenWhy, int] = Field(description="why objects wait: all of them")
    long_whys: dict[UnseenWhy, int] = Field(description="why: those not seen for long")


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
    today = clock.local(found.as_of).date()

    def days(since: datetime | None) -> int | None:
        return days_since(since, today) if since else None

    lines = [
        GroundLineView(
            grid=GridRef(id=line.grid_id, name=line.grid_name),
            township_id=line.township_id,
            is_manned=line.is_manned,
            is_over=line.is_over,
            objects=line.objects,
            long=line.long,
            never=line.never,
            seen_at=line.seen_at,
            days=days(line.since),
            days_since_visit=days(line.seen_at),
            next_due=line.next_due,
            whys=line.whys,
            long_whys=line.long_whys,
        )
        for line in found.lines
    ]
    duties = [DutyRef.model_validate(duty) for duty in found.duties]
    return GroundView(as_of=found.as_of, grids=lines, duties=duties)


def unseen(page: UnseenPage) -> UnseenPageView:
    today = clock.local(page.as_of).date()
    return UnseenPageView(items=[_unseen(row, today) for row in page.items], next=page.next)


def _unseen(row: Unseen, today: date) -> UnseenView:
    here = row.object
    return UnseenView(
        id=here.id,
        name=here.name,
        kind=here.kind,
        address=here.address,
        is_key=here.is_key,
        grid=GridRef.model_validate(row.grid),
        seen_at=row.seen_at,
        days=days_since(row.since, today),
        why=row.why,
        due_on=row.due_on,
        duty=row.duty,
        rollovers=row.rollovers,
        reason=row.reason,
    )
