"""The columns of the roster's sheet, with the bodies, posts and grids of this county to choose."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.grid import Grid
from app.models.person import Role
from app.services import access, accounts, sheets, slots
from app.services.access import Actor
from app.services.roster import holding
from app.services.roster.jobs import Jobs, jobs_of
from app.services.roster.known import bodies_within, grids_of
from app.services.sheets import CellError, Column

NAME, MOBILE, BODY, JOB_TITLE = "姓名", "手机号", "单位", "职务/岗位"
GRID, ROLE, SINCE, UNTIL, REMARK = "网格", "角色", "生效日期", "结束日期", "备注"
NEEDED = (NAME, MOBILE, BODY, JOB_TITLE)
EXAMPLE_NUMBER = "13900000000"
_WHOLE = re.compile(r"1[3-9]\d{9}")
_MASKED = re.compile(r"1[3-9]\d\*{4}\d{4}")
_BROKEN = re.compile(r"[\d.]+[eE]\+?\d+")
_BETWEEN = re.compile(r"[、,，;；\n]")
_MOST_OPTIONS = 5_000
NOTHING: Mapping[UUID, str] = {}


def mobile(text: str) -> str:
    """13900000000, also as Excel and telephone books write it; masked ones are for `people`."""
    plain = re.sub(r"[ \-()]", "", text).removeprefix("+86").removesuffix(".0")
    if plain == EXAMPLE_NUMBER:
        raise CellError("这一行是例子，删掉")
    if _BROKEN.fullmatch(plain):
        raise CellError("手机号被 Excel 改成了科学计数，把这一列设成文本，再填一遍")
    if not _WHOLE.fullmatch(plain) and not _MASKED.fullmatch(plain):
        raise CellError("手机号要 11 位数字，1 开头")
    return plain


def is_masked(number: str) -> bool:
    return "*" in number


def several(text: str) -> list[str]:
    """Grids, separated by 、 (or a comma), each once."""
    return list(dict.fromkeys(one for part in _BETWEEN.split(text) if (one := part.strip())))


async def sheet_columns(session: AsyncSession, actor: Actor) -> tuple[Column, ...]:
    """In the order of the sheet; what can be chosen lies within the actor's reach."""
    jobs = await jobs_of(session)
    bodies = await bodies_within(session, actor)
    grids = await grids_of(session, [body.id for body in bodies])
    walked = {body.id: body.name for body in bodies if body.kind in slots.POSTS_AT}
    example = next((grid for grid in grids if grid.organization_id in walked), None)
    sources = await accounts.known_sources(session)
    return columns(jobs, [body.name for body in bodies], grids, example, walked, sources)


def columns(
    jobs: Jobs,
    bodies: Sequence[str] = (),
    grids: Sequence[Grid] = (),
    example: Grid | None = None,
    walked: Mapping[UUID, str] = NOTHING,
    sources: Sequence[str] = (),
) -> tuple[Column, ...]:
    """`example`: a grid whose gridworker is given a post; `walked`: names of such grids' bodies."""
    named = named_apart(grids)
    runner = walked[example.organization_id] if example else ""
    return (
        Column(NAME, "name", sheets.words(40), "张三", is_needed=True),
        Column(MOBILE, "mobile", mobile, EXAMPLE_NUMBER, is_needed=True, width=16),
        Column(BODY, "body", sheets.words(80), runner, is_needed=True, options=bodies, width=24),
        Column(
            JOB_TITLE,
            "job",
            sheets.words(40),
            jobs.word(Role.GRIDWORKER),
            is_needed=True,
            options=jobs.options,
            width=18,
        ),
        Column(
            GRID,
            "grids",
            several,
            named_apart([example])[0] if example else "",
            options=named,
            width=26,
        ),
        Column(ROLE, "role", jobs.role, "", options=jobs.role_options, width=16),
        Column(SINCE, "starts_on", sheets.near_day, access.today().isoformat()),
        Column(UNTIL, "ends_on", sheets.near_day, ""),
        *holding.columns(sources),
        Column(REMARK, None, sheets.words(200), "", width=24),
    )


def named_apart(grids: Sequence[Grid]) -> list[str]:
    """Each grid by its name; by its code where others are called so too."""
    met = Counter(grid.name for grid in grids)
    names = (grid.name if met[grid.name] == 1 else grid.official_code for grid in grids)
    return [name for name in dict.fromkeys(names) if name][:_MOST_OPTIONS]
