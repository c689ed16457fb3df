"""What does not fit: a field, and a sentence in both languages."""

from app.errors import Invalid, Refusal


class CannotBeUndone(Refusal):
    """A change of the division: something has grown on it that nobody can put back (S1-4)."""

    status, code = 409, "cannot_be_undone"
    zh = "这次调整不能原样撤销：{reason_zh}。先处理好再撤销，或者另办一次调整。"
    en = "This change cannot be undone as it was: {reason_en}. Settle that, or make another change."


def invalid(field: str, zh: str, en: str) -> Invalid:
    return Invalid(fields=[field], reason_zh=zh + "。", reason_en=en + ".")
