"""Drawn photos: what a gridworker might find, and the same place mended.

`shoot` is pure and seeded, so that it can run in another process and be repeated.
"""

from collections.abc import Callable, Sequence

import numpy as np

from app.services.demo.scenes import (
    homes,
    lens,
    outdoors,
    picture,
    rooms,
    sites,
    streets,
    trade,
    waters,
    works,
    yards,
)
from app.services.demo.scenes.paint import Random
from app.services.demo.scenes.picture import Scene, Shot

Stage = Callable[[Random, Random, Shot], Scene]
STAGES: dict[str, Stage] = {
    "corridor": rooms.corridor,
    "stairs": rooms.stairs,
    "board": homes.board,
    "kitchen": homes.kitchen,
    "facade": sites.facade,
    "lift": sites.lift,
    "forklift": works.forklift,
    "manhole": streets.manhole,
    "railing": streets.railing,
    "fireworks": trade.fireworks,
    "drums": works.drums,
    "pontoon": waters.pontoon,
    "transformer": yards.transformer,
}
# Until which hours a stage looks the same; where none are named, all day.
_SPANS: dict[str, tuple[float, ...]] = {
    "board": homes.SPANS,
    **dict.fromkeys(("facade", "manhole", "railing", "pontoon", "transformer"), outdoors.SPANS),
}
__all__ = ["STAGES", "Shot", "lit", "shoot"]


def lit(kind: str, hour: float) -> float:
    """One hour for all at which a stage looks the same."""
    return next(until for until in _SPANS.get(kind, (24.0,)) if hour <= until)


def shoot(kind: str, seed: int, shot: Shot, takes: Sequence[int]) -> list[bytes]:
    """JPEGs of one place in one condition; each take is held a little differently."""
    number = list(STAGES).index(kind)
    place, hazard = (np.random.default_rng([seed, number, part]) for part in (1, 2))
    scene = STAGES[kind](place, hazard, shot)
    image = lens.develop(picture.expose(scene), scene.warmth)
    return [lens.take(image, np.random.default_rng([seed, number, 3, n])) for n in takes]
