"""Indoor hazards of kitchens and walls: gas cylinders at the stove, the open distribution box."""

from itertools import pairwise

import numpy as np
from PIL import ImageDraw

from app.services.demo.scenes import glyphs, paint, props
from app.services.demo.scenes.light import Lamp
from app.services.demo.scenes.paint import Random
from app.services.demo.scenes.picture import SIZE, Scene, Shot
from app.services.demo.scenes.props import box, can, colour, floor, rod, wall
from app.services.demo.scenes.space import (
    Ball,
    Point,
    Quad,
    Solid,
    Surface,
    Texture,
    View,
    vector,
)

SPANS = (15.0, 24.0)  # the board's lamp is dimmer after the first


def kitchen(place: Random, hazard: Random, shot: Shot) -> Scene:
    """A gas cylinder right beside the burning stove of a small restaurant."""
    eye = (float(place.normal(-0.25, 0.15)), 0.1, float(place.uniform(1.45, 1.6)))
    view = View(eye, (0.1, 3.0, 0.72), 60, SIZE, float(place.normal(0, 0.012)))
    seed = int(place.integers(4))
    glaze = ((214, 214, 206), (200, 210, 208), (216, 206, 190))[seed % 3]
    tiles = paint.tiles(glaze, (150, 148, 140), seed, 6)
    ground = Surface(paint.tiles((128, 112, 98), (84, 78, 72), seed, 4), 0.12, repeat=(2.5, 2.5))
    solids: list[Solid] = [
        floor(-2, -1, 4, 4.3, ground),
        wall((-2, 3.2, 0), (4, 0, 0), (0, 0, 2.7), Surface(tiles, 0.08, repeat=(3.3, 2.25))),
        wall((-2, -1, 0), (0, 4.2, 0), (0, 0, 2.7), Surface(tiles, 0.08, repeat=(3.5, 2.25))),
        wall((2, 3.2, 0), (0, -4.2, 0), (0, 0, 2.7), Surface(tiles, 0.08, repeat=(3.5, 2.25))),
        floor(-2, -1, 4, 4.2, colour(206, 204, 198), z=2.7),
        *_counter(),
        *_stove((0.12, 2.72, 0.82)),
        *_hood(seed),
    ]
    solids += _cabinet(seed) if shot.is_fixed else _cylinder_at_stove(seed, hazard)
    lamps = [
        Lamp((-0.2, 1.3, 2.6), (3.1, 2.95, 2.6), (-0.1, 2.2, 0), 140, 4, 1.5),
        Lamp((0.12, 2.6, 1.0), (0.14, 0.2, 0.42), has_shadow=False, reach=0.5),
        Lamp((-1.6, 0.6, 1.7), (0.75, 0.85, 1.0), has_shadow=False, reach=1.5),
    ]
    return Scene(view, solids, lamps, (0.2, 0.2, 0.19), (0.16, 0.14, 0.12), exposure=0.9)


def _counter() -> list[Solid]:
    steel = Surface(paint.metal((178, 182, 184), 2, -0.6), gloss=0.35)
    tiles = Surface(paint.tiles((196, 192, 182), (140, 136, 128), 2, 3))
    dark = colour(36, 34, 32)
    return [
        *box((-1.1, 2.85, 0), (1.7, 0.66, 0.8), (tiles, steel)),
        *box((1.45, 2.85, 0), (1.1, 0.66, 0.8), (tiles, steel)),
        *box((0.3, 2.85, 0.72), (1.3, 0.66, 0.08), steel),
        wall((-0.25, 3.15, 0), (1.15, 0, 0), (0, 0, 0.72), dark),
        *can((-0.9, 2.8, 0.8), 0.17, 0.16, colour(186, 188, 190, gloss=0.5)),
        *can((-1.45, 2.95, 0.8), 0.05, 0.24, colour(92, 52, 24, gloss=0.5)),
        *can((-1.3, 3.0, 0.8), 0.045, 0.28, colour(44, 76, 40, gloss=0.5)),
        *box((1.45, 2.8, 0.8), (0.42, 0.3, 0.03), colour(168, 128, 84)),
        Ball(vector((1.38, 2.78, 0.87)), vector((0.08, 0.06, 0.05)), colour(96, 138, 56)),
        Ball(vector((1.55, 2.8, 0.86)), vector((0.05, 0.05, 0.045)), colour(178, 54, 34)),
    ]


