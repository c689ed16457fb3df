"""What hangs on a supervised object: licences, departments, history; the county's own fields."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, new_id


class Licence(Base):
    """证照. `expires_on` None = without end."""

    __tablename__ = "licences"
    __table_args__ = (Index(None, "object_id"), Index(None, "expires_on"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    object_id: Mapped[UUID] = mapped_column(ForeignKey("supervised_objects.id"))
    kind: Mapped[str] = mapped_column(doc="in words: 营业执照、食品经营许可证")
    number: Mapped[str]
    issuer: Mapped[str]
    expires_on: Mapped[date | None] = mapped_column(doc="last day")


class Basis(StrEnum):
    IN_CHARGE = "in_charge"  # 谁主管、谁负责
    LICENSING = "licensing"  # 谁发证、谁负责


class ObjectDepartment(Base):
    """A department that answers for an object, and why; several may (S0-11)."""

    __tablename__ = "object_departments"
    __table_args__ = (Index(None, "organization_id"),)

    object_id: Mapped[UUID] = mapped_column(ForeignKey("supervised_objects.id"), primary_key=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), primary_key=True)
    basis: Mapped[Basis] = mapped_column(primary_key=True)


class ObjectChange(Base):
    """One field of one object, before and after. Append-only; personal values are masked."""

    __tablename__ = "object_changes"
    __table_args__ = (Index(None, "object_id", "seq"),)

    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    object_id: Mapped[UUID] = mapped_column(ForeignKey("supervised_objects.id"))
    at: Mapped[datetime]
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    field: Mapped[str]
    old: Mapped[Any] = mapped_column(JSONB(none_as_null=True), nullable=True)
    new: Mapped[Any] = mapped_column(JSONB(none_as_null=True), nullable=True)
    reason: Mapped[str] = mapped_column(default="")


class FieldKind(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    YES_NO = "yes_no"


class LedgerField(Base):
    """A column that the county has added to its ledger (S1-63: 表格可以自行增减)."""

    __tablename__ = "ledger_fields"

    key: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[FieldKind]
    options: Mapped[list[str]]
    position: Mapped[int]
    is_active: Mapped[bool] = mapped_column(default=True)
