"""Pictures for cameras and file pickers."""

import io
from pathlib import Path

from PIL import Image

from app.services.demo.scenes import shoot
from app.services.demo.scenes.picture import Shot
from tests.running import ROOT

MOST_BYTES = 200 * 1024  # of a picture in the guide
_WIDEST = {True: 540, False: 1280}  # pixels; upright ones are phones
_COLOURS = (256, 128, 64)
SAMPLES = ROOT.parent / "shared" / "data" / "photos"


def drawn(folder: Path, kind: str, *, is_fixed: bool, take: int = 0) -> Path:
    """A drawn place, in the hazardous or the mended state; every take is another photo."""
    path = folder / f"{kind}-{'fixed' if is_fixed else 'hazard'}-{take}.jpg"
    path.write_bytes(shoot(kind, 11, Shot(is_fixed), [take])[0])
    return path


def from_a_camera(name: str, instead: Path) -> Path:
    """A real camera's file where the samples lie beside the project, else a drawn one."""
    path = SAMPLES / name
    return path if path.exists() else instead


def small_png(screenshot: bytes) -> bytes:
    """As a page of the guide shows it: no wider than needed, with a palette."""
    with Image.open(io.BytesIO(screenshot)) as image:
        width = min(image.width, _WIDEST[image.height > image.width])
        size = (width, round(image.height * width / image.width))
        picture = image.convert("RGB").resize(size, Image.Resampling.LANCZOS)
    for colours in _COLOURS:
        out = io.BytesIO()
        picture.quantize(colours).save(out, "PNG", optimize=True)
        if out.tell() <= MOST_BYTES:
            break
    return out.getvalue()
