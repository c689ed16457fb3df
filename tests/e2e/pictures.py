"""Pictures for cameras and file pickers."""

from pathlib import Path

from app.services.demo.scenes import shoot
from app.services.demo.scenes.picture import Shot
from tests.running import ROOT

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
