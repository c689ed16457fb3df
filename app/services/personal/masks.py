"""What is shown of names and numbers to those who need not know them."""

_MOBILE_DIGITS = 11


def masked_number(number: str | None) -> str | None:
    """138****1234; of other numbers only the last three digits."""
    if not number:
        return number
    if len(number) == _MOBILE_DIGITS:
        return f"{number[:3]}****{number[-4:]}"
    return "****" + number[-3:]


def masked_name(name: str | None) -> str | None:
    """王**: the family name, and how many characters follow."""
    return name and name[0] + "*" * (len(name) - 1)
