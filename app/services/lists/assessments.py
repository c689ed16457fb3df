"""A year's results as a file, with a column for each assessment that they go into (S3-40)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.assessment import PaperStatus
from app.services import assessments
from app.services.access import Actor
from app.services.assessments import FoundPaper, Score
from app.services.commands import Input
from app.services.lists.sheet import Sheet, day
from app.services.schemes import AssessmentForm
from app.services.workbooks import Cell, Column

STATUS_WORDS: dict[PaperStatus, str] = {
    PaperStatus.SELF: "待自评",
    PaperStatus.SUBMITTED: "已自评，待考评",
    PaperStatus.SHOWN: "结果已告知",
    PaperStatus.AGREED: "无异议，待定",
    PaperStatus.OBJECTED: "有说明，待定",
    PaperStatus.FINAL: "已定",
}
_VETOED = "一票否决"


class OneYear(Input):
    assessment_id: UUID


@dataclass(frozen=True)
class Row:
    """`score`: only of what is settled; what may still change is in no file."""

    found: FoundPaper
    form: AssessmentForm
    score: Score | None


async def _rows(session: AsyncSession, actor: Actor, asked: OneYear) -> Sequence[Row]:
    """In the order of the bodies' codes, as the page."""
    year = await assessments.read_year(session, actor, asked.assessment_id)
    return [
        Row(one, year.form, one.score if one.paper.status is PaperStatus.FINAL else None)
        for one in year.papers
    ]


def _more(rows: Sequence[Row]) -> Sequence[Column[Row]]:
    """Dimensions, sum, targets: as the year's form has them."""
    if not rows:
        return ()
    form = rows[0].form
    return (
        *(
            (f"{one.name}（{sum(item.points for item in one.items):g} 分）", 16, _dimension(at))
            for at, one in enumerate(form.dimensions)
        ),
        (f"合计（{form.full:g} 分）", 12, lambda row: row.score.total if row.score else None),
        ("一票否决", 24, _veto),
        *(
            (f"计入{one.name}（{one.points:g} 分）", 28, _target(at))
            for at, one in enumerate(form.targets)
        ),
        ("扣分", 60, _deductions),
    )


def _dimension(at: int) -> Callable[[Row], Cell]:
    return lambda row: row.score.dimensions[at] if row.score else None


def _target(at: int) -> Callable[[Row], Cell]:
    def cell(row: Row) -> Cell:
        if not row.score:
            return None
        return _VETOED if row.score.is_vetoed else row.score.targets[at]

    return cell


def _veto(row: Row) -> str:
    result = row.found.result if row.score else None
    return result.veto.reason if result and result.veto else ""


def _deductions(row: Row) -> str:
    result = row.found.result if row.score else None
    if not result:
        return ""
    names = {item.key: item.name for item in row.form.items}
    return "\n".join(
        f"{names[one.item]} -{one.points:g}：{one.reason}" for one in result.deductions
    )


ASSESSMENT: Sheet[Row, OneYear] = Sheet(
    "assessment",
    "年度考核",
    (
        ("区划代码", 16, lambda row: row.found.body.code or ""),
        ("单位", 24, lambda row: row.found.body.name),
        ("到哪一步", 18, lambda row: STATUS_WORDS[row.found.paper.status]),
        ("自评日期", 12, lambda row: day(row.found.submitted_on)),
    ),
    _rows,
    more=_more,
)
