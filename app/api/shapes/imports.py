"""Batches of imported rows as they are shown, whatever they bring in."""

from datetime import datetime
from uuid import UUID

from app.api.views import View
from app.models.import_batch import ImportStage


class ImportView(View):
    """`done` of `total` rows in this stage; `good` and `wrong` as the check found them.

    `kept`: rows that undo had to leave.
    """

    id: UUID
    name: str
    created_at: datetime
    stage: ImportStage
    total: int
    done: int
    good: int
    wrong: int
    added: int
    changed: int
    kept: int


class WrongRowView(View):
    line: int
    cells: dict[str, str]
    errors: dict[str, str]
