"""Deciding a change: new grids begin, posts go over, the old ones end; from the day on."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models.base import new_id
from app.models.division import DivisionChange, DivisionPart, MoveKind, Side
from app.models.grid import Grid
from app.models.person import Post
from app.services import access, accounts, audit, places, slots
from app.services.access import Actor
from app.services.audit import Kind, Subject
from app.services.divisions import bodies, carrying, checking, moves, reading, telling
from app.services.divisions.checking import ONE_DAY
from app.services.divisions.commands import ChangeDivision, Target
from app.services.divisions.reading import FoundChange
from app.services.permissions import Permission
from app.services.places import AddGrid


async def change(session: AsyncSession, actor: Actor, command: ChangeDivision) -> FoundChange:
    """All of it or nothing. What lies in the future goes over on its day (carry_due)."""
    access.require(actor, Permission.EDIT_PLACES)
    ends, posts, target_bodies = await check(session, command, locked=True)
    pairs = zip(command.targets, target_bodies, strict=True)
    follows = [await _grid(session, actor, command, one, ends, body) for one, body in pairs]
    gone = [
        await accounts.carry_post(
            session, actor, post, _wanted(command, follows, post), command.starts_on
        )
        for post in posts.values()
    ]
    last = command.starts_on - ONE_DAY
    new = [grid.id for grid, one in zip(follows, command.targets, strict=True) if not one.grid_id]
    held = await slots.carry(session, actor, [row.id for row in ends], new, follows[0].id, last)
    for row in ends:
        await places.end_grid(session, actor, row.id, last)
    made = await _write(session, actor, command, ends, follows)
    await moves.keep(session, made.id, MoveKind.POST, gone)
    await moves.keep(session, made.id, MoveKind.SLOT, held)
    if command.starts_on <= access.today():
        await carrying.carry(session, made)
    people = {post.person_id for post in posts.values()}
    await telling.redrawn(session, people, made, ends, follows)
    return await reading.one(session, made.id)


async def check(
    session: AsyncSession, command: ChangeDivision, *, locked: bool
) -> tuple[list[Grid], dict[UUID, Post], list[UUID]]:
    """All that must be fulfilled; nothing is written.

    The grids that end, the posts on them, the body of each grid that follows. Locked only if it is
    decided upon: who merely looks keeps nobody from his work.
    """
    checking.require_numbers(command)
    checking.require_day(command)
    ends = await checking.grids_that_end(session, command, locked=locked)
    target_bodies = []
    for target in command.targets:
        if target.grid_id:
            taker = await checking.grid_that_takes_in(session, command, target, ends, locked=locked)
            target_bodies.append(taker.organization_id)
            continue
        body = await bodies.of_target(session, target, ends)
        target_bodies.append(body.id)
        await places.require_code(session, target.official_code, ends[0].kind, body)
        await places.require_known_systems(session, target.external_codes)
        if target.outline is not None:
            places.check_drawn(target.outline, target.outline_crs)
    posts = await checking.posts_beyond(session, command, ends, locked=locked)
    checking.require_on_foot(command, posts, target_bodies)
    await checking.require_walked(session, command, posts)
    await checking.require_objects(session, command, ends)
    return ends, posts, target_bodies


def _wanted(command: ChangeDivision, follows: list[Grid], post: Post) -> list[Grid]:
    pairs = zip(follows, command.targets, strict=True)
    return [grid for grid, target in pairs if post.id in target.post_ids]


async def _grid(
    session: AsyncSession,
    actor: Actor,
    command: ChangeDivision,
    target: Target,
    ends: list[Grid],
    body_id: UUID,
) -> Grid:
    """A new one, or the one that takes in."""
    if target.grid_id:
        return await checking.grid_that_takes_in(session, command, target, ends, locked=True)
    assert target.name is not None  # checking.require_numbers
    new = AddGrid(
        kind=ends[0].kind,
        name=target.name,
        official_code=target.official_code,
        parent_id=await bodies.parent_for(session, body_id, ends),
        organization_id=body_id,
        bounds=target.bounds,
        outline=target.outline,
        outline_crs=target.outline_crs,
        external_codes=target.external_codes,
        valid_from=command.starts_on,
    )
    grid = await places.begin_grid(session, actor, new)
    if target.outline is None and len(command.targets) == 1:
        grid.centre_lat, grid.centre_lon = ends[0].centre_lat, ends[0].centre_lon
    return grid


async def _write(
    session: AsyncSession,
    actor: Actor,
    command: ChangeDivision,
    ends: list[Grid],
    follows: list[Grid],
) -> DivisionChange:
    made = DivisionChange(
        id=new_id(),
        kind=command.kind,
        starts_on=command.starts_on,
        document=command.document,
        rest_id=follows[0].id,
        plan=_plan(command, follows),
        decided_by_id=actor.person_id,
        decided_at=clock.now(),
    )
    session.add(made)
    await session.flush()
    sides = [*((row, Side.BEFORE) for row in ends), *((row, Side.AFTER) for row in follows)]
    known = await places.by_id(session, {row.organization_id for row, _ in sides})
    session.add_all(
        DivisionPart(
            change_id=made.id,
            grid_id=row.id,
            side=side,
            position=position,
            name=row.name,
            official_code=row.official_code,
            body=known[row.organization_id].short_name,
        )
        for position, (row, side) in enumerate(sides)
    )
    await session.flush()
    told = {
        "kind": command.kind,
        "starts_on": command.starts_on,
        "document": command.document,
        "before": [row.name for row in ends],
        "after": [row.name for row in follows],
    }
    about = Subject("division", made.id)
    await audit.record(session, Kind.DIVISION_CHANGED, actor, about, told)
    return made


def _plan(command: ChangeDivision, follows: list[Grid]) -> dict[str, str]:
    """Members of a bundle go where it goes, whatever was asked for them."""
    pairs = zip(follows, command.targets, strict=True)
    return {str(id_): str(grid.id) for grid, target in pairs for id_ in target.object_ids}
