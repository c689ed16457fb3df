"""A file of outlines as it was looked at, feature by feature."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from app.api.views import View
from app.services.coordinates import Crs
from app.services.places.importing import Checked, PastImport, Row, Step, Verdict


class CoveredView(View):
    name: str
    square_metres: int


class OutlineRowView(View):
    """One feature. `n`: its place in the file, from 1; only what is `good` would be taken."""

    n: int
    label: str
    verdict: Verdict
    why_zh: str = Field(description="why it is no outline; else empty")
    why_en: str
    grid_id: UUID | None
    grid: str
    square_metres: int
    outside: float = Field(description="share outside the county, 0 to 1")
    share: float | None = Field(
        description="of ground that differs from what stands; None: nothing"
    )
    overlaps: list[CoveredView]
    strips: int
    free: int = Field(description="m² in strips between it and its neighbours that nobody has")
    preview: dict[str, Any] | None = Field(description="GeoJSON, thinned, WGS-84")


class CheckedOutlines(View):
    """`looks_like`: the coordinates in which the whole file would lie much better."""

    seal: str = Field(description="goes back when the good ones are taken")
    looks_like: Crs | None
    rows: list[OutlineRowView]


class TakenOutlines(View):
    taken: int


class OutlineRunView(View):
    """`done` of `total` features in this step; 0 of 0 where nothing is counted."""

    file: str
    is_taking: bool = Field(description="it is taken in, not only looked at")
    step: Step
    done: int
    total: int


class OutlineImportView(View):
    """`grids`: that it drew. `left`: names of those that undo left, redrawn or ended since."""

    id: UUID
    file: str
    taken_at: datetime
    taken_by: str
    grids: int
    undone_at: datetime | None
    undone_by: str | None
    left: list[str]


def past_import(found: PastImport) -> OutlineImportView:
    return OutlineImportView.model_validate(
        {
            **{name: getattr(found.row, name) for name in ("id", "file", "taken_at", "undone_at")},
            "taken_by": found.taken_by,
            "undone_by": found.undone_by,
            "grids": found.grids,
            "left": found.left,
        }
    )


def checked(found: Checked) -> CheckedOutlines:
    rows = [_row(one) for one in found.rows]
    return CheckedOutlines(seal=found.seal, looks_like=found.looks_like, rows=rows)


def _row(row: Row) -> OutlineRowView:
    zh, en = row.why
    return OutlineRowView.model_validate(vars(row) | {"why_zh": zh, "why_en": en})
