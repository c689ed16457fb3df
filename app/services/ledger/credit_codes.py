"""Unified social credit codes (GB 32100): put in one form, doubted, never refused."""

import unicodedata

_IMPOSSIBLE = str.maketrans("OIZS", "0125")  # letters the standard avoids, as cameras read them
_LETTERS_AND_DIGITS = frozenset("0123456789ABCDEFGHJKLMNPQRTUWXY")
_WARNINGS = {  # by the class of what the library raises
    "InvalidLength": "统一社会信用代码应为 18 位，请核对",
    "InvalidChecksum": "统一社会信用代码的校验位不对，请核对",
    "InvalidFormat": "统一社会信用代码里有不该出现的字符，请核对",
}


def normalise(code: str | None) -> str | None:
    """Upper case, half width, without spaces; O, I, Z, S become 0, 1, 2, 5."""
    if code is None:
        return None
    plain = unicodedata.normalize("NFKC", code).upper().translate(_IMPOSSIBLE)
    return "".join(char for char in plain if char.isalnum()) or None


def warning(code: str | None) -> str | None:
    """What looks wrong about a normalised code, in words; None if nothing does."""
    from stdnum.cn import uscc  # noqa: PLC0415 - 1 MB that no phone's request needs
    from stdnum.exceptions import ValidationError  # noqa: PLC0415

    if code is None or _is_lettered_but_right(code):
        return None
    try:
        uscc.validate(code)
    except ValidationError as error:
        return _WARNINGS[type(error).__name__]
    return None


def _is_lettered_but_right(code: str) -> bool:
    """In law the first two places may be letters (N, Y, A for some bodies); the library says no."""
    from stdnum.cn import uscc  # noqa: PLC0415

    return (
        len(code) == 18  # noqa: PLR2004 - GB 32100
        and set(code) <= _LETTERS_AND_DIGITS
        and code[2:8].isdecimal()
        and uscc.calc_check_digit(code[:17]) == code[17]
    )
