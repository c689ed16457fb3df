"""Changes of the division into grids: drafted, decided, filed (S1-4, S1-5, S2-16)."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, new_id


class DivisionKind(StrEnum):
    SPLIT = "split"
    MERGE = "merge"
    CLOSE = "close"  # another grid takes it in


class Side(StrEnum):
    BEFORE = "before"
    AFTER = "after"


# Nothing has gone over yet, and it is to: the very words of the partial index.
IS_WAITING = text("done_at is null and undone_at is null")


class DivisionChange(Base):
    """The grids before end on the day before `starts_on`, those after are in force from it on.

    `plan` says which object goes where; what it does not name goes to `rest_id`. Closed cases and
    tasks done stay with the grid that had them: figures use the owner on the day (decision 31).
    Undone from `undone_on` on, the grids before are in force again (decision 45).
    """

    __tablename__ = "division_changes"
    __table_args__ = (
        Index(None, "starts_on"),
        Index("ix_division_changes_waiting", "starts_on", postgresql_where=IS_WAITING),
        CheckConstraint("(filed_on is null) = (filed_number is null)", name="filing"),
        CheckConstraint("(undone_on is null) = (undone_at is null)", name="undoing"),
        CheckConstraint(
            "(undone_filed_on is null) = (undone_filed_number is null)", name="undoing_filing"
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[DivisionKind]
    starts_on: Mapped[date] = mapped_column(doc="first day of the new order")
    document: Mapped[str] = mapped_column(doc="by which paper it was decided, with its number")
    rest_id: Mapped[UUID] = mapped_column(ForeignKey("grids.id"))
    plan: Mapped[dict[str, Any]] = mapped_column(doc="object → grid, both as ids")
    decided_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime]
    has_moves: Mapped[bool] = mapped_column(default=True, doc="False: before moves were kept")
    done_at: Mapped[datetime | None] = mapped_column(doc="when objects and open cases went over")
    filed_on: Mapped[date | None] = mapped_column(doc="备案: when the level above had it")
    filed_number: Mapped[str | None]
    filed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    undone_on: Mapped[date | None] = mapped_column(doc="first day of the old order again")
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    undone_document: Mapped[str] = mapped_column(default="", doc="empty: before its day")
    undone_reason: Mapped[str] = mapped_column(default="")
    undone_filed_on: Mapped[date | None]
    undone_filed_number: Mapped[str | None]
    undone_filed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))


class DivisionPart(Base):
    """A grid of a change, named as it was then."""

    __tablename__ = "division_parts"
    __table_args__ = (Index(None, "grid_id", "side"),)

    change_id: Mapped[UUID] = mapped_column(ForeignKey("division_changes.id"), primary_key=True)
    grid_id: Mapped[UUID] = mapped_column(ForeignKey("grids.id"), primary_key=True)
    side: Mapped[Side]
    position: Mapped[int]
    name: Mapped[str]
    official_code: Mapped[str | None]
    body: Mapped[str] = mapped_column(doc="who ran it, by its short name then")


class MoveKind(StrEnum):
    OBJECT = "object"
    CASE = "case"
    ACCIDENT = "accident"
    APPEAL = "appeal"
    POST = "post"
    SLOT = "slot"


class DivisionMove(Base):
    """One thing that a change took along: what it was, what it became. Undoing reads it.

    Of a post or slot: its last day, and which ones follow it (`heirs`) or were made (`made`).
    """

    __tablename__ = "division_moves"

    change_id: Mapped[UUID] = mapped_column(ForeignKey("division_changes.id"), primary_key=True)
    kind: Mapped[MoveKind] = mapped_column(primary_key=True)
    entity_id: Mapped[UUID] = mapped_column(primary_key=True)
    was: Mapped[dict[str, Any]]
    became: Mapped[dict[str, Any]]


class DraftStatus(StrEnum):
    HANDED_IN = "handed_in"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    CONFIRMED = "confirmed"


class DivisionDraft(Base):
    """What a township would have its grids be. Nothing changes until the county confirms (S2-16).

    `proposal` is what the county's own routes take; `was` what an edited grid was like.
    """

    __tablename__ = "division_drafts"
    __table_args__ = (
        Index("ix_division_drafts_listed", "handed_in_at", "id"),
        Index(None, "township_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    township_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    author_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    reason: Mapped[str]
    proposal: Mapped[dict[str, Any]]
    was: Mapped[dict[str, Any]]
    status: Mapped[DraftStatus]
    version: Mapped[int] = mapped_column(
        default=1, doc="counts what was handed in; answers name it"
    )
    handed_in_at: Mapped[datetime]
    answered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    answered_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(default="", doc="why it came back")
    change_id: Mapped[UUID | None] = mapped_column(ForeignKey("division_changes.id"))
    grid_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("grids.id"), doc="that was edited, or has been added"
    )
