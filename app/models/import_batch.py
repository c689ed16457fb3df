"""What all batches of rows from Excel files share: one that is checked, taken in, taken back."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
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


class Batch(Base):
    """`done` of `total` rows in the present stage; `good` + `wrong` = what the check found.

    `kept`: rows that undo has left as they are. Why stands with them in place of what was wrong.
    """

    __abstract__ = True

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
    ignored: Mapped[list[str]] = mapped_column(
        JSONB, default=list, server_default="[]", doc="columns of the file that nobody knows"
    )


class BatchRow(Base):
    """`values` None: the row has errors. Whose batch it is and what it made, each kind adds."""

    __abstract__ = True

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    import_id: Mapped[UUID]
    line: Mapped[int] = mapped_column(doc="in the file, as Excel counts")
    cells: Mapped[dict[str, Any]] = mapped_column(doc="text by column title")
    values: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    errors: Mapped[dict[str, Any]] = mapped_column(default=dict, doc="sentence by column title")
    after: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
