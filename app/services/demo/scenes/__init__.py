"""Drawn photos: what a gridworker might find, and the same place mended.

`shoot` is pure and seeded, so that it can run in another process and be repeated.
"""

from collections.abc import Callable, Sequence

import numpy as np

from app.services.demo.scenes import (
    homes,
    lens,
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
from app.services.demo.scenes.space import Array

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
__all__ = ["STAGES", "Shot", "shoot"]
_CROP = 0.07  # at most this share of a picture is cut off to make another take of it


def shoot(kind: str, seed: int, shot: Shot, takes: Sequence[int]) -> list[bytes]:
    """JPEGs of one place in one condition; each take is held a little differently."""
    number = list(STAGES).index(kind)
    place, hazard = (np.random.default_rng([seed, number, part]) for part in (1, 2))
    scene = STAGES[kind](place, hazard, shot)
    light = picture.expose(scene)
    return [_take(light, scene.warmth, np.random.default_rng([seed, number, 3, n])) for n in takes]


def _take(light: Array, warmth: float, random: Random) -> bytes:
    high, wide, _ = light.shape
    share = float(random.uniform(0, _CROP))
    cut_high, cut_wide = round(high * share), round(wide * share)
    top, left = int(random.integers(0, cut_high + 1)), int(random.integers(0, cut_wide + 1))
    held = light[top : high - cut_high + top, left : wide - cut_wide + left]
    bright = np.float32(random.uniform(0.9, 1.1))
    return lens.develop(held * bright, random, warmth + float(random.normal(0, 0.02)))
