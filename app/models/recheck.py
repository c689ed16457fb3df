"""The second look: somebody else goes and sees whether an on-site fix has held (workflow)."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class RecheckCause(StrEnum):
    DRAWN = "drawn"  # by lot
    REPEATED = "repeated"  # the place had a hazard not long before


class RecheckOutcome(StrEnum):
    FINE = "fine"
    RECURRED = "recurred"


class Recheck(Base):
    """One case that was fixed on site, to be looked at by a second person; at most one a case.

    `person_id` is whose turn it is; None = anybody of the desk `organization_id`.
    """

    __tablename__ = "rechecks"
    __table_args__ = (
        Index("ix_rechecks_open", "person_id", postgresql_where=text("answered_at is null")),
        Index(
            "ix_rechecks_desk",
            "organization_id",
            postgresql_where=text("answered_at is null and person_id is null"),
        ),
    )

    hazard_id: Mapped[UUID] = mapped_column(ForeignKey("hazards.id"), primary_key=True)
    cause: Mapped[RecheckCause]
    earlier_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("hazards.id"), doc="the hazard that the place had before"
    )
    fixed_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), doc="never looks again")
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    turn: Mapped[int] = mapped_column(default=1, doc="counts whom it was given to")
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    outcome: Mapped[RecheckOutcome | None]
    recurred_as_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("hazards.id"), doc="the new case that a failed recheck has opened"
    )
