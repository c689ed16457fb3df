"""What the inbox says of the library: what was published to one, and what filing answered."""

from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import jobs
from app.models.library import Audience, LibraryDocument, LibraryStep
from app.models.organization import Organization, OrganizationKind
from app.models.person import GRID_ROLES, Person, Post, Role
from app.services import access, notifications
from app.services.access import Actor
from app.services.library import reach

JOB = "tell_of_document"
_READERS: dict[Audience, tuple[Role, ...]] = {
    Audience.ENTERPRISES: (Role.SAFETY_OFFICER,),
    Audience.GRIDWORKERS: GRID_ROLES,
    Audience.BODIES: (Role.TOWNSHIP_OFFICER, Role.HANDLER, Role.VILLAGE_CLERK),
}
_SAID = 60  # letters of a line in the inbox


async def publish(session: AsyncSession, step: LibraryStep) -> None:
    """By a job: an audience may be thousands."""
    await jobs.defer(session, JOB, step_id=str(step.id))


async def tell_audience(session: AsyncSession, step_id: str) -> None:
    """Once for each version, audience and publisher; nobody is told of what was withdrawn since."""
    step = await session.get_one(LibraryStep, UUID(step_id))
    document = await session.get_one(LibraryDocument, step.document_id)
    if step.audience is None or document.withdrawn_at is not None:
        return
    body = await session.get_one(Organization, step.organization_id)
    people = set(await session.scalars(_people(step.audience, body))) - {step.person_id}
    params = {
        "library_document_id": str(document.id),
        "title": document.title,
        "body": body.short_name,
    }
    cause = f"library:{document.id}:{step.audience}:{body.id}:{step.version}"
    await notifications.tell(session, people, "library.published", None, params, cause)


async def answered(
    session: AsyncSession, actor: Actor, document: LibraryDocument, step: LibraryStep
) -> None:
    """Whoever wrote what was filed or returned."""
    params = {
        "library_document_id": str(document.id),
        "title": document.title,
        "said": step.text[:_SAID],
    }
    people = {document.written_by_id} - {actor.person_id}
    kind = f"library.{step.kind}"
    await notifications.tell(session, people, kind, None, params, f"library:{step.id}")


def _people(audience: Audience, publisher: Organization) -> Select[UUID]:
    """As `reach.published`, seen from the publisher."""
    query = (
        select(Post.person_id)
        .distinct()
        .join(Person, Person.id == Post.person_id)
        .join(Organization, Organization.id == Post.organization_id)
        .where(
            Post.role.in_(_READERS[audience]),
            access.in_force(access.today()),
            Person.disabled_at.is_(None),
        )
    )
    if publisher.kind in reach.COUNTY_KINDS:
        return query
    return query.where(_on_ground(audience, publisher))


def _on_ground(audience: Audience, publisher: Organization) -> ColumnElement[bool]:
    if audience is Audience.ENTERPRISES:
        return Organization.id.in_(reach.enterprises_under(publisher.id))
    if publisher.kind is OrganizationKind.DEPARTMENT:
        return Organization.id == publisher.id
    return or_(Organization.within_id == publisher.id, Organization.id == publisher.id)
