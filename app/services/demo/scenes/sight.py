"""Which solid each pixel shows, and what its surface is like there."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.services.demo.scenes.space import (
    FAR,
    Array,
    Codes,
    Hit,
    Indices,
    Mask,
    Solid,
    Surface,
    View,
    Window,
)

NOTHING = -1
_COARSE = 0.6  # texels a pixel, below which texels would show as squares
_MAGNIFIED = -1  # the level of such pixels


@dataclass
class Sight:
    """Per pixel: distance, number of the solid, texture coordinates."""

    distance: Array
    owner: NDArray[np.int32]
    u: Array
    v: Array
    windows: dict[int, Window]


@dataclass
class Looks:
    """Per pixel, planes first (3 x height x width): colour and normal; gloss and glow."""

    albedo: Array
    normals: Array
    gloss: Array
    glow: Array


def look(view: View, solids: list[Solid]) -> Sight:
    """Nearest solid of every pixel."""
    shape = (view.height, view.width)
    sight = Sight(
        np.full(shape, FAR, dtype=np.float32),
        np.full(shape, NOTHING, dtype=np.int32),
        np.zeros(shape, dtype=np.float32),
        np.zeros(shape, dtype=np.float32),
        {},
    )
    for number, solid in enumerate(solids):
        hit = solid.meet(view)
        if hit is not None:
            _keep_nearest(sight, number, hit, solid.surface)
    return sight


def _keep_nearest(sight: Sight, number: int, hit: Hit, surface: Surface) -> None:
    nearest = sight.distance[hit.window]
    is_front = hit.is_hit & (hit.distance < nearest)
    if surface.texture.alpha is not None:
        is_front &= _is_solid(surface, hit, is_front)
    if not is_front.any():
        return
    np.copyto(nearest, hit.distance, where=is_front)
    np.copyto(sight.owner[hit.window], number, where=is_front)
    np.copyto(sight.u[hit.window], hit.u, where=is_front)
    np.copyto(sight.v[hit.window], hit.v, where=is_front)
    sight.windows[number] = hit.window


def _is_solid(surface: Surface, hit: Hit, where: Mask) -> Mask:
    """Holes of leaves, nets and lattices let the ray pass."""
    assert surface.texture.alpha is not None
    high, wide = surface.texture.alpha.shape
    u = np.where(where, hit.u, 0) * np.float32(surface.repeat[0]) % 1
    v = (1 - np.where(where, hit.v, 0)) * np.float32(surface.repeat[1]) % 1
    rows = np.minimum((v * high).astype(np.int32), high - 1)
    columns = np.minimum((u * wide).astype(np.int32), wide - 1)
    found: Mask = surface.texture.alpha[rows, columns]
    return found


def surfaces(view: View, solids: list[Solid], sight: Sight) -> Looks:
    """Colour, normal, gloss and glow under every pixel."""
    high, wide = sight.distance.shape
    size = high * wide
    albedo, normals = (np.zeros((3, size), dtype=np.float32) for _ in range(2))
    gloss, glow = (np.zeros(size, dtype=np.float32) for _ in range(2))
    footprint = _footprint(sight.u, sight.v)
    distance, u, v, print_ = (p.reshape(-1) for p in (sight.distance, sight.u, sight.v, footprint))
    for number, window in sight.windows.items():
        where = _where(sight, number, window)
        if not where.size:
            continue
        solid = solids[number]
        found = colours(solid.surface, u[where], v[where], print_[where])
        seen = solid.normals(view, distance, where)
        for axis in range(3):
            albedo[axis, where], normals[axis, where] = found[:, axis], seen[:, axis]
        gloss[where], glow[where] = solid.surface.gloss, solid.surface.glow
    return Looks(
        albedo.reshape(3, high, wide),
        normals.reshape(3, high, wide),
        gloss.reshape(high, wide),
        glow.reshape(high, wide),
    )


def _where(sight: Sight, number: int, window: Window) -> Indices:
    """Flat indices of the pixels that show a solid."""
    rows, columns = window
    inside = np.flatnonzero(sight.owner[window] == number)
    row, column = np.divmod(inside, columns.stop - columns.start)
    found: Indices = (row + rows.start) * sight.owner.shape[1] + column + columns.start
    return found


def points(view: View, distance: Array) -> Array:
    """Where every pixel's ray ends: 3 x height x width, metres."""
    near = np.minimum(distance, np.float32(1e4))
    axes = zip(view.eye, view.forward, view.right, view.up, strict=True)
    return np.stack([e + near * (f + view.across * r + view.along * u) for e, f, r, u in axes])


def _footprint(u: Array, v: Array) -> Array:
    """Which part of a texture (its side = 1) one pixel covers, across and along in the mean."""
    found = np.full(u.shape, 1e-9, dtype=np.float32)
    across, along = _step(u), _step(v)
    np.maximum(found, np.sqrt(across * along), out=found)
    return found


def _step(plane: Array) -> Array:
    found = np.zeros(plane.shape, dtype=np.float32)
    found[:, 1:] = np.abs(plane[:, 1:] - plane[:, :-1])
    found[1:] = np.maximum(found[1:], np.abs(plane[1:] - plane[:-1]))
    return found


def colours(surface: Surface, u: Array, v: Array, footprint: Array) -> Array:
    """Linear colour under texture coordinates, n x 3, from the size that fits the footprint."""
    sizes = surface.texture.sizes
    high, wide, _ = sizes[0].shape
    scale = np.sqrt(high * wide * surface.repeat[0] * surface.repeat[1])
    texels = np.clip(footprint * np.float32(scale), 0.1, 2.0 ** (len(sizes) - 1))
    level = np.maximum(np.log2(texels) + np.float32(0.35), 0).astype(np.int8)
    level[texels < _COARSE] = _MAGNIFIED
    found = np.empty((u.size, 3), dtype=np.float32)
    x = u * np.float32(surface.repeat[0]) % 1
    y = (1 - v) * np.float32(surface.repeat[1]) % 1
    for number in range(int(level.min()), int(level.max()) + 1):
        where = np.flatnonzero(level == number)
        found[where] = _sample(sizes, number, x[where], y[where])
    return found


def _sample(sizes: list[Codes], level: int, x: Array, y: Array) -> Array:
    texture = sizes[max(level, 0)]
    high, wide, _ = texture.shape
    flat = texture.reshape(-1, 3)
    if level == _MAGNIFIED:
        codes = _between(flat, (high, wide), x * wide - 0.5, y * high - 0.5)
    else:
        rows, columns = (y * high).astype(np.int32), (x * wide).astype(np.int32)
        codes = flat[np.minimum(rows, high - 1) * wide + np.minimum(columns, wide - 1)]
    found: Array = np.square(codes * np.float32(1 / 255))
    return found


def _between(flat: Codes, shape: tuple[int, int], x: Array, y: Array) -> Array:
    """Between the four nearest texels."""
    high, wide = shape
    left, top = np.floor(x).astype(np.int32), np.floor(y).astype(np.int32)
    across, along = (x - left)[:, None], (y - top)[:, None]
    right, below = (left + 1) % wide, (top + 1) % high * wide
    left, top = left % wide, top % high * wide
    upper, lower = flat[top + left].astype(np.float32), flat[below + left].astype(np.float32)
    upper += (flat[top + right] - upper) * across
    lower += (flat[below + right] - lower) * across
    lower -= upper
    lower *= along
    found: Array = lower + upper
    return found
