"""Sheets that people fill in: read cell by cell, written with their drop-downs."""

from app.services.sheets.apart import opened, read
from app.services.sheets.cells import (
    YES_NO,
    CellError,
    Column,
    Reader,
    day,
    matching,
    near_day,
    number,
    one_of,
    tidy,
    words,
    yes_no,
)
from app.services.sheets.faults import Checking, Fault
from app.services.sheets.reading import MOST_ROWS, REASON, Cells, Table
from app.services.sheets.writing import written

__all__ = [
    "MOST_ROWS",
    "REASON",
    "YES_NO",
    "CellError",
    "Cells",
    "Checking",
    "Column",
    "Fault",
    "Reader",
    "Table",
    "day",
    "matching",
    "near_day",
    "number",
    "one_of",
    "opened",
    "read",
    "tidy",
    "words",
    "written",
    "yes_no",
]
