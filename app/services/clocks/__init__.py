"""Deadlines in working time, one clock per hop, never drifting: dates are fixed when they start."""

from app.services.clocks.calendar import (
    CalendarEnds,
    WorkCalendar,
    calendar_known_until,
    library_known_until,
    load,
)
from app.services.clocks.deadlines import Due, Subject, add_time, due_by_rule, marks, rule_for
from app.services.clocks.running import (
    TICKS,
    Taken,
    Ticks,
    begin,
    hand_over,
    lateness,
    rehome,
    show,
    status,
    tick,
)
from app.services.clocks.words import full, short, short_day

__all__ = [
    "TICKS",
    "CalendarEnds",
    "Due",
    "Subject",
    "Taken",
    "Ticks",
    "WorkCalendar",
    "add_time",
    "begin",
    "calendar_known_until",
    "due_by_rule",
    "full",
    "hand_over",
    "lateness",
    "library_known_until",
    "load",
    "marks",
    "rehome",
    "rule_for",
    "short",
    "short_day",
    "show",
    "status",
    "tick",
]
