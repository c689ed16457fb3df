"""When a body may be closed: nothing must depend on it any more."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Invalid
from app.models.grid import Grid
from app.models.hazard import OPEN_STATES, Assistant, Hazard
from app.models.organization import Organization, OrganizationKind
from app.models.person import Post
from app.models.rules import RoutingRule
from app.services import access
from app.services.places.standing import is_not_over

# the workflow counts on them: there is one of each, and it stays
ONLY_ONE = frozenset({OrganizationKind.COUNTY_CENTRE, OrganizationKind.SAFETY_DEPARTMENT})
Counting = Select[int]


async def require_closable(session: AsyncSession, body: Organization) -> None:
    """Raise Invalid naming the first thing that still hangs on the body."""
    if body.kind in ONLY_ONE:
        raise _invalid("案件流转离不开这个单位", "The workflow needs this body")
    for tie in TIES:
        count = await session.scalar(tie.count(body.id))
        if count:
            raise _invalid(tie.zh.format(count), tie.en.format(count))


def _open_cases(body_id: UUID) -> Counting:
    holds = or_(
        Hazard.holder_id == body_id,
        Hazard.department_id == body_id,
        Hazard.dispatcher_id == body_id,
    )
    return select(func.count()).where(Hazard.state.in_(OPEN_STATES), holds)


def _unfinished_parts(body_id: UUID) -> Counting:
    return (
        select(func.count())
        .select_from(Assistant)
        .join(Hazard, Hazard.id == Assistant.hazard_id)
        .where(
            Hazard.state.in_(OPEN_STATES),
            Assistant.organization_id == body_id,
            Assistant.finished_at.is_(None),
        )
    )


def _rules(body_id: UUID) -> Counting:
    return select(func.count()).where(RoutingRule.department_id == body_id)


def _bodies(body_id: UUID) -> Counting:
    return select(func.count()).where(Organization.parent_id == body_id, Organization.is_active)


def _grids(body_id: UUID) -> Counting:
    still = is_not_over(access.today())
    return select(func.count()).where(Grid.organization_id == body_id, still)


def _posts(body_id: UUID) -> Counting:
    still = or_(Post.ends_on.is_(None), Post.ends_on >= access.today())
    return select(func.count()).where(Post.organization_id == body_id, still)


@dataclass(frozen=True)
class Tie:
    """Something that keeps a body open; the sentences take the number."""

    count: Callable[[UUID], Counting]
    zh: str
    en: str


TIES = (
    Tie(
        _open_cases,
        "还有 {} 件未办结的案件，先转出去",
        "{} open cases hang on it; pass them on first",
    ),
    Tie(_unfinished_parts, "还有 {} 件联办案件没办完", "It still assists in {} open cases"),
    Tie(
        _rules,
        "还有 {} 条分派规则指向这里，先改规则",
        "{} routing rules point to it; change them first",
    ),
    Tie(_bodies, "还有 {} 个下属单位，先停用", "{} bodies are under it; close them first"),
    Tie(_grids, "还有 {} 个网格归它管，先撤销网格", "{} grids belong to it; end them first"),
    Tie(
        _posts,
        "还有 {} 人在这里任职，先结束任职",
        "{} people hold posts there; end the posts first",
    ),
)


def _invalid(zh: str, en: str) -> Invalid:
    return Invalid(fields=["is_active"], reason_zh=zh + "。", reason_en=en + ".")
