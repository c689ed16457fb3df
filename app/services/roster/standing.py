"""May the person have this, from that day on: by whom it may be given, who has it, what it asks."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import NotQualified
from app.models.base import new_id
from app.models.person import Person, Role
from app.services import access, qualifications
from app.services.access import Actor
from app.services.accounts import Reach
from app.services.permissions import Permission
from app.services.roster import ending, telling
from app.services.roster.columns import GRID, JOB_TITLE, NAME, UNTIL
from app.services.roster.ending import Held
from app.services.roster.known import Known
from app.services.roster.placing import Entry, Wrong
from app.services.roster.rows import Checked


async def hold(session: AsyncSession, actor: Actor, known: Known, row: Checked) -> None:
    """Leaves of the row's entries those that are still to be given by this actor, and finds what
    ends.
    """
    try:
        for entry in row.entries:
            telling.require_fitting(row, entry)
        mine = [(entry, ending.held(known, row, entry)) for entry in row.entries]
        fresh = [entry for entry, some in mine if not _is_there(row, some)]
        row.endings = [
            one
            for entry, some in mine
            if (one := ending.ending(row, entry, some)) and _is_for(actor, entry)
        ]
        row.notings = [
            one
            for entry, some in mine
            if entry not in fresh
            and (one := telling.noting(known, row, some))
            and _is_for(actor, entry)
        ]
        row.entries = [entry for entry in fresh if _is_for(actor, entry)]
        if row.entries:
            _require_order(row)
        if row.person and (row.entries or row.endings or row.notings):
            _require_reach(actor, known, row.person)
        for entry in row.entries:
            _require_free(known, row, entry)
            _require_grid(entry, row)
            await _require_qualified(session, row, entry)
        ending.free(known, row.endings)
    except Wrong as wrong:
        row.errors.setdefault(wrong.title, wrong.why)


def _is_for(actor: Actor, entry: Entry) -> bool:
    """Posts are for whoever grants roles, places for whoever keeps the grids (decision 12).

    The county's two administrators send the same file, and each does their own part of it.
    """
    needed = Permission.GRANT_ROLES if entry.role else Permission.EDIT_PLACES
    if needed in actor.permissions:
        return True
    if entry.slot and Role.TOWNSHIP_OFFICER in actor.roles:
        raise Wrong(JOB_TITLE, f"「{entry.name}」由县里的系统管理员来定，这一行交给县里")
    return False


def _require_reach(actor: Actor, known: Known, person: Person) -> None:
    if known.reach[person.id] is Reach.ELSEWHERE:
        raise Wrong(NAME, "这个人在别的单位也有任职，请找县管理员")
    if person.id == actor.person_id and Role.SECURITY_ADMINISTRATOR in actor.roles:
        raise Wrong(NAME, "自己的岗位要由另一位安全管理员来定")


def _is_there(row: Checked, mine: Sequence[Held]) -> bool:
    """The same already, now or from a later day on: nothing to give, and nothing wrong.

    Nor is a post new that has ended on the very day of the row, or goes on and is to end.
    """
    until, today = row.ends_on, access.today()
    return any(
        one.goes_on(row.starts_on) or (until and (one.ends_on == until or one.goes_on(today)))
        for one in mine
    )


def _require_order(row: Checked) -> None:
    """Of what is new."""
    if row.ends_on is None:
        return
    if row.ends_on < access.today():
        raise Wrong(UNTIL, "这一天已经过去，没有可以结束的任职；不再任职的人不用写")
    if row.ends_on < row.starts_on:
        raise Wrong(UNTIL, "结束日期早于生效日期")


def _require_free(known: Known, row: Checked, entry: Entry) -> None:
    """A place that one person has: who has it now."""
    if entry.grid is None or entry.alone is None:
        return
    mine = row.person.id if row.person else None
    for holder in known.holders.get(entry.grid.id, ()):
        is_there = holder.ends_on is None or holder.ends_on >= row.starts_on
        if holder.role is entry.alone and is_there and holder.person_id != mine:
            raise Wrong(
                JOB_TITLE,
                f"{entry.grid.name}的{entry.name}已经是{holder.name}，先结束他的任职",
            )


def _require_grid(entry: Entry, row: Checked) -> None:
    ends = entry.grid.valid_to if entry.grid else None
    if entry.grid and ends and ends < row.starts_on:
        raise Wrong(GRID, f"{entry.grid.name}到 {ends} 为止")


async def _require_qualified(session: AsyncSession, row: Checked, entry: Entry) -> None:
    """First training, then the post, where the county asks for it."""
    if entry.role is None:
        return
    person = row.person or Person(id=new_id(), name=row.name)
    try:
        await qualifications.require(session, person, entry.role, row.starts_on, row.ends_on)
    except NotQualified as refused:
        raise Wrong(JOB_TITLE, refused.problem()["zh"].rstrip("。")) from None
