"""Excel files into the ledger: what its sheet is, and what becomes of its rows."""

from app.services.ledger.importing.columns import WORDS_OF_KIND
from app.services.ledger.importing.declaring import JOB, LEDGER, run
from app.services.ledger.importing.listing import ComparedRow, RowsAsked, RowsPage, Which, rows
from app.services.ledger.importing.own_columns import sheet_columns

__all__ = [
    "JOB",
    "LEDGER",
    "WORDS_OF_KIND",
    "ComparedRow",
    "RowsAsked",
    "RowsPage",
    "Which",
    "rows",
    "run",
    "sheet_columns",
]
