"""What phone and server tell each other: reconcile and changes (sync)."""

from app.services.sync.asking import Mark, News, news
from app.services.sync.commands import HeldItem, HeldKind, Holdings
from app.services.sync.feed import Changes, changes
from app.services.sync.reconciliation import reconcile
from app.services.sync.recording import CHANNEL, noted, record_change, tell_presence, visible

__all__ = [
    "CHANNEL",
    "Changes",
    "HeldItem",
    "HeldKind",
    "Holdings",
    "Mark",
    "News",
    "changes",
    "news",
    "noted",
    "reconcile",
    "record_change",
    "tell_presence",
    "visible",
]
