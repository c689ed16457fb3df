"""From solids and lamps to light on a sensor."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from app.services.demo.scenes.light import Lamp, add_lamp, diffuse_sky, openness
from app.services.demo.scenes.sight import NOTHING, look, points, surfaces
from app.services.demo.scenes.space import Array, Point, Solid, View, vector

SIZE = (832, 624)


@dataclass(frozen=True)
class Shot:
    """One visit: a place's seed says what is there, the visit whether it is mended, and when."""

    is_fixed: bool
    hour: float = 10.0


@dataclass
class Scene:
    """Everything in front of one camera. `haze`: share per metre and colour of the air."""

    view: View
    solids: list[Solid] = field(default_factory=list)
    lamps: list[Lamp] = field(default_factory=list)
    sky: Point = (0.5, 0.5, 0.5)
    ground: Point = (0.3, 0.3, 0.3)
    backdrop: Array | None = None
    haze: tuple[float, Point] | None = None
    exposure: float = 1.0
    warmth: float = 0.0


def expose(scene: Scene) -> Array:
    """Linear light, height x width x 3."""
    sight = look(scene.view, scene.solids)
    looks = surfaces(scene.view, scene.solids, sight)
    places = points(scene.view, sight.distance)
    light = diffuse_sky(looks, scene.sky, scene.ground)
    light *= openness(scene.view, places, looks.normals)
    shine = np.zeros_like(light)
    for lamp in scene.lamps:
        add_lamp(lamp, scene.view, scene.solids, places, looks, light, shine)
    light += looks.glow
    light *= looks.albedo
    light += shine
    return _through_air(scene, light.transpose(1, 2, 0), sight.distance, sight.owner)


def _through_air(scene: Scene, light: Array, distance: Array, owner: NDArray[np.int32]) -> Array:
    """Haze over distance; the sky where nothing is."""
    if scene.haze is not None:
        thickness, colour = scene.haze
        share = (1 - np.exp(-np.minimum(distance, 1e4) * np.float32(thickness)))[..., None]
        light = light + (vector(colour) - light) * share
    light = np.ascontiguousarray(light)
    if scene.backdrop is not None:
        where = owner == NOTHING
        light[where] = scene.backdrop[where]
    _smooth_edges(light, owner)
    return light * np.float32(scene.exposure)


def _smooth_edges(light: Array, owner: NDArray[np.int32]) -> None:
    """Pixels on the border of two solids become the mean of their neighbourhood, twice."""
    edge = np.zeros(owner.shape, dtype=np.bool_)
    edge[:, 1:] |= owner[:, 1:] != owner[:, :-1]
    edge[1:] |= owner[1:] != owner[:-1]
    edge[0] = edge[-1] = edge[:, 0] = edge[:, -1] = False
    where = np.flatnonzero(edge)
    flat, wide = light.reshape(-1, 3), owner.shape[1]
    for _ in range(2):
        mean = flat[where] * np.float32(2 / 6)
        for step in (1, -1, wide, -wide):
            mean += flat[where + step] * np.float32(1 / 6)
        flat[where] = mean
