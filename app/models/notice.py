"""What a county lets stand on the notice boards of its grids (S1-46, S2-41)."""

from enum import StrEnum

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class NoticePhones(StrEnum):
    """Whose number stands beside a name."""

    DUTY = "duty"  # that of the village, else of the township
    OWN = "own"  # gridworkers and chiefs with their own; all others as above


class NoticeRule(Base):
    """One row; none before the county has decided: then nothing is public."""

    __tablename__ = "notice_rules"
    __table_args__ = (CheckConstraint("id = 1", name="only"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    complaint_phone: Mapped[str | None] = mapped_column(doc="监督投诉电话, of an office")
    phones: Mapped[NoticePhones] = mapped_column(default=NoticePhones.DUTY)
    is_public: Mapped[bool] = mapped_column(
        default=False, doc="whoever has the code on a board may read it without signing in"
    )
