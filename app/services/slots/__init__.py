"""Places for people on grids, and what each grid has and lacks."""

from app.services.slots.carrying import carry, drop, give_back, put
from app.services.slots.commands import EndSlot, FillSlot, NoteProvision
from app.services.slots.filling import (
    BY_POST,
    POSTS_AT,
    end,
    fill,
    fill_each,
    read_grid,
    take_away,
)
from app.services.slots.holders import Holder, holders
from app.services.slots.leaving import LeftPlace, give_back_left, leave, left
from app.services.slots.levels import level_of, levels_of_all
from app.services.slots.noting import may_note, note_provision
from app.services.slots.readiness import Check, Noted, Readiness, readiness

__all__ = [
    "BY_POST",
    "POSTS_AT",
    "Check",
    "EndSlot",
    "FillSlot",
    "Holder",
    "LeftPlace",
    "NoteProvision",
    "Noted",
    "Readiness",
    "carry",
    "drop",
    "end",
    "fill",
    "fill_each",
    "give_back",
    "give_back_left",
    "holders",
    "leave",
    "left",
    "level_of",
    "levels_of_all",
    "may_note",
    "note_provision",
    "put",
    "read_grid",
    "readiness",
    "take_away",
]
