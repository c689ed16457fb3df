"""The one form of a refusal about a single field of the ledger."""

from app.errors import Invalid


def invalid(field: str, zh: str, en: str) -> Invalid:
    """Sentences without their full stop."""
    return Invalid(fields=[field], reason_zh=zh + "。", reason_en=en + ".")