def _stove(place: Point) -> list[Solid]:
    """Two burners alight, a wok on the left one."""
    x, y, z = place
    black = colour(32, 32, 34, gloss=0.4)
    steel = Surface(paint.metal((150, 154, 156), 3, -0.4), gloss=0.4)
    found = box((x + 0.1, y + 0.02, z), (0.86, 0.5, 0.12), (steel, black))
    for burner in (x - 0.12, x + 0.32):
        found += props.ring((burner, y, z + 0.17), props.EAST, props.NORTH, 0.11, 0.012, [black])
        found += _flames(burner, y, z + 0.125)
        found.append(rod((burner, y - 0.265, z + 0.06), (burner, y - 0.23, z + 0.06), 0.03, black))
    wok = colour(40, 38, 36, gloss=0.5)
    found.append(Ball(vector((x - 0.12, y, z + 0.3)), vector((0.21, 0.21, 0.12)), wok))
    found += can((x - 0.12, y, z + 0.29), 0.21, 0.014, wok, colour(120, 84, 40))
    found.append(rod((x - 0.3, y - 0.08, z + 0.32), (x - 0.58, y - 0.2, z + 0.4), 0.014, wok))
    return found


def _flames(x: float, y: float, z: float) -> list[Solid]:
    blue, pale = colour(40, 110, 255, glow=1.8), colour(150, 200, 255, glow=2.0)
    found: list[Solid] = []
    for turn in np.linspace(0, 2 * np.pi, 14, endpoint=False):
        across, along = 0.085 * float(np.cos(turn)), 0.085 * float(np.sin(turn))
        base, tip = (x + across, y + along, z), (x + across * 1.3, y + along * 1.3, z + 0.06)
        found.append(props.cone(base, tip, 0.016, 0.003, blue))
        found.append(props.cone(base, (base[0], base[1], z + 0.03), 0.009, 0.002, pale))
    return found


def _hood(seed: int) -> list[Solid]:
    steel = Surface(paint.metal((168, 172, 174), seed, -0.5), gloss=0.3)
    greasy = Surface(paint.metal((140, 132, 116), seed, 0.25), gloss=0.2)
    return [
        *box((0.2, 2.8, 1.72), (1.5, 0.72, 0.3), (steel, greasy)),
        *box((0.2, 3.0, 2.02), (0.36, 0.36, 0.7), steel),
    ]


def _cylinder_at_stove(seed: int, hazard: Random) -> list[Solid]:
    """The cylinder stands before the stove, its perished rubber hose across the counter's edge."""
    x = 0.62 + float(hazard.uniform(-0.06, 0.1))
    rubber = colour(206, 96, 32, gloss=0.15)
    hose = [(x, 2.2, 0.66), (x + 0.22, 2.1, 0.86), (x + 0.3, 2.3, 1.02), (x + 0.12, 2.52, 0.98),
            (0.5, 2.56, 0.88), (0.4, 2.5, 0.9)]  # fmt: skip
    return [
        *props.gas_cylinder((x, 2.22, 0), seed),
        *props.wire(hose, 0.016, rubber, 8),
        *props.gas_cylinder((x + 0.5, 2.45, 0), seed + 1, (164, 160, 150)),
        *props.carton((-0.35, 2.4, 0), (0.34, 0.3, 0.28), hazard),
    ]


