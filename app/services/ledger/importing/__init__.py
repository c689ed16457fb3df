"""Excel files into the ledger: checked cell by cell first, taken in by a person, undone at once."""

from app.services.ledger.importing.batches import (
    JOB,
    MOVING,
    apply,
    batch,
    batches,
    begin,
    undo,
    wrong_rows,
)
from app.services.ledger.importing.columns import WORDS_OF_KIND
from app.services.ledger.importing.own_columns import sheet_columns
from app.services.ledger.importing.steps import advance, run
from app.services.ledger.importing.workbooks import template, wrong_workbook

__all__ = [
    "JOB",
    "MOVING",
    "WORDS_OF_KIND",
    "advance",
    "apply",
    "batch",
    "batches",
    "begin",
    "run",
    "sheet_columns",
    "template",
    "undo",
    "wrong_rows",
    "wrong_workbook",
]
