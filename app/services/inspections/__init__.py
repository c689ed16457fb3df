"""Inspections by desks: plan, visit, findings, results, and the circle closed (检查; S0-26)."""

from app.services.inspections.accompanied import Accompanied, accompanied_by_me
from app.services.inspections.choosing import FoundInspector, inspectors
from app.services.inspections.closing import call_off, close
from app.services.inspections.commands import (
    CallOffInspection,
    CloseInspection,
    EditInspection,
    InspectionFilters,
    InspectionQuery,
    InspectorQuery,
    PlanInspection,
    RecordResult,
)
from app.services.inspections.companions import Companion
from app.services.inspections.exporting import export
from app.services.inspections.findings import Finding, findings
from app.services.inspections.planning import edit, plan
from app.services.inspections.reading import (
    FoundAnswer,
    FoundInspection,
    FoundPlace,
    InspectionPage,
    WholeInspection,
    find,
    read,
)
from app.services.inspections.recording import record

__all__ = [
    "Accompanied",
    "CallOffInspection",
    "CloseInspection",
    "Companion",
    "EditInspection",
    "Finding",
    "FoundAnswer",
    "FoundInspection",
    "FoundInspector",
    "FoundPlace",
    "InspectionFilters",
    "InspectionPage",
    "InspectionQuery",
    "InspectorQuery",
    "PlanInspection",
    "RecordResult",
    "WholeInspection",
    "accompanied_by_me",
    "call_off",
    "close",
    "edit",
    "export",
    "find",
    "findings",
    "inspectors",
    "plan",
    "read",
    "record",
]
