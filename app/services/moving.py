"""What a change of the division takes along, as each topic tells it; undoing reads it again."""

from typing import Any, NamedTuple
from uuid import UUID


class Moved(NamedTuple):
    """Ids as text, days as ISO: it is kept as JSON."""

    id: UUID
    was: dict[str, Any]
    became: dict[str, Any]


def text(id_: UUID | None) -> str | None:
    return str(id_) if id_ else None
