"""Two reports of one hazard: the second becomes part of the first, its reporter follows it."""

from uuid import UUID

from sqlalchemy import literal, select
from sqlalchemy.dialects.postgresql import insert

from app.errors import ChangedMeanwhile
from app.models.hazard import Follower, Hazard, State
from app.services import access, sync
from app.services.hazards.step import Step, invalid

_GONE = (State.MERGED, State.VOIDED)


async def merge(step: Step) -> None:
    """Into a case that the desk sees and that is not itself gone."""
    target = await _target(step)
    step.hazard.merged_into_id, step.hazard.closed_at = target.id, step.now
    step.data["merged_into"] = {"id": str(target.id), "number": target.number}
    await _follow(step, target.id)
    await sync.record_change(step.session, "hazard", hazard_id=target.id)


async def _target(step: Step) -> Hazard:
    """Locked, so that two cases are never merged into each other; never waited for."""
    query = select(Hazard).where(
        Hazard.id == step.command.duplicate_of,
        Hazard.id != step.hazard.id,
        Hazard.state.not_in(_GONE),
        access.can_see(step.actor),
    )
    lock = query.with_for_update(of=Hazard, key_share=True, skip_locked=True)
    target = await step.session.scalar(lock)
    if target:
        return target
    if await step.session.scalar(query):
        raise ChangedMeanwhile
    raise invalid("duplicate_of", "请另选一件还在的案件", "Choose another case that is still there")


async def _follow(step: Step, target_id: UUID) -> None:
    """The reporter, and whoever followed the merged case, follow the other one from now on."""
    followers = select(literal(target_id), Follower.person_id).where(
        Follower.hazard_id == step.hazard.id
    )
    rows = insert(Follower).from_select(["hazard_id", "person_id"], followers)
    await step.session.execute(rows.on_conflict_do_nothing())
    reporter = {"hazard_id": target_id, "person_id": step.hazard.reporter_id}
    await step.session.execute(insert(Follower).values(reporter).on_conflict_do_nothing())
