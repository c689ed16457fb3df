"""Case numbers as people quote them."""

from datetime import datetime

from app import clock
from app.config import Settings


def number(settings: Settings, count: int, received_at: datetime) -> str:
    """TEZ-2026-000123: the county's prefix, the year of arrival, a number that is never reused."""
    return f"{settings.case_prefix}-{clock.local(received_at).year}-{count:06d}"
