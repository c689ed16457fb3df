"""Who sees an appeal: one clause. Whose turn it is. To whom it may be passed on."""

from typing import Any

from sqlalchemy import ColumnElement, UnaryExpression, and_, false, or_, select, true

from app.models.appeal import Appeal, AppealStatus, AppealStep
from app.models.organization import Organization, OrganizationKind
from app.models.person import Role
from app.services import access
from app.services.access import Actor
from app.services.permissions import Permission

K = OrganizationKind
ANSWERERS = frozenset(
    {Role.TOWNSHIP_OFFICER, Role.HANDLER, Role.COUNTY_OFFICER, Role.SAFETY_SUPERVISOR}
)
_ABOVE = (K.COUNTY_CENTRE, K.SAFETY_DEPARTMENT)


def can_see(actor: Actor) -> ColumnElement[bool]:
    """Who asks, the own enterprise, the township, the county, and every body that had it."""
    known = access.sight(actor)
    if known["sees_county"]:
        return true()
    had = select(AppealStep.appeal_id).where(AppealStep.target_id.in_(known["bodies"]))
    return or_(
        Appeal.asker_id == actor.person_id,
        Appeal.enterprise_id.in_(known["bodies"]),
        Appeal.township_id.in_(known["townships"]),
        Appeal.id.in_(had),
    )


def waits_for(actor: Actor) -> ColumnElement[bool]:
    """An answer that my body owes, or one that I asked for."""
    holds: ColumnElement[bool] = false()
    if Permission.ANSWER_APPEALS in actor.permissions:
        holds = and_(Appeal.status == AppealStatus.OPEN, Appeal.holder_id.in_(actor.body_ids))
    asked = or_(Appeal.asker_id == actor.person_id, Appeal.enterprise_id.in_(actor.body_ids))
    return or_(holds, and_(Appeal.status == AppealStatus.ANSWERED, asked))


def targets(appeal: Appeal) -> ColumnElement[bool]:
    """The county's and the township's departments, the county's desks, the township again."""
    departments = (Organization.kind == K.DEPARTMENT) & or_(
        Organization.within_id.is_(None), Organization.within_id == appeal.township_id
    )
    others = or_(Organization.kind.in_(_ABOVE), Organization.id == appeal.township_id)
    return Organization.is_active & (Organization.id != appeal.holder_id) & (departments | others)


def newest_first() -> tuple[UnaryExpression[Any], ...]:
    return Appeal.received_at.desc(), Appeal.id.desc()
