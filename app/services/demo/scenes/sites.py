"""Hazards of buildings: a cracked wall behind a bare scaffold, a lift that stands open."""

import numpy as np
from PIL import Image, ImageDraw

from app.services.demo.scenes import paint, props
from app.services.demo.scenes.light import Lamp
from app.services.demo.scenes.outdoors import open_air, tree, tree_line
from app.services.demo.scenes.paint import Colour, Random
from app.services.demo.scenes.picture import SIZE, Scene, Shot
from app.services.demo.scenes.props import box, colour, floor, rod, wall
from app.services.demo.scenes.space import Solid, Surface, Texture, View


def facade(place: Random, hazard: Random, shot: Shot) -> Scene:
    """A crack runs through a house wall; the scaffold before it has neither net nor guard rail."""
    eye = (float(place.uniform(-2.2, -1.4)), -1.6, 1.6)
    view = View(eye, (0.0, 6.0, 1.95), 56, SIZE, float(place.normal(0, 0.012)))
    scene = open_air(view, shot.hour, place, reach=11, aim=(0, 5, 1))
    seed = int(place.integers(4))
    tone = ((206, 196, 172), (196, 200, 196), (212, 188, 160))[seed % 3]
    front = _cracked(tone, seed, is_mended=shot.is_fixed)
    earth = Surface(paint.concrete((150, 142, 128), seed, 0, 1), repeat=(6, 6))
    scene.solids += [
        floor(-20, -4, 40, 34, earth),
        wall((-3.4, 6.5, 0), (6.8, 0, 0), (0, 0, 5.4), Surface(front)),
        wall((3.4, 6.5, 0), (0, 6, 0), (0, 0, 5.4), Surface(paint.plaster(tone, seed))),
        *box((0, 9.2, 5.4), (7.4, 6.2, 0.25), colour(120, 84, 70)),
        *tree_line(34, place, 90, 7),
        *tree((6.4, 9, 0), place, 5),
        *_windows(),
        *_scaffold(hazard, is_safe=shot.is_fixed),
    ]
    if not shot.is_fixed:
        scene.solids += _fallen(hazard)
    return scene


_CRACKS = (
    (668, 300, 2.2, 24, 13),
    (590, 400, 1.4, 13, 7),
    (500, 500, 2.9, 12, 7),
    (640, 340, 0.4, 5, 5),
)


