"""How people get in: what the access matrix says is let in, as the parts that a call is made of."""

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from tests.access_table import ACCESS, address
from tests.matrix.routes import TRIES, Attempt
from tests.matrix.world import Actor, World

DONE = frozenset({200, 201, 204})
LET_IN = DONE | {409, 422}
MOST = 6  # of an operation


@dataclass(frozen=True)
class Way:
    """Somebody who may, on what, with what."""

    actor: Actor
    path: dict[str, str] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)

    def case(self, operation: Any) -> Any:
        """The call that it is, and nothing else."""
        parts = {
            "path_parameters": dict(self.path),
            "query": dict(self.query),
            "headers": dict(self.headers),
        }
        if self.body is None or not operation.body:
            return operation.Case(**parts)
        kind = next(iter(operation.body)).media_type
        return operation.Case(**parts, body=self.body, media_type=kind)


def ways(world: World, label: str) -> list[Way]:
    """The surest first, of different people; where the matrix knows none, some person's."""
    people = list(world.actors.values())
    found = [
        (actor, attempt)
        for actor in people
        for attempt in TRIES[label](world, actor, label)
        if attempt.expected & LET_IN
    ]
    found.sort(key=lambda one: (not one[1].expected & DONE, len(one[1].expected)))
    blind = Attempt("any", address(label)[1], LET_IN, ACCESS[label].body)
    return [_way(label, *one) for one in _spread(found) or [(people[0], blind)]]


def _spread(found: list[tuple[Actor, Attempt]]) -> list[tuple[Actor, Attempt]]:
    """One of each relation before a second, and of each other people."""
    by_relation: dict[str, tuple[Actor, Attempt]] = {}
    for one in found:
        by_relation.setdefault(one[1].relation, one)
    first = list(by_relation.values())
    rest = [one for one in found if one not in first]
    step = max(1, len(rest) // MOST)
    return [*first[:MOST], *rest[::step]][:MOST]


def _way(label: str, actor: Actor, attempt: Attempt) -> Way:
    fits = _template(label).fullmatch(attempt.path.partition("?")[0])
    query = attempt.query or dict(ACCESS[label].query)
    return Way(actor, fits.groupdict() if fits else {}, query, attempt.body)


@cache
def _template(label: str) -> re.Pattern[str]:
    path = re.escape(label.partition(" ")[2])
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", path))
