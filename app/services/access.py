"""Who may do what (the table of `permissions`), and who sees which case: one clause decides."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BindParameter,
    Boolean,
    ColumnElement,
    Select,
    Uuid,
    and_,
    any_,
    bindparam,
    false,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.elements import False_, True_

from app import clock
from app.errors import NotPermitted
from app.models.hazard import Follower, Hazard, Party
from app.models.organization import OrganizationKind
from app.models.person import ADMINISTRATORS, GRID_ROLES, Post, Role
from app.services.permissions import PERMISSIONS, Permission

_NOT_FOR_BODY = frozenset(GRID_ROLES) | ADMINISTRATORS


@dataclass(frozen=True)
class Seat:
    """One post in force today."""

    post_id: UUID
    organization_id: UUID
    organization_kind: OrganizationKind
    organization_name: str
    within_id: UUID | None
    role: Role
    grid_id: UUID | None
    grid_name: str | None
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True)
class Actor:
    """A signed-in person as of this request; rights are read anew each time."""

    person_id: UUID
    name: str
    mobile: str | None
    sign_in_id: UUID | None
    must_change_password: bool
    seats: tuple[Seat, ...]
    second_factor: str = "none"  # none, enrol, verify, done
    brought_by: "Actor | None" = None  # the officer who brings in this person's exported records

    @property
    def permissions(self) -> frozenset[Permission]:
        return frozenset().union(*(PERMISSIONS[seat.role] for seat in self.seats))

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(seat.role for seat in self.seats)

    @property
    def organization_ids(self) -> frozenset[UUID]:
        return frozenset(seat.organization_id for seat in self.seats)

    @property
    def grid_ids(self) -> frozenset[UUID]:
        return frozenset(seat.grid_id for seat in self.seats if seat.grid_id)

    @property
    def body_ids(self) -> frozenset[UUID]:
        """Bodies whose part in a case is the actor's part too."""
        return frozenset(s.organization_id for s in self.seats if s.role not in _NOT_FOR_BODY)

    def organizations_of(self, kind: OrganizationKind) -> frozenset[UUID]:
        """A gridworker of a department's line is none of its handlers."""
        return frozenset(
            s.organization_id
            for s in self.seats
            if s.organization_kind is kind
            and (s.role not in _NOT_FOR_BODY or kind is not OrganizationKind.DEPARTMENT)
        )


@dataclass(frozen=True)
class Pinned:
    """What one statement asks of every case, as far as it decides who sees them; by column.

    `if_named`: the village and the township of every case there that names a village at all.
    """

    columns: Mapping[str, UUID] = field(default_factory=dict[str, UUID])
    if_named: Mapping[str, UUID] = field(default_factory=dict[str, UUID])


SYSTEM = Actor(UUID(int=0), "系统", None, None, must_change_password=False, seats=())


def today() -> date:
    """The county's date: posts begin and end at its midnight."""
    return clock.local(clock.now()).date()


def in_force(day: date | BindParameter[date]) -> ColumnElement[bool]:
    """Posts that give rights on this day; the last day counts."""
    return and_(Post.starts_on <= day, or_(Post.ends_on.is_(None), Post.ends_on >= day))


def require(actor: Actor, permission: Permission) -> None:
    """Raise NotPermitted unless one of the actor's posts carries the permission."""
    if permission not in actor.permissions:
        raise NotPermitted(why="请找有权限的同事。", why_en="Ask a colleague who has the right.")


def can_see(actor: Actor) -> ColumnElement[bool]:
    """The one clause of visibility, used by every select on cases (S2-5).

    Every branch is a condition on a column of the case, so that indexes can be combined.
    """
    known = sight(actor)
    if known["sees_county"]:
        return true()
    return or_(*_seen_by(known["person"], lambda column, which: column.in_(known[which])))


def ways(actor: Actor, pinned: Pinned) -> list[ColumnElement[bool]]:
    """The same clause for lists: a case is seen that one of these finds.

    What the actor's posts open by the thousand, each alone, so that it is read along its own index;
    all else together. What `pinned` decides is decided here: a database takes two conditions for
    independent, and looks through a township of strangers in vain. Ids are written into the
    statement: in one plan for everybody, whoever has no case is taken for one with thousands.
    """
    known = sight(actor)
    if known["sees_county"]:
        return [true()]

    def among(column: InstrumentedAttribute[Any], which: str) -> ColumnElement[bool]:
        if not known[which]:
            return false()
        if column.class_ is not Hazard:
            return written(column, known[which])
        if column.key in pinned.columns:
            return true() if pinned.columns[column.key] in known[which] else false()
        return _on_ground(column, known[which], pinned.if_named.get(column.key))

    person: BindParameter[UUID] = bindparam(None, known["person"], Uuid, literal_execute=True)
    reporter, grid, township, village, department, *others = _seen_by(person, among)
    wide, few = [grid, township, village], [reporter, *others]
    is_department = bool(actor.organizations_of(OrganizationKind.DEPARTMENT))
    (wide if is_department else few).append(department)
    found = [*wide, or_(*few)]
    if any(isinstance(one, True_) for one in found):
        return [true()]
    return [one for one in found if not isinstance(one, False_)]


