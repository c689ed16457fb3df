"""What a result comes to: full points less deductions, by dimension, and for each other target."""

from dataclasses import dataclass

from app.errors import Invalid
from app.services.assessments.commands import AssessmentResult
from app.services.schemes import AssessmentForm


@dataclass(frozen=True)
class Score:
    """`dimensions` and `targets` in the order of the form. Of a veto no target gets points."""

    items: dict[str, float]
    dimensions: tuple[float, ...]
    total: float
    full: float
    targets: tuple[float | None, ...]
    is_vetoed: bool


def score(form: AssessmentForm, result: AssessmentResult) -> Score:
    items = {item.key: item.points for item in form.items}
    for one in result.deductions:
        items[one.item] -= one.points
    total = sum(items.values())
    return Score(
        items=items,
        dimensions=tuple(
            sum(items[item.key] for item in dimension.items) for dimension in form.dimensions
        ),
        total=total,
        full=form.full,
        targets=tuple(
            None if result.veto else round(total / form.full * target.points, 2)
            for target in form.targets
        ),
        is_vetoed=result.veto is not None,
    )


def require_fitting(form: AssessmentForm, result: AssessmentResult) -> None:
    """Items and control figures of this form, no item below nought, a veto where there is one."""
    known = {item.key for item in form.items}
    named = {one.item for one in result.deductions} | set(result.remarks)
    if named - known:
        raise Invalid(
            fields=["result"],
            reason_zh="有的条目不在这张考核表上。",
            reason_en="An item is not of this form.",
        )
    if any(points < 0 for points in score(form, result).items.values()):
        raise Invalid(
            fields=["result"],
            reason_zh="一项扣的分超过了这一项的分值。",
            reason_en="More is taken from an item than it has.",
        )
    names = [one.name for one in result.controls]
    if set(names) - set(form.controls) or len(set(names)) < len(names):
        raise Invalid(
            fields=["result"],
            reason_zh="控制指标和考核表对不上。",
            reason_en="The control figures are not those of the form.",
        )
    if result.veto and not form.veto:
        raise Invalid(
            fields=["result"],
            reason_zh="这张考核表没有一票否决。",
            reason_en="This form has no veto.",
        )
