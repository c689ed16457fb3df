"""Places for people on a grid beside the posts: 挂点领导, 责任人, 网格管理员 (S0-18, S1-64)."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, new_id


class SlotRole(StrEnum):
    """What it is called stands in the scheme. The last two are filled by posts."""

    LINKED_LEADER = "linked_leader"
    SAFETY_RESPONSIBLE = "safety_responsible"
    DIRECT_RESPONSIBLE = "direct_responsible"
    GRID_ADMIN = "grid_admin"
    LIAISON = "liaison"
    GUARANTOR_CADRE = "guarantor_cadre"
    GRID_CHIEF = "grid_chief"
    GRIDWORKER = "gridworker"


class SlotAssignment(Base):
    """A person in such a place, from a day to a day; what is over stays (S0-2, S1-64).

    It gives no rights: posts do. Whom a linked leader may instruct it does say (decision 38).
    """

    __tablename__ = "slot_assignments"
    __table_args__ = (
        Index(None, "grid_id", "role"),
        Index(None, "person_id"),
        CheckConstraint("ends_on is null or ends_on >= starts_on", name="order"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    grid_id: Mapped[UUID] = mapped_column(ForeignKey("grids.id"))
    role: Mapped[SlotRole]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    title: Mapped[str] = mapped_column(doc="职务, e.g. 副局长; as it stands on the county's table")
    starts_on: Mapped[date]
    ends_on: Mapped[date | None] = mapped_column(doc="last day, None = open")


class LeftSlot(Base):
    """A place on the grid of an enterprise as it was when that closed: proposed once it is open.

    The row of `slot_id` ended with it, or is gone if it had not begun.
    """

    __tablename__ = "left_slots"
    __table_args__ = (Index(None, "grid_id"), Index(None, "person_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    grid_id: Mapped[UUID] = mapped_column(ForeignKey("grids.id"))
    slot_id: Mapped[UUID]
    role: Mapped[SlotRole]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    title: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None] = mapped_column(doc="last day that it had, None = open")


class Provision(StrEnum):
    """What only somebody on the spot can say that a grid has (S2-3, S2-32, S2-37 to S2-41)."""

    REWARDS = "rewards"  # 定奖惩: how somebody is praised or blamed is settled, and they know

    OFFICE = "office"
    REGULATIONS = "regulations"
    COMPUTER = "computer"
    # 巡查工作装具包, part by part (S2-40)
    HANDBOOK = "handbook"
    RECORD_BOOK = "record_book"
    PEN = "pen"
    TORCH = "torch"
    BADGE = "badge"
    NOTICE = "notice"  # 公示牌, posted


KIT = frozenset(
    {
        Provision.HANDBOOK,
        Provision.RECORD_BOOK,
        Provision.PEN,
        Provision.TORCH,
        Provision.BADGE,
    }
)


class GridProvision(Base):
    """There is a row while the grid has it."""

    __tablename__ = "grid_provisions"

    grid_id: Mapped[UUID] = mapped_column(ForeignKey("grids.id"), primary_key=True)
    what: Mapped[Provision] = mapped_column(primary_key=True)
    noted_on: Mapped[date]
    noted_by_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("people.id"), index=True, doc="None = noted before that was asked"
    )
