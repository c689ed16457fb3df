"""Daylight, lamps, shadows, and the dark of corners."""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter

from app.services.demo.scenes.sight import Looks, look
from app.services.demo.scenes.space import Array, Point, Solid, View, unit, vector

_SHADOW_SIZE = 640
_CORNER_STEP = 4
_CORNER_RINGS = ((3, 6), (9, 7), (22, 7))  # radius in small pixels, samples
_DOUBLINGS = 5  # highlights fall off with the 32nd power
_TAPS = 9


@dataclass(frozen=True)
class Lamp:
    """A lamp, or the sun. `colour` includes strength; `aim` and `degrees` frame its shadows."""

    place: Point
    colour: Point
    aim: Point = (0.0, 0.0, 0.0)
    degrees: float = 110.0
    softness: float = 2.0
    reach: float = 1.0
    is_sun: bool = False
    has_shadow: bool = True


def dot(one: Array, other: Array) -> Array:
    """Product of two fields of vectors, planes first."""
    found: Array = one[0] * other[0]
    found += one[1] * other[1]
    found += one[2] * other[2]
    return found


def diffuse_sky(looks: Looks, sky: Point, ground: Point) -> Array:
    share = (looks.normals[2] + 1) * np.float32(0.5)
    return np.stack([low + share * (high - low) for high, low in zip(sky, ground, strict=True)])


def openness(view: View, points: Array, normals: Array) -> Array:
    """How much of its surroundings a point sees: corners and gaps are darker."""
    small, facing = (plane[:, ::_CORNER_STEP, ::_CORNER_STEP].copy() for plane in (points, normals))
    closed = np.zeros(small.shape[1:], dtype=np.float32)
    for radius, samples in _CORNER_RINGS:
        for number in range(samples):
            angle = 2 * np.pi * (number + radius * 0.3) / samples
            step = (round(radius * np.sin(angle)), round(radius * np.cos(angle)))
            closed += _closedness(small, facing, step)
    share = np.clip(1 - 2.1 * closed / sum(count for _, count in _CORNER_RINGS), 0.12, 1)
    return enlarged(share, (view.width, view.height), blur=1.2)


def _closedness(points: Array, normals: Array, step: tuple[int, int]) -> Array:
    high, wide = points.shape[1:]
    rows = np.clip(np.arange(high) + step[0], 0, high - 1)
    columns = np.clip(np.arange(wide) + step[1], 0, wide - 1)
    there = points[:, rows][:, :, columns] - points
    square = dot(there, there) + np.float32(1e-6)
    lift = dot(there, normals) / np.sqrt(square)
    found: Array = np.clip(lift - np.float32(0.08), 0, 1) / (1 + square / np.float32(0.36))
    return found


def enlarged(plane: Array, size: tuple[int, int], blur: float) -> Array:
    """A plane of shares 0–1, blurred, at full size."""
    small = Image.fromarray((np.clip(plane, 0, 1) * 255).astype(np.uint8), mode="L")
    soft = small.filter(ImageFilter.GaussianBlur(blur)).resize(size, Image.Resampling.BILINEAR)
    return np.asarray(soft, dtype=np.float32) / 255


def add_lamp(
    lamp: Lamp,
    view: View,
    solids: list[Solid],
    points: Array,
    looks: Looks,
    light: Array,
    shine: Array,
) -> None:
    """Adds one lamp to the diffuse light and to the highlights."""
    towards, fade = _towards(lamp, points)
    if lamp.has_shadow:
        fade = fade * _lit(lamp, view, solids, points)
    facing = np.maximum(dot(towards, looks.normals), 0) * fade
    for axis in range(3):
        light[axis] += facing * lamp.colour[axis]
    if lamp.has_shadow and looks.gloss.any():
        bright = _highlight(view, points, towards, looks.normals) * looks.gloss * fade
        for axis in range(3):
            shine[axis] += bright * lamp.colour[axis]


def _towards(lamp: Lamp, points: Array) -> tuple[Array, Array]:
    """Direction to the lamp at every point, and how much of it arrives there."""
    place = vector(lamp.place)
    if lamp.is_sun:
        direction = unit(place - vector(lamp.aim))[:, None, None]
        return np.broadcast_to(direction, points.shape), np.ones(points.shape[1:], dtype=np.float32)
    offset = place[:, None, None] - points
    square = dot(offset, offset)
    offset /= np.sqrt(square) + np.float32(1e-4)
    return offset, np.float32(lamp.reach**2) / (np.float32(lamp.reach**2) + square)


def _highlight(view: View, points: Array, towards: Array, normals: Array) -> Array:
    half = view.eye[:, None, None] - points
    half /= np.sqrt(dot(half, half)) + np.float32(1e-4)
    half += towards
    meeting = np.clip(dot(half, normals) / (np.sqrt(dot(half, half)) + np.float32(1e-4)), 0, 1)
    for _ in range(_DOUBLINGS):
        meeting *= meeting
    return meeting


def _lit(lamp: Lamp, view: View, solids: list[Solid], points: Array) -> Array:
    """1 in the light, 0 in shadow, soft in between; looked up at half size."""
    eye = View(lamp.place, lamp.aim, lamp.degrees, (_SHADOW_SIZE, _SHADOW_SIZE))
    depth = look(eye, [solid for solid in solids if solid.surface.glow < 1]).distance
    x, y, far = eye.project(points[:, ::2, ::2].transpose(1, 2, 0))
    near = far - _margin(lamp, far)
    share = np.zeros(far.shape, dtype=np.float32)
    for across, along in _taps(lamp.softness):
        columns = np.clip(x + across, 0, _SHADOW_SIZE - 1).astype(np.int32)
        rows = np.clip(y + along, 0, _SHADOW_SIZE - 1).astype(np.int32)
        share += near <= depth[rows, columns]
    is_outside = (x < 0) | (x > _SHADOW_SIZE) | (y < 0) | (y > _SHADOW_SIZE) | (far <= 0)
    share = np.where(is_outside, 1.0 if lamp.is_sun else 0.6, share / _TAPS)
    return enlarged(share, (view.width, view.height), blur=1.0)


def _margin(lamp: Lamp, far: Array) -> Array | float:
    """How much deeper than its map a point must lie to be in shadow."""
    if not lamp.is_sun:
        found: Array = 0.012 * far + np.float32(0.015)
        return found
    offset = vector(lamp.place) - vector(lamp.aim)
    distance = float(np.linalg.norm(offset))
    texel = 2 * distance * float(np.tan(np.radians(lamp.degrees / 2))) / _SHADOW_SIZE
    return texel * (lamp.softness + 1) * distance / max(float(offset[2]), 1.0)


def _taps(softness: float) -> list[tuple[float, float]]:
    """A spiral of places around a texel of the shadow map."""
    turns = [2.399963 * number for number in range(_TAPS)]
    reach = [softness * float(np.sqrt(number / _TAPS)) for number in range(_TAPS)]
    pairs = zip(turns, reach, strict=True)
    return [(far * float(np.cos(turn)), far * float(np.sin(turn))) for turn, far in pairs]
