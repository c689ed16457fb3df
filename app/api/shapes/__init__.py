"""Shapes: from rows to views."""

from app.api.shapes.accounts import me, people, person
from app.api.shapes.hazards import (
    XLSX,
    archive,
    as_it_is,
    excel,
    hazard_receipt,
    hazard_row,
    hazard_rows,
    hazard_view,
    hazard_views,
    map_point,
    nearby,
    row_page,
    timeline,
    workbook,
)
from app.api.shapes.ledger import (
    collection_receipt,
    object_changes,
    object_rows,
    object_view,
)
from app.api.shapes.ledger_registers import register_rows
from app.api.shapes.notifications import suggestion
from app.api.shapes.photos import attachment, image, lasting_image, photo_receipt
from app.api.shapes.places import grids
from app.api.shapes.sync import changes

__all__ = [
    "XLSX",
    "archive",
    "as_it_is",
    "attachment",
    "changes",
    "collection_receipt",
    "excel",
    "grids",
    "hazard_receipt",
    "hazard_row",
    "hazard_rows",
    "hazard_view",
    "hazard_views",
    "image",
    "lasting_image",
    "map_point",
    "me",
    "nearby",
    "object_changes",
    "object_rows",
    "object_view",
    "people",
    "person",
    "photo_receipt",
    "register_rows",
    "row_page",
    "suggestion",
    "timeline",
    "workbook",
]
