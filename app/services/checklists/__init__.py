"""Checklists: what people look at on the spot; edited by the county, in versions."""

from app.services.checklists.applying import Facts, applies, asked
from app.services.checklists.commands import EditChecklist, EditItem
from app.services.checklists.editing import put
from app.services.checklists.loading import load
from app.services.checklists.picturing import keep_picture, picture
from app.services.checklists.reading import (
    FoundChecklist,
    FoundVersion,
    everything,
    newest,
    one,
    version,
    versions,
)

__all__ = [
    "EditChecklist",
    "EditItem",
    "Facts",
    "FoundChecklist",
    "FoundVersion",
    "applies",
    "asked",
    "everything",
    "keep_picture",
    "load",
    "newest",
    "one",
    "picture",
    "put",
    "version",
    "versions",
]
