"""Changes of the division as they are listed, decided and filed."""

from datetime import date, datetime
from uuid import UUID

from app.api.views import GridRef, View
from app.models.division import DivisionKind
from app.models.person import Role
from app.models.supervised_object import ObjectKind
from app.services.divisions import FoundChange, Ground


class DivisionPartView(View):
    """A grid as it was called then."""

    grid_id: UUID
    name: str
    official_code: str | None


class DivisionView(View):
    """`done_at` None: objects and open cases go over on the day. `filed_on` None: 待备案."""

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
    )


def division_ground(found: Ground) -> DivisionGround:
    return DivisionGround(
        grids=[GridRef.model_validate(one) for one in found.grids],
        posts=[PostOnGround.model_validate(one) for one in found.posts],
        objects=[ObjectOnGround.model_validate(one) for one in found.objects],
        open_cases=found.open_cases,
        open_tasks=found.open_tasks,
    )
