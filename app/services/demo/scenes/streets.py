"""Hazards of roads and yards: the open manhole, the broken railing, rubbish at a transformer."""

import numpy as np
from PIL import ImageDraw

from app.services.demo.scenes import paint, props
from app.services.demo.scenes.outdoors import daylight, open_air, tree, tree_line
from app.services.demo.scenes.paint import Random
from app.services.demo.scenes.picture import SIZE, Scene, Shot
from app.services.demo.scenes.props import box, colour, floor, rod, wall
from app.services.demo.scenes.space import Array, Quad, Solid, Surface, Texture, Tube, View, vector


def manhole(place: Random, hazard: Random, shot: Shot) -> Scene:
    """A manhole without its cover in the carriageway."""
    eye, target = (0.15, 0.3, 1.55), (float(place.normal(0.1, 0.1)), 3.9, 0.2)
    view = View(eye, target, 58, SIZE, float(place.normal(0, 0.012)))
    scene = open_air(view, shot.hour, place, reach=13, aim=(0, 6, 0))
    seed = int(place.integers(4))
    chips = ((66, 66, 68), (106, 106, 106), (94, 90, 84))
    asphalt = paint.speckled((84, 84, 86), chips, seed)
    hole = (float(place.uniform(-0.35, 0.25)), float(place.uniform(2.9, 3.3)))
    scene.solids += _road(asphalt, hole, seed)
    scene.solids += tree_line(46, place, 90, 7)
    for y in (9.0, 14.5, 21.0):
        scene.solids += tree((3.4, y, 0.15), place, 5.4)
        scene.solids += tree((-5.6, y + 2, 0.15), place, 5.2)
    scene.solids += _cover(hole, seed, hazard) if shot.is_fixed else _open_hole(hole, seed, hazard)
    return scene


def _road(asphalt: Texture, hole: tuple[float, float], seed: int) -> list[Solid]:
    """Carriageway around a square patch that holds the manhole; kerb, pavement, lane line."""
    x, y = hole
    left, right, near, far = x - 0.6, x + 0.6, y - 0.6, y + 0.6
    paving = Surface(
        paint.courses((156, 144, 134), (116, 108, 102), seed, (6, 12), 0.05), repeat=(4, 60)
    )
    kerb = Surface(paint.concrete((168, 166, 160), seed, 0), repeat=(60, 1))
    line = Surface(paint.plain((206, 202, 188), seed, 0.12))
    meadow = Surface(paint.grass(seed), repeat=(12, 36))
    return [
        *(
            floor(west, south, wide, deep, Surface(asphalt, repeat=(wide / 1.6, deep / 1.6)))
            for west, south, wide, deep in (
                (-4.5, -2, left + 4.5, 80),
                (right, -2, 2.4 - right, 80),
                (left, -2, 1.2, near + 2),
                (left, far, 1.2, 78 - far),
            )
        ),
        floor(left, near, 1.2, 1.2, Surface(_holed(seed)), z=0.002),
        *(floor(-1.9, start, 0.13, 2.4, line, z=0.004) for start in (1.5, 6.5, 11.5, 16.5, 21.5)),
        *box((2.48, 38, 0), (0.16, 80, 0.16), kerb),
        *box((-4.58, 38, 0), (0.16, 80, 0.16), kerb),
        floor(2.56, -2, 6, 80, paving, z=0.15),
        floor(-30, -2, 25.3, 80, meadow, z=0.12),
        floor(8.5, -2, 30, 80, meadow, z=0.12),
    ]


def _holed(seed: int) -> Texture:
    """The concrete collar around a manhole."""
    rows, columns = np.mgrid[0:256, 0:256]
    is_there = (rows - 127.5) ** 2 + (columns - 127.5) ** 2 >= (0.36 / 1.2 * 256) ** 2
    return Texture(paint.concrete((118, 116, 110), seed).codes[::2, ::2], is_there)


def _open_hole(hole: tuple[float, float], seed: int, hazard: Random) -> list[Solid]:
    x, y = hole
    shaft = Surface(paint.courses((70, 52, 44), (50, 46, 42), seed, (12, 10)))
    rim = Surface(paint.metal((92, 88, 84), seed, 0.55), gloss=0.2)
    slope = np.radians(14)
    turn = float(hazard.uniform(-0.6, 0.6))
    centre = vector((x + 1.0, y + 0.55, 0.1))
    return [
        Tube(vector((x, y, -1.6)), vector((x, y, 0.001)), 0.34, shaft, is_inner=True),
        *props.ring((x, y, 0.006), vector((1, 0, 0)), vector((0, 1, 0)), 0.36, 0.022, [rim]),
        Quad(
            vector((x - 0.4, y - 0.4, -1.5)),
            vector((0.8, 0, 0)),
            vector((0, 0.8, 0)),
            colour(12, 12, 12),
            is_round=True,
        ),
        _disc(centre, 0.36, float(slope), turn, _iron(seed)),
        *_rubble(x, y, hazard),
    ]


def _disc(centre: Array, radius: float, slope: float, turn: float, look: Surface) -> Quad:
    across = props.turned(turn, 2 * radius, 0)
    along = props.turned(
        turn, 0, 2 * radius * float(np.cos(slope)), 2 * radius * float(np.sin(slope))
    )
    return Quad(centre - across / 2 - along / 2, across, along, look, is_round=True)


