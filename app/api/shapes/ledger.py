"""Supervised objects as they are shown."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from app.api.shapes.belongings import KeyPersonView, LicenceView, UnitView
from app.api.shapes.proposals import ProposalView, proposal
from app.api.views import GridRef, ObjectRef, OrganizationRef, Receipt, View
from app.config import Settings
from app.models.ledger import Basis, FieldKind
from app.models.supervised_object import (
    DualPrevention,
    ObjectKind,
    SmallKind,
    SupervisedObject,
)
from app.services import ledger, receipts
from app.services.ledger import (
    Collected,
    FoundObject,
    ObjectPage,
    Told,
    WholeObject,
)
from app.services.personal import masked_name, masked_number


class ObjectView(View):
    """`runner`: the village, township or department that runs the grid.

    `return_reason`: why what was collected on site was sent back to be corrected.
    """

    id: UUID
    kind: ObjectKind
    small_kind: SmallKind | None
    name: str
    credit_code: str | None
    credit_code_warning: str | None
    address: str
    sector: str
    grid: GridRef
    runner: OrganizationRef
    township: OrganizationRef | None
    bundle_id: UUID | None
    lat: float | None
    lon: float | None
    contact_name: str | None
    contact_phone: str | None
    concerns: str
    is_key: bool
    division: str | None = Field(examples=["H62"])
    is_small: bool | None = Field(description="one of the 九小; None: its size is not known")
    has_account: bool
    created_at: datetime
    confirmed_at: datetime | None
    returned_at: datetime | None
    return_reason: str | None
    closed_on: date | None
    proposals: list[ProposalView] = Field(description="changes reported on the spot; within reach")
    is_editable: bool
    distance_m: float | None = None


class WholeContact(View):
    """Of a place outside one's reach, for a reason that is on record."""

    contact_name: str | None
    contact_phone: str | None


class SupervisorView(View):
    organization: OrganizationRef
    basis: Basis


class CadreView(View):
    """`is_there` false: no longer of this grid, so everybody there goes again."""

    person_id: UUID
    name: str
    is_there: bool


class CollectionView(View):
    """The newest word from the ground. `accuracy_m`: of the position that came with it."""

    occurred_at: datetime
    received_at: datetime
    accuracy_m: float | None


class ObjectDetail(View):
    """What only those see within whose reach the object is."""

    is_registered: bool
    email: str | None
    staff_count: int | None
    products: str
    division: str | None
    area_m2: float | None
    seats: int | None
    beds: int | None
    nine_small: str | None
    key_persons: list[KeyPersonView]
    units: list[UnitView]
    dual_prevention: DualPrevention | None
    is_in_lianghua: bool
    major_source_level: int | None
    external_owner: str | None
    extra: dict[str, Any]
    licences: list[LicenceView]
    departments: list[SupervisorView]
    gridworkers: list[str]
    cadre: CadreView | None
    bundle: ObjectRef | None
    members: list[ObjectRef]
    open_cases: int
    collected_by: str | None
    confirmed_by: str | None
    collection: CollectionView | None
    alike: list[ObjectView] = Field(description="what it may be twice, until it is confirmed")


class ObjectWhole(ObjectView):
    detail: ObjectDetail | None


class CollectionReceipt(View):
    """`object` None: it lies where I do not go any more. `alike`: what may be the same."""

    receipt: Receipt
    object: ObjectView | None
    alike: list[ObjectView]


class ObjectRows(View):
    items: list[ObjectView]
    next: str | None


class ObjectChangeView(View):
    """One field, before and after; personal values are masked."""

    seq: int
    at: datetime
    by: str | None
    field: str
    old: Any
    new: Any
    reason: str


class LedgerFieldView(View):
    key: str
    name: str
    kind: FieldKind
    options: list[str]
    position: int
    is_active: bool


class LedgerReference(View):
    """GB/T 4754 divisions by code, and the county's own columns."""

    divisions: dict[str, str]
    fields: list[LedgerFieldView]


