"""Audit: who did what to people, places and rules, and who read what is personal."""

from app.services.audit.kinds import WRITTEN_IN, Kind, Subject
from app.services.audit.writing import changed, record

__all__ = ["WRITTEN_IN", "Kind", "Subject", "changed", "record"]
