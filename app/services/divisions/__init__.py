"""Changes of the division into grids: split, merge, close, and their filing (S1-4, S1-5)."""

from app.services.divisions.carrying import carry_due
from app.services.divisions.commands import ChangeDivision, FileChange, Target
from app.services.divisions.deciding import change
from app.services.divisions.exporting import export
from app.services.divisions.filing import file
from app.services.divisions.reading import FoundChange, Ground, Part, changes, ground

__all__ = [
    "ChangeDivision",
    "FileChange",
    "FoundChange",
    "Ground",
    "Part",
    "Target",
    "carry_due",
    "change",
    "changes",
    "export",
    "file",
    "ground",
]
