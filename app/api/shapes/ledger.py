"""Supervised objects as they are shown."""

from datetime import date, datetime
from uuid import UUID

from app.api.views import GridRef, OrganizationRef, View
from app.models.supervised_object import ObjectKind
from app.services import ledger
from app.services.ledger import FoundObject, ObjectPage
from app.services.personal import masked_name, masked_number


class ObjectView(View):
    """`runner`: the village, township or department that runs the grid."""

    id: UUID
    kind: ObjectKind
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
    is_key: bool
    has_account: bool
    created_at: datetime
    confirmed_at: datetime | None
    closed_on: date | None
    is_editable: bool
    distance_m: float | None = None


class ObjectRows(View):
    items: list[ObjectView]
    next: str | None


def object_rows(page: ObjectPage) -> ObjectRows:
    """One page; everything was fetched with the rows."""
    return ObjectRows(items=[object_view(found) for found in page.items], next=page.next)


def object_view(found: FoundObject) -> ObjectView:
    """Whom to call is shown within reach, else masked."""
    row, is_shown = found.object, found.is_within
    return ObjectView(
        id=row.id,
        kind=row.kind,
        name=row.name,
        credit_code=row.credit_code,
        credit_code_warning=ledger.credit_code_warning(row.credit_code),
        address=row.address,
        sector=row.sector,
        grid=GridRef.model_validate(found.grid),
        runner=OrganizationRef.model_validate(found.runner),
        township=OrganizationRef.model_validate(found.township) if found.township else None,
        bundle_id=row.bundle_id,
        lat=row.lat,
        lon=row.lon,
        contact_name=row.contact_name if is_shown else masked_name(row.contact_name),
        contact_phone=row.contact_phone if is_shown else masked_number(row.contact_phone),
        is_key=row.is_key,
        has_account=row.organization_id is not None,
        created_at=row.created_at,
        confirmed_at=row.confirmed_at,
        closed_on=row.closed_on,
        is_editable=found.is_editable,
        distance_m=found.distance_m,
    )
