"""Things that stand about: boxes, cartons, cylinders, drums, wires, bags."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from PIL import ImageDraw

from app.services.demo.scenes import paint
from app.services.demo.scenes.paint import Colour, Random
from app.services.demo.scenes.space import (
    Array,
    Ball,
    Point,
    Quad,
    Solid,
    Surface,
    Tube,
    unit,
    vector,
)

Size = tuple[float, float, float]
EAST, NORTH, UP = vector((1, 0, 0)), vector((0, 1, 0)), vector((0, 0, 1))
Faces = Surface | tuple[Surface, Surface] | tuple[Surface, Surface, Surface]  # front, side, top


def colour(red: int, green: int, blue: int, gloss: float = 0.0, glow: float = 0.0) -> Surface:
    """One flat colour; `glow` is light of its own."""
    return Surface(paint.flat((red, green, blue)), gloss=gloss, glow=glow)


def wall(corner: Point, along: Point, up: Point, surface: Surface) -> Quad:
    return Quad(vector(corner), vector(along), vector(up), surface)


def floor(
    west: float, south: float, wide: float, deep: float, surface: Surface, z: float = 0.0
) -> Quad:
    return wall((west, south, z), (wide, 0, 0), (0, deep, 0), surface)


def turned(turn: float, x: float, y: float, z: float = 0.0) -> Array:
    cos, sin = float(np.cos(turn)), float(np.sin(turn))
    return vector((x * cos - y * sin, x * sin + y * cos, z))


def box(place: Point, size: Size, faces: Faces, turn: float = 0.0) -> list[Solid]:
    """A box on its base centre, `size` wide, deep and high; front looks to the viewer at turn 0."""
    front, side, top = _three(faces)
    wide, deep, high = size
    base = vector(place)
    up = vector((0, 0, high))
    corners = [(-1, -1), (1, -1), (1, 1), (-1, 1)]
    points = [base + turned(turn, x * wide / 2, y * deep / 2) for x, y in corners]
    looks = (front, side, front, side)
    found: list[Solid] = [
        Quad(points[i], points[(i + 1) % 4] - points[i], up, looks[i], is_one_sided=True)
        for i in range(4)
    ]
    across, along = points[1] - points[0], points[3] - points[0]
    found.append(Quad(points[0] + up, across, along, top, is_one_sided=True))
    found.append(Quad(points[0], along, across, side, is_one_sided=True))
    return found


def _three(faces: Faces) -> tuple[Surface, Surface, Surface]:
    if isinstance(faces, Surface):
        return faces, faces, faces
    return (faces[0], faces[0], faces[1]) if len(faces) == 2 else faces  # noqa: PLR2004


def can(
    place: Point, radius: float, high: float, side: Surface, top: Surface | None = None
) -> list[Solid]:
    """An upright cylinder with a lid."""
    x, y, z = place
    lid = Quad(
        vector((x - radius, y - radius, z + high)),
        vector((2 * radius, 0, 0)),
        vector((0, 2 * radius, 0)),
        top or side,
        is_round=True,
    )
    return [Tube(vector(place), vector((x, y, z + high)), radius, side), lid]


def rod(start: Point | Array, end: Point | Array, radius: float, surface: Surface) -> Tube:
    return Tube(vector(start), vector(end), radius, surface)


def cone(start: Point, end: Point, radius: float, end_radius: float, surface: Surface) -> Tube:
    return Tube(vector(start), vector(end), radius, surface, end_radius)


def wire(points: Sequence[Point], radius: float, surface: Surface, steps: int = 6) -> list[Solid]:
    """A cable or hose through points, rounded at the bends."""
    path = smooth(points, steps)
    found: list[Solid] = []
    for a, b in pairwise(path):
        over = unit(b - a) * np.float32(radius * 0.7)  # covers the gap at the outside of a bend
        found.append(Tube(a - over, b + over, radius, surface))
    return found


def smooth(points: Sequence[Point], steps: int) -> list[Array]:
    """Points of a curve through the given ones (Catmull-Rom)."""
    known = [vector(points[0]), *(vector(point) for point in points), vector(points[-1])]
    found = []
    for before, start, end, after in zip(known, known[1:], known[2:], known[3:], strict=False):
        for step in range(steps):
            t = step / steps
            tension = (2 * before - 5 * start + 4 * end - after) * t**2
            found.append(
                (
                    2 * start
                    + (end - before) * t
                    + tension
                    + (3 * start - before - 3 * end + after) * t**3
                )
                / 2
            )
    return [*found, known[-1]]


def ring(
    centre: Point,
    across: Array,
    along: Array,
    radius: float,
    thick: float,
    looks: Sequence[Surface],
) -> list[Solid]:
    """A torus of straight pieces in the plane of two unit vectors: wheels, lifebuoys."""
    turns = np.linspace(0, 2 * np.pi, 25)
    middle = vector(centre)
    points = [
        middle + (across * np.cos(t) + along * np.sin(t)).astype(np.float32) * radius for t in turns
    ]
    count = len(points) - 1
    pieces: list[Solid] = []
    for number in range(count):
        look = looks[number * len(looks) // count]
        pieces.append(Tube(points[number], points[number + 1], thick, look))
        pieces.append(Ball(points[number], vector((thick, thick, thick)), look))
    return pieces


def carton_faces(seed: int, tone: Colour = (168, 132, 92)) -> tuple[Surface, Surface, Surface]:
    """Front with print, side with arrows, top with tape."""
    tone = paint.dim(tone, 0.9 + 0.05 * (seed % 5))
    ink, tape = paint.dim(tone, 0.45), paint.dim(tone, 1.14)

    def front(draw: ImageDraw.ImageDraw) -> None:
        draw.rectangle((0, 0, 256, 10), fill=paint.dim(tone, 0.85))
        draw.rectangle((106, 0, 150, 64), fill=tape)
        draw.rectangle((22, 110, 120, 170), outline=ink, width=3)
        for row in range(4):
            draw.line((34, 122 + row * 12, 104 - row * 9, 122 + row * 12), fill=ink, width=3)

    def side(draw: ImageDraw.ImageDraw) -> None:
        for x in (60, 130):
            draw.polygon([(x, 70), (x + 22, 100), (x - 22, 100)], fill=ink)
            draw.rectangle((x - 7, 100, x + 7, 140), fill=ink)
        draw.line((34, 152, 156, 152), fill=ink, width=5)

    def top(draw: ImageDraw.ImageDraw) -> None:
        draw.rectangle((0, 84, 256, 116), fill=tape)
        draw.line((0, 100, 256, 100), fill=ink, width=2)

    drawings = [paint.drawn((128, 100), tone, draw) for draw in (front, side, top)]
    looks = [Surface(paint.worn(drawing, seed + 7)) for drawing in drawings]
    return looks[0], looks[1], looks[2]


def carton(place: Point, size: Size, random: Random, tone: Colour = (168, 132, 92)) -> list[Solid]:
    faces = carton_faces(int(random.integers(5)), tone)
    return box(place, size, faces, turn=float(random.normal(0, 0.06)))


def gas_cylinder(place: Point, seed: int, tone: Colour = (176, 182, 184)) -> list[Solid]:
    """A 15 kg cylinder with foot ring, collar and valve."""
    x, y, z = place
    body = Surface(paint.metal(tone, seed, 0.35), gloss=0.35)
    dark, brass = colour(70, 72, 74, gloss=0.3), colour(178, 138, 60, gloss=0.5)
    posts = ((0.095, 0.0), (-0.095, 0.0), (0.0, 0.095), (0.0, -0.095))
    return [
        rod((x, y, z), (x, y, z + 0.07), 0.12, dark),
        rod((x, y, z + 0.14), (x, y, z + 0.48), 0.16, body),
        Ball(vector((x, y, z + 0.15)), vector((0.16, 0.16, 0.11)), body),
        Ball(vector((x, y, z + 0.47)), vector((0.16, 0.16, 0.12)), body),
        rod((x, y, z + 0.585), (x, y, z + 0.68), 0.02, brass),
        *ring((x, y, z + 0.70), EAST, NORTH, 0.095, 0.012, [dark]),
        *(rod((x + a, y + b, z + 0.55), (x + a, y + b, z + 0.70), 0.012, dark) for a, b in posts),
        *box((x + 0.05, y - 0.02, z + 0.64), (0.1, 0.05, 0.05), brass),
    ]


def drum(place: Point, tone: Colour, seed: int, rust: float = 0.25) -> list[Solid]:
    """A 200-litre steel drum with its hoops and bung."""
    x, y, z = place
    side = Surface(paint.metal(tone, seed, rust), gloss=0.4)
    hoop = Surface(paint.metal(paint.dim(tone, 0.8), seed, rust + 0.1), gloss=0.4)
    heights = (0.01, 0.29, 0.58, 0.85)
    hoops = [rod((x, y, z + h), (x, y, z + h + 0.03), 0.302, hoop) for h in heights]
    bung = can((x + 0.16, y, z + 0.88), 0.035, 0.02, colour(60, 60, 60))
    return [*can(place, 0.29, 0.88, side, hoop), *hoops, *bung]


def bag(place: Point, reach: float, tone: Colour, random: Random) -> list[Solid]:
    """A filled rubbish bag, tied at the top."""
    x, y, z = place
    look = Surface(paint.plain(tone, int(random.integers(4)), 0.28), gloss=0.1, repeat=(3, 2))
    found: list[Solid] = []
    for _ in range(5):
        across, along = random.normal(0, reach * 0.32, 2)
        size = reach * float(random.uniform(0.5, 0.8))
        radii = vector((size, size * 0.85, size * float(random.uniform(0.7, 0.95))))
        middle = vector((x + float(across), y + float(along), z + size * 0.62))
        found.append(Ball(middle, radii, look, turn=float(random.uniform(0, 3))))
    knot = vector((x, y, z + reach * 1.0))
    ears = knot + vector((0.02, 0, reach * 0.35))
    return [*found, Tube(knot, ears, reach * 0.08, look, end_radius=reach * 0.2)]


def extinguisher(place: Point) -> list[Solid]:
    x, y, z = place
    red, black = colour(186, 30, 26, gloss=0.5), colour(24, 24, 26, gloss=0.2)
    hose = [
        (x - 0.03, y - 0.03, z + 0.5),
        (x - 0.1, y - 0.06, z + 0.4),
        (x - 0.09, y - 0.07, z + 0.12),
    ]
    return [
        rod(place, (x, y, z + 0.42), 0.075, red),
        rod((x, y, z + 0.14), (x, y, z + 0.3), 0.0762, colour(226, 222, 206)),
        Ball(vector((x, y, z + 0.42)), vector((0.075, 0.075, 0.06)), red),
        rod((x, y, z + 0.47), (x, y, z + 0.53), 0.02, black),
        *box((x + 0.03, y, z + 0.52), (0.16, 0.02, 0.02), black),
        *box((x + 0.03, y, z + 0.56), (0.15, 0.02, 0.015), black),
        *wire(hose, 0.012, black),
    ]


def bulb(place: Point, size: Size) -> list[Solid]:
    """A lamp that is seen shining."""
    return box(place, size, colour(255, 250, 236, glow=5))
