"""Painted textures: seeded noise, plaster, concrete, brick, wood, metal, water, leaves.

They repeat without a seam. Each is kept, because many pictures share it: hence small seeds instead
of generators.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from app.services.demo.scenes.space import Array, Codes, Texture

Random = np.random.Generator
Colour = tuple[int, int, int]
_SIDE = 512
_SQUARE = (_SIDE, _SIDE)
_keep = lru_cache(maxsize=160)


def dim(colour: Colour, factor: float) -> Colour:
    red, green, blue = (max(0, min(255, round(part * factor))) for part in colour)
    return red, green, blue


def linear(codes: Array) -> Array:
    """Codes 0–255 to linear light, with the round exponent 2 in place of sRGB's curve."""
    found: Array = np.square(np.clip(codes.astype(np.float32) / 255, 0, 1))
    return found


def noise(size: tuple[int, int], random: Random, cells: int = 6, octaves: int = 4) -> Array:
    """Fractal noise, height x width, around 0, mostly within -1 and 1; its edges meet."""
    wide, high = size
    total = np.zeros((high, wide), dtype=np.float32)
    for octave in range(octaves):
        shape = [max(2, cells * 2**octave * side // max(size)) for side in (high, wide)]
        coarse = np.pad(random.normal(size=shape).astype(np.float32), 2, mode="wrap")
        inner = (2, 2, 2 + shape[1], 2 + shape[0])
        image = Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC, box=inner)
        total += np.asarray(image, dtype=np.float32) * np.float32(0.5**octave)
    return total / np.float32(1.4)


def shaded(codes: Colour | Array | Codes | Image.Image, shade: Array) -> Array:
    """A colour or picture, brightened and darkened by a plane around 0."""
    return np.clip(np.asarray(codes, dtype=np.float32) * (1 + shade[..., None]), 0, 255)


def _texture(codes: Array | Image.Image) -> Texture:
    return Texture(np.asarray(codes).astype(np.uint8))


@_keep
def flat(colour: Colour) -> Texture:
    return Texture(np.full((4, 4, 3), colour, dtype=np.uint8))


@_keep
def plain(colour: Colour, seed: int, amount: float = 0.04) -> Texture:
    """Paint or plastic: one colour with a little life."""
    random = np.random.default_rng(seed)
    return _texture(shaded(colour, noise((128, 128), random) * amount))


@_keep
def plaster(colour: Colour, seed: int, grime: float = 0.5) -> Texture:
    """A painted wall, darker and scuffed near the ground, with drips."""
    random = np.random.default_rng(seed)
    wide, high = size = (_SIDE, 256)
    height = np.linspace(1, 0, high, dtype=np.float32)[:, None]
    shade = noise(size, random, 4, 5) * 0.05
    foot = np.clip(1 - height / 0.22, 0, 1) ** 1.5
    shade -= grime * foot * (0.25 + 0.2 * noise(size, random, 18, 3))
    drips = np.clip(noise((wide, 8), random, 40, 2)[:1] - 0.7, 0, 1) * np.clip(height - 0.2, 0, 1)
    return _texture(shaded(colour, shade - drips * 0.28 * grime))


@_keep
def two_tone(upper: Colour, lower: Colour, seed: int, share: float = 0.45) -> Texture:
    """The corridor of every block of flats: light above, oil paint below, a line between."""
    random = np.random.default_rng(seed)
    wide, high = size = (768, 384)
    picture = Image.new("RGB", size, upper)
    draw = ImageDraw.Draw(picture)
    line = round(high * (1 - share))
    draw.rectangle((0, line, wide, high), fill=lower)
    draw.rectangle((0, line - 3, wide, line), fill=dim(lower, 0.6))
    for x, y, far in random.uniform((0, line + 10, -40), (wide, high, 40), (40, 3)):
        draw.line((x, y, x + far, y + far / 9), fill=dim(lower, 0.84))
    for x, y in random.uniform((0, line), (wide, high), (9, 2)):
        reach = random.uniform(1, 5)
        draw.ellipse((x, y, x + reach, y + reach * 0.8), fill=(196, 190, 178))
    shade = noise(size, random, 5, 5) * 0.05
    foot = np.clip(np.linspace(-3.2, 1, high, dtype=np.float32), 0, 1)[:, None]
    return _texture(shaded(picture.filter(ImageFilter.GaussianBlur(0.6)), shade - foot * 0.22))


@_keep
def speckled(base: Colour, chips: tuple[Colour, ...], seed: int, count: int = 5000) -> Texture:
    """Terrazzo, asphalt, gravel: chips in a ground."""
    random = np.random.default_rng(seed)
    picture = Image.new("RGB", _SQUARE, base)
    draw = ImageDraw.Draw(picture)
    for x, y, size in random.uniform((0, 0, 0.8), (_SIDE, _SIDE, 4.2), (count, 3)):
        draw.ellipse((x, y, x + size * 1.4, y + size), fill=chips[int(x * 7 + y) % len(chips)])
    return _texture(shaded(picture, noise(_SQUARE, random, 3, 5) * 0.07))


@_keep
def concrete(colour: Colour, seed: int, cracks: int = 2, stains: float = 0.5) -> Texture:
    random = np.random.default_rng(seed)
    shade = noise(_SQUARE, random, 3, 6) * 0.09
    shade -= np.clip(noise(_SQUARE, random, 4, 3) - 0.5, 0, 1) * 0.3 * stains
    picture = Image.fromarray(shaded(colour, shade).astype(np.uint8))
    draw = ImageDraw.Draw(picture)
    for x, y, angle in random.uniform((0, 0, 0), (_SIDE, _SIDE, 6.3), (cracks, 3)):
        draw.line(wander((x, y), angle, 24, 16, random), fill=dim(colour, 0.6))
    return _texture(picture)


def wander(
    start: tuple[float, float], angle: float, steps: int, length: float, random: Random
) -> list[tuple[float, float]]:
    """A crooked line, as cracks run."""
    x, y = start
    found = [(x, y)]
    for turn in random.normal(0, 0.38, steps):
        angle += turn
        x, y = x + float(np.cos(angle)) * length, y + float(np.sin(angle)) * length
        found.append((x, y))
    return found


@_keep
def courses(
    colour: Colour, joint: Colour, seed: int, grid: tuple[int, int] = (8, 16), spread: float = 0.16
) -> Texture:
    """Bricks or slabs in bond: columns and rows; `spread` is how much their colours differ."""
    random = np.random.default_rng(seed)
    picture = Image.new("RGB", _SQUARE, joint)
    draw = ImageDraw.Draw(picture)
    step_x, step_y = _SIDE / grid[0], _SIDE / grid[1]
    for row in range(grid[1]):
        tones = [dim(colour, 1 + float(part)) for part in random.normal(0, spread, grid[0])]
        for column, tone in enumerate([tones[-1], *tones]):
            x, y = (column - 1 + 0.5 * (row % 2)) * step_x, row * step_y
            draw.rectangle((x + 1.5, y + 1.5, x + step_x - 1.5, y + step_y - 1.5), fill=tone)
    return _texture(shaded(picture, noise(_SQUARE, random, 8, 5) * 0.09))


@_keep
def tiles(colour: Colour, joint: Colour, seed: int, count: int = 5) -> Texture:
    """Square glazed tiles."""
    random = np.random.default_rng(seed)
    picture = Image.new("RGB", _SQUARE, joint)
    draw = ImageDraw.Draw(picture)
    step = _SIDE / count
    for number, tone in enumerate(random.normal(1, 0.02, count * count)):
        x, y = number % count * step, number // count * step
        draw.rectangle((x + 2, y + 2, x + step - 2, y + step - 2), fill=dim(colour, float(tone)))
    return _texture(shaded(picture, noise(_SQUARE, random, 3, 4) * 0.03))


@_keep
def boards(colour: Colour, seed: int, count: int = 5) -> Texture:
    """Planks, their grain along the width."""
    random = np.random.default_rng(seed)
    wide, high = 384, 256
    grain = Image.fromarray(noise((wide // 8, high), random, 60, 3))
    shade = np.array(grain.resize((wide, high), Image.Resampling.BICUBIC)) * 0.13
    for number, tone in enumerate(random.normal(0, 0.07, count)):
        top = number * high // count
        shade[top : top + high // count] += tone
        shade[top : top + 2] -= 0.5
    return _texture(shaded(colour, shade))


@_keep
def ribbed(colour: Colour, seed: int, count: int = 14, rust: float = 0.0) -> Texture:
    """Corrugated or rolling sheet, ribs upright."""
    random = np.random.default_rng(seed)
    x = np.linspace(0, count * 2 * np.pi, _SIDE, dtype=np.float32)
    shade = np.tile(np.sin(x) * 0.16 + np.sin(2 * x) * 0.04, (256, 1))
    shade += noise((_SIDE, 256), random, 3, 5) * 0.06
    return _texture(_rusty(shaded(colour, shade), random, rust))


@_keep
def metal(colour: Colour, seed: int, rust: float = 0.2) -> Texture:
    """Painted steel with scratches and rust."""
    random = np.random.default_rng(seed)
    size = (256, 256)
    picture = Image.fromarray(shaded(colour, noise(size, random, 3, 4) * 0.05).astype(np.uint8))
    draw = ImageDraw.Draw(picture)
    for x, y, far in random.uniform((0, 0, -24), (256, 256, 24), (14, 3)):
        tone = dim(colour, 0.78 if far < 0 else 1.2)
        draw.line((x, y, x + far, y + far / 3), fill=tone)
    return _texture(_rusty(np.asarray(picture, dtype=np.float32), random, rust))


def _rusty(codes: Array, random: Random, amount: float) -> Array:
    high, wide, _ = codes.shape
    share = np.clip((noise((wide, high), random, 5, 5) - 1.2 + amount) * 3, 0, 0.9)[..., None]
    rust = shaded((112, 66, 40), noise((wide, high), random, 20, 3) * 0.25)
    found: Array = codes * (1 - share) + rust * share
    return found


@_keep
def grass(seed: int, colour: Colour = (98, 106, 62)) -> Texture:
    random = np.random.default_rng(seed)
    shade = noise(_SQUARE, random, 60, 3) * 0.26 + noise(_SQUARE, random, 4, 3) * 0.14
    dry = np.clip(noise(_SQUARE, random, 6, 5) - 0.2, 0, 0.75)[..., None]
    straw = np.asarray((150, 136, 94), dtype=np.float32)
    return _texture(shaded(colour, shade) * (1 - dry) + straw * dry)


@_keep
def water(colour: Colour, glint: Colour, seed: int) -> Texture:
    """Ripples that lie across the view."""
    random = np.random.default_rng(seed)
    fine = Image.fromarray(noise((96, _SIDE), random, 90, 3))
    ripples = np.asarray(fine.resize(_SQUARE, Image.Resampling.BICUBIC), dtype=np.float32)
    share = np.clip(ripples * 0.42 + 0.2, 0, 0.9)[..., None]
    base = shaded(colour, noise(_SQUARE, random, 3, 3) * 0.12)
    return _texture(base * (1 - share) + np.asarray(glint, dtype=np.float32) * share)


@_keep
def leaves(seed: int, colour: Colour = (78, 96, 52), density: float = 0.0) -> Texture:
    """A crown or hedge seen from afar: dense in the middle, ragged at the rim."""
    random = np.random.default_rng(seed)
    lumps = noise(_SQUARE, random, 4, 3)
    twigs = noise(_SQUARE, random, 34, 3)
    y, x = np.mgrid[-1 : 1 : _SIDE * 1j, -1 : 1 : _SIDE * 1j].astype(np.float32)
    rim = np.sqrt(x**2 + np.clip(-y, 0, 1) ** 2 + np.clip(y, 0, 1) ** 2 * 0.5)
    share = 0.74 + density - rim + lumps * 0.16 + twigs * 0.13
    light = twigs * 0.3 + lumps * 0.22 - y * 0.2 - np.clip(share - 0.3, 0, 1) * 0.12
    return Texture(shaded(colour, light).astype(np.uint8), share > 0)


def sky(
    shape: tuple[int, int], random: Random, top: Colour, horizon: Colour, clouds: float = 0.6
) -> Array:
    """A backdrop for open-air pictures, linear light: gradient and soft clouds."""
    high, wide = shape
    fall = np.clip(np.linspace(0, 2.0, high, dtype=np.float32), 0, 1)[:, None, None] ** 0.8
    codes = np.asarray(top, np.float32) * (1 - fall) + np.asarray(horizon, np.float32) * fall
    small = Image.fromarray(noise((wide // 4, high // 4), random, 3, 6))
    veil = np.asarray(small.resize((wide, high), Image.Resampling.BICUBIC))
    share = (np.clip(veil + 0.15, 0, 1) * clouds)[..., None]
    return linear(codes * (1 - share) + 246 * share)


def drawn(
    size: tuple[int, int], ground: Colour, paint: Callable[[ImageDraw.ImageDraw], None]
) -> Texture:
    """A texture drawn by hand, at twice its size: labels, doors, panels."""
    picture = Image.new("RGB", (size[0] * 2, size[1] * 2), ground)
    paint(ImageDraw.Draw(picture))
    return _texture(picture.resize(size, Image.Resampling.LANCZOS))


def worn(texture: Texture, seed: int, amount: float = 0.08) -> Texture:
    """The same, used and dusty."""
    high, wide, _ = texture.codes.shape
    shade = noise((wide, high), np.random.default_rng(seed), 5, 5) * amount
    return _texture(shaded(texture.codes, shade))


def points(line: str) -> Sequence[tuple[float, float]]:
    """Pairs of numbers out of a line such as 3,4 5,6."""
    pairs = (pair.split(",") for pair in line.split())
    return [(float(x), float(y)) for x, y in pairs]
