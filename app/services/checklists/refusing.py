"""Why a list cannot be as it was sent."""

from app.errors import Invalid


def invalid(field: str, zh: str, en: str) -> Invalid:
    """`field` of an item."""
    return Invalid(fields=[f"items.{field}"], reason_zh=zh, reason_en=en)
