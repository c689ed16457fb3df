"""Unified social credit codes are put in one form and doubted, never refused."""

import pytest
from stdnum.cn import uscc

from app.services.ledger import credit_codes

GOOD = "91110000600037341L"
INVENTED = "92370405MA00000152"


@pytest.mark.parametrize("code", [GOOD, INVENTED, None])
def test_right_codes_and_none_raise_no_doubt(code: str | None) -> None:
    assert credit_codes.warning(code) is None


def test_a_lettered_start_with_the_right_check_digit_is_right() -> None:
    """Law allows letters in the first two places, the library does not."""
    body = "N2370405MA0000015"
    assert credit_codes.warning(body + uscc.calc_check_digit(body)) is None


@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("91110000600037341", "18 位"),
        (GOOD + "0", "18 位"),
        ("911100006000373410", "校验位"),
        ("92370405MA00000151", "校验位"),
        ("9111000A600037341L", "字符"),
        ("9111000060003734VL", "字符"),
        ("V1110000600037341L", "字符"),
    ],
)
def test_odd_codes_are_doubted_in_words(code: str, word: str) -> None:
    assert word in (credit_codes.warning(code) or "")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("９１１１００００６０００３７３４１Ｌ", GOOD),
        (" 9111 0000 6000 3734 1l\u3000", GOOD),
        ("91110000-60003734-1L", GOOD),
        ("9IIIOOOO6OOO3734IL", GOOD),
        ("", None),
        ("  ", None),
        (None, None),
    ],
)
def test_codes_are_kept_in_one_form(typed: str | None, kept: str | None) -> None:
    assert credit_codes.normalise(typed) == kept
