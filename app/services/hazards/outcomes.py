"""What was done about a case, and by whose word it stands there (S1-27, S2-25; decision 67)."""

from app.models.hazard import Outcome
from app.services.hazard_flow import ENFORCED, OUTCOMES, Action, Who
from app.services.hazards.step import Step, invalid


def note(step: Step) -> None:
    """What the step says; left out, an order or a penalty of before stands, else what is usual.

    An older phone leaves it out. A fix on the spot takes no order back: the phone may not know it.
    """
    hazard, command, action = step.hazard, step.command, step.row.action
    standing = hazard.outcome if hazard.outcome in ENFORCED else None
    is_on_spot = action is Action.FIX_ON_SITE
    said = command.outcome
    if said is None and action is not Action.RECORD_ENFORCEMENT:
        said = standing if standing and not is_on_spot else OUTCOMES[action][0]
    if said is None:
        return
    _require_fitting(step, said)
    if standing and is_on_spot:
        step.data |= {"outcome": said.value, "outcome_document": None}
        return
    if said is not hazard.outcome:
        hazard.outcome_document = None
    hazard.outcome = said
    hazard.outcome_document = command.outcome_document or hazard.outcome_document
    step.data |= {"outcome": said.value, "outcome_document": hazard.outcome_document}


def forget_rectified(step: Step) -> None:
    """It was not rectified after all; an order or a penalty was given whatever came of it."""
    if step.hazard.outcome is Outcome.RECTIFIED:
        step.hazard.outcome = None


def _require_fitting(step: Step, outcome: Outcome) -> None:
    is_itself = step.part.who is Who.ENTERPRISE and step.command.outcome in ENFORCED
    if outcome not in OUTCOMES[step.row.action] or is_itself:
        raise invalid(
            "outcome",
            "这一步不能选这种处理结果，换一种",
            "This step cannot have that outcome; choose another one",
        )
    if step.command.outcome_document and outcome not in ENFORCED:
        raise invalid(
            "outcome_document",
            "文书号只在责令改正、行政处罚、移送时填",
            "A document belongs to an order, a penalty or a transfer",
        )
