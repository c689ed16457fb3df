"""How a post on a grid is held: full or part time, what a part-timer is besides, by what contract.

Told of a post, never counted by person. Nothing of it is asked for.
"""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Invalid
from app.models.person import GRID_ROLES, Post, Role
from app.services import access, presets
from app.services.access import Actor
from app.services.accounts.commands import Holding
from app.services.permissions import Permission

FIELDS = (*Holding.model_fields,)
_MOST_OWN = 40
_FILE = presets.FOLDER / "part_time_sources.toml"


@lru_cache(1)
def usual_sources() -> tuple[str, ...]:
    """The nine of the guide standard (S1-13)."""
    return tuple(tomllib.loads(_FILE.read_text(encoding="utf-8"))["sources"])


async def known_sources(session: AsyncSession) -> list[str]:
    """The usual ones, then what the county says besides."""
    column = Post.part_time_source
    own = select(column).where(column.is_not(None), column.not_in(usual_sources()))
    named = await session.scalars(own.distinct().order_by(column).limit(_MOST_OWN))
    return [*usual_sources(), *(one for one in named if one)]


async def part_time_sources(session: AsyncSession, actor: Actor) -> list[str]:
    """The county's list for whoever gives posts."""
    access.require(actor, Permission.SEE_PEOPLE)
    return await known_sources(session)


def require_fitting(role: Role, told: Mapping[str, Any]) -> None:
    """`told`: the post as it will be."""
    said = [name for name in FIELDS if told.get(name) is not None]
    if said and role not in GRID_ROLES:
        raise Invalid(
            fields=said,
            reason_zh="专职兼职、用工形式和职责只写在网格员、网格长的岗位上。",
            reason_en="Only gridworkers' and chiefs' posts say how they are held.",
        )
    if told.get("part_time_source") and told.get("is_full_time") is not False:
        raise Invalid(
            fields=["part_time_source"],
            reason_zh="兼职来源只在选了兼职时填。",
            reason_en="Only a part-time post says what the person is besides.",
        )


def as_it_is(post: Post) -> dict[str, Any]:
    return {name: getattr(post, name) for name in FIELDS}