def _cabinet(seed: int) -> list[Solid]:
    """A steel pipe through the wall to cylinders outside; a gas alarm with its green light."""
    steel = colour(196, 198, 196, gloss=0.4)
    yellow = colour(222, 178, 40, gloss=0.2)
    white = Surface(paint.plain((232, 232, 226), seed))
    pipe = [(1.96, 3.12, 1.2), (0.98, 3.12, 1.2), (0.98, 3.1, 0.96), (0.72, 2.98, 0.9)]
    path = [vector(point) for point in pipe]
    found: list[Solid] = [rod(a, b, 0.016, yellow) for a, b in pairwise(path)]
    return [
        *found,
        *(Ball(point, vector((0.018, 0.018, 0.018)), yellow) for point in path),
        *box((1.25, 3.1, 1.17), (0.05, 0.05, 0.06), colour(190, 40, 30)),
        *box((1.35, 3.16, 1.72), (0.2, 0.06, 0.26), white),
        Ball(vector((1.3, 3.12, 1.9)), vector((0.014, 0.014, 0.014)), colour(60, 255, 90, glow=5)),
        rod((1.3, 3.125, 1.8), (1.4, 3.125, 1.8), 0.012, colour(60, 60, 60)),
        rod((1.35, 3.16, 1.98), (1.35, 3.16, 2.7), 0.008, steel),
        *props.extinguisher((-0.5, 2.42, 0)),
    ]


def board(place: Random, hazard: Random, shot: Shot) -> Scene:
    """A distribution box that stands open, its wires loose and the wall scorched."""
    eye = (float(place.uniform(-0.2, 0.25)), 0.2, float(place.uniform(1.4, 1.55)))
    view = View(eye, (-0.04, 2.0, 1.4), 60, SIZE, float(place.normal(0, 0.015)))
    seed = int(place.integers(4))
    tone = ((206, 200, 186), (198, 200, 196), (196, 184, 160))[seed % 3]
    plaster = Surface(paint.plaster(tone, seed, 0.6))
    scorched = Surface(_scorched(tone, seed))
    solids: list[Solid] = [
        wall((-2.4, 2, 0), (4.8, 0, 0), (0, 0, 2.8), plaster if shot.is_fixed else scorched),
        floor(-2.4, -1, 4.8, 3, Surface(paint.concrete((132, 130, 124), seed), repeat=(2, 1.3))),
        wall((2.0, 2, 0), (0, -3, 0), (0, 0, 2.8), plaster),
        rod((0.16, 1.955, 1.95), (0.16, 1.955, 2.8), 0.026, colour(222, 222, 216)),
        rod((-0.16, 1.955, 1.95), (-0.16, 1.955, 2.8), 0.026, colour(222, 222, 216)),
        *_case(seed),
    ]
    solids += _closed_door(seed) if shot.is_fixed else _opened(seed, hazard)
    dim = 1.0 if shot.hour <= SPANS[0] else 0.8
    lamps = [
        Lamp((-1.3, 0.1, 2.5), (2.7 * dim, 2.6 * dim, 2.35 * dim), (0.1, 2, 1.3), 100, 5, 1.6),
        Lamp((1.6, -0.5, 1.6), (0.5, 0.56, 0.66), has_shadow=False, reach=1.6),
    ]
    return Scene(view, solids, lamps, (0.24, 0.24, 0.23), (0.2, 0.19, 0.17), exposure=0.95)


def _scorched(tone: paint.Colour, seed: int) -> Texture:
    """The wall above and beside the box, blackened."""
    codes = paint.plaster(tone, seed, 0.6).codes.astype(np.float32)
    high, wide, _ = codes.shape
    y, x = np.mgrid[0 : 1 : high * 1j, 0 : 1 : wide * 1j].astype(np.float32)
    rise = np.clip((0.62 - y) / 0.5, 0, 1)
    far = np.sqrt(((x - 0.53) / (0.085 + 0.05 * rise)) ** 2 + ((y - 0.38) / 0.2) ** 2)
    ragged = paint.noise((wide, high), np.random.default_rng(seed), 14, 4) * 0.28
    share = np.clip(1.25 - far + ragged, 0, 0.93)[..., None]
    return Texture((codes * (1 - share) + 22 * share).astype(np.uint8))


