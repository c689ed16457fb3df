"""How a county builds the codes of its grids, and in which other systems grids have one (S1-9)."""

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class GridCodeRule(Base):
    """One row; before the county has decided, the defaults of places.EditGridCodes hold.

    A structure and no pattern: digits of the division code, then a sequence.
    """

    __tablename__ = "grid_code_rules"
    __table_args__ = (CheckConstraint("id = 1", name="only"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    is_checked: Mapped[bool] = mapped_column(doc="False: given from above, only unique")
    lead: Mapped[str] = mapped_column(doc="digits before all else: the class of CJ/T 349")
    prefix_digits: Mapped[int] = mapped_column(doc="of the body's code: 6 county, 9 township, 12")
    sequence_digits: Mapped[int] = mapped_column(doc="with the letter of exclusive grids")
    starts_at: Mapped[int] = mapped_column(doc="lowest number that is proposed")
    exclusive_follows: Mapped[bool] = mapped_column(doc="exclusive grids have the same structure")
    exclusive_letter: Mapped[str] = mapped_column(doc="their sequence begins with it; may be empty")
    external_systems: Mapped[list[str]] = mapped_column(doc="names: 综治, 城管, 公安")
