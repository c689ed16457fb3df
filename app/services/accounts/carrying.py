"""Posts follow the ground: onto the grids of a change of the division, and back (31, 45).

It gives nobody a right he had not: who walks a grid has no part in what its body does. So whoever
may change the division may do it, who otherwise grants nothing. Posts that come here are locked.
"""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.grid import Grid
from app.models.person import Post
from app.services import access, audit
from app.services.access import Actor
from app.services.accounts import holding
from app.services.accounts.commands import AddPost
from app.services.accounts.posts import twin
from app.services.audit import Kind, Subject
from app.services.moving import Moved, text
from app.services.permissions import Permission

ONE_DAY = timedelta(days=1)


async def carry_post(
    session: AsyncSession, actor: Actor, post: Post, grids: Sequence[Grid], starts_on: date
) -> Moved:
    """The same person and role on the grids that follow; who has it there already has it once."""
    access.require(actor, Permission.EDIT_PLACES)
    was = {"grid_id": text(post.grid_id), "ends_on": _day(post.ends_on), "role": post.role.value}
    last, going_on = starts_on - ONE_DAY, post.ends_on
    heirs: list[UUID] = []
    made: list[UUID] = []
    sent: dict[str, Any] = {"ends_on": last}
    if post.starts_on > last:  # nobody has worked under it yet
        sent = {"grid_id": grids[0].id, "organization_id": grids[0].organization_id}
        grids, heirs = grids[1:], [post.id]
    await _edit(session, actor, post, sent)
    for grid in grids:
        heir, is_new = await _repeat(session, actor, post, grid, starts_on, going_on)
        heirs.append(heir)
        made += [heir] if is_new else []
    await session.flush()
    return Moved(post.id, was, {"heirs": [*map(str, heirs)], "made": [*map(str, made)]})


async def give_back_post(
    session: AsyncSession,
    actor: Actor,
    old: Post | None,
    like: Post,
    home: Grid,
    span: tuple[date, date | None],
) -> None:
    """From the first day to the last the person has the old grid again; None = without end."""
    access.require(actor, Permission.EDIT_PLACES)
    starts_on, ends_on = span
    if old and old.ends_on is not None and starts_on <= old.ends_on + ONE_DAY:
        await _edit(session, actor, old, {"ends_on": ends_on})
        return
    await _repeat(session, actor, like, home, starts_on, ends_on)


async def drop_posts(
    session: AsyncSession, actor: Actor, posts: Collection[Post], starts_on: date
) -> None:
    """They end the day before. A plan that has not begun is taken back; a day begun is a day."""
    access.require(actor, Permission.EDIT_PLACES)
    for post in posts:
        if post.starts_on > access.today():
            given = {"person_id": post.person_id, "grid_id": post.grid_id, "role": post.role}
            about = Subject("post", post.id)
            await audit.record(session, Kind.POST_TAKEN_BACK, actor, about, given)
            await session.delete(post)
        else:
            await _edit(session, actor, post, {"ends_on": max(post.starts_on, starts_on - ONE_DAY)})
    await session.flush()


async def _edit(session: AsyncSession, actor: Actor, post: Post, sent: dict[str, Any]) -> None:
    difference = {"person_id": post.person_id, **audit.changed(post, sent)}
    for name, value in sent.items():
        setattr(post, name, value)
    await session.flush()
    await audit.record(session, Kind.POST_EDITED, actor, Subject("post", post.id), difference)


async def _repeat(
    session: AsyncSession,
    actor: Actor,
    post: Post,
    grid: Grid,
    starts_on: date,
    ends_on: date | None,
) -> tuple[UUID, bool]:
    """The post there, and whether it is new."""
    command = AddPost(
        organization_id=grid.organization_id,
        role=post.role,
        grid_id=grid.id,
        starts_on=max(starts_on, post.starts_on),
        ends_on=ends_on,
        **holding.as_it_is(post),
    )
    if known := await twin(session, post.person_id, command):
        return known, False
    new = Post(person_id=post.person_id, on_leave_until=post.on_leave_until, **command.model_dump())
    session.add(new)
    await session.flush()
    given = {"person_id": post.person_id, **command.model_dump(mode="json", exclude_none=True)}
    await audit.record(session, Kind.POST_ADDED, actor, Subject("post", new.id), given)
    return new.id, True


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
