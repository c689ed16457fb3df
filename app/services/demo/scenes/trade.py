"""Hazards of shops: a glowing heater among fireworks."""

import numpy as np
from PIL import ImageDraw

from app.services.demo.scenes import glyphs, paint, props
from app.services.demo.scenes.light import Lamp
from app.services.demo.scenes.paint import Colour, Random
from app.services.demo.scenes.picture import SIZE, Scene, Shot
from app.services.demo.scenes.props import box, can, colour, floor, rod, wall
from app.services.demo.scenes.space import Ball, Point, Quad, Solid, Surface, View, vector

_BRIGHT: tuple[Colour, ...] = (
    (196, 30, 28), (214, 150, 30), (32, 96, 150), (40, 120, 70), (206, 80, 30), (120, 50, 120),
)  # fmt: skip


def fireworks(place: Random, hazard: Random, shot: Shot) -> Scene:
    """Fireworks sold from a village shop, an electric heater glowing beside the cartons."""
    eye = (float(place.uniform(-0.2, 0.3)), -0.35, float(place.uniform(1.4, 1.55)))
    view = View(eye, (0.15, 3.2, 0.78), 56, SIZE, float(place.normal(0, 0.012)))
    seed = int(place.integers(4))
    plaster = Surface(paint.plaster((218, 212, 196), seed, 0.4))
    ground = Surface(
        paint.tiles((168, 160, 148), (120, 114, 106), seed, 3), 0.15, repeat=(2.4, 2.4)
    )
    solids: list[Solid] = [
        floor(-2.2, -1, 4.4, 4.4, ground),
        wall((-2.2, 3.4, 0), (4.4, 0, 0), (0, 0, 2.8), plaster),
        wall((-2.2, -1, 0), (0, 4.4, 0), (0, 0, 2.8), plaster),
        wall((2.2, 3.4, 0), (0, -4.4, 0), (0, 0, 2.8), plaster),
        floor(-2.2, -1, 4.4, 4.4, colour(214, 212, 206), z=2.8),
        props.bulb((0.3, 1.4, 2.74), (0.1, 1.2, 0.04))[0],
        *_shelf(place),
        *_banner(),
        *_crackers(place, are_many=not shot.is_fixed),
    ]
    solids += _kept() if shot.is_fixed else _heater((0.08, 2.12, 0), hazard)
    lamps = [
        Lamp((0.3, 1.4, 2.7), (2.7, 2.55, 2.25), (0.2, 2.2, 0), 145, 4, 1.5),
        Lamp((1.6, -0.6, 1.8), (0.6, 0.66, 0.76), has_shadow=False, reach=1.5),
    ]
    if not shot.is_fixed:
        lamps.append(Lamp((0.16, 1.98, 0.5), (3.4, 1.05, 0.25), has_shadow=False, reach=0.34))
    return Scene(view, solids, lamps, (0.2, 0.2, 0.19), (0.16, 0.15, 0.13), exposure=0.92)


def _shelf(place: Random) -> list[Solid]:
    """A rack along the back wall, full of small goods."""
    steel = colour(206, 208, 204, gloss=0.2)
    found: list[Solid] = []
    for z in (0.5, 0.95, 1.4, 1.85):
        found += box((-0.75, 3.2, z), (2.5, 0.36, 0.03), steel)
        x = -1.95
        while x < 0.4:  # noqa: PLR2004
            wide, high = float(place.uniform(0.07, 0.17)), float(place.uniform(0.16, 0.34))
            tone = _BRIGHT[int(place.integers(6))]
            found += box(
                (x + wide / 2, 3.14, z + 0.03),
                (wide * 0.92, 0.2, high),
                _packet(tone, int(place.integers(3))),
            )
            x += wide + 0.012
    return found + [rod((x, 3.05, 0), (x, 3.05, 2.2), 0.02, steel) for x in (-2.0, 0.5)]


def _packet(tone: Colour, kind: int) -> Surface:
    """A printed packet: a disc, bands, or a burst of light."""
    pale = (244, 226, 150)

    def face(draw: ImageDraw.ImageDraw) -> None:
        if kind == 0:
            draw.ellipse((20, 40, 108, 128), fill=pale)
            draw.rectangle((20, 150, 108, 170), fill=pale)
        elif kind == 1:
            draw.rectangle((0, 30, 128, 80), fill=pale)
            draw.rectangle((30, 110, 98, 170), fill=paint.dim(tone, 1.5))
        else:
            for turn in np.linspace(0, 6.283, 12):
                tip = (64 + 56 * float(np.cos(turn)), 90 + 56 * float(np.sin(turn)))
                draw.line(((64, 90), tip), fill=pale, width=7)

    return Surface(paint.drawn((64, 96), tone, face), gloss=0.1)


def _banner() -> list[Solid]:
    def sign(draw: ImageDraw.ImageDraw) -> None:
        draw.rectangle((8, 8, 504, 172), outline=(244, 214, 120), width=6)
        glyphs.write(draw, "严禁烟火", (50, 44), 92, (250, 236, 190))

    return [
        wall(
            (0.75, 3.39, 1.75),
            (1.2, 0, 0),
            (0, 0, 0.42),
            Surface(paint.drawn((256, 90), (186, 26, 24), sign)),
        )
    ]


