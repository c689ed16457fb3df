"""Categories, routing, deadlines, calendar: data that the county edits."""

from app.services.rules.calendar import calendar, delete_day, put_day, put_working_hours
from app.services.rules.categories import active_categories, category_names, put_category
from app.services.rules.commands import (
    EditCalendarDay,
    EditCategory,
    EditDeadline,
    EditNotice,
    EditRouting,
    EditTrainingRule,
    EditWorkingHours,
)
from app.services.rules.deadlines import add_deadline, delete_deadline, put_deadline
from app.services.rules.grid_codes import put_grid_codes
from app.services.rules.notices import notice, put_notice
from app.services.rules.propose import Proposal, propose, route
from app.services.rules.reading import everything
from app.services.rules.routing import add_routing, delete_routing, put_routing
from app.services.rules.trainings import put_training, training

__all__ = [
    "EditCalendarDay",
    "EditCategory",
    "EditDeadline",
    "EditNotice",
    "EditRouting",
    "EditTrainingRule",
    "EditWorkingHours",
    "Proposal",
    "active_categories",
    "add_deadline",
    "add_routing",
    "calendar",
    "category_names",
    "delete_day",
    "delete_deadline",
    "delete_routing",
    "everything",
    "notice",
    "propose",
    "put_category",
    "put_day",
    "put_deadline",
    "put_grid_codes",
    "put_notice",
    "put_routing",
    "put_training",
    "put_working_hours",
    "route",
    "training",
]
