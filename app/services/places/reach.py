"""Whose ground somebody may plan, the county's administrator all, a township its own (S2-16);
and which bodies run which kind of grid.
"""

from app.errors import NotFound
from app.models.grid import GridKind
from app.models.organization import Organization, OrganizationKind
from app.services.access import Actor
from app.services.permissions import Permission

_K = OrganizationKind
RUN_BY: dict[GridKind, frozenset[OrganizationKind]] = {
    GridKind.TERRITORIAL: frozenset({_K.VILLAGE, _K.TOWNSHIP_SUBCENTRE, _K.COUNTY_CENTRE}),
    GridKind.EXCLUSIVE: frozenset({_K.DEPARTMENT, _K.ENTERPRISE}),
}


def kind_run_by(body: Organization) -> GridKind:
    is_exclusive = body.kind in RUN_BY[GridKind.EXCLUSIVE]
    return GridKind.EXCLUSIVE if is_exclusive else GridKind.TERRITORIAL


def require_own(actor: Actor, body: Organization, field: str) -> None:
    """NotFound for a body outside the actor's reach, as if it were not there."""
    if Permission.EDIT_PLACES in actor.permissions:
        return
    if body.within_id not in actor.organizations_of(OrganizationKind.TOWNSHIP_SUBCENTRE):
        raise NotFound(fields=[field])
