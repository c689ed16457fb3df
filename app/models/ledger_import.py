"""A batch of rows from an Excel file on its way into the ledger, and back out if it was wrong."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, new_id


class ImportStage(StrEnum):
    CHECKING = "checking"
    CHECKED = "checked"  # waits for a person: take the good rows in, or mend the file
    APPLYING = "applying"
    APPLIED = "applied"
    UNDOING = "undoing"
    UNDONE = "undone"


class LedgerImport(Base):
    """`done` of `total` rows in the present stage; `good` + `wrong` = what the check found.

    `kept`: rows that undo has left as they are. Why stands with them in place of what was wrong.
    """

    __tablename__ = "ledger_imports"
    __table_args__ = (Index(None, "created_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(doc="of the file, as its sender calls it")
    created_at: Mapped[datetime]
    actor_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    stage: Mapped[ImportStage] = mapped_column(default=ImportStage.CHECKING)
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    good: Mapped[int] = mapped_column(default=0)
    wrong: Mapped[int] = mapped_column(default=0)
    added: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    kept: Mapped[int] = mapped_column(default=0, server_default="0")


class LedgerImportRow(Base):
    """`before`: what the fields were that this row has changed; None = the row added the object."""

    __tablename__ = "ledger_import_rows"
    __table_args__ = (Index(None, "import_id", "line", unique=True),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    import_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_imports.id"))
    line: Mapped[int] = mapped_column(doc="in the file, as Excel counts")
    cells: Mapped[dict[str, Any]] = mapped_column(doc="text by column title")
    values: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    errors: Mapped[dict[str, Any]] = mapped_column(default=dict, doc="sentence by column title")
    object_id: Mapped[UUID | None] = mapped_column(ForeignKey("supervised_objects.id"))
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
