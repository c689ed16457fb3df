"""Hazards of the canal: a ferry pontoon without lifebuoys, its railing broken."""

from PIL import ImageDraw

from app.services.demo.scenes import glyphs, paint, props
from app.services.demo.scenes.outdoors import daylight, open_air, tree_line
from app.services.demo.scenes.paint import Random
from app.services.demo.scenes.picture import SIZE, Scene, Shot
from app.services.demo.scenes.props import box, colour, floor, rod, wall
from app.services.demo.scenes.space import Solid, Surface, View


def pontoon(place: Random, hazard: Random, shot: Shot) -> Scene:
    """A landing stage on the Grand Canal."""
    eye = (float(place.uniform(-0.9, -0.3)), 0.0, 2.0)
    view = View(eye, (0.15, 6.0, 0.75), 60, SIZE, float(place.normal(0, 0.012)))
    scene = open_air(view, shot.hour, place, reach=11, aim=(0, 5, 0))
    light = daylight(shot.hour)
    seed = int(place.integers(4))
    glint = paint.dim(light.horizon, 0.88)
    surface = Surface(paint.water((82, 98, 88), glint, seed), gloss=0.35, repeat=(6, 5))
    deck = Surface(paint.boards((142, 124, 98), seed, 6), repeat=(1, 4))
    steel = Surface(paint.metal((70, 92, 112), seed, 0.4), gloss=0.2)
    scene.solids += [
        floor(-60, 1.2, 120, 45, surface, z=-0.55),
        floor(-60, 44, 120, 12, Surface(paint.grass(seed, (108, 112, 66)), repeat=(16, 2)), z=0.3),
        wall(
            (-60, 44, -0.55),
            (120, 0, 0),
            (0, 0.6, 0.85),
            Surface(paint.concrete((150, 146, 136), seed), repeat=(20, 1)),
        ),
        *tree_line(52, place, 110, 8),
        floor(-1.7, -1, 3.4, 3.2, Surface(paint.concrete((156, 152, 144), seed), repeat=(2, 2))),
        *box((0, 5.2, -0.5), (3.4, 6.0, 0.5), (steel, steel, deck)),
        *_sign(),
        *_boat(place),
        *_railing(hazard, is_whole=shot.is_fixed),
    ]
    if shot.is_fixed:
        for y in (3.6, 5.3, 7.0):
            scene.solids += _buoy((1.52, y, 0.62), is_along=True)
        scene.solids += _buoy((-0.75, 8.02, 0.62), is_along=False)
        scene.solids += _buoy((0.6, 8.02, 0.62), is_along=False)
    return scene


def _railing(hazard: Random, *, is_whole: bool) -> list[Solid]:
    """White posts with two rails; three spans are gone unless mended."""
    white = Surface(paint.metal((222, 224, 222), 2, 0.15), gloss=0.2)
    found: list[Solid] = []
    for side in (-1.62, 1.62):
        for number in range(6):
            y = 2.4 + number * 1.14
            is_gone = not is_whole and side > 0 and number in {2, 3}
            if not is_gone:
                found.append(rod((side, y, 0), (side, y, 1.05), 0.035, white))
            if number < 5 and not (is_gone or (not is_whole and side > 0 and number == 1)):  # noqa: PLR2004
                found += [rod((side, y, z), (side, y + 1.14, z), 0.025, white) for z in (0.55, 1.0)]
    if not is_whole:
        droop = float(hazard.uniform(0.0, 0.14))
        found.append(rod((1.62, 3.54, 1.0), (1.95, 4.6, 0.15 + droop), 0.025, white))
        found.append(rod((1.62, 3.54, 0.55), (1.3, 4.5, 0.03), 0.025, white))
    for z in (0.55, 1.0):
        if is_whole:
            found.append(rod((-1.62, 8.1, z), (1.62, 8.1, z), 0.025, white))
        else:
            found.append(rod((-1.62, 8.1, z), (0.1, 8.1, z), 0.025, white))
    return found + [rod((x, 8.1, 0), (x, 8.1, 1.05), 0.035, white) for x in (-0.55, 0.55)]


def _buoy(place: tuple[float, float, float], *, is_along: bool) -> list[Solid]:
    orange, white = colour(226, 84, 24, gloss=0.15), colour(236, 234, 226, gloss=0.15)
    across = props.NORTH if is_along else props.EAST
    return props.ring(place, across, props.UP, 0.29, 0.075, [orange, white] * 4)


def _sign() -> list[Solid]:
    def board(draw: ImageDraw.ImageDraw) -> None:
        draw.rectangle((6, 6, 250, 122), outline=(236, 240, 244), width=6)
        glyphs.write(draw, "渡口", (40, 26), 80, (240, 244, 248))

    post = colour(150, 152, 154)
    look = Surface(paint.drawn((128, 64), (24, 84, 150), board))
    return [
        rod((-1.85, 5.0, -0.6), (-1.85, 5.0, 2.5), 0.035, post),
        wall((-2.3, 4.96, 2.0), (0.9, 0, 0), (0, 0, 0.46), look),
    ]


def _boat(place: Random) -> list[Solid]:
    """A moored barge beyond the stage."""
    seed = int(place.integers(4))
    hull = Surface(
        paint.metal(((96, 52, 40), (52, 70, 92), (60, 84, 70), (90, 90, 92))[seed], seed, 0.4)
    )
    cabin = Surface(paint.plain((206, 208, 200), seed))
    pane = colour(60, 80, 96, gloss=0.4)
    x, y = 6.2, 13.5
    found = box((x, y, -0.55), (9.0, 2.4, 1.0), hull)
    found += box((x, y, 0.45), (8.8, 2.2, 0.12), colour(116, 84, 60))
    found += box((x + 2.9, y, 0.57), (2.2, 1.7, 1.25), cabin)
    found += box((x + 2.9, y, 1.82), (2.6, 2.0, 0.1), colour(156, 60, 44))
    for shift in (2.2, 2.9, 3.6):
        found.append(wall((x + shift - 0.22, y - 0.86, 1.05), (0.44, 0, 0), (0, 0, 0.45), pane))
    found.append(rod((x - 4.2, y, 0.5), (x - 4.2, y, 2.4), 0.04, colour(120, 120, 118)))
    found.append(wall((x - 4.15, y, 1.95), (0.6, 0, 0), (0, 0, 0.4), colour(206, 36, 30)))
    return found
