"""Indoor hazards of houses: the blocked exit, the bicycle charging on the stairs."""

from PIL import ImageDraw

from app.services.demo.scenes import glyphs, paint, props
from app.services.demo.scenes.light import Lamp
from app.services.demo.scenes.paint import Random
from app.services.demo.scenes.picture import SIZE, Scene, Shot
from app.services.demo.scenes.props import box, colour, floor, rod, wall
from app.services.demo.scenes.space import Ball, Point, Solid, Surface, View, vector

_PALE_GREEN = (236, 255, 244)
_OIL_PAINTS = ((122, 150, 130), (104, 134, 150), (148, 156, 124))


def corridor(place: Random, hazard: Random, shot: Shot) -> Scene:
    """Cartons pile up before the exit at the end of a corridor."""
    wide, deep, high = 1.9, float(place.uniform(5.6, 6.8)), 2.6
    scene = _passage(place, wide, deep, high, lamps_at=(1.6, deep - 2.2))
    scene.solids += _exit_door(deep, int(place.integers(4)))
    scene.solids += _flat_doors(wide / 2, deep)
    if shot.is_fixed:
        scene.solids += props.extinguisher((wide / 2 - 0.14, deep - 1.1, 0))
    else:
        scene.solids += _pile(deep, -wide / 2, hazard)
    return scene


def _passage(
    place: Random, wide: float, deep: float, high: float, lamps_at: tuple[float, float]
) -> Scene:
    """An empty corridor with its lamps, seen from its near end."""
    seed, x = int(place.integers(4)), wide / 2
    side = paint.two_tone((222, 219, 208), _OIL_PAINTS[int(place.integers(3))], seed)
    chips = ((96, 92, 88), (176, 170, 160), (120, 104, 92))
    ground = Surface(paint.speckled((132, 128, 120), chips, seed, 2600), 0.10, repeat=(1.5, deep))
    length = deep + 1
    ceiling = Surface(paint.plaster((226, 224, 218), seed, 0.1), repeat=(1, 3))
    solids: list[Solid] = [
        floor(-x, -1, wide, length, ground),
        wall((-x, -1, high), (wide, 0, 0), (0, length, 0), ceiling),
        wall((-x, -1, 0), (0, length, 0), (0, 0, high), Surface(side, repeat=(1.6, 1))),
        wall((x, deep, 0), (0, -length, 0), (0, 0, high), Surface(side, repeat=(1.6, 1))),
        wall((-x, deep, 0), (wide, 0, 0), (0, 0, high), Surface(side)),
    ]
    lamps = []
    for y in lamps_at:
        solids += props.bulb((0, y, high - 0.09), (0.14, 1.1, 0.08))
        lamps.append(Lamp((0, y, high - 0.15), (2.5, 2.4, 2.15), (0, y + 0.4, 0), 150, 4, 1.6))
    eye = (float(place.normal(0, 0.14)), 0.2, float(place.uniform(1.45, 1.6)))
    target = (float(place.normal(0, 0.12)), deep, 0.8)
    view = View(eye, target, 58, SIZE, roll=float(place.normal(0, 0.012)))
    return Scene(
        view, solids, lamps, sky=(0.2, 0.2, 0.19), ground=(0.17, 0.16, 0.14), exposure=0.85
    )


def _exit_door(deep: float, seed: int) -> list[Solid]:
    def leaf(draw: ImageDraw.ImageDraw) -> None:
        draw.rectangle((8, 8, 504, 1016), outline=(70, 84, 80), width=8)
        for left in (30, 270):
            draw.rectangle(
                (left, 60, left + 212, 400), fill=(150, 172, 178), outline=(66, 80, 76), width=8
            )
            draw.polygon(
                [(left + 20, 390), (left + 110, 70), (left + 150, 70), (left + 60, 390)],
                fill=(168, 188, 192),
            )
            draw.rectangle((left, 460, left + 212, 960), outline=(84, 100, 96), width=6)
        draw.line((256, 8, 256, 1016), fill=(40, 50, 48), width=8)
        for left in (40, 272):
            draw.rectangle((left, 520, left + 200, 546), fill=(196, 200, 198))

    door = Surface(paint.worn(paint.drawn((256, 512), (110, 128, 122), leaf), seed), gloss=0.15)
    return [
        *box((0, deep, 0), (1.36, 0.06, 2.14), colour(88, 96, 92)),
        wall((-0.62, deep - 0.035, 0), (1.24, 0, 0), (0, 0, 2.08), door),
        wall((-0.36, deep - 0.04, 2.2), (0.72, 0, 0), (0, 0, 0.19), exit_sign()),
    ]


