"""What proves a person beside the password, and codes for the day that it is lost."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, new_id


class SecondFactor(Base):
    """One authenticator a person (RFC 6238). Counts only once it has been confirmed by a code."""

    __tablename__ = "second_factors"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    secret: Mapped[bytes] = mapped_column(LargeBinary, doc="encrypted, see security.seal")
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(default=0, doc="of the last code taken; none twice")


class RecoveryCode(Base):
    """Ten a person, each good for one sign-in without the authenticator."""

    __tablename__ = "recovery_codes"
    __table_args__ = (Index(None, "person_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    digest: Mapped[bytes] = mapped_column(LargeBinary, doc="keyed, see security.code_digest")
    used_at: Mapped[datetime | None]
