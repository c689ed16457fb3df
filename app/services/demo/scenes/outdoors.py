"""What all open-air pictures share: the sun, the sky, the ground, the green behind."""

from dataclasses import dataclass

import numpy as np

from app.services.demo.scenes import paint
from app.services.demo.scenes.light import Lamp
from app.services.demo.scenes.paint import Colour, Random
from app.services.demo.scenes.picture import Scene
from app.services.demo.scenes.props import rod
from app.services.demo.scenes.space import Point, Quad, Solid, Surface, View, unit, vector

_SUN_DISTANCE = 60.0
_NOON = 12


@dataclass(frozen=True)
class Daylight:
    """Colours of an hour: sun, sky, bounce from the ground, backdrop from top to horizon."""

    sun: Point
    sky: Point
    ground: Point
    top: Colour
    horizon: Colour
    elevation: float


_HOURS = (
    (
        8.0,
        Daylight(
            (2.5, 2.05, 1.5),
            (0.50, 0.56, 0.66),
            (0.26, 0.23, 0.18),
            (138, 172, 208),
            (226, 222, 208),
            24,
        ),
    ),
    (
        11.0,
        Daylight(
            (2.9, 2.7, 2.35),
            (0.52, 0.60, 0.72),
            (0.30, 0.27, 0.22),
            (120, 162, 210),
            (206, 220, 230),
            52,
        ),
    ),
    (
        15.0,
        Daylight(
            (2.8, 2.5, 2.05),
            (0.50, 0.57, 0.68),
            (0.29, 0.26, 0.21),
            (130, 166, 208),
            (214, 220, 222),
            40,
        ),
    ),
    (
        24.0,
        Daylight(
            (2.9, 2.05, 1.25),
            (0.50, 0.53, 0.62),
            (0.25, 0.21, 0.16),
            (128, 150, 186),
            (240, 210, 172),
            17,
        ),
    ),
)
# Until which hours a place looks the same.
SPANS = tuple(sorted({_NOON, *(until for until, _ in _HOURS)}))


def daylight(hour: float) -> Daylight:
    return next(light for until, light in _HOURS if hour <= until)


def open_air(
    view: View, hour: float, place: Random, reach: float = 12.0, aim: Point = (0, 5, 0)
) -> Scene:
    """An empty scene under the sun of an hour; shadows fall within `reach` metres of `aim`."""
    light = daylight(hour)
    turn = np.radians(
        float(place.uniform(200, 250)) if hour > _NOON else float(place.uniform(290, 335))
    )
    rise = np.radians(light.elevation)
    towards = unit(
        (
            float(np.cos(turn) * np.cos(rise)),
            float(np.sin(turn) * np.cos(rise)),
            float(np.sin(rise)),
        )
    )
    far = vector(aim) + towards * _SUN_DISTANCE
    sun = Lamp(
        (float(far[0]), float(far[1]), float(far[2])),
        light.sun,
        aim=aim,
        degrees=float(np.degrees(2 * np.arctan(reach / _SUN_DISTANCE))),
        softness=1.3,
        is_sun=True,
    )
    backdrop = paint.sky((view.height, view.width), place, light.top, light.horizon)
    air = tuple(float(part) for part in paint.linear(vector(light.horizon)))
    haze = (0.003, (air[0], air[1], air[2]))
    return Scene(view, [], [sun], light.sky, light.ground, backdrop, haze, exposure=0.6)


def crown(centre: Point, wide: float, high: float, seed: int, tone: Colour = (80, 98, 54)) -> Quad:
    """A tree or hedge seen flat, facing the viewer; stands on its centre."""
    x, y, z = centre
    look = Surface(paint.leaves(seed, tone))
    return Quad(vector((x - wide / 2, y, z)), vector((wide, 0, 0)), vector((0, 0, high)), look)


def tree_line(
    distance: float, random: Random, span: float = 40.0, high: float = 5.0
) -> list[Solid]:
    """Greenery that closes the view."""
    found: list[Solid] = []
    x = -span / 2
    while x < span / 2:
        wide = float(random.uniform(4, 8))
        tall = high * float(random.uniform(0.7, 1.25))
        number = int(random.integers(6))
        tone = ((82, 98, 58), (98, 110, 64), (74, 90, 58))[number % 3]
        y = distance + float(random.uniform(-2, 2))
        found.append(crown((x, y, -0.25 * tall), wide * 1.7, tall * 1.3, number, tone))
        x += wide * 0.7
    return found


def tree(place: Point, random: Random, high: float = 5.0) -> list[Solid]:
    """A trunk and three layers of leaves."""
    x, y, z = place
    bark = Surface(paint.plain((98, 86, 70), 1, 0.3))
    found: list[Solid] = [rod((x, y, z), (x + 0.1, y, z + high * 0.6), 0.11, bark)]
    for depth in (-0.6, -0.2, 0.2, 0.6):
        shift, seed = float(random.normal(0, 0.35)), int(random.integers(6))
        lift = high * float(random.uniform(0.3, 0.42))
        found.append(crown((x + shift, y + depth, z + lift), high * 0.85, high * 0.75, seed))
    return found
