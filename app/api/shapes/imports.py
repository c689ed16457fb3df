"""Batches of imported rows as they are shown, whatever they bring in."""

from datetime import datetime
from uuid import UUID

from app.api.views import View
from app.models.import_batch import ImportStage


class ImportView(View):
    """`done` of `total` rows in this stage; `good` and `wrong` as the check found them.

    `kept`: rows that undo had to leave. `ignored`: columns of the file that are not known.
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
    ignored: list[str]


class WrongRowView(View):
    line: int
    cells: dict[str, str]
    errors: dict[str, str]


class LedgerImportView(ImportView):
    """`adding`, `updating`, `same`: what taking in would do with the good rows, as checked.

    `renaming`, `moving`: how many of the updated get another name, another grid.
    `warned`: good rows in which something looks wrong.
    """

    adding: int
    updating: int
    same: int
    renaming: int
    moving: int
    warned: int


class RowDifferenceView(View):
    """`old`, `new` empty: nothing stands there. `is_marked`: another name or grid."""

    title: str
    old: str
    new: str
    is_marked: bool


class ComparedRowView(View):
    line: int
    name: str
    differences: list[RowDifferenceView]
    warnings: dict[str, str]


class ComparedRowsView(View):
    """`after`: the line to go on from; null = all are listed."""

    rows: list[ComparedRowView]
    after: int | None
