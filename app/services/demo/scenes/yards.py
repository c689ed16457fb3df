"""Hazards of yards: rubbish against a transformer."""

import numpy as np
from PIL import ImageDraw

from app.services.demo.scenes import glyphs, paint, props
from app.services.demo.scenes.outdoors import open_air, tree, tree_line
from app.services.demo.scenes.paint import Random
from app.services.demo.scenes.picture import SIZE, Scene, Shot
from app.services.demo.scenes.props import box, colour, floor, rod
from app.services.demo.scenes.space import Solid, Surface, View, vector


def transformer(place: Random, hazard: Random, shot: Shot) -> Scene:
    """Rubbish and dry branches against a box-type transformer."""
    view = View(
        (float(place.uniform(-0.4, 0.4)), 0, 1.55),
        (0.15, 5.5, 0.8),
        58,
        SIZE,
        float(place.normal(0, 0.012)),
    )
    scene = open_air(view, shot.hour, place, reach=9, aim=(0, 5.5, 0))
    seed = int(place.integers(4))
    slabs = paint.courses((150, 143, 136), (108, 104, 99), seed, (5, 10), 0.06)
    paving = Surface(slabs, repeat=(5, 6))
    scene.solids += [
        floor(-12, -2, 24, 30, Surface(paint.grass(seed), repeat=(12, 15)), z=-0.02),
        floor(-3.6, 1.5, 7.2, 6.0, paving),
        *tree_line(24, place, 50, 6),
        *tree((-4.6, 9.0, 0), place, 5),
        *_station(seed),
    ]
    if shot.is_fixed:
        scene.solids += _fence()
    else:
        scene.solids += _rubbish(hazard)
    return scene


def _station(seed: int) -> list[Solid]:
    base = Surface(paint.concrete((160, 158, 152), seed, 1))
    green = ((96, 132, 104), (120, 138, 112), (138, 148, 150))[seed % 3]

    def doors(draw: ImageDraw.ImageDraw) -> None:
        for left in (10, 266, 522, 778):
            draw.rectangle((left, 10, left + 236, 630), outline=(58, 82, 64), width=6)
            for row in range(11):
                draw.line(
                    (left + 40, 80 + row * 15, left + 196, 80 + row * 15),
                    fill=(60, 82, 66),
                    width=6,
                )
        draw.rectangle((230, 330, 246, 400), fill=(40, 44, 42))
        draw.rectangle((742, 330, 758, 400), fill=(40, 44, 42))
        draw.polygon(
            [(384, 300), (470, 450), (298, 450)], fill=(244, 200, 20), outline=(20, 20, 20), width=9
        )
        draw.polygon(
            [(392, 330), (362, 396), (384, 396), (370, 440), (414, 378), (390, 378), (408, 330)],
            fill=(20, 20, 20),
        )
        draw.rectangle((800, 330, 994, 430), fill=(236, 236, 230))
        glyphs.write(draw, "高压危险", (808, 350), 42, (190, 20, 20))

    front = Surface(paint.drawn((512, 320), green, doors), gloss=0.12)
    side = Surface(paint.metal(green, seed, 0.15), gloss=0.12)
    roof = Surface(paint.metal((150, 156, 152), seed, 0.2))
    return [
        *box((0, 6.2, 0), (3.3, 2.0, 0.25), base),
        *box((0, 6.2, 0.25), (3.1, 1.8, 1.75), (front, side, roof)),
        *box((0, 6.2, 2.0), (3.4, 2.1, 0.14), roof),
    ]


def _rubbish(random: Random) -> list[Solid]:
    found: list[Solid] = []
    tones = ((30, 32, 38), (40, 66, 120), (188, 186, 178), (132, 40, 40), (40, 44, 40))
    for number in range(9):
        x, y = random.uniform(-1.7, 1.5), random.uniform(4.2, 5.0)
        found += props.bag(
            (float(x), float(y), 0), float(random.uniform(0.2, 0.34)), tones[number % 5], random
        )
    for _ in range(5):
        x, y = float(random.uniform(-1.6, 1.6)), float(random.uniform(4.5, 5.0))
        size = tuple(float(part) for part in random.uniform((0.3, 0.3, 0.2), (0.55, 0.45, 0.45)))
        found += props.box(
            (x, y, 0),
            (size[0], size[1], size[2]),
            props.carton_faces(int(random.integers(5))),
            float(random.uniform(-0.8, 0.8)),
        )
    straw = Surface(paint.plain((156, 132, 84), 1, 0.25))
    for _ in range(70):
        x, y, turn = random.uniform(0.3, 1.9), random.uniform(3.9, 4.7), random.uniform(0, 3.1)
        lift = float(random.uniform(0.02, 0.4))
        half = props.turned(
            float(turn), float(random.uniform(0.25, 0.6)), 0, float(random.normal(0, 0.12))
        )
        middle = vector((float(x), float(y), lift))
        found.append(rod(middle - half, middle + half, float(random.uniform(0.003, 0.009)), straw))
    return found


def _fence() -> list[Solid]:
    """A low railing with a gate side left open to the camera."""
    white = colour(228, 230, 228, gloss=0.2)
    posts = [float(x) for x in np.arange(-2.3, 2.31, 0.23)]
    return [
        *(rod((x, 4.6, 0), (x, 4.6, 0.85), 0.014, white) for x in posts),
        *(rod((-2.3, 4.6, z), (2.3, 4.6, z), 0.02, white) for z in (0.12, 0.78)),
    ]
