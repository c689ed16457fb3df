"""The registers of major hazard sources and key units as they are shown (S3-38)."""

from datetime import date, datetime

from app.api.shapes.ledger import ObjectView, object_row
from app.api.views import View
from app.models.supervised_object import DualPrevention
from app.services.ledger import RegisterPage


class RegisterRow(View):
    """`expires_on`: of the licence that ends first; `expired`: licences that are over."""

    object: ObjectView
    major_source_level: int | None
    dual_prevention: DualPrevention | None
    products: str
    in_charge: str
    licensing: str
    chief: str
    gridworker: str
    expires_on: date | None
    expired: int
    last_look: datetime | None
    open_cases: int


class RegisterRows(View):
    items: list[RegisterRow]
    next: str | None


def register_rows(page: RegisterPage) -> RegisterRows:
    names = ("in_charge", "licensing", "chief", "gridworker", "expires_on", "expired")
    facts = ("major_source_level", "dual_prevention", "products")
    items = [
        RegisterRow(
            object=object_row(one.found),
            last_look=one.last_look,
            open_cases=one.open_cases,
            **{name: getattr(one.found.object, name) for name in facts},
            **{name: getattr(one, name) for name in names},
        )
        for one in page.items
    ]
    return RegisterRows(items=items, next=page.next)