def exit_sign() -> Surface:
    """安全出口 with the running figure, lit from inside."""

    def sign(draw: ImageDraw.ImageDraw) -> None:
        glyphs.write(draw, "安全出口", (26, 34), 68, _PALE_GREEN)
        draw.ellipse((394, 16, 412, 34), fill=_PALE_GREEN)
        for line in ("400,38 388,70", "400,40 420,50 430,40", "398,42 378,46 370,60",
                     "388,70 408,84 404,108", "388,70 378,92 356,94"):  # fmt: skip
            draw.line(paint.points(line), fill=_PALE_GREEN, width=11, joint="curve")
        draw.polygon(
            paint.points("450,60 486,60 486,42 506,70 486,98 486,80 450,80"), fill=_PALE_GREEN
        )

    return Surface(paint.drawn((256, 64), (0, 122, 62), sign), glow=1.4)


def _flat_doors(x: float, deep: float) -> list[Solid]:
    """Doors of flats with a paper charm on each."""

    def leaf(draw: ImageDraw.ImageDraw) -> None:
        for top, bottom in ((40, 450), (500, 760)):
            draw.rectangle((50, top, 334, bottom), outline=(64, 38, 26), width=10)
        draw.ellipse((330, 430, 360, 460), fill=(190, 166, 100))
        draw.polygon([(192, 130), (262, 210), (192, 290), (122, 210)], fill=(170, 38, 30))
        draw.ellipse((166, 184, 218, 236), fill=(196, 152, 64))

    look = Surface(paint.worn(paint.drawn((192, 400), (96, 58, 42), leaf), 3), gloss=0.15)
    return [
        wall((x - 0.012, 3.0, 0), (0, -0.9, 0), (0, 0, 2.02), look),
        wall((-x + 0.012, deep - 2.6, 0), (0, 0.9, 0), (0, 0, 2.02), look),
    ]


def _pile(deep: float, left: float, random: Random) -> list[Solid]:
    """Cartons two or three high, leaving a gap too narrow to pass."""
    tones = ((168, 132, 92), (178, 144, 104), (152, 116, 78), (198, 190, 174))
    found: list[Solid] = []
    for number in range(int(random.integers(9, 12))):
        row, column = divmod(number, 4)
        x = left + 0.27 + column * 0.46 + float(random.normal(0, 0.02))
        y, z = deep - 0.9 - row * 0.62 + float(random.normal(0, 0.04)), 0.0
        for _ in range(3 if column == 0 else int(random.integers(1, 4))):
            size = tuple(
                float(part) for part in random.uniform((0.36, 0.4, 0.3), (0.45, 0.55, 0.46))
            )
            tone = tones[int(random.integers(4))]
            found += props.carton((x, y, z), (size[0], size[1], size[2]), random, tone)
            z += size[2]
    return found


def stairs(place: Random, hazard: Random, shot: Shot) -> Scene:
    """An electric bicycle charges at the foot of the stairs, its cable hung from above."""
    wide, deep, high = 3.3, 5.6, 2.7
    scene = _passage(place, wide, deep, high, lamps_at=(1.3, 3.6))
    step = Surface(paint.concrete((150, 148, 142), int(place.integers(4)), 0, 0.3))
    for number in range(7):
        size = (1.15, 0.28 * (7 - number), 0.165)
        middle = deep - size[1] / 2
        scene.solids += box((wide / 2 - 0.58, middle, number * 0.165), size, step)
    rail = colour(96, 100, 104, gloss=0.3)
    for number in range(6):
        y, z = deep - 1.85 + number * 0.28, 0.165 * (number + 1)
        scene.solids.append(rod((0.5, y, z), (0.5, y, z + 0.8), 0.015, rail))
    scene.solids.append(rod((0.5, deep - 1.9, 0.92), (0.5, deep - 0.4, 1.8), 0.028, rail))
    scene.solids += _notice(deep) if shot.is_fixed else _charging(place, hazard)
    return scene


