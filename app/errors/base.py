"""What a refusal is: a class with status, code and a sentence in Chinese and English."""

from typing import Any, ClassVar


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not an accident
    """Base of all refusals. `keeps` = the transaction is committed nevertheless."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "refused"
    zh: ClassVar[str] = "没有办成。"
    en: ClassVar[str] = "This could not be done."
    keeps: ClassVar[bool] = False
    retry_after: ClassVar[int | None] = None
    spread: ClassVar[int] = 0  # seconds more, at random: who was sent away together comes apart

    def __init__(self, *, fields: list[str] | None = None, **details: Any) -> None:
        super().__init__(self.code)
        self.fields = fields or []
        self.details = details

    def problem(self) -> dict[str, Any]:
        """The body of the answer; `details` fill the sentences and ride along."""
        zh, en = (text.format_map(_Kind(self.details)) for text in (self.zh, self.en))
        return {
            "code": self.code,
            "zh": zh,
            "en": en,
            "fields": self.fields,
            "details": self.details,
        }


class _Kind(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"
