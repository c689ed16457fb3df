"""Two reports of one hazard: the second becomes part of the first, its reporter follows it."""

from uuid import UUID

from sqlalchemy import literal, select
from sqlalchemy.dialects.postgresql import insert

from app.models.hazard import Follower, Hazard, State
from app.services import access, sync
from app.services.hazards.step import Step, invalid

_GONE = (State.MERGED, State.VOIDED)


async def merge(step: Step) -> None:
    """Into a case that the desk sees and that is not itself gone; `act` has locked both."""
    target = await step.session.scalar(
        select(Hazard).where(
            Hazard.id == step.command.duplicate_of,
            Hazard.id != step.hazard.id,
            Hazard.state.not_in(_GONE),
            access.can_see(step.actor),
        )
    )
    if target is None:
        raise invalid(
            "duplicate_of", "请另选一件还在的案件", "Choose another case that is still there"
        )
    step.hazard.merged_into_id, step.hazard.closed_at = target.id, step.now
    step.data["merged_into"] = {"id": str(target.id), "number": target.number}
    await _follow(step, target.id)
    await sync.record_change(step.session, "hazard", hazard_id=target.id)


async def _follow(step: Step, target_id: UUID) -> None:
    """The reporter, and whoever followed the merged case, follow the other one from now on."""
    followers = select(literal(target_id), Follower.person_id).where(
        Follower.hazard_id == step.hazard.id
    )
    rows = insert(Follower).from_select(["hazard_id", "person_id"], followers)
    await step.session.execute(rows.on_conflict_do_nothing())
    reporter = {"hazard_id": target_id, "person_id": step.hazard.reporter_id}
    await step.session.execute(insert(Follower).values(reporter).on_conflict_do_nothing())
