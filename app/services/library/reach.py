"""Whose documents are mine to keep, and which I see: one clause each."""

from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true

from app.models.grid import Grid
from app.models.ledger import ObjectDepartment
from app.models.library import Audience, LibraryDocument, LibraryPublication
from app.models.organization import Organization, OrganizationKind
from app.models.person import GRID_ROLES, Role
from app.models.supervised_object import SupervisedObject
from app.services import access
from app.services.access import Actor, Seat
from app.services.permissions import PERMISSIONS, Permission

K = OrganizationKind
COUNTY_KINDS = (K.COUNTY_CENTRE, K.SAFETY_DEPARTMENT)
DESK_KINDS = frozenset({*COUNTY_KINDS, K.TOWNSHIP_SUBCENTRE, K.DEPARTMENT})


def may_keep(actor: Actor) -> bool:
    return Permission.KEEP_LIBRARY in actor.permissions


def keeping_seat(actor: Actor, *, desk: bool = False) -> Seat | None:
    """The post in whose body's name one acts; `desk`: one that stands above others."""
    return next(
        (
            seat
            for seat in actor.seats
            if Permission.KEEP_LIBRARY in PERMISSIONS[seat.role]
            and (not desk or seat.organization_kind in DESK_KINDS)
        ),
        None,
    )


def own_bodies(actor: Actor) -> ColumnElement[bool]:
    known = access.sight(actor)
    if known["sees_county"]:
        return true()
    return or_(Organization.id.in_(known["bodies"]), Organization.within_id.in_(known["townships"]))


def own_grids(actor: Actor) -> ColumnElement[bool]:
    if access.sight(actor)["sees_county"]:
        return true()
    return Grid.organization_id.in_(select(Organization.id).where(own_bodies(actor)))


def own_objects(actor: Actor) -> ColumnElement[bool]:
    """On own ground, supervised by my department, or the place of my enterprise."""
    if access.sight(actor)["sees_county"]:
        return true()
    supervised = select(ObjectDepartment.object_id).where(
        ObjectDepartment.organization_id.in_(actor.body_ids)
    )
    return or_(
        SupervisedObject.organization_id.in_(actor.body_ids),
        SupervisedObject.grid_id.in_(select(Grid.id).where(own_grids(actor))),
        SupervisedObject.id.in_(supervised),
    )


def own(actor: Actor) -> ColumnElement[bool]:
    """Documents that a desk with the permission may revise and withdraw.

    True or false, never null: it is shown, and its opposite is asked for.
    """
    if access.sight(actor)["sees_county"]:
        return true()
    whose = (
        (LibraryDocument.organization_id, select(Organization.id).where(own_bodies(actor))),
        (LibraryDocument.grid_id, select(Grid.id).where(own_grids(actor))),
        (LibraryDocument.object_id, select(SupervisedObject.id).where(own_objects(actor))),
    )
    return or_(*(column.is_not(None) & column.in_(mine) for column, mine in whose))


def published(actor: Actor) -> ColumnElement[bool]:
    """What other desks have opened to one of the actor's posts; nothing that is withdrawn."""
    reached = [
        and_(
            LibraryPublication.audience == audience,
            LibraryPublication.organization_id.in_(publishers),
        )
        for audience, publishers in _publishers(actor).items()
    ]
    ids = select(LibraryPublication.document_id).where(or_(false(), *reached))
    return and_(LibraryDocument.withdrawn_at.is_(None), LibraryDocument.id.in_(ids))


def can_see(actor: Actor) -> ColumnElement[bool]:
    """Own ones, those of the grid one walks, those one keeps for others, what was published."""
    if access.sight(actor)["sees_county"] or Permission.READ_AUDIT in actor.permissions:
        return true()
    return or_(
        own(actor),
        LibraryDocument.grid_id.in_(actor.grid_ids),
        LibraryDocument.custodian_id.in_(actor.body_ids),
        LibraryDocument.written_for_id.in_(actor.body_ids),
        published(actor),
    )


def _publishers(actor: Actor) -> dict[Audience, Select[UUID]]:
    """By audience that the actor belongs to: the bodies on whose ground that is."""
    found: dict[Audience, Select[UUID]] = {}
    officers = _seats(actor, Role.SAFETY_OFFICER)
    walkers = _seats(actor, *GRID_ROLES)
    desks = [seat for seat in actor.seats if seat.organization_id in actor.body_ids]
    desks = [seat for seat in desks if seat.organization_kind is not K.ENTERPRISE]
    if officers:
        found[Audience.ENTERPRISES] = _over([seat.organization_id for seat in officers])
    if walkers:
        found[Audience.GRIDWORKERS] = _above(walkers)
    if desks:
        found[Audience.BODIES] = _above(desks)
    return found


def _seats(actor: Actor, *roles: Role) -> list[Seat]:
    return [seat for seat in actor.seats if seat.role in roles]


def _above(seats: list[Seat]) -> Select[UUID]:
    ids = {id_ for seat in seats for id_ in (seat.within_id, seat.organization_id) if id_}
    return select(Organization.id).where(
        or_(Organization.kind.in_(COUNTY_KINDS), Organization.id.in_(ids))
    )


def _over(enterprises: list[UUID]) -> Select[UUID]:
    """The county, the township or line of their places' grids, departments that supervise them."""
    theirs = SupervisedObject.organization_id.in_(enterprises)
    ground = select(Organization.id).join(Grid, Grid.organization_id == Organization.id)
    ground = ground.join(SupervisedObject, SupervisedObject.grid_id == Grid.id).where(theirs)
    within = ground.with_only_columns(Organization.within_id)
    supervising = select(ObjectDepartment.organization_id)
    supervising = supervising.join(
        SupervisedObject, SupervisedObject.id == ObjectDepartment.object_id
    ).where(theirs)
    return select(Organization.id).where(
        or_(
            Organization.kind.in_(COUNTY_KINDS),
            Organization.id.in_(ground),
            Organization.id.in_(within),
            Organization.id.in_(supervising),
        )
    )


def enterprises_under(publisher_id: UUID) -> Select[UUID | None]:
    """The same from above: enterprises whose places stand under this township or department."""
    runs = select(Grid.id).join(Organization, Organization.id == Grid.organization_id)
    runs = runs.where(or_(Organization.id == publisher_id, Organization.within_id == publisher_id))
    supervised = select(ObjectDepartment.object_id).where(
        ObjectDepartment.organization_id == publisher_id
    )
    return select(SupervisedObject.organization_id).where(
        SupervisedObject.organization_id.is_not(None),
        or_(SupervisedObject.grid_id.in_(runs), SupervisedObject.id.in_(supervised)),
    )
