"""Whose ground somebody may plan: the county's administrator all, a township its own (S2-16)."""

from app.errors import NotFound
from app.models.organization import Organization, OrganizationKind
from app.services.access import Actor
from app.services.permissions import Permission


def require_own(actor: Actor, body: Organization, field: str) -> None:
    """NotFound for a body outside the actor's reach, as if it were not there."""
    if Permission.EDIT_PLACES in actor.permissions:
        return
    if body.within_id not in actor.organizations_of(OrganizationKind.TOWNSHIP_SUBCENTRE):
        raise NotFound(fields=[field])