def _cracked(tone: Colour, seed: int, *, is_mended: bool) -> Texture:
    base = paint.plaster(tone, seed, 0.7)
    random = np.random.default_rng(seed + 50)
    picture = Image.fromarray(base.codes).resize((1024, 820), Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(picture)
    for x, y, angle, steps, width in _CRACKS:
        line = paint.wander((x, y), angle, steps, 24, random)
        if is_mended:
            draw.line(line, fill=paint.dim(tone, 1.1), width=width * 6, joint="curve")
            continue
        draw.line(
            [(a + 4, b + 3) for a, b in line],
            fill=paint.dim(tone, 0.72),
            width=width + 5,
            joint="curve",
        )
        draw.line(line, fill=(34, 30, 28), width=width, joint="curve")
        draw.line(line[len(line) // 2 :], fill=(34, 30, 28), width=width // 2)
    if not is_mended:
        _bare_bricks(picture, random)
    return Texture(np.asarray(picture))


def _bare_bricks(picture: Image.Image, random: Random) -> None:
    """Where the plaster has come off, bricks show."""
    bricks = Image.fromarray(paint.courses((150, 92, 74), (150, 142, 132), 1, (10, 22)).codes)
    mask = Image.new("L", picture.size, 0)
    middle = (525, 440)
    blot = [
        (middle[0] + 95 * float(np.cos(t)) * float(random.uniform(0.6, 1.2)),
         middle[1] + 70 * float(np.sin(t)) * float(random.uniform(0.6, 1.2)))
        for t in np.linspace(0, 6.28, 17)
    ]  # fmt: skip
    ImageDraw.Draw(mask).polygon(blot, fill=255)
    layer = Image.new("RGB", picture.size)
    layer.paste(bricks.resize((300, 300)), (400, 300))
    picture.paste(layer, (0, 0), mask)
    ImageDraw.Draw(picture).line([*blot, blot[0]], fill=(120, 112, 98), width=3)


def _windows() -> list[Solid]:
    def pane(draw: ImageDraw.ImageDraw) -> None:
        draw.rectangle((0, 0, 256, 256), fill=(70, 88, 98))
        draw.polygon(paint.points("20,256 110,0 170,0 80,256"), fill=(104, 124, 134))
        draw.rectangle((4, 4, 252, 252), outline=(226, 228, 226), width=12)
        draw.line((128, 0, 128, 256), fill=(226, 228, 226), width=10)

    look = Surface(paint.drawn((128, 128), (60, 70, 76), pane), gloss=0.4)
    sill = colour(190, 186, 176)
    found: list[Solid] = []
    for x, z in ((-2.3, 0.9), (1.5, 0.9), (-2.3, 3.3), (1.5, 3.3)):
        found.append(wall((x - 0.65, 6.46, z), (1.3, 0, 0), (0, 0, 1.3), look))
        found += box((x, 6.44, z - 0.08), (1.5, 0.2, 0.08), sill)
    return found


def _scaffold(hazard: Random, *, is_safe: bool) -> list[Solid]:
    """Tubes and planks; guard rails, toe boards and a green net only when it is as it should be."""
    steel = Surface(paint.metal((150, 140, 96), 1, 0.35), gloss=0.25)
    plank = Surface(paint.boards((166, 138, 96), 1, 3))
    found: list[Solid] = []
    columns = [-3.3 + number * 1.65 for number in range(5)]
    for x in columns:
        tops = [(x + float(hazard.normal(0, 0.015)), y, 4.9) for y in (5.2, 6.1)]
        found += [rod((x, top[1], 0), top, 0.028, steel) for top in tops]
        found += [rod((x, 5.1, z), (x, 6.2, z), 0.024, steel) for z in (1.75, 3.5)]
    for z in (1.75, 3.5) if not is_safe else (1.75, 2.25, 2.75, 3.5, 4.0, 4.5):
        found.append(rod((-3.5, 5.17, z), (3.5, 5.17, z), 0.024, steel))
    found += [rod((-3.5, 6.12, z), (3.5, 6.12, z), 0.024, steel) for z in (1.75, 3.5)]
    whole = [(-2.48, 1.65), (-0.83, 1.65), (0.82, 1.65), (2.47, 1.65)]
    for number, (x, wide) in enumerate(whole):
        for z in (1.78, 3.53):
            if is_safe or (number + (z > 2)) % 3:  # noqa: PLR2004
                found += box((x, 5.62, z), (wide - 0.06, 0.8, 0.05), plank)
    if is_safe:
        found += [wall((-3.35, 5.12, z), (6.7, 0, 0), (0, 0, 0.2), plank) for z in (1.78, 3.53)]
        found += _net()
    return found


def _net() -> list[Solid]:
    """The green safety net, in folds, hung over half of the front."""
    look = Surface(paint.ribbed((34, 118, 70), 4, 9, -1.0))
    return [
        wall((-3.4, 5.08, 1.98), (2.5, 0, 0), (0, 0, 1.5), look),
        wall((-3.4, 5.08, 3.73), (2.5, 0, 0), (0, 0, 1.1), look),
    ]


def _fallen(random: Random) -> list[Solid]:
    """Bricks and plaster on the ground, a plank that hangs."""
    brick = Surface(paint.plain((150, 92, 74), 2, 0.2))
    lump = Surface(paint.plain((190, 182, 164), 2, 0.15))
    found: list[Solid] = []
    for number in range(26):
        x, y = float(random.normal(0.2, 0.9)), float(random.uniform(3.9, 5.6))
        size = float(random.uniform(0.05, 0.13))
        look = brick if number % 2 else lump
        found += box(
            (x, y, 0), (size * 2, size, size * 0.8), look, turn=float(random.uniform(0, 3))
        )
    plank = Surface(paint.boards((166, 138, 96), 2, 1))
    found.append(wall((-1.7, 5.3, 1.82), (1.35, -0.12, -1.3), (0.02, 0.24, 0.02), plank))
    return found


def lift(place: Random, hazard: Random, shot: Shot) -> Scene:
    """Lift doors that stand open on the dark shaft."""
    eye = (float(place.uniform(-0.5, 0.3)), -0.5, float(place.uniform(1.45, 1.6)))
    view = View(eye, (0.1, 3, 1.12), 52, SIZE, float(place.normal(0, 0.012)))
    seed = int(place.integers(4))
    stone = Surface(paint.tiles((196, 188, 174), (160, 152, 140), seed, 3), 0.12, repeat=(2.2, 1.6))
    ground = Surface(paint.tiles((150, 142, 132), (110, 104, 96), seed, 3), 0.3, repeat=(2, 2))
    solids: list[Solid] = [
        floor(-2, -1, 4, 4, ground),
        wall((-2, 3, 0), (1.35, 0, 0), (0, 0, 2.8), stone),
        wall((0.65, 3, 0), (1.35, 0, 0), (0, 0, 2.8), stone),
        wall((-0.65, 3, 2.15), (1.3, 0, 0), (0, 0, 0.65), stone),
        wall((-2, -1, 0), (0, 4, 0), (0, 0, 2.8), stone),
        wall((2, 3, 0), (0, -4, 0), (0, 0, 2.8), stone),
        floor(-2, -1, 4, 4, colour(220, 218, 212), z=2.8),
        props.bulb((0, 1.2, 2.74), (0.6, 0.6, 0.04))[0],
        *_frame(),
        *_panel(is_running=shot.is_fixed),
    ]
    solids += _doors(0.0) if shot.is_fixed else _shaft(float(hazard.uniform(0.34, 0.46)))
    lamps = [
        Lamp((0, 1.2, 2.7), (3.0, 2.9, 2.7), (0, 1.8, 0), 150, 4, 1.5),
        Lamp((-1.4, -0.4, 1.8), (0.5, 0.52, 0.56), has_shadow=False, reach=1.5),
    ]
    return Scene(view, solids, lamps, (0.22, 0.22, 0.21), (0.18, 0.17, 0.15), exposure=0.9)


def _frame() -> list[Solid]:
    steel = Surface(paint.metal((150, 150, 148), 1, -0.6), gloss=0.35)
    return [
        *box((-0.68, 2.98, 0), (0.14, 0.12, 2.2), steel),
        *box((0.68, 2.98, 0), (0.14, 0.12, 2.2), steel),
        *box((0, 2.98, 2.12), (1.5, 0.12, 0.14), steel),
        *box((0, 2.98, -0.02), (1.3, 0.14, 0.03), steel),
    ]


def _doors(gap: float) -> list[Solid]:
    """Two leaves with `gap` metres between them."""
    leaf = Surface(paint.ribbed((170, 172, 172), 2, 2, -1.0), gloss=0.35)
    edge = colour(60, 62, 64)
    wide = 0.62 - gap / 2
    found: list[Solid] = []
    found += [wall((x, 3.02, 0), (wide, 0, 0), (0, 0, 2.13), leaf) for x in (-0.62, gap / 2)]
    found += box((-gap / 2, 3.03, 0), (0.02, 0.04, 2.13), edge)
    found += box((gap / 2, 3.03, 0), (0.02, 0.04, 2.13), edge)
    return found


def _shaft(gap: float) -> list[Solid]:
    """Darkness, cables, a guide rail; and a warning tape that nobody has hung."""
    dark = Surface(paint.concrete((38, 36, 34), 1))
    cable = colour(66, 64, 60, gloss=0.4)
    return [
        *_doors(gap * 2),
        wall((-0.8, 4.6, -2), (1.6, 0, 0), (0, 0, 5), dark),
        wall((-0.8, 3.05, -2), (0, 1.6, 0), (0, 0, 5), dark),
        wall((0.8, 4.6, -2), (0, -1.6, 0), (0, 0, 5), dark),
        *(rod((x, 3.9, -2), (x, 3.9, 3), 0.014, cable) for x in (-0.12, -0.04, 0.05, 0.13)),
        *box((0.3, 4.3, -2), (0.08, 0.08, 5), colour(84, 80, 74)),
    ]


def _panel(*, is_running: bool) -> list[Solid]:
    """Call buttons and floor display; red letters when it is out of order."""

    def face(draw: ImageDraw.ImageDraw) -> None:
        draw.rectangle((24, 20, 104, 90), fill=(16, 16, 18))
        light = (40, 220, 90) if is_running else (255, 50, 40)
        if is_running:
            draw.line(paint.points("64,32 64,80"), fill=light, width=11)
        else:
            draw.line(paint.points("86,32 44,32 44,80 86,80"), fill=light, width=10)
            draw.line(paint.points("44,56 80,56"), fill=light, width=10)
        for y in (150, 210):
            draw.ellipse((40, y, 88, y + 48), fill=(216, 218, 216), outline=(90, 92, 92), width=4)
        draw.polygon(paint.points("64,160 78,186 50,186"), fill=(60, 60, 60))
        draw.polygon(paint.points("64,248 78,222 50,222"), fill=(60, 60, 60))

    look = Surface(paint.drawn((64, 140), (160, 162, 160), face), gloss=0.2)

    def paper(draw: ImageDraw.ImageDraw) -> None:
        draw.rectangle((8, 8, 192, 60), fill=(30, 110, 60) if is_running else (200, 150, 30))
        for row in range(5):
            draw.line(
                (20, 84 + row * 20, 180 - row * 14, 84 + row * 20), fill=(70, 70, 70), width=5
            )
        draw.ellipse((116, 130, 180, 194), outline=(200, 30, 30), width=6)

    label = Surface(paint.drawn((100, 104), (236, 236, 228), paper))
    return [
        *box((1.05, 2.98, 1.0), (0.2, 0.05, 0.44), (look, look)),
        wall((0.88, 2.985, 1.62), (0.36, 0, 0), (0, 0, 0.37), label),
    ]
