"""Hazards of halls: leaking drums, an overloaded fork-lift."""

from PIL import ImageDraw

from app.services.demo.scenes import glyphs, paint, props
from app.services.demo.scenes.light import Lamp
from app.services.demo.scenes.paint import Colour, Random
from app.services.demo.scenes.picture import SIZE, Scene, Shot
from app.services.demo.scenes.props import box, colour, floor, rod, wall
from app.services.demo.scenes.space import Ball, Point, Quad, Solid, Surface, View, vector

_DRUMS: tuple[Colour, ...] = ((38, 78, 140), (40, 84, 148), (34, 70, 128), (148, 52, 36))


def _hall(place: Random, view: View) -> Scene:
    """A sheet-metal hall with high windows and two lamps."""
    seed = int(place.integers(4))
    tone = ((168, 176, 178), (150, 164, 176), (176, 172, 160))[seed % 3]
    sheet = Surface(paint.ribbed(tone, seed, 18), repeat=(2.5, 1))
    brick = Surface(paint.courses((150, 96, 78), (150, 144, 136), seed, (10, 20)), repeat=(5, 0.9))
    ground = Surface(paint.concrete((138, 136, 130), seed, 3, 0.7), 0.06, repeat=(3, 3))
    pane = colour(214, 226, 236, glow=1.1)
    steel = Surface(paint.metal((104, 110, 118), seed, 0.2))
    solids: list[Solid] = [
        floor(-6, -2, 12, 12, ground),
        wall((-6, 9, 1.1), (12, 0, 0), (0, 0, 3.9), sheet),
        wall((-6, 8.99, 0), (12, 0, 0), (0, 0, 1.1), brick),
        wall((-6, -2, 0), (0, 11, 0), (0, 0, 5), sheet),
        wall((6, 9, 0), (0, -11, 0), (0, 0, 5), sheet),
        floor(-6, -2, 12, 11, colour(120, 124, 126), z=5),
    ]
    for x in (-4.2, -1.4, 1.4, 4.2):
        solids.append(wall((x - 0.9, 8.97, 2.7), (1.8, 0, 0), (0, 0, 1.2), pane))
        solids += box((x, 8.95, 2.66), (1.9, 0.06, 0.05), steel)
        solids += [rod((x, 8.95, 2.7), (x, 8.95, 3.9), 0.025, steel)]
        solids += box((x + 1.4, 8.9, 0), (0.22, 0.2, 5), steel)
    lamps = [
        Lamp((-1.5, 2.5, 4.9), (3.4, 3.35, 3.2), (-0.4, 4.6, 0), 120, 3, 2.4),
        Lamp((1.5, 8.4, 3.3), (0.9, 1.0, 1.15), has_shadow=False, reach=2.0),
    ]
    return Scene(view, solids, lamps, (0.25, 0.26, 0.28), (0.18, 0.17, 0.16), exposure=0.95)


def drums(place: Random, hazard: Random, shot: Shot) -> Scene:
    """Chemical drums on bare concrete, one lying and leaking."""
    eye = (float(place.uniform(-0.5, 0.5)), 0.4, float(place.uniform(1.5, 1.7)))
    scene = _hall(place, View(eye, (0.15, 5.0, 0.5), 48, SIZE, float(place.normal(0, 0.012))))
    seed = int(place.integers(4))
    lift = 0.16 if shot.is_fixed else 0.0
    columns = (-1.5, -0.85, -0.2, 0.45) if not shot.is_fixed else (-1.5, -0.85, -0.2, 0.45, 1.1)
    for row, y in enumerate((5.3, 4.65)):
        for number, x in enumerate(columns):
            tone = _DRUMS[(number + row * 2 + seed) % 4]
            scene.solids += props.drum((x, y, lift), tone, (number + row + seed) % 6)
            if row:
                scene.solids.append(_label((x, y, lift), tone))
    scene.solids += _kept(seed) if shot.is_fixed else _leaking(seed, hazard)
    return scene


