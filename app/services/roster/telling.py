"""A row may say how a post is held (S1-12 to S1-14); of a post that is there already it is noted.

An empty cell says nothing and takes nothing away.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.person import GRID_ROLES, Post
from app.services import access, accounts
from app.services.access import Actor
from app.services.accounts import EditPost
from app.services.roster.ending import Held
from app.services.roster.holding import FULL, SOURCE, TIME
from app.services.roster.known import Known
from app.services.roster.placing import Entry, Wrong
from app.services.roster.rows import HOLDING, Checked


def said(row: Checked) -> dict[str, Any]:
    return {name: row.values[name] for name in HOLDING if name in row.values}


def require_fitting(row: Checked, entry: Entry) -> None:
    """Wrong where the post says none of it, or the row says two things."""
    told = said(row)
    if told and entry.role not in GRID_ROLES:
        raise Wrong(TIME, f"「{entry.name}」不填专职兼职、用工形式和职责")
    if "part_time_source" in told and told["is_full_time"]:
        raise Wrong(SOURCE, f"写了{FULL}，就不填兼职来源")


def noting(known: Known, row: Checked, mine: Sequence[Held]) -> dict[str, Any] | None:
    """What of a post that goes on is said otherwise, as the batch keeps it."""
    told = said(row)
    going_on = [one for one in mine if one.goes_on(access.today())]
    if not told or not going_on or row.person is None:
        return None
    held = known.posts.get(row.person.id, ())
    post = next((one.post for one in held if one.post.id == going_on[0].id), None)
    if post is None or all(getattr(post, name) == value for name, value in told.items()):
        return None
    return {"id": str(post.id), "told": told}


async def note(
    session: AsyncSession, actor: Actor, notings: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Each with what was said before, as undoing needs it."""
    done = []
    for one in notings:
        post = await session.get_one(Post, UUID(one["id"]))
        told = dict(one["told"])
        if told.get("is_full_time"):
            told["part_time_source"] = None
        was = {name: getattr(post, name) for name in told}
        await accounts.edit_post(session, actor, post.id, EditPost(**told))
        done.append({"id": one["id"], "told": told, "was": was})
    return done


async def undo(session: AsyncSession, actor: Actor, done: Sequence[Mapping[str, Any]]) -> bool:
    """False, with nothing more changed, if somebody has said something else since."""
    for one in done:
        post = await session.get(Post, UUID(one["id"]))
        if post is None or any(getattr(post, name) != it for name, it in one["told"].items()):
            return False
        await accounts.edit_post(session, actor, post.id, EditPost(**one["was"]))
    return True
