"""资料库: documents of bodies, grids and places, each with its file and its earlier versions.

Kinds stand in app/presets/library.toml; what the county decides otherwise is a row (decision 73).
"""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class Shelf(StrEnum):
    """The six classes of S0-33, and where the other documents stand."""

    ENTERPRISE = "enterprise"  # 企业档案
    MEETING = "meeting"
    TRAINING = "training"
    INSPECTION = "inspection"
    RECTIFICATION = "rectification"
    DRILL = "drill"
    RULES = "rules"  # 制度职责
    PLANS = "plans"  # 方案预案
    STUDY = "study"  # 学习宣传
    OTHER = "other"


class Owner(StrEnum):
    """Who has to have one of a kind."""

    TOWNSHIP = "township"
    DEPARTMENT = "department"  # of the county
    VILLAGE = "village"
    ENTERPRISE = "enterprise"
    KEY_ENTERPRISE = "key_enterprise"


class PaperForm(StrEnum):
    PAPER = "paper"
    ELECTRONIC = "electronic"


class Filing(StrEnum):
    """备案 with the level above."""

    SUBMITTED = "submitted"
    FILED = "filed"
    RETURNED = "returned"


class Audience(StrEnum):
    """To whom a desk publishes, on its own ground."""

    ENTERPRISES = "enterprises"
    GRIDWORKERS = "gridworkers"
    BODIES = "bodies"


class LibraryStepKind(StrEnum):
    FILE = "file"
    RETURN = "return"
    PUBLISH = "publish"
    WITHDRAW = "withdraw"


class LibraryKind(Base):
    """A kind of the county's own, or a preset as the county has changed it."""

    __tablename__ = "library_kinds"
    __table_args__ = (CheckConstraint("every_months > 0", name="positive"),)

    key: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    shelf: Mapped[Shelf]
    owed_by: Mapped[list[str]] = mapped_column(doc="Owner; [] = nobody must have one")
    is_filed: Mapped[bool] = mapped_column(doc="each year's goes to the level above: 备案")
    every_months: Mapped[int | None] = mapped_column(doc="due again so long after its day")
    about: Mapped[str | None] = mapped_column(doc="kind of the document it names: a drill its plan")
    is_active: Mapped[bool] = mapped_column(default=True)


class LibraryFile(Base):
    """What was sent, bit for bit, under an id of its sender; what no document names is swept."""

    __tablename__ = "library_files"
    __table_args__ = (Index(None, "received_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    sha256: Mapped[str]
    size: Mapped[int] = mapped_column(doc="bytes")
    content_type: Mapped[str] = mapped_column(doc="as its content says")
    ending: Mapped[str] = mapped_column(doc="of its name when it is saved: pdf")
    uploaded_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    received_at: Mapped[datetime]

    @property
    def key(self) -> str:
        """In the object store."""
        return self.key_of(self.sha256, self.id, self.ending)

    @staticmethod
    def key_of(sha256: str, id_: UUID, ending: str) -> str:
        return f"library/{sha256[:2]}/{sha256}-{id_}.{ending}"


class LibraryDocument(Base):
    """As it stands now, under an id of its desk. Of a body, a grid, or a place of the ledger."""

    __tablename__ = "library_documents"
    __table_args__ = (
        CheckConstraint("num_nonnulls(organization_id, grid_id, object_id) = 1", name="one"),
        CheckConstraint("(form = 'electronic') = (file_id is not null)", name="file"),
        Index(None, "kind_key", "year"),
        Index(None, "organization_id"),
        Index(None, "grid_id"),
        Index(None, "object_id"),
        Index(None, "plan_id"),
        Index(None, "file_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(Identity(always=True), unique=True)
    sha256: Mapped[str] = mapped_column(doc="of the body as first sent")
    kind_key: Mapped[str]
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"))
    grid_id: Mapped[UUID | None] = mapped_column(ForeignKey("grids.id"))
    object_id: Mapped[UUID | None] = mapped_column(ForeignKey("supervised_objects.id"))
    plan_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("library_documents.id"), doc="of a drill: the emergency plan that was tried"
    )
    title: Mapped[str]
    reference: Mapped[str] = mapped_column(doc="文号; empty = none")
    issued_on: Mapped[date]
    year: Mapped[int] = mapped_column(doc="that it belongs to")
    form: Mapped[PaperForm]
    place_kept: Mapped[str] = mapped_column(doc="of paper: where it stands")
    file_id: Mapped[UUID | None] = mapped_column(ForeignKey("library_files.id"))
    custodian_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"))
    custodian_post: Mapped[str] = mapped_column(doc="保管: a post, never a name")
    version: Mapped[int] = mapped_column(default=1)
    filing: Mapped[Filing | None] = mapped_column(doc="None = not of a kind that is filed")
    withdrawn_at: Mapped[datetime | None]
    written_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), doc="of this version")
    written_for_id: Mapped[UUID] = mapped_column(
        ForeignKey("organizations.id"), doc="whose desk that is"
    )
    written_at: Mapped[datetime] = mapped_column(doc="of this version")


class LibraryVersion(Base):
    """What a document was until a newer version took its place; append-only."""

    __tablename__ = "library_versions"
    __table_args__ = (Index(None, "file_id"),)

    document_id: Mapped[UUID] = mapped_column(ForeignKey("library_documents.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    reference: Mapped[str]
    issued_on: Mapped[date]
    year: Mapped[int]
    form: Mapped[PaperForm]
    place_kept: Mapped[str]
    file_id: Mapped[UUID | None] = mapped_column(ForeignKey("library_files.id"))
    custodian_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"))
    custodian_post: Mapped[str]
    written_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    written_at: Mapped[datetime]
    because: Mapped[str] = mapped_column(doc="why a newer one came")


class LibraryStep(Base):
    """Filed, returned, published, withdrawn: who, when, in which words; append-only."""

    __tablename__ = "library_steps"
    __table_args__ = (Index(None, "document_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    document_id: Mapped[UUID] = mapped_column(ForeignKey("library_documents.id"))
    kind: Mapped[LibraryStepKind]
    version: Mapped[int]
    audience: Mapped[Audience | None]
    text: Mapped[str]
    sha256: Mapped[str] = mapped_column(doc="of the body as sent")
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    at: Mapped[datetime]


class LibraryPublication(Base):
    """To whom it is open besides: an audience on the ground of the body that published it."""

    __tablename__ = "library_publications"
    __table_args__ = (Index("ix_library_publications_audience", "organization_id", "audience"),)

    document_id: Mapped[UUID] = mapped_column(ForeignKey("library_documents.id"), primary_key=True)
    audience: Mapped[Audience] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), primary_key=True)
