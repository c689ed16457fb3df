"""A cheap phone: exposure curve, glow of lamps, dark corners, grain, JPEG."""

import io
from functools import lru_cache

import numpy as np
from PIL import Image, ImageChops, ImageFilter

from app.services.demo.scenes.paint import Random
from app.services.demo.scenes.space import Array, Codes, vector

SIZE = (1600, 1200)
_SATURATION = np.float32(0.92)
_CONTRAST = 0.3
_STEPS = 4096
_BRIGHTEST = 3.0  # square root of the strongest light that is told apart
_GRAIN = 2.6  # codes
_MARGIN = 256
_CROP = 0.07  # at most this share of the view is cut off by holding the phone otherwise
_CORNER = 0.15  # how much darker the corners are


def develop(light: Array, warmth: float = 0.0) -> Image.Image:
    """Linear light, height x width x 3, as a sensor gives it: sharpened, without grain."""
    colours = light * vector((1 + warmth, 1.0, 1 - warmth))
    colours += _glow(light)
    grey = (colours[..., :1] + colours[..., 1:2] + colours[..., 2:]) * np.float32(1 / 3)
    colours -= grey
    colours *= _SATURATION
    colours += grey
    np.maximum(colours, 0, out=colours)
    index = np.sqrt(colours, out=colours) * np.float32(_STEPS / _BRIGHTEST)
    codes = _curve()[np.minimum(index, _STEPS - 1).astype(np.int16)]
    return Image.fromarray(codes).filter(ImageFilter.UnsharpMask(1.0, 50, 1))


def take(image: Image.Image, random: Random) -> bytes:
    """One photo of 1600 x 1200: held a little differently each time, brighter or darker."""
    share = float(random.uniform(0, _CROP))
    wide, high = round(image.width * (1 - share)), round(image.height * (1 - share))
    left, top = (int(random.uniform(0, part)) for part in (image.width - wide, image.height - high))
    photo = image.crop((left, top, left + wide, top + high))
    bright = float(random.uniform(0.95, 1.04))
    photo = photo.point([min(255, round(code * bright)) for code in range(256)] * 3)
    dark = _vignette(image.size).resize(photo.size)
    photo = ImageChops.multiply(photo, Image.merge("RGB", [dark] * 3))
    grain = _grain(image.size).crop(_window(photo.size, random))
    photo = ImageChops.add(photo, Image.merge("RGB", [grain] * 3), 1, -128)
    return _jpeg(photo.resize(SIZE, Image.Resampling.BICUBIC))


def _window(size: tuple[int, int], random: Random) -> tuple[int, int, int, int]:
    left, top = (int(part) for part in random.integers(0, _MARGIN, 2))
    return left, top, left + size[0], top + size[1]


def _jpeg(image: Image.Image) -> bytes:
    sink = io.BytesIO()
    image.save(sink, "JPEG", quality=79, subsampling=2)
    return sink.getvalue()


@lru_cache(1)
def _curve() -> Codes:
    """Film-like response (ACES fit), by square root of light."""
    light = np.square(np.linspace(0, _BRIGHTEST, _STEPS))
    shown = light * (2.51 * light + 0.03) / (light * (2.43 * light + 0.59) + 0.14)
    bright = np.clip(shown, 0, 1) ** (1 / 2.2)
    bright += _CONTRAST * (bright * bright * (3 - 2 * bright) - bright)
    codes: Codes = (bright * 255).astype(np.uint8)
    return codes


def _glow(light: Array) -> Array:
    """Light that spills over from what is brighter than white."""
    over = np.clip((light[::4, ::4] - 1) / 4, 0, 1)
    image = Image.fromarray((over * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(9))
    size = (light.shape[1], light.shape[0])
    soft = np.asarray(image.resize(size, Image.Resampling.BILINEAR), dtype=np.float32)
    return soft * np.float32(1.6 / 255)


@lru_cache(2)
def _vignette(size: tuple[int, int]) -> Image.Image:
    y = np.linspace(-1, 1, size[1], dtype=np.float32)[:, None]
    x = np.linspace(-1, 1, size[0], dtype=np.float32)[None, :]
    share = 1 - np.float32(_CORNER / 2) * (x * x + y * y)
    return Image.fromarray((share * 255).astype(np.uint8))


@lru_cache(2)
def _grain(size: tuple[int, int]) -> Image.Image:
    """Noise of a small sensor around 128, larger than a picture: each takes its own part."""
    wide, high = size[0] + _MARGIN, size[1] + _MARGIN
    noise = np.random.default_rng(20).normal(128, _GRAIN, (high, wide))
    return Image.fromarray(noise.clip(0, 255).astype(np.uint8)).filter(ImageFilter.BoxBlur(0.6))