def _on_ground(
    column: InstrumentedAttribute[Any], ids: Collection[UUID], named: UUID | None
) -> ColumnElement[bool]:
    """One of these, on ground whose cases have `named` here if they name a village at all."""
    one_of_these, names = written(column, ids), Hazard.village_id.is_not(None)
    if named is None:
        return one_of_these
    if column.key == Hazard.village_id.key:
        return names if named in ids else false()
    return or_(names, one_of_these) if named in ids else and_(~names, one_of_these)


def written(column: InstrumentedAttribute[Any], values: Collection[Any]) -> ColumnElement[bool]:
    """One of these, written into the statement: ids, codes, enums, nothing that a person worded.

    Or the database would soon make one plan for all values, and look for a grid of three cases the
    way it finds a township's.
    """
    wanted = bindparam(None, list(values), column.type, expanding=True, literal_execute=True)
    return column.in_(wanted)


def sight(actor: Actor) -> dict[str, Any]:
    """What an actor's visibility depends on: the parameters of CAN_SEE_AS_GIVEN."""
    bodies = actor.body_ids
    townships = actor.organizations_of(OrganizationKind.TOWNSHIP_SUBCENTRE)
    villages = actor.organizations_of(OrganizationKind.VILLAGE)
    return {
        "sees_county": actor is SYSTEM or Permission.SEE_COUNTY in actor.permissions,
        "person": actor.person_id,
        "grids": list(actor.grid_ids),
        "bodies": list(bodies),
        "townships": list(townships & bodies),
        "villages": list(villages & bodies),
    }


Among = Callable[[InstrumentedAttribute[Any], str], ColumnElement[bool]]
# What stands in a case, and which ids of the actor open it there.
_OPENED_BY: tuple[tuple[InstrumentedAttribute[Any], str], ...] = (
    (Hazard.grid_id, "grids"),
    (Hazard.township_id, "townships"),
    (Hazard.village_id, "villages"),
    (Hazard.department_id, "bodies"),
    (Hazard.enterprise_id, "bodies"),
)


def _seen_by(person: UUID | BindParameter[UUID], among: Among) -> list[ColumnElement[bool]]:
    return [
        Hazard.reporter_id == person,
        *(among(column, which) for column, which in _OPENED_BY),
        one_of(select(Party.hazard_id).where(among(Party.organization_id, "bodies"))),
        one_of(select(Follower.hazard_id).where(Follower.person_id == person)),
    ]


def keys() -> ColumnElement[list[UUID | None]]:
    """Every id that opens a case to somebody, nulls among them: a hint, never an answer.

    Whoever sees a case holds one of its keys or sees the county (keys_of); not the other way round.
    """
    bodies = select(Party.organization_id).where(Party.hazard_id == Hazard.id)
    people = select(Follower.person_id).where(Follower.hazard_id == Hazard.id)
    found: ColumnElement[Any] = array([Hazard.reporter_id, *(column for column, _ in _OPENED_BY)])
    for more in (bodies, people):
        listed = func.array(more.correlate(Hazard).scalar_subquery(), type_=ARRAY(Uuid))
        found = func.array_cat(found, listed, type_=ARRAY(Uuid))
    return found


def keys_of(known: Mapping[str, Any]) -> set[UUID] | None:
    """The keys that somebody with this sight holds; None: sees the county, whatever the case."""
    if known["sees_county"]:
        return None
    return {known["person"]}.union(*(known[which] for _, which in _OPENED_BY))


def one_of(ids: Select[UUID]) -> ColumnElement[bool]:
    """The case is one of these: as an array, which the primary key can be searched with."""
    return Hazard.id == any_(func.array(ids.correlate(None).scalar_subquery()))


def given(name: str) -> BindParameter[Any]:
    """Ids that a statement which is built once is given with every execution."""
    return bindparam(name, type_=ARRAY(Uuid))


# The same for statements that are built once, where building costs more than asking: for single
# cases, not for lists (no index is chosen by what is not known when the plan is made).
CAN_SEE_AS_GIVEN: ColumnElement[bool] = or_(
    bindparam("sees_county", type_=Boolean),
    *_seen_by(bindparam("person", type_=Uuid), lambda column, which: column == any_(given(which))),
)
