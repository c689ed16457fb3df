"""Excel files taken in: checked cell by cell first, taken in by a person, undone at once.

What a sheet is about declares itself once (`Import`); the way of a batch is the same for all.
"""

from app.services.imports.batches import (
    apply,
    batch,
    batches,
    begin,
    undo,
    wrong_rows,
)
from app.services.imports.declaring import MOVING, Import
from app.services.imports.steps import advance, run
from app.services.imports.workbooks import template, wrong_workbook

__all__ = [
    "MOVING",
    "Import",
    "advance",
    "apply",
    "batch",
    "batches",
    "begin",
    "run",
    "template",
    "undo",
    "wrong_rows",
    "wrong_workbook",
]
