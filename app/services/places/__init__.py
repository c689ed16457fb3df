"""Organisations, grids, enterprises: who is where."""

from app.services.places.commands import (
    AddEnterprise,
    AddGrid,
    AddOrganization,
    EditEnterprise,
    EditGrid,
    EditOrganization,
)
from app.services.places.county import county_map
from app.services.places.credit_codes import warning as credit_code_warning
from app.services.places.enterprises import (
    EnterprisePage,
    FoundEnterprise,
    add_enterprise,
    edit_enterprise,
    enterprises,
)
from app.services.places.grids import Spot, add_grid, edit_grid, grids, locate
from app.services.places.known import KnownGrid, by_id, grid_names, known_grids
from app.services.places.organizations import (
    add_organization,
    departments_of,
    edit_organization,
    organizations,
    reachable,
    within_reach,
)
from app.services.places.outlines import is_outside_county

__all__ = [
    "AddEnterprise",
    "AddGrid",
    "AddOrganization",
    "EditEnterprise",
    "EditGrid",
    "EditOrganization",
    "EnterprisePage",
    "FoundEnterprise",
    "KnownGrid",
    "Spot",
    "add_enterprise",
    "add_grid",
    "add_organization",
    "by_id",
    "county_map",
    "credit_code_warning",
    "departments_of",
    "edit_enterprise",
    "edit_grid",
    "edit_organization",
    "enterprises",
    "grid_names",
    "grids",
    "is_outside_county",
    "known_grids",
    "locate",
    "organizations",
    "reachable",
    "within_reach",
]