def _iron(seed: int) -> Surface:
    def pattern(draw: ImageDraw.ImageDraw) -> None:
        for row in range(11):
            for column in range(11):
                x, y = column * 46 + (23 if row % 2 else 0), row * 46
                draw.rectangle((x, y, x + 24, y + 24), fill=(104, 98, 92))
        draw.ellipse((6, 6, 506, 506), outline=(120, 112, 104), width=16)
        draw.ellipse((170, 170, 342, 342), fill=(74, 70, 66), outline=(118, 110, 102), width=8)

    return Surface(
        paint.worn(paint.drawn((256, 256), (62, 58, 54), pattern), seed, 0.15), gloss=0.2
    )


def _cover(hole: tuple[float, float], seed: int, hazard: Random) -> list[Solid]:
    x, y = hole
    rim = Surface(paint.metal((92, 88, 84), seed, 0.3), gloss=0.2)
    return [
        _disc(vector((x, y, 0.012)), 0.36, 0.0, float(hazard.uniform(0, 1)), _iron(seed)),
        *props.ring((x, y, 0.006), vector((1, 0, 0)), vector((0, 1, 0)), 0.365, 0.014, [rim]),
    ]


def _rubble(x: float, y: float, random: Random) -> list[Solid]:
    look = Surface(paint.plain((138, 132, 122), 1, 0.2))
    found: list[Solid] = []
    for _ in range(14):
        angle, far = random.uniform(0, 6.3), random.uniform(0.45, 0.95)
        size = float(random.uniform(0.012, 0.045))
        where = (x + float(np.cos(angle)) * far, y + float(np.sin(angle)) * far, size * 0.4)
        found += box(where, (size * 1.6, size * 1.2, size), look, turn=float(angle))
    return found


def railing(place: Random, hazard: Random, shot: Shot) -> Scene:
    """A canal road whose guard rail has been knocked out."""
    view = View((-1.6, 0, 1.6), (1.4, 6.0, 0.35), 62, SIZE, float(place.normal(0, 0.01)))
    scene = open_air(view, shot.hour, place, reach=14, aim=(1, 7, 0))
    seed = int(place.integers(4))
    chips = ((76, 76, 76), (114, 112, 108))
    asphalt = Surface(paint.speckled((94, 93, 92), chips, seed), repeat=(5, 56))
    bank = Surface(paint.grass(seed, (112, 116, 66)), repeat=(24, 1))
    glint = paint.dim(daylight(shot.hour).horizon, 0.86)
    water = Surface(paint.water((82, 98, 88), glint, seed), gloss=0.35, repeat=(4, 10))
    scene.solids += [
        floor(-6, -2, 8.0, 90, asphalt),
        floor(1.65, -2, 0.12, 90, Surface(paint.plain((206, 202, 188), seed, 0.08)), z=0.004),
        wall((2.0, -2, 0), (0, 90, 0), (2.4, 0, -1.5), bank),
        floor(4.3, -2, 36, 90, water, z=-1.4),
        wall((40, -2, -1.4), (0, 90, 0), (3, 0, 1.8), bank),
        *tree_line(62, place, 120, 8),
        *(solid for y in (16.0, 24.0, 33.0) for solid in tree((42, y + 14, 0), place, 7)),
        *_rail(seed, hazard, is_whole=shot.is_fixed),
    ]
    return scene


def _rail(seed: int, hazard: Random, *, is_whole: bool) -> list[Solid]:
    """W-beam on posts, two metres apart; one stretch lies bent beside the road unless mended."""
    steel = Surface(paint.metal((184, 188, 190), seed, 0.1), gloss=0.45)
    red, white = colour(198, 40, 32), colour(232, 232, 228)
    gap = range(0) if is_whole else range(2, 4)
    found: list[Solid] = []
    for number in range(14):
        y = 1.2 + number * 2.0
        if number - 1 not in gap or number not in gap:
            found += _post(y, steel, (red, white), lean=0.0)
        if number not in gap:
            found += _beam((1.88, y, 0.6), (1.88, y + 2.0, 0.6), steel)
    if not is_whole:
        low = float(hazard.uniform(-0.75, -0.5))
        found += _post(7.2, steel, (red, white), lean=0.55)
        found += _beam((1.88, 5.2, 0.6), (2.5, 7.1, 0.12), steel)
        found += _beam((2.5, 7.1, 0.12), (3.3, 8.3, low), steel)
    return found


def _post(y: float, steel: Surface, bands: tuple[Surface, Surface], lean: float) -> list[Solid]:
    top = (1.95 + lean, y, 0.78 * float(np.cos(lean)))
    base = vector((1.95, y, -0.1))
    points = [base + (vector(top) - base) * share for share in (0, 0.55, 0.7, 0.85, 1.0)]
    looks = (steel, bands[0], bands[1], bands[0])
    return [
        rod(a, b, 0.055, look) for a, b, look in zip(points[:-1], points[1:], looks, strict=True)
    ]


def _beam(
    start: tuple[float, float, float], end: tuple[float, float, float], look: Surface
) -> list[Solid]:
    """Two ribs and the web between them."""
    found: list[Solid] = []
    for lift in (-0.09, 0.09):
        low, high = vector(start) + vector((0, 0, lift)), vector(end) + vector((0, 0, lift))
        found.append(rod(low, high, 0.055, look))
    base = vector(start) - vector((0.0, 0, 0.13))
    found.append(Quad(base, vector(end) - vector(start), vector((0, 0, 0.26)), look))
    return found
