"""Inbox lines, views and suggestions as they are shown."""

from datetime import datetime
from typing import Any
from uuid import UUID

from app.api.views import View
from app.services.hazards import HazardFilters
from app.services.notifications import FoundSuggestion


class NotificationView(View):
    """`kind` names the sentence in the PWA's words, `params` fill it."""

    id: UUID
    kind: str
    hazard_id: UUID | None
    params: dict[str, Any]
    created_at: datetime
    read_at: datetime | None


class Inbox(View):
    items: list[NotificationView]
    next: str | None
    unread: int


class SavedViewView(View):
    id: UUID
    name: str
    filters: HazardFilters
    position: int
    count: int
    is_count_capped: bool


class QueueView(View):
    """A built-in view of my desk: key names the words, filters are fixed."""

    key: str
    filters: HazardFilters
    count: int
    is_count_capped: bool


class Views(View):
    queues: list[QueueView]
    saved: list[SavedViewView]


class SuggestionView(View):
    id: UUID
    person: str
    text: str
    at: datetime
    answer: str | None
    answered_at: datetime | None


def suggestion(found: FoundSuggestion) -> SuggestionView:
    row = found.suggestion
    return SuggestionView(
        id=row.id,
        person=found.person,
        text=row.text,
        at=row.at,
        answer=row.answer,
        answered_at=row.answered_at,
    )
