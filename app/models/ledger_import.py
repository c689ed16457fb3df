"""A batch of rows from an Excel file on its way into the ledger, and back out if it was wrong."""

from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.models.import_batch import Batch, BatchRow


class LedgerImport(Batch):
    """What the check says that taking in would do: `adding` + `updating` + `same` = `good`.

    `renaming`, `moving`: how many of those it would update get another name, another grid.
    `warned`: good rows in which something looks wrong.
    """

    __tablename__ = "ledger_imports"
    __table_args__ = (Index(None, "created_at"),)

    adding: Mapped[int] = mapped_column(default=0, server_default="0")
    updating: Mapped[int] = mapped_column(default=0, server_default="0")
    same: Mapped[int] = mapped_column(default=0, server_default="0")
    renaming: Mapped[int] = mapped_column(default=0, server_default="0")
    moving: Mapped[int] = mapped_column(default=0, server_default="0")
    warned: Mapped[int] = mapped_column(default=0, server_default="0")


class LedgerImportRow(BatchRow):
    """`before`: what the fields were that this row has changed; None = the row added the object.

    `differs`: what the check says that it would change: field → [old, new]; None = nothing.
    `warnings`: what looks wrong and does not keep it out, by column title.
    """

    __tablename__ = "ledger_import_rows"
    __table_args__ = (Index(None, "import_id", "line", unique=True),)

    import_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_imports.id"))
    object_id: Mapped[UUID | None] = mapped_column(ForeignKey("supervised_objects.id"))
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    differs: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    warnings: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
