"""Solids and the eye that sees them: rays against quads, tubes and balls, in numpy.

Metres; x to the right, y away from the viewer, z up. Rays are not normalised: their component along
the view axis is 1, so that a distance along the ray is a depth, and every product of a ray with a
constant vector is a sum of a row and a column. That makes a full picture of a hundred solids cheap.
"""

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]
Mask = NDArray[np.bool_]
Indices = NDArray[np.intp]
Codes = NDArray[np.uint8]
Window = tuple[slice, slice]
Point = tuple[float, float, float]
NEAR = 0.05
FAR = np.float32(1e6)
_STEEP = 0.95
_HALF = np.float32(0.5)
_SQUARE = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], dtype=np.float32)
_CORNERS = np.array(np.meshgrid([0, 1], [0, 1], [0, 1])).reshape(3, 8).T == 1
_SMALLEST = 8  # pixels of the smallest size of a texture, times two


def vector(point: Point | Array) -> Array:
    return np.asarray(point, dtype=np.float32)


def unit(direction: Point | Array) -> Array:
    found = vector(direction)
    return found / np.float32(max(math.sqrt(found @ found), 1e-9))


def cross(one: Array, other: Array) -> Array:
    """Of two vectors alone, which numpy's own would first look through for stacks of them."""
    (a, b, c), (d, e, f) = one.tolist(), other.tolist()
    return vector((b * f - c * e, c * d - a * f, a * e - b * d))


def upright(direction: Array) -> tuple[Array, Array]:
    """Two unit vectors across a direction: to the right, and up."""
    helper = vector((0, 0, 1)) if abs(float(direction[2])) < _STEEP else vector((0, 1, 0))
    right = unit(cross(direction, helper))
    return right, cross(right, direction)