def _case(seed: int) -> list[Solid]:
    """The box itself, without its front."""
    steel = Surface(paint.metal((170, 174, 170), seed, 0.15), gloss=0.15)
    inner = Surface(paint.metal((150, 152, 148), seed, 0.2))
    return [
        *(
            wall((-0.3, y, z), (0.6, 0, 0), (0, 0.16, 0), steel)
            for y, z in ((1.82, 1.0), (1.82, 1.95))
        ),
        wall((-0.3, 1.82, 1.0), (0, 0.16, 0), (0, 0, 0.95), steel),
        wall((0.3, 1.98, 1.0), (0, -0.16, 0), (0, 0, 0.95), steel),
        wall((-0.3, 1.975, 1.0), (0.6, 0, 0), (0, 0, 0.95), inner),
    ]


def _warning() -> Surface:
    def sign(draw: ImageDraw.ImageDraw) -> None:
        draw.rectangle((6, 6, 506, 818), outline=(120, 124, 120), width=6)
        draw.polygon(
            paint.points("256,150 420,430 92,430"),
            fill=(240, 196, 24),
            outline=(20, 20, 20),
            width=16,
        )
        bolt = "272,210 214,326 258,326 232,408 306,294 264,294 296,210"
        draw.polygon(paint.points(bolt), fill=(20, 20, 20))
        glyphs.write(draw, "有电危险", (78, 480), 78, (186, 24, 22))
        draw.rectangle((440, 400, 470, 500), fill=(40, 42, 40))

    return Surface(paint.worn(paint.drawn((256, 412), (176, 180, 176), sign), 5), gloss=0.15)


def _closed_door(seed: int) -> list[Solid]:
    steel = Surface(paint.metal((176, 180, 176), seed, 0.1), gloss=0.15)
    return [
        *box((0, 1.81, 0.99), (0.62, 0.03, 0.97), steel),
        wall((-0.3, 1.79, 1.0), (0.6, 0, 0), (0, 0, 0.95), _warning()),
    ]


def _opened(seed: int, hazard: Random) -> list[Solid]:
    """The door hangs aside; breakers without cover; wires in a tangle."""
    steel = Surface(paint.metal((176, 180, 176), seed, 0.1), gloss=0.15)
    edge = props.turned(-2.15, 0.6, 0)
    door = Quad(vector((-0.3, 1.82, 1.0)), edge, vector((0, 0, 0.95)), steel)
    white, grey = colour(222, 222, 214), colour(58, 60, 62)
    found: list[Solid] = [door]
    for row, count in ((1.68, 6), (1.38, 5)):
        found += box((0, 1.95, row + 0.045), (0.54, 0.02, 0.04), colour(140, 142, 140))
        for number in range(count):
            x = -0.21 + number * 0.085
            burnt = row < 1.5 and number >= 3  # noqa: PLR2004
            found += box((x, 1.93, row), (0.075, 0.08, 0.13), grey if burnt else white)
            found += box((x, 1.885, row + 0.05), (0.03, 0.025, 0.035), colour(30, 30, 32))
    return found + _tangle(hazard)


def _tangle(random: Random) -> list[Solid]:
    looks = [
        colour(*tone, gloss=0.1)
        for tone in ((176, 30, 26), (206, 168, 30), (36, 90, 50), (30, 30, 32), (40, 62, 140))
    ]
    found: list[Solid] = []
    for number in range(13):
        x = float(random.uniform(-0.22, 0.22))
        low, sway = float(random.uniform(0.72, 1.12)), float(random.normal(0, 0.13))
        out = float(random.uniform(1.62, 1.84))
        line = [(x, 1.9, 1.66 if number % 2 else 1.37), (x + sway * 0.4, out, 1.3),
                (x + sway, out - 0.03, low + 0.2), (x + sway * 1.3, out + 0.02, low)]  # fmt: skip
        if number % 3 == 0:
            line += [(x + sway * 0.2, 1.8, 0.95), (float(random.uniform(-0.2, 0.2)), 1.9, 1.4)]
        found += props.wire(line, 0.0075, looks[number % 5], 7)
    return found
