"""Organisations and grids: who is where."""

from app.services.places.codes import code_rule, first_code, next_code, require_code
from app.services.places.commands import (
    HOW_DRAWN,
    AddGrid,
    AddOrganization,
    CheckOutline,
    EditGrid,
    EditGridCodes,
    EditOrganization,
    GridFilters,
)
from app.services.places.county import county_map
from app.services.places.external import require_known as require_known_systems
from app.services.places.fitting import Checked, Faults, check_outline, faults
from app.services.places.grids import (
    add_grid,
    begin_grid,
    check_edit,
    check_new,
    edit_grid,
    end_grid,
    grids,
    retire_grid,
    revive_grid,
)
from app.services.places.hanging import usual_parent
from app.services.places.history import Compared, Drawing, PastOutline, compared, outlines_of
from app.services.places.history import keep as keep_outlines
from app.services.places.known import KnownGrid, by_id, grid_names, heir_of, known_grids
from app.services.places.locating import Spot, locate
from app.services.places.misfits import code_outlook
from app.services.places.organizations import (
    add_organization,
    can_lead,
    edit_organization,
    organizations,
    reachable,
    within_reach,
)
from app.services.places.outlines import check as check_drawn
from app.services.places.outlines import is_outside_county, metres_outside
from app.services.places.outlines import version as outline_version
from app.services.places.reach import require_own
from app.services.places.revising import rename as rename_grid
from app.services.places.spans import added as note_added
from app.services.places.spans import ended as note_ended
from app.services.places.standing import has_parts, is_in_force, is_not_over

__all__ = [
    "HOW_DRAWN",
    "AddGrid",
    "AddOrganization",
    "CheckOutline",
    "Checked",
    "Compared",
    "Drawing",
    "EditGrid",
    "EditGridCodes",
    "EditOrganization",
    "Faults",
    "GridFilters",
    "KnownGrid",
    "PastOutline",
    "Spot",
    "add_grid",
    "add_organization",
    "begin_grid",
    "by_id",
    "can_lead",
    "check_drawn",
    "check_edit",
    "check_new",
    "check_outline",
    "code_outlook",
    "code_rule",
    "compared",
    "county_map",
    "edit_grid",
    "edit_organization",
    "end_grid",
    "faults",
    "first_code",
    "grid_names",
    "grids",
    "has_parts",
    "heir_of",
    "is_in_force",
    "is_not_over",
    "is_outside_county",
    "keep_outlines",
    "known_grids",
    "locate",
    "metres_outside",
    "next_code",
    "note_added",
    "note_ended",
    "organizations",
    "outline_version",
    "outlines_of",
    "reachable",
    "rename_grid",
    "require_code",
    "require_known_systems",
    "require_own",
    "retire_grid",
    "revive_grid",
    "usual_parent",
    "within_reach",
]
