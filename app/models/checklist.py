"""Checklists: what to look at on the spot, in versions that never change (S1-36, S2-10, S2-45)."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, new_id


class ItemKind(StrEnum):
    HAZARD = "hazard"  # 有无…: nothing is the rule, a finding opens a case
    REPORT = "report"  # 报告: something that others must know of, not a hazard (NC-R1, NC-R2)
    APPEAL = "appeal"  # 诉求: what an enterprise asks of the government (JT-07, LD-06)
    COVERAGE = "coverage"  # 到位: that a whole group has been looked at (SQ-D1, SQ-D2)


class Checklist(Base):
    """`applies_to` as in obligations: {"kinds": […]}; {} = for everything."""

    __tablename__ = "checklists"

    key: Mapped[str] = mapped_column(primary_key=True, doc="e.g. village-9+1")
    name: Mapped[str]
    seed: Mapped[str] = mapped_column(doc="requirement number, e.g. S2-10; empty = the county's")
    applies_to: Mapped[dict[str, Any]]
    version: Mapped[int] = mapped_column(doc="number of the one that new tasks get")
    is_active: Mapped[bool] = mapped_column(default=True)


class ChecklistVersion(Base):
    """Written once: a task and a visit keep theirs, whatever is edited afterwards."""

    __tablename__ = "checklist_versions"
    __table_args__ = (
        UniqueConstraint("checklist_key", "number"),
        CheckConstraint("number > 0", name="positive"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    checklist_key: Mapped[str] = mapped_column(ForeignKey("checklists.key"))
    number: Mapped[int]
    made_at: Mapped[datetime]
    made_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), doc="None = preset")
    change: Mapped[str] = mapped_column(doc="what is different from the one before, in words")


class ChecklistPicture(Base):
    """A picture of the county's own, small and without a word of its file's; never changes.

    What no version names goes after a while (decision 58).
    """

    __tablename__ = "checklist_pictures"

    sha256: Mapped[str] = mapped_column(primary_key=True, doc="of what is stored, hex")
    size: Mapped[int] = mapped_column(doc="bytes")
    made_at: Mapped[datetime] = mapped_column(doc="sent for the last time")
    made_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))

    @property
    def key(self) -> str:
        """In the object store."""
        return self.key_of(self.sha256)

    @staticmethod
    def key_of(sha256: str) -> str:
        return f"checklists/{sha256[:2]}/{sha256}.jpg"


class ChecklistItem(Base):
    """One question. `code` stays the same from version to version."""

    __tablename__ = "checklist_items"

    version_id: Mapped[UUID] = mapped_column(ForeignKey("checklist_versions.id"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True, doc="e.g. SQ-05")
    position: Mapped[int]
    question: Mapped[str]
    how_to: Mapped[str] = mapped_column(doc="how to check, for who does it the first time")
    picture: Mapped[str | None] = mapped_column(doc="name of a drawn pair right/wrong")
    photo_right: Mapped[str | None] = mapped_column(
        ForeignKey("checklist_pictures.sha256"), doc="the county's own: as it should be"
    )
    photo_wrong: Mapped[str | None] = mapped_column(
        ForeignKey("checklist_pictures.sha256"), doc="the county's own: as it must not be"
    )
    photo_caption: Mapped[str | None] = mapped_column(doc="what they show, in words")
    kind: Mapped[ItemKind]
    category_code: Mapped[str | None] = mapped_column(ForeignKey("categories.code"))
    applies_to: Mapped[dict[str, Any]] = mapped_column(
        doc="whom it is asked; as `checklists.applying`"
    )
