"""For whom a duty asks: the objects, grids or people that it counts, as it stands now."""

from typing import Any

from sqlalchemy import Select, select

from app.models.obligation import Duty, Obligation, Scope
from app.models.person import Role
from app.models.slot import SlotRole
from app.models.supervised_object import ObjectKind
from app.services.permissions import PERMISSIONS, Permission

LOOKS = frozenset({Duty.PATROL, Duty.INSPECTION, Duty.VISIT})
_NARROWING = frozenset({"kinds", "is_key"})

# Objects `o` that somebody has to look at from `first` on, whoever that is.
LOOKED_AT = """
    o.bundle_id is null and o.confirmed_at is not null and o.kind = any(:kinds)
      and (o.is_key or not :only_key) and (o.closed_on is null or o.closed_on >= :first)
"""
# Each gives the subject, where it belongs, `place` (whose work is spread) and `since` (the order),
# for who is one on a day from `first` to `last`. `slot_grid_id`: where the place is that owes it.
_OBJECTS = f"""
    select o.id, o.id as object_id, o.grid_id, {{organization}} as organization_id,
           cast(null as uuid) as person_id, {{place}} as place, o.created_at as since,
           {{seat}} as slot_grid_id
    from supervised_objects o {{joined}} where {LOOKED_AT}
"""  # noqa: S608 - ours
_NONE = "cast(null as uuid)"
_OBJECTS_OF_GRID = _OBJECTS.format(organization=_NONE, place="o.grid_id", seat=_NONE, joined="")
# Whom nobody is at home for gets no task: the county sees how many there are before it decides.
_OWN_OBJECTS = _OBJECTS.format(
    organization="o.organization_id", place="o.organization_id", seat=_NONE, joined=""
) + (
    """ and exists (
        select from posts p where p.organization_id = o.organization_id and p.role = :role
          and p.starts_on <= :last and (p.ends_on is null or p.ends_on >= :first)
    )"""
)
# A place gives no rights: whoever holds it owes the look only with a post that lets him look.
_HELD = """
    select from slot_assignments s
    where s.grid_id = g.id and s.role = :slot
      and s.starts_on <= :last and (s.ends_on is null or s.ends_on >= :first)
      and exists (
          select from posts p where p.person_id = s.person_id and p.role = any(:visiting)
            and p.starts_on <= :last and (p.ends_on is null or p.ends_on >= :first)
      )
"""
_SEAT = f"""
    cross join lateral (
        select g.id from grids g
        where {{where}} and g.valid_from <= :last and (g.valid_to is null or g.valid_to >= :first)
          and exists ({_HELD})
        order by g.organization_id is not distinct from o.organization_id desc, g.id limit 1
    ) seat
"""  # noqa: S608 - ours
# Head, deputy and administrator of an enterprise: on its own grid alone (S0-18). Who leads from
# outside may have the enterprise or its line.
_BY_OWN_SEAT = _OBJECTS.format(
    organization="o.organization_id",
    place="o.organization_id",
    seat="seat.id",
    joined=_SEAT.format(where="g.organization_id = o.organization_id"),
)
_BY_SEAT = _OBJECTS.format(
    organization=_NONE,
    place="o.grid_id",
    seat="seat.id",
    joined=_SEAT.format(where="(g.organization_id = o.organization_id or g.id = o.grid_id)"),
)
_GRIDS = """
    select id, cast(null as uuid) as object_id, id as grid_id,
           cast(null as uuid) as organization_id, cast(null as uuid) as person_id, id as place,
           valid_from as since, cast(null as uuid) as slot_grid_id
    from grids where valid_from <= :last
      and (valid_to is null or valid_to >= greatest(cast(:first as date), valid_from))
"""
_PEOPLE = """
    select distinct on (person_id) person_id as id, cast(null as uuid) as object_id, grid_id,
           cast(null as uuid) as organization_id, person_id, person_id as place,
           starts_on as since, cast(null as uuid) as slot_grid_id
    from posts
    where role = :role and starts_on <= :last and (ends_on is null or ends_on >= :first)
    order by person_id, starts_on desc
"""
# Once for each person, however many places (S0-6 read by the leader).
_PEOPLE_IN_SEAT = """
    select distinct on (s.person_id) s.person_id as id, cast(null as uuid) as object_id, s.grid_id,
           cast(null as uuid) as organization_id, s.person_id, s.person_id as place,
           s.starts_on as since, cast(null as uuid) as slot_grid_id
    from slot_assignments s
    where s.role = :slot and s.starts_on <= :last and (s.ends_on is null or s.ends_on >= :first)
      and exists (
          select from posts p where p.person_id = s.person_id and p.role = any(:visiting)
            and p.starts_on <= :last and (p.ends_on is null or p.ends_on >= :first)
      )
    order by s.person_id, s.starts_on desc
"""
# Who can be told apart as the one whose duty it is: by post, or by a place on a grid.
_SUBJECTS: dict[tuple[Scope, Role], str] = {
    (Scope.OBJECT, Role.GRIDWORKER): _OBJECTS_OF_GRID,
    (Scope.OBJECT, Role.GRID_CHIEF): _OBJECTS_OF_GRID,
    (Scope.OBJECT, Role.SAFETY_OFFICER): _OWN_OBJECTS,
    (Scope.GRID, Role.GRIDWORKER): _GRIDS,
    (Scope.GRID, Role.GRID_CHIEF): _GRIDS,
    **{(Scope.PERSON, role): _PEOPLE for role in Role},
}
_IN_SEAT: dict[tuple[Scope, Role], str] = {
    (Scope.OBJECT, Role.SAFETY_OFFICER): _BY_OWN_SEAT,
    (Scope.OBJECT, Role.LEADER): _BY_SEAT,
    (Scope.PERSON, Role.LEADER): _PEOPLE_IN_SEAT,
}
SEATS = frozenset(
    {
        SlotRole.LINKED_LEADER,
        SlotRole.SAFETY_RESPONSIBLE,
        SlotRole.DIRECT_RESPONSIBLE,
        SlotRole.GRID_ADMIN,
        SlotRole.LIAISON,
        SlotRole.GUARANTOR_CADRE,
    }
)  # the others are posts, which are roles already
VISITING = sorted(role.value for role in Role if Permission.MAKE_VISITS in PERMISSIONS[role])
# What a campaign looks at: all that are named, or `sample` of them drawn by lot.
# `sectors`: codes of GB/T 4754 or how they begin, each with a %; none = whatever the sector.
NAMED = f"""
    select * from ({_OBJECTS_OF_GRID}) named where grid_id = any(:grids)
      and (cardinality(:sectors) = 0 or exists (
          select from supervised_objects o where o.id = named.id and o.division like any(:sectors)
      ))
"""  # noqa: S608 - ours
DRAWN = f"{NAMED} order by random() limit :sample"


def asking() -> Select[Obligation]:
    """Duties in force whose tasks are planned: somebody goes and looks."""
    looks = Obligation.duty.in_(LOOKS)
    return select(Obligation).where(Obligation.is_active, looks).order_by(Obligation.key)


def of(duty: Obligation) -> str | None:
    """A select with the parameters of `narrowing` and `first`, `last`; None: nobody knows whom."""
    if duty.role is None or set(duty.applies_to) - _NARROWING:
        return None
    known = _IN_SEAT if duty.slot else _SUBJECTS
    return known.get((duty.scope, duty.role))


def narrowing(duty: Obligation) -> dict[str, Any]:
    return {
        "role": duty.role.value if duty.role else None,
        "slot": duty.slot.value if duty.slot else None,
        "visiting": VISITING,
        "kinds": list(duty.applies_to.get("kinds") or ObjectKind),
        "only_key": bool(duty.applies_to.get("is_key")),
    }
