"""Audit: who did what to people, places and rules, and who read what is personal."""

from app.services.audit.commands import AuditFilters, AuditQuery
from app.services.audit.kinds import WRITTEN_IN, Kind, Subject
from app.services.audit.reading import EntryPage, FoundEntry, entries
from app.services.audit.settings import note_settings
from app.services.audit.writing import changed, record, record_each

__all__ = [
    "WRITTEN_IN",
    "AuditFilters",
    "AuditQuery",
    "EntryPage",
    "FoundEntry",
    "Kind",
    "Subject",
    "changed",
    "entries",
    "note_settings",
    "record",
    "record_each",
]