def _label(place: Point, tone: Colour) -> Quad:
    """A flame in a red-edged square standing on its corner."""

    def sign(draw: ImageDraw.ImageDraw) -> None:
        draw.polygon(
            paint.points("64,4 124,64 64,124 4,64"),
            fill=(240, 240, 236),
            outline=(200, 24, 24),
            width=9,
        )
        flame = "64,28 78,50 90,62 86,84 70,98 58,98 42,84 42,66 52,58 56,70 64,56"
        draw.polygon(paint.points(flame), fill=(20, 20, 20))

    x, y, z = place
    look = Surface(paint.drawn((64, 64), tone, sign))
    return wall((x - 0.13, y - 0.298, z + 0.32), (0.26, 0, 0), (0, 0, 0.26), look)


def _kept(seed: int) -> list[Solid]:
    """Yellow spill pallets under the drums, sand, extinguisher, a sign."""
    yellow = Surface(paint.plain((214, 172, 34), seed, 0.08), gloss=0.15)
    grate = colour(50, 52, 54)
    found: list[Solid] = []
    for x in (-1.18, 0.13, 1.44):
        found += box((x, 4.98, 0), (1.28, 1.36, 0.16), (yellow, yellow, grate))

    def sign(draw: ImageDraw.ImageDraw) -> None:
        draw.rectangle((0, 0, 512, 180), fill=(190, 24, 22))
        glyphs.write(draw, "严禁烟火", (50, 42), 92, (250, 246, 236))

    found.append(
        wall(
            (0.45, 8.9, 1.3),
            (1.8, 0, 0),
            (0, 0, 0.62),
            Surface(paint.drawn((256, 90), (190, 24, 22), sign)),
        )
    )
    found += props.extinguisher((1.9, 3.9, 0)) + props.extinguisher((2.14, 3.9, 0))
    return found


def _leaking(seed: int, hazard: Random) -> list[Solid]:
    """A drum on its side in a shining puddle."""
    x, y, turn = 0.75, 3.55, float(hazard.uniform(-0.35, 0.1))
    side = Surface(paint.metal(_DRUMS[0], seed, 0.5), gloss=0.4)
    dark = Surface(paint.metal((30, 60, 108), seed, 0.6), gloss=0.3)
    along = props.turned(turn, 0.44, 0)
    middle = vector((x, y, 0.29))
    found: list[Solid] = [rod(middle - along, middle + along, 0.29, side)]
    for share in (-0.98, -0.35, 0.35, 0.98):
        at = middle + along * share
        found.append(rod(at - along * 0.04, at + along * 0.04, 0.302, dark))
    across = props.turned(turn, 0, 0.58)
    corner = middle - along - across / 2 - vector((0, 0, 0.29))
    found.append(Quad(corner, across, vector((0, 0, 0.58)), dark, is_round=True))
    bung = middle - along * 1.005 + vector((0, 0, -0.2))
    found.append(rod(bung, bung - along * 0.06, 0.035, colour(20, 20, 20)))
    spill = colour(52, 44, 26, gloss=0.5)
    for number in range(26):
        sx, sy = x - 0.85 + float(hazard.normal(0, 0.3)), y - 0.3 + float(hazard.normal(0, 0.17))
        reach = float(hazard.uniform(0.08, 0.34))
        found.append(_pool((sx, sy, 0.003 + number * 1e-5), reach, spill))
    found.append(rod(bung - along * 0.05, vector((x - 0.55, y - 0.1, 0.0)), 0.012, spill))
    return found


def _pool(place: Point, reach: float, look: Surface) -> Quad:
    x, y, z = place
    return Quad(
        vector((x - reach, y - reach * 0.7, z)),
        vector((2 * reach, 0, 0)),
        vector((0, 1.4 * reach, 0)),
        look,
        is_round=True,
    )


def forklift(place: Random, hazard: Random, shot: Shot) -> Scene:
    """A fork-lift whose load hides the way and leans."""
    eye = (float(place.uniform(-1.6, -1.1)), -0.4, float(place.uniform(1.5, 1.7)))
    scene = _hall(place, View(eye, (0.15, 4.6, 1.05), 54, SIZE, float(place.normal(0, 0.012))))
    scene.solids += _truck((1.0, 4.6, 0), int(place.integers(4)))
    pallet = Surface(paint.boards((176, 144, 98), 2, 4))
    scene.solids += box((-0.55, 4.6, 0.22), (1.1, 1.1, 0.12), pallet)
    scene.solids += _load(hazard, is_high=not shot.is_fixed)
    if shot.is_fixed:
        stripe = colour(214, 172, 34)
        scene.solids += [
            floor(-2.6, -2, 0.12, 11, stripe, z=0.004),
            floor(2.9, -2, 0.12, 11, stripe, z=0.004),
        ]
    return scene


