"""Places for people on grids, and what each grid has and lacks."""

from app.services.slots.commands import EndSlot, FillSlot, NoteProvisions
from app.services.slots.filling import BY_POST, carry, end, fill, note_provisions, read_grid
from app.services.slots.holders import Holder, holders
from app.services.slots.levels import level_of
from app.services.slots.readiness import Check, Readiness, readiness

__all__ = [
    "BY_POST",
    "Check",
    "EndSlot",
    "FillSlot",
    "Holder",
    "NoteProvisions",
    "Readiness",
    "carry",
    "end",
    "fill",
    "holders",
    "level_of",
    "note_provisions",
    "read_grid",
    "readiness",
]
