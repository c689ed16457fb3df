"""The chain of deputies: permission, queue and notices name the same people, and it ends."""

from datetime import timedelta
from itertools import accumulate

import pytest
from sqlalchemy import update

from app.models.hazard import Hazard, State
from app.models.person import Person, Post
from app.services import access, audiences, hazards
from app.services.hazards import HazardFilters
from tests.walking import A, Walk

CHAIN = ("gridworker", "chief", "clerk", "township_officer", "county_officer")


async def leave(walk: Walk, person: Person) -> None:
    until = access.today() + timedelta(days=5)
    mine = Post.person_id == person.id
    await walk.session.execute(update(Post).where(mine).values(on_leave_until=until))


async def who_may_verify(walk: Walk, hazard: Hazard) -> set[str]:
    """By their steps, which screens show as buttons; and by their queues, which must agree."""
    by_steps, by_queue = set(), set()
    for name in (*CHAIN, "stranger", "handler", "supervisor", "leader"):
        actor = await walk.actor(getattr(walk.county, name))
        steps = await hazards.allowed_actions(walk.session, actor, hazard)
        by_steps |= {name for step in steps if step.action is A.VERIFY}
        found = await hazards.count(walk.session, actor, HazardFilters(queue="verify"))
        by_queue |= {name} if found.count else set()
    assert by_steps == by_queue
    return by_steps


@pytest.mark.parametrize(
    "away", [list(gone) for gone in accumulate(([name] for name in CHAIN[:-1]), lambda a, b: a + b)]
)
async def test_the_first_link_that_is_staffed_stands_in(walk: Walk, away: list[str]) -> None:
    hazard = await walk.to(State.DONE)
    for name in away:
        await leave(walk, getattr(walk.county, name))
    deputy = CHAIN[len(away)]
    assert await who_may_verify(walk, hazard) == {"gridworker", deputy}
    event = (await walk.events(hazard))[-1]
    told = await audiences.of_event(audiences.Asked(walk.session), event, hazard)
    assert told == {walk.county.gridworker.id, getattr(walk.county, deputy).id}
    await walk.act(getattr(walk.county, deputy), hazard, A.VERIFY)


async def test_a_case_without_a_grid_is_not_stuck_either(walk: Walk) -> None:
    hazard = await walk.to(State.DONE)
    hazard.grid_id = hazard.village_id = None
    await walk.session.flush()
    await leave(walk, walk.county.gridworker)
    assert await who_may_verify(walk, hazard) == {"gridworker", "township_officer"}


async def test_while_the_reporter_is_there_nobody_stands_in(walk: Walk) -> None:
    hazard = await walk.to(State.DONE)
    assert await who_may_verify(walk, hazard) == {"gridworker"}
