"""What became of grids outside a change: filed as a change is (S1-5, decisions 52, 55, 57)."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, new_id


class RevisionKind(StrEnum):
    REVISED = "revised"  # another outline, code or name
    ADDED = "added"
    ENDED = "ended"
    RESTORED = "restored"  # had ended, and goes on


class RevisionCause(StrEnum):
    """By hand a grid has a line of its own; else those of a township, kind and day have one."""

    HAND = "hand"
    SCHEME = "scheme"  # the tree of a scheme that was applied
    LEDGER = "ledger"  # an enterprise that is a grid: opened, closed, opened again


HAS_BEFORE = frozenset({RevisionKind.REVISED, RevisionKind.ENDED})
HAS_AFTER = frozenset(RevisionKind) - {RevisionKind.ENDED}


class GridRevision(Base):
    """One line of the filing list: a grid, or those of a township that came or went together."""

    __tablename__ = "grid_revisions"
    __table_args__ = (
        Index("ix_grid_revisions_listed", "revised_on", "decided_at", "id"),
        CheckConstraint("(filed_on is null) = (filed_number is null)", name="filing"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    township_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("organizations.id"), doc="None = run by a department or the county"
    )
    kind: Mapped[RevisionKind] = mapped_column(
        default=RevisionKind.REVISED, server_default=RevisionKind.REVISED
    )
    cause: Mapped[RevisionCause] = mapped_column(
        default=RevisionCause.HAND, server_default=RevisionCause.HAND
    )
    revised_on: Mapped[date] = mapped_column(doc="first day; of an end the first without the grid")
    decided_by_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("people.id"), doc="None = the system, as on the command line"
    )
    decided_at: Mapped[datetime]
    filed_on: Mapped[date | None] = mapped_column(doc="备案: when the level above had it")
    filed_number: Mapped[str | None]
    filed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))


class GridRevisionPart(Base):
    """A grid of it, before and after. `outline_id` None: the line stayed, or was only described
    better. Both outlines are those of its history; areas in square metres. What was added or
    restored has no side before, what ended none after; name and code stand on both all the same.
    """

    __tablename__ = "grid_revision_parts"
    __table_args__ = (Index(None, "grid_id"),)

    revision_id: Mapped[UUID] = mapped_column(ForeignKey("grid_revisions.id"), primary_key=True)
    grid_id: Mapped[UUID] = mapped_column(ForeignKey("grids.id"), primary_key=True)
    body: Mapped[str] = mapped_column(doc="who ran it, by its short name then")
    name_before: Mapped[str]
    name: Mapped[str]
    code_before: Mapped[str | None]
    code: Mapped[str | None]
    outline_before_id: Mapped[UUID | None] = mapped_column(ForeignKey("grid_outlines.id"))
    outline_id: Mapped[UUID | None] = mapped_column(ForeignKey("grid_outlines.id"))
    area_before: Mapped[int | None]
    area: Mapped[int | None]
