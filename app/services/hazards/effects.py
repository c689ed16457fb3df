"""What a step changes beside the state: one function per action, found in the table below."""

from collections.abc import Awaitable, Callable

from app.models.hazard import State
from app.models.organization import Organization, OrganizationKind
from app.models.rules import Level
from app.services.hazard_flow import Action, Who
from app.services.hazards import correcting, dispatching, merging, outcomes, rechecking
from app.services.hazards.step import Step, invalid, named

BOUNCES_TO_DEFAULT_OWNER = 2
TURN = {State.ESCALATED: "holder_id", State.ASSIGNED: "department_id"}
_K = OrganizationKind
Effect = Callable[[Step], Awaitable[None]]


async def _nothing(_step: Step) -> None:
    """Only said, nothing changed: the event is all."""


async def _fix_on_site(step: Step) -> None:
    outcomes.note(step)
    step.hazard.rating = step.command.rating
    step.hazard.done_at = step.now
    step.hazard.holder_id = None


async def _close(step: Step) -> None:
    step.hazard.closed_at = step.now


async def _archive(step: Step) -> None:
    step.hazard.holder_id = None
    await _close(step)


async def _escalate(step: Step) -> None:
    """One level up; the first time to the desk that asked, else to the first desk (S3-17)."""
    if step.hazard.state is State.REPORTED:
        await step.hold(await _first_desk(step))
    else:
        await step.hold(await _next_desk(step))


async def _first_desk(step: Step) -> Organization:
    """The desk that asked, else the first one of the ground."""
    hazard = step.hazard
    if step.command.is_urgent is not None:
        hazard.is_urgent = step.command.is_urgent
    if hazard.holder_id:
        return await step.body(hazard.holder_id)
    return await step.ground_desk()


async def _next_desk(step: Step) -> Organization:
    holder = await step.body(step.hazard.holder_id)
    if holder.kind is _K.VILLAGE:
        return await step.body(step.hazard.township_id)
    return await step.only(_K.COUNTY_CENTRE)


async def _send_down(step: Step) -> None:
    await step.hold(await step.body(step.hazard.township_id))


async def _refer(step: Step) -> None:
    await step.hold(await step.only(_K.SAFETY_DEPARTMENT))


async def _reopen(step: Step) -> None:
    """Back to the desk that voided it, or to the desk above that reopens it."""
    step.hazard.closed_at = None
    seat = step.part.seat
    if step.part.who is Who.DESK_ABOVE and seat:
        await step.hold(await step.body(seat.organization_id))
    else:
        await step.hold(await step.body(step.hazard.holder_id))


async def _sign_for(step: Step) -> None:
    step.hazard.is_signed_for = True


async def _hand_back(step: Step) -> None:
    """To the desk that dispatched; from the second bounce on to the default owner (S1-40)."""
    hazard = step.hazard
    suggested = await dispatching.any_body(step)
    step.data |= {"department": await _department(step), "suggested": named(suggested)}
    hazard.bounces += 1
    if hazard.bounces >= BOUNCES_TO_DEFAULT_OWNER:
        desk = await step.only(_K.SAFETY_DEPARTMENT)
    else:
        desk = await step.body(hazard.dispatcher_id)
    await step.release_department()
    hazard.suggested_department_id = suggested.id
    await step.hold(desk)


async def _reject(step: Step) -> None:
    """One round up, to the desk that dispatched; who had it is suggested again (S3-24)."""
    hazard = step.hazard
    desk = await step.body(hazard.dispatcher_id)
    step.data["department"] = await _department(step)
    hazard.suggested_department_id = hazard.department_id
    outcomes.forget_rectified(step)
    hazard.round += 1
    await step.release_department()
    await step.hold(desk)


async def _department(step: Step) -> dict[str, str]:
    return named(await step.body(step.hazard.department_id))


async def _finish_part(step: Step) -> None:
    seat = step.part.seat
    step.data["department"] = await _department(step)
    for row in step.facts.assistants:
        if seat and row.organization_id == seat.organization_id:
            row.finished_at, row.note = step.now, step.command.note
            step.data["assistant"] = named(await step.body(row.organization_id))


async def _finish(step: Step) -> None:
    """Declaring it done also signs for it."""
    hazard = step.hazard
    hazard.is_signed_for, hazard.done_at = True, step.now
    hazard.asked_extension_to = None
    outcomes.note(step)
    step.data["department"] = await _department(step)


async def _record_enforcement(step: Step) -> None:
    outcomes.note(step)


async def _verify(step: Step) -> None:
    step.hazard.rating = step.command.rating
    step.data["department"] = await _department(step)


async def _suspect_major(step: Step) -> None:
    step.hazard.is_suspected_major = True


async def _confirm_major(step: Step) -> None:
    step.data["previous_level"] = step.hazard.level.value
    step.hazard.is_major_confirmed = True
    step.hazard.level = Level.MAJOR


async def _list(step: Step) -> None:
    step.hazard.is_listed = True


async def _delist(step: Step) -> None:
    step.hazard.is_listed = False


async def _urge(step: Step) -> None:
    step.data["urged"] = await _whose_turn(step)


async def _supervise(step: Step) -> None:
    """A supervision order with a date by which a reply is due (S3-28)."""
    due_at = step.command.due_at
    if due_at is None or due_at <= step.now:
        raise invalid("due_at", "答复期限要在现在以后", "The reply must be due later than now")
    step.data |= {"due_at": due_at, "supervised": await _whose_turn(step)}


async def _whose_turn(step: Step) -> dict[str, str] | None:
    """The body that has to act now; None while it is the reporter's turn."""
    column = TURN.get(step.hazard.state)
    return named(await step.body(getattr(step.hazard, column))) if column else None


EFFECTS: dict[Action, Effect] = {
    Action.FIX_ON_SITE: _fix_on_site,
    Action.ARCHIVE: _archive,
    Action.ESCALATE: _escalate,
    Action.ASSIGN: dispatching.assign,
    Action.SEND_DOWN: _send_down,
    Action.REFER: _refer,
    Action.ASK: _nothing,  # the desk that asks gets the answer: it stays the holder
    Action.MERGE: merging.merge,
    Action.VOID: _close,  # the holder stays: "a desk above" is above this one
    Action.REOPEN: _reopen,
    Action.SIGN_FOR: _sign_for,
    Action.HAND_BACK: _hand_back,
    Action.REASSIGN: dispatching.reassign,
    Action.ASK_EXTENSION: dispatching.ask_extension,
    Action.GRANT_EXTENSION: dispatching.grant_extension,
    Action.REFUSE_EXTENSION: dispatching.refuse_extension,
    Action.FINISH_PART: _finish_part,
    Action.FINISH: _finish,
    Action.VERIFY: _verify,
    Action.REJECT: _reject,
    Action.COMMENT: _nothing,
    Action.CORRECT: correcting.correct,
    Action.SUSPECT_MAJOR: _suspect_major,
    Action.CONFIRM_MAJOR: _confirm_major,
    Action.LIST_SUPERVISION: _list,
    Action.DELIST: _delist,
    Action.URGE: _urge,
    Action.SUPERVISE: _supervise,
    Action.REPLY_SUPERVISION: _nothing,
    Action.RECORD_ENFORCEMENT: _record_enforcement,
    Action.PASS_RECHECK: rechecking.passed,
    Action.FAIL_RECHECK: rechecking.failed,
}
