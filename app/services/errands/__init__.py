"""Errands: documents delivered, publicity, calls; records of a service, never counted by person."""

from app.services.errands.commands import ErrandFilters, ErrandQuery, RecordErrand
from app.services.errands.exporting import export
from app.services.errands.reading import ErrandPage, FoundErrand, FoundPhoto, find, photo_of
from app.services.errands.recording import record

__all__ = [
    "ErrandFilters",
    "ErrandPage",
    "ErrandQuery",
    "FoundErrand",
    "FoundPhoto",
    "RecordErrand",
    "export",
    "find",
    "photo_of",
    "record",
]