def _load(random: Random, *, is_high: bool) -> list[Solid]:
    """Cartons on the fork: two level layers, or five that lean outwards."""
    found: list[Solid] = []
    for level in range(5 if is_high else 2):
        lean = -0.06 * level**1.5 if is_high else 0.0
        for column in range(3):
            for row in range(2):
                x = -0.9 + column * 0.36 + lean + float(random.normal(0, 0.012 * (1 + level)))
                y = 4.33 + row * 0.52
                if is_high and level == 4 and column == 2:  # noqa: PLR2004
                    continue
                found += props.carton((x, y, 0.34 + level * 0.42), (0.35, 0.5, 0.415), random)
    return found


def _truck(place: Point, seed: int) -> list[Solid]:
    """Counterbalance truck, its mast to the left."""
    x, y, z = place
    tone = ((222, 160, 24), (200, 80, 30), (222, 160, 24), (70, 120, 70))[seed]
    body = Surface(paint.metal(tone, seed, 0.15), gloss=0.35)
    dark, steel = colour(34, 34, 36, gloss=0.15), colour(92, 94, 98, gloss=0.3)
    found: list[Solid] = [
        *box((x + 0.75, y, z + 0.2), (1.5, 1.0, 0.5), body),
        *box((x + 1.25, y, z + 0.7), (0.55, 0.96, 0.3), body),
        *box((x + 0.72, y, z + 0.7), (0.5, 0.5, 0.12), dark),
        *box((x + 0.95, y, z + 0.8), (0.14, 0.5, 0.5), dark),
        *box((x + 0.12, y, z + 0.7), (0.18, 0.9, 0.4), body),
        rod((x + 0.28, y, z + 1.02), (x + 0.42, y, z + 1.2), 0.02, dark),
        *props.ring(
            (x + 0.43, y, z + 1.22), props.NORTH, vector((0.6, 0, 0.8)), 0.16, 0.016, [dark]
        ),
        Ball(
            vector((x + 0.72, y, z + 2.2)),
            vector((0.06, 0.06, 0.08)),
            colour(240, 140, 30, glow=0.8),
        ),
    ]
    for side in (-0.46, 0.46):
        found += [
            rod((x + 0.1, y + side, z + 0.9), (x + 0.3, y + side, z + 2.12), 0.03, dark),
            rod((x + 1.3, y + side, z + 0.95), (x + 1.12, y + side, z + 2.12), 0.03, dark),
            rod((x + 0.3, y + side, z + 2.12), (x + 1.12, y + side, z + 2.12), 0.03, dark),
            *box((x - 0.1, y + side * 0.75, z + 0.1), (0.12, 0.1, 2.5), steel),
            *box((x - 0.72, y + side * 0.6, z + 0.2), (1.2, 0.12, 0.04), steel),
        ]
        for wheel, radius in ((x + 0.25, 0.3), (x + 1.25, 0.24)):
            found += _wheel(wheel, y + side * 1.08, radius, dark, steel)
    for number in range(4):
        across = x + 0.4 + number * 0.22
        found.append(rod((across, y - 0.46, z + 2.13), (across, y + 0.46, z + 2.13), 0.016, dark))
    for height in (0.32, 0.75, 2.5):
        found += box((x - 0.1, y, z + height), (0.06, 0.8, 0.1), steel)
    return found


def _wheel(x: float, y: float, radius: float, tyre: Surface, hub: Surface) -> list[Solid]:
    near = y - 0.11
    disc = Quad(
        vector((x - radius, near, 0)),
        vector((2 * radius, 0, 0)),
        vector((0, 0, 2 * radius)),
        tyre,
        is_round=True,
    )
    small = radius * 0.5
    cap = Quad(
        vector((x - small, near - 0.005, radius - small)),
        vector((2 * small, 0, 0)),
        vector((0, 0, 2 * small)),
        hub,
        is_round=True,
    )
    return [rod((x, near, radius), (x, near + 0.22, radius), radius, tyre), disc, cap]
