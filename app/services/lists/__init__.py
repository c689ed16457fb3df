"""Any list of the desk as an Excel file: one declaration each, one way out (decision 42)."""

from app.services.lists.assessments import ASSESSMENT, OneYear
from app.services.lists.checklist_sheet import (
    ReadChecklist,
    checklist_sheet,
    read_checklist_sheet,
)
from app.services.lists.library import LIBRARY, OWED
from app.services.lists.patrols import BOARD, CAMPAIGNS, FINDINGS, TASKS, VISITS
from app.services.lists.people import PEOPLE, STANDING, TRAININGS
from app.services.lists.places import GRIDS, ORGANIZATIONS, READINESS
from app.services.lists.records import AUDIT, CHECKLISTS
from app.services.lists.registers import REGISTERS
from app.services.lists.sheet import Everything, export
from app.services.lists.talk import (
    APPEALS,
    INSTRUCTIONS,
    RECEIPTS,
    SITUATIONS,
    SUGGESTIONS,
    ReceiptFilters,
)

__all__ = [
    "APPEALS",
    "ASSESSMENT",
    "AUDIT",
    "BOARD",
    "CAMPAIGNS",
    "CHECKLISTS",
    "FINDINGS",
    "GRIDS",
    "INSTRUCTIONS",
    "LIBRARY",
    "ORGANIZATIONS",
    "OWED",
    "PEOPLE",
    "READINESS",
    "RECEIPTS",
    "REGISTERS",
    "SITUATIONS",
    "STANDING",
    "SUGGESTIONS",
    "TASKS",
    "TRAININGS",
    "VISITS",
    "Everything",
    "OneYear",
    "ReadChecklist",
    "ReceiptFilters",
    "checklist_sheet",
    "export",
    "read_checklist_sheet",
]
