"""What a key may look like."""

import re

_KEY = re.compile(r"[a-z0-9][a-z0-9_-]*(/[a-z0-9][a-z0-9_.-]*)+")
_LONGEST = 200
# No evidence: own pictures of right and wrong; files of the library that no document names.
_PASSING = ("checklists/", "library/")


def checked(key: str) -> str:
    """The key itself; ValueError if it could leave its place or is none of our making."""
    if len(key) > _LONGEST or not _KEY.fullmatch(key) or ".." in key:
        message = f"not a key of the object store: {key!r}"
        raise ValueError(message)
    return key


def removable(key: str) -> str:
    """The key itself; ValueError for photos and heads, which nothing may ever take away."""
    if not checked(key).startswith(_PASSING):
        message = f"this object is evidence and stays: {key!r}"
        raise ValueError(message)
    return key
