"""What does not fit: a field, and a sentence in both languages."""

from app.errors import Invalid, Refusal


class CannotBeUndone(Refusal):
    """A change of the division: something has grown on it that nobody can put back (S1-4)."""

    status, code = 409, "cannot_be_undone"
    zh = "这次调整不能原样撤销：{reason_zh}。先处理好再撤销，或者另办一次调整。"
    en = "This change cannot be undone as it was: {reason_en}. Settle that, or make another change."


class NotAsRead(Refusal):
    """A line of the filing list, or a new one beside it: nothing unread is filed (S1-5)."""

    status, code = 409, "not_as_read"
    zh = "{reason_zh}。没有记备案；看过最新的再记。"
    en = "{reason_en}. Nothing was filed; read the list as it is now, then file."


def invalid(field: str, zh: str, en: str) -> Invalid:
    return Invalid(fields=[field], reason_zh=zh + "。", reason_en=en + ".")
