"""Errands as they are shown. No answer counts or ranks persons."""

from datetime import datetime
from uuid import UUID

from app.api.shapes.accidents import STATUS, PhotoState
from app.api.views import Receipt, View
from app.config import Settings
from app.models.errand import DeliveryOutcome, Errand, ErrandKind
from app.models.photo import PhotoRole, PhotoSource
from app.services import receipts
from app.services.errands import ErrandPage, FoundErrand, FoundPhoto


class ErrandPhotoView(View):
    """`role` document: the receipt; `source` drawn: a signature."""

    id: UUID
    role: PhotoRole
    source: PhotoSource
    taken_at: datetime
    status: PhotoState


class ErrandView(View):
    """`place`: the object's name or words; `runner`: who runs the grid."""

    id: UUID
    kind: ErrandKind
    object_id: UUID | None
    place: str
    grid: str
    runner: str
    topic: str
    outcome: DeliveryOutcome | None
    receiver: str | None
    reached: int | None
    note: str
    person: str
    occurred_at: datetime
    received_at: datetime
    photos: list[ErrandPhotoView]


class ErrandPageView(View):
    items: list[ErrandView]
    next: str | None


class ErrandReceipt(View):
    receipt: Receipt


_SAME = ("id", "kind", "object_id", "topic", "outcome", "receiver", "reached", "note")
_TIMES = ("occurred_at", "received_at")


def receipt(settings: Settings, row: Errand) -> ErrandReceipt:
    told = receipts.make(settings, row.id, row.sha256, row.seq, row.received_at)
    return ErrandReceipt(receipt=Receipt.model_validate(told))


def page(found: ErrandPage) -> ErrandPageView:
    return ErrandPageView(items=[_errand(each) for each in found.items], next=found.next)


def _errand(found: FoundErrand) -> ErrandView:
    row = found.errand
    return ErrandView(
        **{name: getattr(row, name) for name in _SAME + _TIMES},
        place=found.object or row.place,
        grid=found.grid,
        runner=found.runner,
        person=found.person,
        photos=[_photo(one) for one in found.photos],
    )


def _photo(found: FoundPhoto) -> ErrandPhotoView:
    promise, photo = found.promise, found.photo
    return ErrandPhotoView(
        id=promise.photo_id,
        role=promise.role,
        source=promise.source,
        taken_at=promise.taken_at,
        status=STATUS[photo.derivatives] if photo else "waiting",
    )
