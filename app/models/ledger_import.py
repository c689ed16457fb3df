"""A batch of rows from an Excel file on its way into the ledger, and back out if it was wrong."""

from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.models.import_batch import Batch, BatchRow


class LedgerImport(Batch):
    __tablename__ = "ledger_imports"
    __table_args__ = (Index(None, "created_at"),)


class LedgerImportRow(BatchRow):
    """`before`: what the fields were that this row has changed; None = the row added the object."""

    __tablename__ = "ledger_import_rows"
    __table_args__ = (Index(None, "import_id", "line", unique=True),)

    import_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_imports.id"))
    object_id: Mapped[UUID | None] = mapped_column(ForeignKey("supervised_objects.id"))
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