class Texture:
    """A picture on a surface: height x width x 3 sRGB codes; `alpha` cuts holes."""

    def __init__(self, codes: Codes, alpha: Mask | None = None) -> None:
        self.codes, self.alpha = codes, alpha

    @cached_property
    def sizes(self) -> list[Codes]:
        """At full size, at half, at a quarter …"""
        found = [self.codes]
        while min(found[-1].shape[:2]) >= _SMALLEST:
            high, wide = found[-1].shape[0] // 2 * 2, found[-1].shape[1] // 2 * 2
            even = found[-1][:high, :wide].astype(np.uint16)
            total = even[::2, ::2] + even[1::2, ::2] + even[::2, 1::2] + even[1::2, 1::2]
            found.append((total // 4).astype(np.uint8))
        return found


@dataclass(frozen=True)
class Surface:
    """What a solid looks like. `glow` is light of its own, in multiples of white paper."""

    texture: Texture
    gloss: float = 0.0
    glow: float = 0.0
    repeat: tuple[float, float] = (1.0, 1.0)


@dataclass
class Hit:
    """Where rays of a window meet a solid: distance, texture coordinates, and which rays do."""

    window: Window
    distance: Array
    u: Array
    v: Array
    is_hit: Mask


class View:
    """A pinhole eye. `width` pixels across a horizontal angle of `degrees`."""

    def __init__(
        self, eye: Point, target: Point, degrees: float, size: tuple[int, int], roll: float = 0.0
    ) -> None:
        self.eye, self.width, self.height = vector(eye), *size
        self.forward = unit(vector(target) - self.eye)
        right, up = upright(self.forward)
        turn_cos, turn_sin = float(np.cos(roll)), float(np.sin(roll))
        self.right, self.up = right * turn_cos + up * turn_sin, up * turn_cos - right * turn_sin
        half = np.tan(np.radians(degrees) / 2)
        self.half = (float(half), float(half * self.height / self.width))
        xs = (np.arange(self.width, dtype=np.float32) + 0.5) / self.width * 2 - 1
        ys = 1 - (np.arange(self.height, dtype=np.float32) + 0.5) / self.height * 2
        self.across = (xs * self.half[0]).astype(np.float32)[None, :]
        self.along = (ys * self.half[1]).astype(np.float32)[:, None]

    def dot(self, constant: Array, window: Window) -> Array:
        """Product of every ray in the window with a constant vector."""
        rows, columns = window
        base = np.float32(self.forward @ constant)
        across = self.across[:, columns] * np.float32(self.right @ constant)
        return (across + base) + self.along[rows] * np.float32(self.up @ constant)

    def square(self, window: Window) -> Array:
        rows, columns = window
        return (self.across[:, columns] ** 2 + 1) + self.along[rows] ** 2

    def ends(self, distance: Array, where: Indices) -> Array:
        """Where the rays of some pixels (flat indices) end: n x 3."""
        row, column = np.divmod(where, self.width)
        rays = self.across[0, column][:, None] * self.right + self.along[row, 0][:, None] * self.up
        found: Array = self.eye + distance[where][:, None] * (rays + self.forward)
        return found

    def project(self, points: Array) -> tuple[Array, Array, Array]:
        """Pixel column, pixel row and depth of n x 3 points (or of a stack of planes)."""
        offset = points - self.eye
        depth = offset @ self.forward
        safe = np.maximum(depth, NEAR)
        x = (offset @ self.right / (safe * self.half[0]) + 1) * (self.width / 2)
        y = (1 - offset @ self.up / (safe * self.half[1])) * (self.height / 2)
        return x, y, depth

    def window(self, corners: Array) -> Window | None:
        """The pixels that a convex body with these corners can touch; None = out of sight."""
        x, y, depth = self.project(corners)
        if bool((depth <= NEAR).all()):
            return None
        if bool((depth <= NEAR).any()):
            return slice(0, self.height), slice(0, self.width)
        left, right = max(int(x.min()), 0), min(int(x.max()) + 2, self.width)
        top, bottom = max(int(y.min()), 0), min(int(y.max()) + 2, self.height)
        return (slice(top, bottom), slice(left, right)) if left < right and top < bottom else None


class Solid(Protocol):
    """Anything that a ray can meet."""

    surface: Surface

    def meet(self, view: View) -> Hit | None: ...

    def normals(self, view: View, distance: Array, where: Indices) -> Array: ...


@dataclass
class Quad:
    """A parallelogram from a corner along two edges; `is_round` keeps the inscribed ellipse."""

    corner: Array
    edge_u: Array
    edge_v: Array
    surface: Surface
    is_round: bool = False
    is_one_sided: bool = False
    normal: Array = field(init=False)

    def __post_init__(self) -> None:
        self.normal = unit(cross(self.edge_u, self.edge_v))

    @cached_property
    def _duals(self) -> tuple[Array, Array]:
        across = cross(self.edge_v, self.normal)
        along = cross(self.normal, self.edge_u)
        return across / (self.edge_u @ across), along / (self.edge_v @ along)

    def meet(self, view: View) -> Hit | None:
        offset = self.corner - view.eye
        height = float(offset @ self.normal)
        if self.is_one_sided and height >= 0:
            return None
        window = view.window(self.corner + _SQUARE @ np.stack([self.edge_u, self.edge_v]))
        if window is None:
            return None
        with np.errstate(divide="ignore"):
            distance = np.float32(height) / view.dot(self.normal, window)
        dual_u, dual_v = self._duals
        u = view.dot(dual_u, window) * distance - np.float32(offset @ dual_u)
        v = view.dot(dual_v, window) * distance - np.float32(offset @ dual_v)
        return Hit(window, distance, u, v, self._inside(distance, u, v))

    def _inside(self, distance: Array, u: Array, v: Array) -> Mask:
        if self.is_round:
            inside = (u - _HALF) ** 2 + (v - _HALF) ** 2 <= _HALF**2
        else:
            inside = (np.abs(u - _HALF) <= _HALF) & (np.abs(v - _HALF) <= _HALF)
        return inside & (distance > NEAR)

    def normals(self, view: View, distance: Array, where: Indices) -> Array:
        del distance
        is_front = float((view.eye - self.corner) @ self.normal) > 0
        return np.broadcast_to(self.normal if is_front else -self.normal, (where.size, 3))


@dataclass
class Tube:
    """The mantle of a cylinder or cone between two points; `is_inner` shows the far inside."""

    start: Array
    end: Array
    radius: float
    surface: Surface
    end_radius: float | None = None
    is_inner: bool = False

    @cached_property
    def _axis(self) -> tuple[Array, float, float]:
        """Direction, length, and widening per metre."""
        length = float(np.linalg.norm(self.end - self.start))
        last = self.radius if self.end_radius is None else self.end_radius
        return (self.end - self.start) / length, length, (last - self.radius) / length

    def meet(self, view: View) -> Hit | None:
        axis, length, slope = self._axis
        widest = max(self.radius, self.radius + slope * length)
        window = view.window(_box(self.start, self.end, widest))
        if window is None:
            return None
        offset = view.eye - self.start
        rise, height = view.dot(axis, window), float(offset @ axis)
        stretch = 1 + slope * slope
        a = view.square(window) - rise**2 * stretch
        b = view.dot(offset, window) - rise * (height * stretch + slope * self.radius)
        c = float(offset @ offset) - height**2 * stretch
        c -= 2 * slope * self.radius * height + self.radius**2
        root = np.sqrt(np.maximum(b * b - a * np.float32(c), 0))
        distance = ((-b + root) if self.is_inner else (-b - root)) / a
        v = (rise * distance + height) / length
        is_hit = (b * b > a * c) & (v >= 0) & (v <= 1) & (distance > NEAR)
        return Hit(window, distance, self._around(view, window, offset, distance), v, is_hit)

    def _around(self, view: View, window: Window, offset: Array, distance: Array) -> Array:
        across, along = upright(self._axis[0])
        x = view.dot(across, window) * distance + np.float32(offset @ across)
        y = view.dot(along, window) * distance + np.float32(offset @ along)
        return np.arctan2(y, x) / np.float32(2 * np.pi) + np.float32(0.5)

    def normals(self, view: View, distance: Array, where: Indices) -> Array:
        axis, _, slope = self._axis
        offset = view.ends(distance, where) - self.start
        radial = offset - (offset @ axis)[:, None] * axis
        radial /= np.linalg.norm(radial, axis=1, keepdims=True) + 1e-9
        found = radial - np.float32(slope) * axis
        return -found if self.is_inner else found


@dataclass
class Ball:
    """An ellipsoid along the axes, optionally turned about z (radians)."""

    centre: Array
    radii: Array
    surface: Surface
    turn: float = 0.0

    @cached_property
    def _frame(self) -> Array:
        cos, sin = np.cos(self.turn), np.sin(self.turn)
        axes = np.array([[cos, sin, 0], [-sin, cos, 0], [0, 0, 1]], dtype=np.float32)
        return axes / self.radii[:, None]

    def meet(self, view: View) -> Hit | None:
        reach = float(self.radii.max())
        window = view.window(_box(self.centre, self.centre, reach))
        if window is None:
            return None
        start = self._frame @ (view.eye - self.centre)
        rays = [view.dot(row, window) for row in self._frame]
        a = rays[0] ** 2 + rays[1] ** 2 + rays[2] ** 2
        b = rays[0] * start[0] + rays[1] * start[1] + rays[2] * start[2]
        inner = b * b - a * np.float32(start @ start - 1)
        distance = (-b - np.sqrt(np.maximum(inner, 0))) / a
        x, y, z = (rays[i] * distance + start[i] for i in range(3))
        u = np.arctan2(y, x) / np.float32(2 * np.pi) + np.float32(0.5)
        return Hit(window, distance, u, (z + 1) / 2, (inner > 0) & (distance > NEAR))

    def normals(self, view: View, distance: Array, where: Indices) -> Array:
        local = (view.ends(distance, where) - self.centre) @ self._frame.T
        found: Array = local @ self._frame
        found /= np.linalg.norm(found, axis=1, keepdims=True) + 1e-9
        return found


def _box(start: Array, end: Array, reach: float) -> Array:
    """Eight corners of the box around a segment, widened."""
    low, high = np.minimum(start, end) - reach, np.maximum(start, end) + reach
    return np.where(_CORNERS, high, low).astype(np.float32)
