"""The columns in which a row says how a post is held (S1-12 to S1-14)."""

from collections.abc import Mapping, Sequence

from app.models.person import Employment, Post
from app.services import sheets
from app.services.sheets import CellError, Column

TIME, SOURCE, EMPLOYMENT, DUTIES = "专职/兼职", "兼职来源", "用工形式", "岗位职责"
FULL, PART = "专职", "兼职"
EMPLOYMENT_WORDS: Mapping[Employment, str] = {
    Employment.PURCHASED: "政府购买服务",
    Employment.HIRED: "单位聘用",
    Employment.STAFF: "在职人员担任",
}
EXPLAINED: tuple[tuple[str, str], ...] = (
    (TIME, "只给网格员、网格长填；不清楚就空着。"),
    (SOURCE, "兼职的人原来做什么，从下拉里选；本县有别的说法也可以直接写。填了它就算兼职。"),
    (EMPLOYMENT, "政府购买服务、单位聘用，还是在职人员担任；不清楚就空着。"),
    (DUTIES, "这个岗位管什么，写一句话；可以空着。"),
)


def columns(sources: Sequence[str] = ()) -> tuple[Column, ...]:
    kinds = [*EMPLOYMENT_WORDS.values()]
    employment = sheets.one_of(EMPLOYMENT_WORDS)
    return (
        Column(TIME, "is_full_time", _is_full_time, "", options=(FULL, PART), width=10),
        Column(SOURCE, "part_time_source", sheets.words(40), "", options=sources, width=18),
        Column(EMPLOYMENT, "employment", employment, "", options=kinds, width=16),
        Column(DUTIES, "duties", sheets.words(200), "", width=24),
    )


def _is_full_time(text: str) -> bool:
    if text not in {FULL, PART}:
        raise CellError(f"只能填：{FULL}、{PART}")
    return text == FULL


def cells(post: Post) -> dict[str, str]:
    """As the sheet has it; what was not said stays empty."""
    time = "" if post.is_full_time is None else FULL if post.is_full_time else PART
    return {
        TIME: time,
        SOURCE: post.part_time_source or "",
        EMPLOYMENT: EMPLOYMENT_WORDS[post.employment] if post.employment else "",
        DUTIES: post.duties or "",
    }
