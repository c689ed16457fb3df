"""For whom a duty asks: the objects, grids or people that it counts, as it stands now."""

from typing import Any

from app.models.obligation import Duty, Obligation, Scope
from app.models.person import Role
from app.models.supervised_object import ObjectKind

LOOKS = frozenset({Duty.PATROL, Duty.INSPECTION, Duty.VISIT})
_NARROWING = frozenset({"kinds", "is_key"})

# Each gives the subject, where it belongs, `place` (whose work is spread) and `since` (the order),
# for who is one on a day from `first` to `last`.
_OBJECTS_OF_GRID = """
    select id, id as object_id, grid_id, cast(null as uuid) as organization_id,
           cast(null as uuid) as person_id, grid_id as place, created_at as since
    from supervised_objects
    where bundle_id is null and confirmed_at is not null and kind = any(:kinds)
      and (is_key or not :only_key) and (closed_on is null or closed_on >= :first)
"""
_OWN_OBJECTS = _OBJECTS_OF_GRID.replace(
    "cast(null as uuid) as organization_id", "organization_id"
).replace("grid_id as place", "organization_id as place") + (" and organization_id is not null")
_GRIDS = """
    select id, cast(null as uuid) as object_id, id as grid_id,
           cast(null as uuid) as organization_id, cast(null as uuid) as person_id, id as place,
           valid_from as since
    from grids where valid_from <= :last and (valid_to is null or valid_to >= :first)
"""
_PEOPLE = """
    select distinct on (person_id) person_id as id, cast(null as uuid) as object_id, grid_id,
           cast(null as uuid) as organization_id, person_id, person_id as place,
           starts_on as since
    from posts
    where role = :role and starts_on <= :last and (ends_on is null or ends_on >= :first)
    order by person_id, starts_on desc
"""
# Who can be told apart as the one whose duty it is. Other roles need to be assigned to objects.
_SUBJECTS: dict[tuple[Scope, Role], str] = {
    (Scope.OBJECT, Role.GRIDWORKER): _OBJECTS_OF_GRID,
    (Scope.OBJECT, Role.GRID_CHIEF): _OBJECTS_OF_GRID,
    (Scope.OBJECT, Role.SAFETY_OFFICER): _OWN_OBJECTS,
    (Scope.GRID, Role.GRIDWORKER): _GRIDS,
    (Scope.GRID, Role.GRID_CHIEF): _GRIDS,
    **{(Scope.PERSON, role): _PEOPLE for role in Role},
}
# What a campaign looks at: all that are named, or `sample` of them drawn by lot.
NAMED = f"select * from ({_OBJECTS_OF_GRID}) named where grid_id = any(:grids)"  # noqa: S608 - ours
DRAWN = f"{NAMED} order by random() limit :sample"


def of(duty: Obligation) -> str | None:
    """A select with the parameters of `narrowing` and `first`, `last`; None: nobody knows whom."""
    if duty.role is None or set(duty.applies_to) - _NARROWING:
        return None
    return _SUBJECTS.get((duty.scope, duty.role))


def narrowing(duty: Obligation) -> dict[str, Any]:
    return {
        "role": duty.role.value if duty.role else None,
        "kinds": list(duty.applies_to.get("kinds") or ObjectKind),
        "only_key": bool(duty.applies_to.get("is_key")),
    }
