"""A batch of rows from an Excel file that bring in people with their posts."""

from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.models.import_batch import Batch, BatchRow


class PeopleImport(Batch):
    """`added`: people who are new; `changed`: people known before who got something more."""

    __tablename__ = "people_imports"
    __table_args__ = (Index(None, "created_at"),)


class PeopleImportRow(BatchRow):
    """`after`: what the row has made: the posts and places, and whether the person is new.

    `person_id`: who it is about; of a new person only once taken in, and no longer once taken back.
    """

    __tablename__ = "people_import_rows"
    __table_args__ = (
        Index(None, "import_id", "line", unique=True),
        Index(None, "person_id"),
    )

    import_id: Mapped[UUID] = mapped_column(ForeignKey("people_imports.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
