"""Whose trainings one may see and keep, and who may be put on a list.

The county: all, and everybody. A township: its own, and its own people. A department: its own, and
whoever walks a grid – of its township, if it is a station of one.
"""

from uuid import UUID

from sqlalchemy import ColumnElement, and_, not_, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import NotFound
from app.models.organization import Organization, OrganizationKind
from app.models.person import GRID_ROLES, Person, Post, Role
from app.models.training import Training
from app.services import access
from app.services.access import Actor, Seat
from app.services.accounts import reach
from app.services.permissions import PERMISSIONS, Permission

SPONSORS = frozenset(
    {
        OrganizationKind.COUNTY_CENTRE,
        OrganizationKind.SAFETY_DEPARTMENT,
        OrganizationKind.DEPARTMENT,
        OrganizationKind.TOWNSHIP_SUBCENTRE,
    }
)


def _seats(actor: Actor) -> list[Seat]:
    return [seat for seat in actor.seats if Permission.TRAIN_PEOPLE in PERMISSIONS[seat.role]]


def _is_for_county(actor: Actor) -> bool:
    return any(Permission.SEE_COUNTY in PERMISSIONS[seat.role] for seat in _seats(actor))


def mine(actor: Actor) -> ColumnElement[bool]:
    """Trainings that this actor keeps."""
    if _is_for_county(actor):
        return true()
    return Training.sponsor_id.in_([seat.organization_id for seat in _seats(actor)])


async def locked(session: AsyncSession, actor: Actor, training_id: UUID) -> Training:
    """The training, for a change; NotFound unless it is the actor's to keep."""
    access.require(actor, Permission.TRAIN_PEOPLE)
    query = select(Training).where(Training.id == training_id, mine(actor))
    row: Training | None = await session.scalar(query.with_for_update())
    if row is None:
        raise NotFound
    return row


async def require_sponsor(session: AsyncSession, actor: Actor, body_id: UUID) -> None:
    """The own body; for the county also any that may hold one."""
    access.require(actor, Permission.TRAIN_PEOPLE)
    body = await session.get(Organization, body_id)
    is_own = body_id in {seat.organization_id for seat in _seats(actor)}
    if body is None or body.kind not in SPONSORS or not (is_own or _is_for_county(actor)):
        raise NotFound(fields=["sponsor_id"])


def trainable(actor: Actor) -> ColumnElement[bool]:
    """People whom this actor may put on a list; nobody whose account is closed."""
    ways = [reach.visible(actor)]
    stations = [seat for seat in _seats(actor) if seat.role is Role.HANDLER]
    ways += [reach.has_post(reach.not_over(), *_walks(seat)) for seat in stations]
    return and_(Person.disabled_at.is_(None), or_(*ways))


def on_foot() -> ColumnElement[bool]:
    """Walks a grid, or has no post yet and may soon."""
    return or_(
        reach.has_post(reach.not_over(), Post.role.in_(GRID_ROLES)),
        not_(reach.has_post(reach.not_over())),
    )


def _walks(seat: Seat) -> list[ColumnElement[bool]]:
    """Within the township of a station."""
    inside = [] if seat.within_id is None else [Organization.within_id == seat.within_id]
    return [Post.role.in_(GRID_ROLES), *inside]