def _crackers(place: Random, *, are_many: bool) -> list[Solid]:
    """Red cartons with a golden burst, and rolled firecrackers on top."""
    faces = (_burst(), _burst())
    found: list[Solid] = []
    columns = (0.72, 1.2, 1.68) if are_many else (1.2, 1.68)
    for number, x in enumerate(columns):
        for level in range((4, 3, 3)[number] if are_many else 2):
            turn = float(place.normal(0, 0.05))
            found += box((x, 2.9, level * 0.37), (0.45, 0.45, 0.365), faces, turn)
    if are_many:
        for x in columns:
            turn = float(place.normal(0, 0.08))
            found += box((x, 2.42, 0), (0.45, 0.42, 0.365), faces, turn)
        for number, (x, z) in enumerate(((0.72, 0.37), (1.1, 0.37), (1.5, 0.37))):
            found += _roll((x, 2.4, z), 0.17 + 0.02 * number)
    return found


def _burst() -> Surface:
    def face(draw: ImageDraw.ImageDraw) -> None:
        for turn in np.linspace(0, 6.283, 25):
            far = 84 if int(turn * 4) % 2 else 62
            tip = (128 + far * float(np.cos(turn)), 104 + far * float(np.sin(turn)))
            draw.line(((128, 104), tip), fill=(246, 200, 70), width=6)
        draw.ellipse((104, 80, 152, 128), fill=(250, 236, 190))
        draw.rectangle((0, 196, 256, 208), fill=(246, 200, 70))

    return Surface(paint.worn(paint.drawn((128, 108), (182, 28, 26), face), 2, 0.06), gloss=0.05)


def _roll(place: Point, reach: float) -> list[Solid]:
    """A coil of firecrackers."""
    x, y, z = place

    def coil(draw: ImageDraw.ImageDraw) -> None:
        for ring in range(1, 9):
            far = ring * 14
            draw.ellipse(
                (128 - far, 128 - far, 128 + far, 128 + far), outline=(120, 14, 14), width=4
            )
        draw.ellipse((112, 112, 144, 144), fill=(246, 200, 70))

    top = Surface(paint.drawn((128, 128), (206, 36, 30), coil))
    return can((x, y, z), reach, 0.09, colour(206, 36, 30), top)


def _heater(place: Point, hazard: Random) -> list[Solid]:
    """The dish heater that every shop has in winter, at full glow, its cable across the floor."""
    x, y, z = place
    white, dark = colour(226, 224, 216, gloss=0.2), colour(40, 40, 42)
    face = vector((float(hazard.uniform(0.3, 0.5)), -0.95, 0.12))
    face /= float(np.linalg.norm(face))
    across = vector((-face[1], face[0], 0))
    across /= float(np.linalg.norm(across))
    up = np.cross(face, across) * np.float32(-1)
    middle = vector((x, y, z + 0.5))
    glow, hot = colour(255, 92, 20, glow=1.5), colour(255, 190, 90, glow=3.5)
    dish = Quad(middle - across * 0.24 - up * 0.24, across * 0.48, up * 0.48, glow, is_round=True)
    found: list[Solid] = [
        *can((x, y, z), 0.19, 0.05, white),
        rod((x, y, z + 0.05), (x, y, z + 0.34), 0.025, white),
        dish,
        *props.ring((x, y, z + 0.5), across, up, 0.25, 0.022, [white]),
        rod(middle + face * 0.05 - up * 0.12, middle + face * 0.05 + up * 0.12, 0.035, hot),
    ]
    for turn in np.linspace(0, np.pi, 7, endpoint=False):
        arm = (across * np.cos(turn) + up * np.sin(turn)).astype(np.float32) * np.float32(0.24)
        lift = face * 0.09
        found.append(rod(middle - arm + lift * 0.2, middle + lift, 0.004, dark))
        found.append(rod(middle + arm + lift * 0.2, middle + lift, 0.004, dark))
    cable = [
        (x, y + 0.1, 0.03),
        (x - 0.4, y + 0.2, 0.012),
        (x - 0.9, y - 0.1, 0.012),
        (-1.5, y + 0.5, 0.012),
        (-1.9, 3.3, 0.2),
    ]
    return found + props.wire(cable, 0.009, white)


def _kept() -> list[Solid]:
    """Extinguishers within reach, a yellow line round the few cartons that the licence allows."""
    yellow = colour(214, 172, 34)
    return [
        *props.extinguisher((0.5, 2.95, 0)),
        *props.extinguisher((0.72, 2.95, 0)),
        floor(0.9, 2.45, 1.25, 0.06, yellow, z=0.003),
        floor(0.9, 2.45, 0.06, 0.95, yellow, z=0.003),
        Ball(vector((-1.2, 3.36, 2.45)), vector((0.05, 0.03, 0.05)), colour(210, 40, 36)),
    ]
