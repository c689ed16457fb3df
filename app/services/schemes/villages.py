"""The summarising step of villages (S2-30): on where somebody is there to do it."""

from functools import partial

from sqlalchemy import Select, String, cast, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.audit import AuditEntry
from app.models.organization import Organization, OrganizationKind
from app.models.person import Post, Role
from app.services import access
from app.services.audit import Kind
from app.services.schemes.changes import Change, Part, Step, Verb
from app.services.schemes.shape import Scheme


async def summarising(session: AsyncSession, scheme: Scheme) -> list[Step]:
    """Open cases stay where they are; villages without a clerk are named, not switched.

    A village that somebody has switched by hand is the county's own decision: the audit knows.
    """
    if not scheme.bodies.territory:
        return []
    wanted = scheme.bodies.village_summarises
    villages = Organization.kind == OrganizationKind.VILLAGE
    is_other = Organization.is_summarising.is_(not wanted)
    rows = (
        await session.execute(
            select(
                Organization.id,
                exists(_clerk()).label("has_clerk"),
                exists(_by_hand()).label("is_by_hand"),
            ).where(villages, Organization.is_active, is_other)
        )
    ).all()
    free = [row for row in rows if not row.is_by_hand]
    ready = [row.id for row in free if row.has_clerk or not wanted]
    steps = []
    if ready:
        texts = (_said(not wanted), _said(wanted))
        change = Change(Part.VILLAGES, Verb.CHANGE, "村（社区）", *texts, len(ready))
        switch = update(Organization).where(Organization.id.in_(ready))
        steps.append(Step(change, partial(session.execute, switch.values(is_summarising=wanted))))
    waiting, own = len(free) - len(ready), len(rows) - len(free)
    stays = (("还没有村（社区）干部，先不汇总", waiting), ("本县另外定的村（社区）", own))
    steps += [
        Step(Change(Part.VILLAGES, Verb.KEEP, name, count=count)) for name, count in stays if count
    ]
    return steps


def _by_hand() -> Select[AuditEntry]:
    """Rows of the audit that say that somebody has switched this village."""
    return (
        select(AuditEntry)
        .where(
            AuditEntry.subject_id == cast(Organization.id, String),
            AuditEntry.kind == Kind.ORGANIZATION_EDITED.value,
            AuditEntry.data.has_key("is_summarising"),
        )
        .correlate(Organization)
    )


def _clerk() -> Select[Post]:
    clerk = (Post.organization_id == Organization.id) & (Post.role == Role.VILLAGE_CLERK)
    return select(Post).where(clerk, access.in_force(access.today())).correlate(Organization)


def _said(is_summarising: bool) -> str:
    return "先到村里汇总" if is_summarising else "直接报镇街"
