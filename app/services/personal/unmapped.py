"""That no column which may tell of a person is missing from the map (data_map)."""

import re

from sqlalchemy import Column

from app.models.base import Base
from app.services.personal.data_map import MAP

_TELLING = re.compile(
    r"name|mobile|phone|address|device|^lat$|^lon$|_lat$|_lon$|accuracy|note$|text|reason|answer$"
    r"|^data$|body$|params|^place$|token|password_hash|^key$"
)
# Names and words that tell nothing of a person.
NOT_PERSONAL: dict[str, frozenset[str]] = {
    "categories": frozenset({"name", "name_en"}),
    "calendar_days": frozenset({"reason"}),
    "organizations": frozenset({"name", "short_name", "phone"}),  # of the body, a duty phone
    "campaigns": frozenset({"name"}),
    "checklists": frozenset({"key", "name"}),
    "checklist_versions": frozenset({"checklist_key"}),
    "division_parts": frozenset({"name", "body"}),
    "grid_revision_parts": frozenset({"name_before", "name", "body"}),
    "grids": frozenset({"name", "centre_lat", "centre_lon"}),
    "inspections": frozenset({"name"}),
    "inspection_answers": frozenset({"answer"}),
    "instruction_addressees": frozenset({"name"}),  # of a body or a grid
    "instruction_feedback": frozenset({"addressee_ids"}),  # the same
    "ledger_fields": frozenset({"key", "name"}),
    "library_kinds": frozenset({"key", "name"}),
    "notice_rules": frozenset({"complaint_phone", "phones"}),  # of an office; a rule
    "obligations": frozenset({"key", "name"}),
    "patrol_tasks": frozenset({"obligation_key"}),
    "photos": frozenset({"key"}),
    "postponements": frozenset({"reason", "reason_id"}),
    "visit_answers": frozenset({"answer"}),
}


def unmapped() -> list[str]:
    """Columns that look personal and stand in neither table; and those that do not exist."""
    known = {f"{table}.{name}" for table, held in MAP.items() for h in held for name in h.columns}
    known |= {f"{table}.{name}" for table, names in NOT_PERSONAL.items() for name in names}
    columns = [column for table in Base.metadata.sorted_tables for column in table.columns]
    telling = {f"{column.table.name}.{column.name}" for column in columns if _tells(column)}
    existing = {f"{column.table.name}.{column.name}" for column in columns}
    return sorted((telling - known) | (known - existing))


def _tells(column: Column[object]) -> bool:
    is_person = any(key.column.table.name == "people" for key in column.foreign_keys)
    return is_person or bool(_TELLING.search(column.name))
