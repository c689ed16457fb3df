"""Cases as answers: rows, whole cases, receipts, history."""

from app.api.shapes.hazards.papers import XLSX, archive, excel, timeline, workbook
from app.api.shapes.hazards.rows import hazard_row, hazard_rows, map_point, nearby, row_page
from app.api.shapes.hazards.told import Telling
from app.api.shapes.hazards.wholes import as_it_is, hazard_receipt, hazard_view, hazard_views

__all__ = [
    "XLSX",
    "Telling",
    "archive",
    "as_it_is",
    "excel",
    "hazard_receipt",
    "hazard_row",
    "hazard_rows",
    "hazard_view",
    "hazard_views",
    "map_point",
    "nearby",
    "row_page",
    "timeline",
    "workbook",
]
