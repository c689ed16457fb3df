"""Which bodies are assessed, who sees their papers, who answers for them: one clause each."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, select, true

from app.models.assessment import AssessmentPaper, BodyNote
from app.models.organization import Organization, OrganizationKind
from app.services.access import Actor
from app.services.duties import reach as duties
from app.services.permissions import Permission

K = OrganizationKind


def assessed(kinds: Collection[OrganizationKind]) -> ColumnElement[bool]:
    """Departments of the county alone: those of townships are their townships' matter."""
    is_of_county = (Organization.kind != K.DEPARTMENT) | Organization.within_id.is_(None)
    return Organization.is_active & Organization.kind.in_(kinds) & is_of_county


def sees_all(actor: Actor) -> bool:
    return bool(actor.permissions & {Permission.SEE_COUNTY, Permission.READ_AUDIT})


def sees_body(actor: Actor) -> ColumnElement[bool]:
    return true() if sees_all(actor) else duties.sees_body(actor)


def can_see(actor: Actor) -> ColumnElement[bool]:
    """Papers of one's own body, of those below it; the county, and auditors, of all."""
    bodies = select(Organization.id).where(sees_body(actor))
    return true() if sees_all(actor) else AssessmentPaper.organization_id.in_(bodies)


def sees_note(actor: Actor) -> ColumnElement[bool]:
    bodies = select(Organization.id).where(sees_body(actor))
    return true() if sees_all(actor) else BodyNote.organization_id.in_(bodies)


def assesses(actor: Actor) -> bool:
    return Permission.ASSESS_BODIES in actor.permissions


def answers(actor: Actor, body: Organization) -> bool:
    """For one's own body; what enterprises, which have no desk, hand in the county writes down."""
    if body.kind is K.ENTERPRISE:
        return assesses(actor)
    return Permission.ANSWER_ASSESSMENTS in actor.permissions and body.id in actor.body_ids
