"""A generated call turned into one that may get in: by whom, on what, with what."""

import random
from typing import Any

from tests.fuzz.ids import Ids, known
from tests.fuzz.ways import Way
from tests.matrix.world import Actor

BY_WHO_MAY, ON_WHAT_IS_THEIRS, WITH_WHAT_FITS, OURS = 0.9, 0.7, 0.5, 0.7
MOST_OTHER = 2  # fields of a body that fits


def dice_of(case: Any) -> random.Random:
    """Of the call itself, so that it is drawn alike when it is repeated."""
    return random.Random(repr((case.path_parameters, case.query, case.headers, case.body)))


def drawn(case: Any, way: Way, others: list[Actor], ids: Ids, dice: random.Random) -> Actor:
    """Who calls; the call is changed. Each part is now what fits, now what was generated."""
    actor = way.actor if dice.random() < BY_WHO_MAY else dice.choice(others)
    case.path_parameters = _ours(case.path_parameters or {}, ids, dice)
    if dice.random() < ON_WHAT_IS_THEIRS:
        case.path_parameters |= way.path
    case.query = _ours(case.query or {}, ids, dice)
    if dice.random() < WITH_WHAT_FITS:
        case.query |= way.query
    if isinstance(case.body, dict) and case.media_type == "application/json":
        case.body = _ours(case.body, ids, dice)
        if isinstance(way.body, dict) and dice.random() < WITH_WHAT_FITS:
            case.body = way.body | _some(case.body, dice)
    elif way.body is not None and dice.random() < WITH_WHAT_FITS:
        case.body = way.body
        case.headers = {**(case.headers or {}), **way.headers}
    if "X-Person" in (case.headers or {}) and dice.random() < OURS:
        case.headers["X-Person"] = str(actor.person.id)
    return actor


def _some(body: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    """A few fields of it."""
    names = sorted(body)
    return {name: body[name] for name in dice.sample(names, min(len(names), MOST_OTHER))}


def _ours(value: Any, ids: Ids, dice: random.Random, name: str = "") -> Any:
    """The same with ids of what exists, wherever a name asks for one."""
    if isinstance(value, dict):
        return {key: _ours(one, ids, dice, key) for key, one in value.items()}
    if isinstance(value, list):
        return [_ours(one, ids, dice, name) for one in value]
    there = known(ids, name)
    if there and value is not None and dice.random() < OURS:
        return dice.choice(there)
    return value
