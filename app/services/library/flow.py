"""Who may do what with a document while it stands how: one table."""

from dataclasses import dataclass

from app.errors import ChangedMeanwhile, Incomplete, NotPermitted
from app.models.library import Filing, LibraryDocument, LibraryStepKind
from app.models.organization import OrganizationKind
from app.services.access import Actor, Seat
from app.services.library import reach
from app.services.library.commands import StepDocument

F, S = Filing, LibraryStepKind
ANY = frozenset({None, *F})
_COUNTY = frozenset(reach.COUNTY_KINDS)


@dataclass(frozen=True)
class Step:
    """`above`: of the desk over the one it belongs to. `to`: how its filing stands then.

    `must`: what has to be said with it.
    """

    above: bool
    desk: bool
    when: frozenset[Filing | None]
    to: Filing | None = None
    must: str | None = None


STEPS: dict[LibraryStepKind, Step] = {
    S.FILE: Step(above=True, desk=True, when=frozenset({F.SUBMITTED, F.RETURNED}), to=F.FILED),
    S.RETURN: Step(
        above=True,
        desk=True,
        when=frozenset({F.SUBMITTED, F.FILED}),
        to=F.RETURNED,
        must="text",
    ),
    S.PUBLISH: Step(above=False, desk=True, when=ANY, must="audience"),
    S.WITHDRAW: Step(above=False, desk=False, when=ANY, must="text"),
}
_MISSING = {"text": ("为什么", "the reason"), "audience": ("发布给谁", "to whom")}


def possible(actor: Actor, document: LibraryDocument, *, is_own: bool) -> list[LibraryStepKind]:
    if not is_own or document.withdrawn_at is not None:
        return []
    return [
        kind
        for kind, step in STEPS.items()
        if document.filing in step.when and _seat(actor, document, step) is not None
    ]


def require(
    actor: Actor, document: LibraryDocument, command: StepDocument, *, is_own: bool
) -> tuple[Step, Seat]:
    """NotPermitted; ChangedMeanwhile where it has gone on, or is newer than seen; Incomplete."""
    step = STEPS[command.step]
    seat = _seat(actor, document, step) if is_own else None
    if seat is None:
        raise NotPermitted(
            why="应由资料所属的单位或它的上级办。", why_en="It is for its body, or the one above."
        )
    if document.withdrawn_at is not None or document.filing not in step.when:
        raise ChangedMeanwhile
    if document.version != command.version:
        raise ChangedMeanwhile
    if step.must and not getattr(command, step.must):
        zh, en = _MISSING[step.must]
        missing = [step.must]
        raise Incomplete(fields=missing, missing=missing, missing_zh=zh, missing_en=en)
    return step, seat


def move(document: LibraryDocument, to: Filing) -> None:
    """The only line that says how its filing stands."""
    document.filing = to


def _seat(actor: Actor, document: LibraryDocument, step: Step) -> Seat | None:
    """Nobody files what is the own body's, the county apart: above it there is nobody here."""
    seat = reach.keeping_seat(actor, desk=step.desk)
    if seat is None or not step.above or seat.organization_kind in _COUNTY:
        return seat
    if document.organization_id in actor.body_ids:
        return None
    is_department = seat.organization_kind is OrganizationKind.DEPARTMENT
    return None if is_department and document.object_id is None else seat
