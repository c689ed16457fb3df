"""What desks and enterprises keep in the library, do with it, and ask of it."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.models.library import Audience, Filing, LibraryStepKind, Owner, PaperForm, Shelf
from app.services.commands import Day, Input, Line, Search, Text

KindKey = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$", examples=["emergency_plan"])]
Year = Annotated[int, Field(ge=2000, le=2100)]


class Said(Input):
    """What a newer version says anew. Paper says where it stands, electronic names its file."""

    title: Annotated[Line, Field(min_length=1, max_length=80)]
    reference: Annotated[Line, Field(max_length=60, description="文号")] = ""
    issued_on: Day
    year: Year
    form: PaperForm
    place_kept: Annotated[Line, Field(max_length=80)] = ""
    file_id: UUID | None = None
    custodian_id: UUID | None = Field(None, description="the body that keeps it")
    custodian_post: Annotated[Line, Field(max_length=40, description="a post, no name")] = ""


class KeepDocument(Said):
    """Whose it is: one of the three."""

    kind_key: KindKey
    organization_id: UUID | None = None
    grid_id: UUID | None = None
    object_id: UUID | None = None
    plan_id: UUID | None = Field(None, description="of a drill: the plan that was tried")


class ReviseDocument(Said):
    because: Annotated[Line, Field(min_length=1)]


class StepDocument(Input):
    """`version`: of the document as it was looked at; nobody files what he has not seen."""

    step: LibraryStepKind
    version: Annotated[int, Field(ge=1, le=1000)]
    text: Text = ""
    audience: Audience | None = Field(None, description="to whom it is published")


class LibraryFilters(Input):
    """`own`: of my body, its grids and places; `published`: what others have published to me."""

    show: Literal["all", "own", "published", "withdrawn"] = "all"
    kind_key: KindKey | None = None
    shelf: Shelf | None = None
    year: Year | None = None
    filing: Filing | None = None
    words: Search = ""
    organization_id: UUID | None = None
    grid_id: UUID | None = None
    object_id: UUID | None = None


class LibraryQuery(LibraryFilters):
    cursor: Annotated[str, Field(max_length=200)] | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50


class OwedFilters(Input):
    """Who has one of these kinds and who has not; `open`: only where one is missing."""

    kind_key: Annotated[list[KindKey], Field(min_length=1, max_length=4)]
    year: Year
    show: Literal["open", "all"] = "open"


class OwedQuery(OwedFilters):
    cursor: Annotated[str, Field(max_length=400)] | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50


class DecideKind(Input):
    name: Annotated[Line, Field(min_length=2, max_length=30)]
    shelf: Shelf
    owed_by: Annotated[list[Owner], Field(max_length=len(Owner))] = []
    is_filed: bool = False
    every_months: Annotated[int, Field(ge=1, le=120)] | None = None
    about: KindKey | None = None
    is_active: bool = True
