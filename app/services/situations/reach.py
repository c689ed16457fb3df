"""Who sees a situation: one clause. Whose turn it is. To whom it may be passed on."""

from typing import Any

from sqlalchemy import ColumnElement, UnaryExpression, and_, false, or_, select, true

from app.models.organization import Organization, OrganizationKind
from app.models.person import Role
from app.models.situation import Situation, SituationStatus, SituationStep
from app.services import access
from app.services.access import Actor
from app.services.permissions import Permission

ANSWERERS = frozenset(
    {
        Role.VILLAGE_CLERK,
        Role.TOWNSHIP_OFFICER,
        Role.HANDLER,
        Role.COUNTY_OFFICER,
        Role.SAFETY_SUPERVISOR,
    }
)


def can_see(actor: Actor) -> ColumnElement[bool]:
    """The reporter, the village and township of its ground, the county, every body that had it."""
    known = access.sight(actor)
    if known["sees_county"]:
        return true()
    had = select(SituationStep.situation_id).where(SituationStep.target_id.in_(known["bodies"]))
    return or_(
        Situation.reporter_id == actor.person_id,
        Situation.village_id.in_(known["villages"]),
        Situation.township_id.in_(known["townships"]),
        Situation.holder_id.in_(known["bodies"]),
        Situation.id.in_(had),
    )


def is_open() -> ColumnElement[bool]:
    return Situation.status != SituationStatus.SETTLED


def waits_for(actor: Actor) -> ColumnElement[bool]:
    """As `flow.acts_for`."""
    if Permission.ANSWER_SITUATIONS not in actor.permissions:
        return false()
    of_village = and_(
        Situation.holder_id == Situation.village_id,
        Situation.township_id.in_(access.sight(actor)["townships"]),
    )
    return and_(is_open(), or_(Situation.holder_id.in_(actor.body_ids), of_village))


def targets(situation: Situation) -> ColumnElement[bool]:
    """The county's and the township's departments, and the township again."""
    department = (Organization.kind == OrganizationKind.DEPARTMENT) & or_(
        Organization.within_id.is_(None), Organization.within_id == situation.township_id
    )
    is_other = Organization.is_active & (Organization.id != situation.holder_id)
    return is_other & (department | (Organization.id == situation.township_id))


def open_first() -> tuple[UnaryExpression[Any], ...]:
    return is_open().desc(), Situation.received_at.desc(), Situation.id.desc()
