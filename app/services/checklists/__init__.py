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
from app.services.checklists.sweeping import JOB as REMOVE_PICTURES
from app.services.checklists.sweeping import is_unnamed, sweep
from app.services.checklists.sweeping import remove as remove_pictures

__all__ = [
    "REMOVE_PICTURES",
    "EditChecklist",
    "EditItem",
    "Facts",
    "FoundChecklist",
    "FoundVersion",
    "applies",
    "asked",
    "everything",
    "is_unnamed",
    "keep_picture",
    "load",
    "newest",
    "one",
    "picture",
    "put",
    "remove_pictures",
    "sweep",
    "version",
    "versions",
]
