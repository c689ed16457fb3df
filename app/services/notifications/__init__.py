"""Inbox, saved views, suggestions: what a person is told, keeps, and says."""

from app.services.notifications.commands import AnswerSuggestion, MarkRead, SaveView, Suggest
from app.services.notifications.inbox import Message, deliver, inbox, mark_read, tell, unread
from app.services.notifications.suggestions import (
    FoundSuggestion,
    answer,
    suggest,
    suggestions,
)
from app.services.notifications.views import QUEUES, Queue, delete_view, save_view, views

__all__ = [
    "QUEUES",
    "AnswerSuggestion",
    "FoundSuggestion",
    "MarkRead",
    "Message",
    "Queue",
    "SaveView",
    "Suggest",
    "answer",
    "delete_view",
    "deliver",
    "inbox",
    "mark_read",
    "save_view",
    "suggest",
    "suggestions",
    "tell",
    "unread",
    "views",
]