def _notice(deep: float) -> list[Solid]:
    """A red circle over a plug, on the wall."""

    def sign(draw: ImageDraw.ImageDraw) -> None:
        draw.rectangle((70, 100, 130, 170), fill=(20, 20, 20))
        for line in ("85,60 85,100", "115,60 115,100", "100,170 100,220"):
            draw.line(paint.points(line), fill=(20, 20, 20), width=12)
        draw.ellipse((14, 40, 186, 212), outline=(196, 22, 22), width=18)
        draw.line((44, 68, 156, 184), fill=(196, 22, 22), width=16)
        glyphs.write(draw, "严禁", (34, 232), 58, (196, 22, 22))

    return [
        wall(
            (-1.05, deep - 0.01, 1.1),
            (0.5, 0, 0),
            (0, 0, 0.78),
            Surface(paint.drawn((100, 156), (240, 240, 236), sign)),
        )
    ]


def _charging(place: Random, hazard: Random) -> list[Solid]:
    black, white = colour(26, 26, 28), colour(226, 226, 222)
    tone = ((150, 34, 34), (38, 74, 130), (206, 206, 204), (44, 96, 84))[int(place.integers(4))]
    x, y = -0.62 + float(hazard.normal(0, 0.04)), 3.55
    cable = [
        (-1.62, 4.3, 2.3),
        (-1.45, 4.0, 1.5),
        (-1.5, 3.4, 0.4),
        (-1.2, 3.0, 0.05),
        (-0.9, 3.04, 0.05),
    ]
    lead = [(-0.25, 3.04, 0.05), (0.05, 3.0, 0.03), (0.0, 3.2, 0.25), (-0.3, 3.44, 0.5)]
    return [
        *ebike((x, y, 0), tone, turn=float(hazard.normal(0.16, 0.08))),
        *props.wire(cable, 0.012, white),
        *box((-1.63, 4.3, 2.25), (0.05, 0.2, 0.1), white),
        *box((-0.8, 3.04, 0), (0.4, 0.09, 0.055), white),
        *box((-0.36, 3.04, 0), (0.24, 0.13, 0.09), black),
        Ball(
            vector((-0.36, 2.98, 0.095)), vector((0.016, 0.016, 0.016)), colour(255, 40, 30, glow=4)
        ),
        *props.wire(lead, 0.008, black),
    ]


def ebike(place: Point, tone: paint.Colour, turn: float) -> list[Solid]:
    """A scooter-like electric bicycle, seen from its side at turn 0; front to the right."""
    paintwork = Surface(paint.plain(tone, 1), gloss=0.5)
    black, steel = colour(30, 30, 32, gloss=0.15), colour(160, 164, 166, gloss=0.5)

    def at(x: float, y: float, z: float) -> Point:
        spot = vector(place) + props.turned(turn, x, y, z)
        return float(spot[0]), float(spot[1]), float(spot[2])

    def lump(where: Point, radii: Point, look: Surface) -> Ball:
        return Ball(vector(at(*where)), vector(radii), look, turn)

    across = props.turned(turn, 1, 0)
    found: list[Solid] = []
    for x in (-0.56, 0.58):
        found += props.ring(at(x, 0, 0.22), across, props.UP, 0.19, 0.04, [black])
        found += props.ring(at(x, 0, 0.22), across, props.UP, 0.135, 0.012, [steel])
        found.append(rod(at(x, -0.05, 0.22), at(x, 0.05, 0.22), 0.05, steel))
    found += box(at(0.08, 0, 0.2), (0.5, 0.22, 0.07), black, turn)
    return [
        *found,
        rod(at(0.58, 0, 0.22), at(0.42, 0, 0.98), 0.035, steel),
        rod(at(0.42, -0.3, 1.0), at(0.42, 0.3, 1.0), 0.018, black),
        *(rod(at(0.42, y, 1.0), at(0.36, y * 1.15, 1.18), 0.008, black) for y in (-0.2, 0.2)),
        *(lump((0.35, y * 1.2, 1.22), (0.02, 0.07, 0.045), black) for y in (-0.2, 0.2)),
        lump((0.45, 0, 0.62), (0.075, 0.17, 0.34), paintwork),
        lump((0.52, 0, 0.86), (0.06, 0.08, 0.06), colour(220, 226, 230, gloss=0.8)),
        lump((0.6, 0, 0.4), (0.2, 0.06, 0.06), paintwork),
        lump((-0.36, 0, 0.42), (0.36, 0.15, 0.17), paintwork),
        lump((-0.56, 0, 0.44), (0.2, 0.07, 0.06), paintwork),
        lump((-0.3, 0, 0.62), (0.3, 0.14, 0.09), black),
        *box(at(-0.66, 0, 0.62), (0.3, 0.3, 0.24), black, turn),
        rod(at(-0.2, 0.1, 0.2), at(-0.26, 0.2, 0.02), 0.012, steel),
    ]
