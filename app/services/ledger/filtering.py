"""What each filter of the ledger means, as a clause. Blind spots are filters too (S2-3, S4-16)."""

import unicodedata
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select

from app.models.grid import Grid
from app.models.ledger import Licence, ObjectDepartment
from app.models.person import Post, Role
from app.models.supervised_object import ObjectKind, SupervisedObject
from app.services import access
from app.services.access import Actor
from app.services.ledger import proposing, reach
from app.services.ledger.commands import Lack, ObjectFilters
from app.services.ledger.reach import Runner

_Object = SupervisedObject
# Nobody is in charge of a pond or a ruin, and no department of a home.
_WITH_PERSON = frozenset(
    {
        ObjectKind.ENTERPRISE,
        ObjectKind.INDIVIDUAL_BUSINESS,
        ObjectKind.PROJECT,
        ObjectKind.FERRY,
        ObjectKind.PUBLIC_FACILITY,
        ObjectKind.LEASED_FACTORY,
    }
)
# They ask for what only those see within whose reach an object is: for others nothing matches.
_TELLING = (
    "department_id",
    "cadre_id",
    "is_major_source",
    "licence_ends_within",
    "lacks",
    "has_change",
)


def conditions(actor: Actor, filters: ObjectFilters) -> list[ColumnElement[bool]]:
    """One clause for every filter that is given."""
    clauses: list[tuple[object, ColumnElement[bool]]] = [
        (filters.kind, _Object.kind.in_(filters.kind)),
        (filters.small_kind, _Object.small_kind.in_(filters.small_kind)),
        (filters.cadre_id, _Object.cadre_id == filters.cadre_id),
        (filters.township_id, Runner.within_id == filters.township_id),
        (filters.village_id, Runner.id == filters.village_id),
        (filters.grid_id, _Object.grid_id == filters.grid_id),
        (filters.bundle_id, _Object.bundle_id == filters.bundle_id),
        (filters.is_bundled is not None, _is_bundled(is_so=bool(filters.is_bundled))),
        (filters.department_id, _is_supervised_by(filters)),
        (filters.is_key is not None, _Object.is_key.is_(filters.is_key)),
        (
            filters.is_major_source is not None,
            _Object.major_source_level.is_not(None) == filters.is_major_source,
        ),
        (
            filters.is_confirmed is not None,
            _Object.confirmed_at.is_not(None) == filters.is_confirmed,
        ),
        (
            filters.is_returned is not None,
            _Object.returned_at.is_not(None) == filters.is_returned,
        ),
        (filters.has_change is not None, proposing.waits() == bool(filters.has_change)),
        (filters.licence_ends_within is not None, _licence_ends(filters.licence_ends_within or 0)),
        (filters.is_mine, reach.is_mine(actor)),
    ]
    is_closed = _Object.closed_on.is_not(None)
    wanted = [clause for is_given, clause in clauses if is_given]
    if filters.lacks:
        wanted += [blind_spots()[filters.lacks], _Object.confirmed_at.is_not(None)]
    if any(getattr(filters, name) is not None for name in _TELLING):
        wanted.append(reach.is_within(actor))
    return [is_closed if filters.is_closed else ~is_closed, *wanted, *_matching(filters.text)]


def _is_bundled(*, is_so: bool) -> ColumnElement[bool]:
    if is_so:
        return _Object.bundle_id.is_not(None)
    return and_(_Object.bundle_id.is_(None), _Object.kind != ObjectKind.BUNDLE)


def _matching(text: str) -> list[ColumnElement[bool]]:
    words = unicodedata.normalize("NFKC", text).strip()
    columns = (_Object.name, _Object.credit_code, _Object.address)
    return [or_(*(column.icontains(words, autoescape=True) for column in columns))] if words else []


def _is_supervised_by(filters: ObjectFilters) -> ColumnElement[bool]:
    link = select(ObjectDepartment.object_id).where(
        ObjectDepartment.object_id == _Object.id,
        ObjectDepartment.organization_id == filters.department_id,
    )
    return exists(link.correlate(_Object))


def _licence_ends(days: int) -> ColumnElement[bool]:
    last = access.today() + timedelta(days=days)
    running_out = select(Licence.id).where(
        Licence.object_id == _Object.id, Licence.expires_on <= last
    )
    return exists(running_out.correlate(_Object))


def _has_no_gridworker() -> ColumnElement[bool]:
    at_work = select(Post.id).where(
        Post.grid_id == _Object.grid_id,
        Post.role == Role.GRIDWORKER,
        access.in_force(access.today()),
    )
    return ~exists(at_work.correlate(_Object))


def blind_spots() -> dict[Lack, ColumnElement[bool]]:
    """What an object can lack, as of today; each of these lists should be empty."""
    links = select(ObjectDepartment.object_id).where(ObjectDepartment.object_id == _Object.id)
    is_business = _Object.kind.in_(_WITH_PERSON)
    return {
        "gridworker": _has_no_gridworker(),
        "grid": func.coalesce(Grid.valid_to < access.today(), false()),
        "department": is_business & ~exists(links.correlate(_Object)),
        "position": _Object.lat.is_(None),
        "person": is_business & _Object.contact_name.is_(None),
    }
