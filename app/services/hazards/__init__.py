"""Cases: report, act, find. Other floors call these names through the module."""

from app.services.hazard_flow import Action
from app.services.hazards.acting import act, take
from app.services.hazards.arriving import Arrival, Done
from app.services.hazards.carrying import Carrying, carry, open_on
from app.services.hazards.commands import (
    HazardAction,
    HazardFilters,
    HazardQuery,
    Order,
    ReportHazard,
)
from app.services.hazards.deputies import deputies_of
from app.services.hazards.exporting import export
from app.services.hazards.finding import Count, Found, count, find, positions
from app.services.hazards.nearness import is_near, may_be_near
from app.services.hazards.numbers import number
from app.services.hazards.presence import claim, forget_viewings, release, snooze, view
from app.services.hazards.reading import (
    Near,
    Preview,
    allowed_actions,
    nearby,
    preview,
    read,
    timeline,
)
from app.services.hazards.reporting import report
from app.services.hazards.sorting import is_major
from app.services.hazards.standing import Facts
from app.services.hazards.steps import possible
from app.services.hazards.surroundings import (
    FINISHED,
    Around,
    RowAround,
    around,
    bodies,
    people,
    photo_ids,
    question,
    rejection,
    rows_around,
)
from app.services.hazards.telling import Line
from app.services.hazards.why import why, why_of

__all__ = [
    "FINISHED",
    "Action",
    "Around",
    "Arrival",
    "Carrying",
    "Count",
    "Done",
    "Facts",
    "Found",
    "HazardAction",
    "HazardFilters",
    "HazardQuery",
    "Line",
    "Near",
    "Order",
    "Preview",
    "ReportHazard",
    "RowAround",
    "act",
    "allowed_actions",
    "around",
    "bodies",
    "carry",
    "claim",
    "count",
    "deputies_of",
    "export",
    "find",
    "forget_viewings",
    "is_major",
    "is_near",
    "may_be_near",
    "nearby",
    "number",
    "open_on",
    "people",
    "photo_ids",
    "positions",
    "possible",
    "preview",
    "question",
    "read",
    "rejection",
    "release",
    "report",
    "rows_around",
    "snooze",
    "take",
    "timeline",
    "view",
    "why",
    "why_of",
]
