"""Changes of the division as they are listed, decided and filed."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from app.api.views import GridRef, OrganizationRef, View
from app.models.division import DivisionKind
from app.models.grid_revision import GridRevisionPart, RevisionCause, RevisionKind
from app.models.person import Role
from app.models.supervised_object import ObjectKind
from app.services.divisions import (
    ChangePage,
    FoundChange,
    FoundRevision,
    Ground,
    Outlook,
    RevisionPage,
    Undoing,
)


class DivisionPartView(View):
    """A grid as it was called then."""

    grid_id: UUID
    name: str
    official_code: str | None
    body: str = Field(description="who ran it, by its short name then")


class UndoneView(View):
    """`document` empty: withdrawn before its day."""

    undone_on: date
    undone_at: datetime
    by: str
    document: str
    reason: str
    is_before_day: bool
    filed_on: date | None
    filed_number: str | None


class DivisionView(View):
    """`done_at` None: objects and open cases go over on the day. `filed_on` None: 待备案.

    `township` None: grids of a department.
    """

    id: UUID
    kind: DivisionKind
    starts_on: date
    document: str
    before: list[DivisionPartView]
    after: list[DivisionPartView]
    decided_by: str
    decided_at: datetime
    done_at: datetime | None
    filed_on: date | None
    filed_number: str | None
    undone: UndoneView | None
    township: str | None


class RevisedGridView(View):
    """Areas in square metres, of the outlines before and after where the line was drawn anew."""

    grid_id: UUID
    body: str = Field(description="who ran it, by its short name then")
    name_before: str
    name: str
    code_before: str | None
    code: str | None
    is_redrawn: bool
    area_before: int | None
    area: int | None


class RevisionView(View):
    """`township` None: grids of a department or the county. `filed_on` None: 待备案.

    `version` goes back with the filing: what is filed is what was read. `decided_by` None: the
    system.
    """

    id: UUID
    kind: RevisionKind
    version: str
    cause: RevisionCause
    revised_on: date
    township: str | None
    grids: list[RevisedGridView]
    is_redrawn: bool
    is_recoded: bool
    is_renamed: bool
    decided_by: str | None
    decided_at: datetime
    filed_on: date | None
    filed_number: str | None


class DivisionPage(View):
    """`next` goes back as `cursor`; None = the end."""

    items: list[DivisionView]
    next: str | None


class RevisionsPage(View):
    items: list[RevisionView]
    next: str | None


class ShareView(View):
    """What one of the grids that follow would get."""

    name: str
    body: OrganizationRef
    objects: int
    cases: int
    people: int


class OutlookView(View):
    """`*_over`: how many change their village."""

    shares: list[ShareView]
    objects_over: int
    cases_over: int
    people_over: int
    tasks: int


class HindranceView(View):
    zh: str
    en: str


class UndoingView(View):
    """How much goes back; `villages`: cases to another village; `came`: since the change."""

    change: DivisionView
    is_before_day: bool
    earliest: date
    objects: int
    cases: int
    villages: int
    posts: int
    came: int
    hindrances: list[HindranceView]


class PostOnGround(View):
    post_id: UUID
    grid_id: UUID | None
    name: str
    role: Role
    starts_on: date


class ObjectOnGround(View):
    id: UUID
    grid_id: UUID
    name: str
    kind: ObjectKind
    address: str


class DivisionGround(View):
    """`objects`: bundles stand for their members."""

    grids: list[GridRef]
    posts: list[PostOnGround]
    objects: list[ObjectOnGround]
    open_cases: int
    open_tasks: int


def division(found: FoundChange) -> DivisionView:
    row = found.change
    return DivisionView(
        id=row.id,
        kind=row.kind,
        starts_on=row.starts_on,
        document=row.document,
        before=[DivisionPartView.model_validate(one) for one in found.before],
        after=[DivisionPartView.model_validate(one) for one in found.after],
        decided_by=found.decided_by,
        decided_at=row.decided_at,
        done_at=row.done_at,
        filed_on=row.filed_on,
        filed_number=row.filed_number,
        undone=_undone(found),
        township=found.township,
    )


def _undone(found: FoundChange) -> UndoneView | None:
    row = found.change
    if row.undone_on is None or row.undone_at is None:
        return None
    return UndoneView(
        undone_on=row.undone_on,
        undone_at=row.undone_at,
        by=found.undone_by or "",
        document=row.undone_document,
        reason=row.undone_reason,
        is_before_day=row.undone_on < row.starts_on,
        filed_on=row.undone_filed_on,
        filed_number=row.undone_filed_number,
    )


def division_page(found: ChangePage) -> DivisionPage:
    return DivisionPage(items=[division(one) for one in found.items], next=found.next)


def revision_page(found: RevisionPage) -> RevisionsPage:
    return RevisionsPage(items=[revision(one) for one in found.items], next=found.next)


def revision(found: FoundRevision) -> RevisionView:
    row = found.row
    return RevisionView(
        id=row.id,
        kind=row.kind,
        version=found.version,
        cause=row.cause,
        revised_on=row.revised_on,
        township=found.township,
        grids=[_revised(one) for one in found.parts],
        is_redrawn=found.is_redrawn,
        is_recoded=found.is_recoded,
        is_renamed=found.is_renamed,
        decided_by=found.decided_by,
        decided_at=row.decided_at,
        filed_on=row.filed_on,
        filed_number=row.filed_number,
    )


def _revised(part: GridRevisionPart) -> RevisedGridView:
    own = [name for name in RevisedGridView.model_fields if name != "is_redrawn"]
    kept = {name: getattr(part, name) for name in own}
    return RevisedGridView(**kept, is_redrawn=part.outline_id is not None)


def outlook(found: Outlook) -> OutlookView:
    return OutlookView.model_validate(found)


def undoing(found: Undoing) -> UndoingView:
    own = ("is_before_day", "earliest", "objects", "cases", "villages", "posts", "came")
    return UndoingView.model_validate(
        {name: getattr(found, name) for name in own}
        | {
            "change": division(found.found),
            "hindrances": [HindranceView.model_validate(one) for one in found.hindrances],
        }
    )


def division_ground(found: Ground) -> DivisionGround:
    return DivisionGround(
        grids=[GridRef.model_validate(one) for one in found.grids],
        posts=[PostOnGround.model_validate(one) for one in found.posts],
        objects=[ObjectOnGround.model_validate(one) for one in found.objects],
        open_cases=found.open_cases,
        open_tasks=found.open_tasks,
    )
