"""Documents of the library as they are shown."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from app.api.views import View
from app.models.library import (
    Audience,
    Filing,
    LibraryDocument,
    LibraryStepKind,
    LibraryVersion,
    Owner,
    PaperForm,
    Shelf,
)
from app.services.library import FoundDocument, Kind, LibraryPage, OwedPage, WholeDocument
from app.services.library.owners import Whose


class LibraryKindView(View):
    """`is_preset`: it came with the program; the county may have changed it."""

    key: str
    name: str
    shelf: Shelf
    owed_by: list[Owner] = Field(description="who has to have one")
    is_filed: bool = Field(description="each year's is filed with the level above")
    every_months: int | None
    about: str | None = Field(description="kind of the document that it names")
    is_active: bool
    is_yearly: bool
    is_preset: bool


class LibraryFileView(View):
    """What was sent, after it has been looked at."""

    id: UUID
    sha256: str
    size: int = Field(description="bytes")
    content_type: str
    ending: str


class LibraryOwnerView(View):
    id: UUID
    name: str
    whose: Whose


class LibraryRow(View):
    id: UUID
    kind_key: str
    kind: str
    shelf: Shelf
    whose: str
    title: str
    reference: str
    issued_on: date
    year: int
    form: PaperForm
    place_kept: str
    custodian: str | None
    custodian_post: str
    version: int
    filing: Filing | None
    is_withdrawn: bool
    file: LibraryFileView | None
    drilled_on: date | None = Field(description="of a plan: its last drill")
    written_at: datetime
    is_own: bool


class LibraryVersionView(View):
    version: int
    title: str
    reference: str
    issued_on: date
    form: PaperForm
    place_kept: str
    has_file: bool
    by: str
    written_at: datetime
    because: str = Field(description="why a newer one came")


class LibraryStepView(View):
    id: UUID
    kind: LibraryStepKind
    version: int
    audience: Audience | None
    text: str
    by: str
    organization: str
    at: datetime


class LibraryRef(View):
    id: UUID
    title: str
    issued_on: date


class LibraryDocumentView(LibraryRow):
    """`may`: steps that are open to me; versions, steps and names only for whose it is."""

    organization_id: UUID | None
    grid_id: UUID | None
    object_id: UUID | None
    custodian_id: UUID | None
    by: str | None
    versions: list[LibraryVersionView]
    steps: list[LibraryStepView]
    plan: LibraryRef | None
    drills: list[LibraryRef]
    open_to: list[Audience]
    may: list[LibraryStepKind]
    may_revise: bool


class LibraryPageView(View):
    items: list[LibraryRow]
    next: str | None


class OwedCell(View):
    """`due_on`: the last day on which the newest one is enough. `document` None: there is none."""

    kind_key: str
    document: LibraryRef | None
    filing: Filing | None
    due_on: date | None
    is_missing: bool


class OwedRowView(View):
    id: UUID
    name: str
    is_body: bool
    cells: list[OwedCell | None] = Field(description="by kind as asked; None: not for this one")


class OwedPageView(View):
    items: list[OwedRowView]
    next: str | None


def kind(row: Kind) -> LibraryKindView:
    return LibraryKindView(**asdict(row), is_yearly=row.is_yearly, is_preset=bool(row.seed))


def page(found: LibraryPage) -> LibraryPageView:
    return LibraryPageView(items=[LibraryRow(**_row(one)) for one in found.items], next=found.next)


def owed(found: OwedPage) -> OwedPageView:
    items = [
        OwedRowView(
            id=row.id,
            name=row.name,
            is_body=row.is_body,
            cells=[
                cell
                and OwedCell(
                    kind_key=cell.kind.key,
                    document=_ref(cell.document),
                    filing=cell.document.filing if cell.document else None,
                    due_on=cell.due_on,
                    is_missing=cell.is_missing,
                )
                for cell in row.cells
            ],
        )
        for row in found.items
    ]
    return OwedPageView(items=items, next=found.next)


def whole(found: WholeDocument) -> LibraryDocumentView:
    document = found.found.document
    own = ("organization_id", "grid_id", "object_id", "custodian_id")
    return LibraryDocumentView(
        **_row(found.found),
        **{name: getattr(document, name) for name in own},
        by=found.people.get(document.written_by_id),
        versions=[_version(row, found) for row in found.versions],
        steps=[
            LibraryStepView(
                id=row.id,
                kind=row.kind,
                version=row.version,
                audience=row.audience,
                text=row.text,
                by=found.people[row.person_id],
                organization=found.bodies[row.organization_id],
                at=row.at,
            )
            for row in found.steps
        ],
        plan=_ref(found.plan),
        drills=[LibraryRef.model_validate(row) for row in found.drills],
        open_to=found.open_to,
        may=found.may,
        may_revise=found.may_revise,
    )


def _row(found: FoundDocument) -> dict[str, Any]:
    document = found.document
    own = (
        "id", "kind_key", "title", "reference", "issued_on", "year", "form", "place_kept",
        "custodian_post", "version", "filing", "written_at",
    )  # fmt: skip
    return {
        **{name: getattr(document, name) for name in own},
        "kind": found.kind.name,
        "shelf": found.kind.shelf,
        "whose": found.whose,
        "custodian": found.custodian,
        "is_withdrawn": document.withdrawn_at is not None,
        "file": LibraryFileView.model_validate(found.file) if found.file else None,
        "drilled_on": found.drilled_on,
        "is_own": found.is_own,
    }


def _version(row: LibraryVersion, found: WholeDocument) -> LibraryVersionView:
    own = (
        "version", "title", "reference", "issued_on", "form", "place_kept", "written_at",
        "because",
    )  # fmt: skip
    return LibraryVersionView(
        **{name: getattr(row, name) for name in own},
        has_file=row.file_id is not None,
        by=found.people[row.written_by_id],
    )


def _ref(document: LibraryDocument | None) -> LibraryRef | None:
    return LibraryRef.model_validate(document) if document else None
