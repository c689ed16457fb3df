"""Coverage (巡查覆盖): what has not been seen, for how long, and why; never of persons."""

from app.services.patrols.coverage.commands import (
    CoverageFilters,
    GroundQuery,
    UnseenFilters,
    UnseenQuery,
)
from app.services.patrols.coverage.exporting import export
from app.services.patrols.coverage.ground import Ground, GroundLine, ground
from app.services.patrols.coverage.outlines import Outline, outlines
from app.services.patrols.coverage.sight import UnseenWhy
from app.services.patrols.coverage.unattended import unattended
from app.services.patrols.coverage.unseen import Unseen, UnseenPage, unseen

__all__ = [
    "CoverageFilters",
    "Ground",
    "GroundLine",
    "GroundQuery",
    "Outline",
    "Unseen",
    "UnseenFilters",
    "UnseenPage",
    "UnseenQuery",
    "UnseenWhy",
    "export",
    "ground",
    "outlines",
    "unattended",
    "unseen",
]
