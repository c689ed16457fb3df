"""What no county can ask for: each with what to do instead."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Invalid
from app.models.checklist import Checklist
from app.models.obligation import Obligation, Scope
from app.models.person import GRID_ROLES, Post
from app.services import access, patrols, stages
from app.services.obligations import planning
from app.services.obligations.commands import DecideObligation

_FIXED = ("role", "slot", "duty", "scope", "applies_to", "checklist_key")


async def require_right(
    session: AsyncSession, command: DecideObligation, row: Obligation | None
) -> None:
    """Raise Invalid. What is switched off is asked of nobody, so it need not be possible."""
    if row is not None and not patrols.is_planned(row):
        _require_same(command, row)
        return
    if command.duty not in patrols.LOOKS:
        raise _invalid(
            "duty",
            "本县新增的任务只能是巡查、检查或走访；会议、通报等随方案走",
            "A county can add patrols, inspections and visits; other duties come with a scheme",
        )
    _require_day(command, row)
    if command.is_active:
        _require_whom(command)
        await _require_list(session, command)
        await _require_somebody(session, command)


def _require_same(command: DecideObligation, row: Obligation) -> None:
    """A meeting stays a meeting: nobody plans it, so only its words and rhythm are the county's."""
    asked = stages.typed_values(command.asked())
    for name in _FIXED:
        if asked[name] != getattr(row, name):
            raise _invalid(
                "kinds" if name == "applies_to" else name,
                "这一条不排进手机任务，只能改名称、依据、次数、周期和启用",
                "This one makes no tasks: only its words, number, period and use can be changed",
            )


def _require_day(command: DecideObligation, row: Obligation | None) -> None:
    if row is None and command.starts_on is not None and command.starts_on < access.today():
        raise _invalid("starts_on", "开始日期不能早于今天", "It cannot begin before today")


def _require_whom(command: DecideObligation) -> None:
    if command.slot is not None and command.slot not in patrols.SEATS:
        raise _invalid(
            "slot",
            "网格员、网格长不按网格位置选，按岗位选",
            "Gridworkers and chiefs are chosen by their post, not by a place on the grid",
        )
    if not patrols.is_planned(planning.draft("", command, access.today())):
        raise _invalid(
            "role",
            "这样分不清该谁去看：网格员、网格长按对象或网格；企业安全员按对象；领导按挂点位置",
            "Nobody can tell whose task that is: gridworkers and chiefs go by object or grid, "
            "enterprises by object, leaders by their place on a grid",
        )
    if command.scope is not Scope.OBJECT and (command.kinds or command.only_key):
        raise _invalid(
            "kinds",
            "只有按对象计数时才能限定对象",
            "Objects can be narrowed only where each object is counted",
        )


async def _require_list(session: AsyncSession, command: DecideObligation) -> None:
    key = command.checklist_key
    if key is None and command.role not in GRID_ROLES:
        raise _invalid(
            "checklist_key",
            "企业自查、领导检查没有通用清单，先选一张",
            "There is no general list for enterprises and leaders: choose one",
        )
    if key is None:
        return
    found = await session.get(Checklist, key)
    if found is None or not found.is_active:
        raise _invalid(
            "checklist_key", "这张清单没有或已停用，换一张", "This list is not in use, take another"
        )
    meant = set(found.applies_to.get("kinds") or ())
    if meant and command.kinds and not meant & {kind.value for kind in command.kinds}:
        raise _invalid(
            "checklist_key",
            f"《{found.name}》不适用于选的这些对象",
            f"{found.name} is not meant for the kinds chosen",
        )


async def _require_somebody(session: AsyncSession, command: DecideObligation) -> None:
    """A duty of nobody would be late for ever, or never be asked for."""
    today = access.today()
    if command.slot is not None:
        is_there = await patrols.finds_any(session, planning.draft("", command, today), today)
        zh = "现在没有人在这个网格位置上（或者没有能上手机的岗位），先到「网格」里定人"
        en = "Nobody with a post that may look has this place: appoint people on the grids first"
        field = "slot"
    else:
        held = select(Post.id).where(Post.role == command.role, access.in_force(today)).limit(1)
        is_there = await session.scalar(held) is not None
        zh, field = "现在没有人担任这个岗位，先到「人员」里给岗位", "role"
        en = "Nobody has this post yet: give it to people first"
    if not is_there:
        raise _invalid(field, zh, en)


def _invalid(field: str, zh: str, en: str) -> Invalid:
    return Invalid(fields=[field], reason_zh=zh + "。", reason_en=en + ".")