_FACTS = (
    "is_registered",
    "email",
    "staff_count",
    "products",
    "division",
    "area_m2",
    "seats",
    "beds",
    "key_persons",
    "units",
    "dual_prevention",
    "is_in_lianghua",
    "major_source_level",
    "external_owner",
    "extra",
)


def object_row(found: FoundObject) -> ObjectView:
    """One line of a list."""
    return ObjectView(**_row(found))


def object_rows(page: ObjectPage) -> ObjectRows:
    """One page; everything was fetched with the rows."""
    return ObjectRows(items=[object_row(found) for found in page.items], next=page.next)


def object_view(whole: WholeObject) -> ObjectWhole:
    """Everything within reach; outside only what hangs over the door."""
    detail = _detail(whole) if whole.found.is_within else None
    return ObjectWhole(**_row(whole.found), detail=detail)


def collection_receipt(settings: Settings, made: Collected) -> CollectionReceipt:
    row = made.collection
    receipt = receipts.make(settings, row.id, row.sha256, row.seq, row.received_at)
    return CollectionReceipt(
        receipt=Receipt.model_validate(receipt),
        object=ObjectView(**_row(made.found)) if made.found else None,
        alike=[ObjectView(**_row(one)) for one in made.alike],
    )


def object_changes(lines: Iterable[Told]) -> list[ObjectChangeView]:
    names = ("seq", "at", "field", "old", "new", "reason")
    return [
        ObjectChangeView(by=line.by, **{name: getattr(line.change, name) for name in names})
        for line in lines
    ]


def _row(found: FoundObject) -> dict[str, Any]:
    """Whom to call is shown within reach, else masked."""
    row, is_shown = found.object, found.is_within
    return _same(row) | {
        "credit_code_warning": ledger.credit_code_warning(row.credit_code),
        "grid": GridRef.model_validate(found.grid),
        "runner": OrganizationRef.model_validate(found.runner),
        "township": OrganizationRef.model_validate(found.township) if found.township else None,
        "contact_name": row.contact_name if is_shown else masked_name(row.contact_name),
        "contact_phone": row.contact_phone if is_shown else masked_number(row.contact_phone),
        "concerns": row.concerns if is_shown else "",
        "has_account": row.organization_id is not None,
        "proposals": [proposal(one) for one in found.proposals] if is_shown else [],
        "is_editable": found.is_editable,
        "distance_m": found.distance_m,
    }


def _same(row: SupervisedObject) -> dict[str, Any]:
    names = (
        "id",
        "kind",
        "small_kind",
        "name",
        "credit_code",
        "address",
        "sector",
        "bundle_id",
        "lat",
        "lon",
    )
    more = (
        "is_key",
        "division",
        "created_at",
        "confirmed_at",
        "returned_at",
        "return_reason",
        "closed_on",
    )
    return {name: getattr(row, name) for name in names + more} | {"is_small": ledger.is_small(row)}


def _detail(whole: WholeObject) -> ObjectDetail:
    row = whole.found.object
    return ObjectDetail(
        **{name: getattr(row, name) for name in _FACTS},
        nine_small=whole.nine_small,
        licences=[LicenceView.model_validate(paper) for paper in whole.licences],
        departments=[SupervisorView.model_validate(one) for one in whole.departments],
        gridworkers=list(whole.gridworkers),
        cadre=CadreView.model_validate(whole.cadre) if whole.cadre else None,
        bundle=ObjectRef.model_validate(whole.bundle) if whole.bundle else None,
        members=[ObjectRef.model_validate(one) for one in whole.members],
        open_cases=whole.open_cases,
        collected_by=whole.collected_by,
        confirmed_by=whole.confirmed_by,
        collection=CollectionView.model_validate(whole.collection) if whole.collection else None,
        alike=[ObjectView(**_row(one)) for one in whole.alike],
    )
