"""Handing a grid over: the old post ends, the new one begins, both are told, the list is kept."""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.config import Settings
from app.errors import Invalid, NotFound
from app.models.grid import Grid
from app.models.handover import Handover
from app.models.person import GRID_ROLES
from app.services import access, accounts, audit, notifications
from app.services.access import Actor
from app.services.accounts import AddPost, EditPost
from app.services.audit import Kind, Subject
from app.services.handovers import pack
from app.services.handovers.commands import HandOver
from app.services.handovers.pack import Pack
from app.services.handovers.reading import (
    FoundHandover,
    Holder,
    holders,
    read,
    within_reach,
)
from app.services.notifications import Message

ONE_DAY = timedelta(days=1)
BACK, AHEAD = timedelta(days=7), timedelta(days=90)


async def hand_over(
    session: AsyncSession, settings: Settings, actor: Actor, grid_id: UUID, command: HandOver
) -> FoundHandover:
    """Refused in words when nobody would be left to go on, or the days do not fit.

    Cases, tasks and objects stay with the grid: whoever has its post sees and does them, and
    verifies for a reporter who has left it (decision 13). Nothing is moved.
    """
    grid, _ = await within_reach(session, actor, grid_id)
    _require_days(grid, command.starts_on)
    people = await holders(session, grid_id)
    leaver = _leaver(people, command)
    role = leaver.role if leaver else command.role
    _require_somebody(people, leaver, command)
    whole = await pack.build(
        session, settings, actor, grid_id, leaver.person_id if leaver else None, role
    )
    if leaver:
        await _end(session, actor, leaver, command.starts_on - ONE_DAY)
    if command.to_person_id:
        post = AddPost(
            organization_id=grid.organization_id,
            role=role,
            grid_id=grid_id,
            starts_on=command.starts_on,
        )
        await accounts.add_post(session, actor, command.to_person_id, post)
    row = Handover(
        grid_id=grid_id,
        role=role,
        from_person_id=leaver.person_id if leaver else None,
        to_person_id=command.to_person_id,
        starts_on=command.starts_on,
        note=command.note,
        pack=whole.model_dump(mode="json"),
        made_by_id=actor.person_id,
        at=clock.now(),
    )
    session.add(row)
    await session.flush()
    given = command.model_dump(mode="json", exclude_none=True, exclude={"note"})
    await audit.record(session, Kind.GRID_HANDED_OVER, actor, Subject("grid", grid_id), given)
    found = await read(session, actor, row.id)
    await _tell(session, found, whole)
    return found


def _require_days(grid: Grid, starts_on: date) -> None:
    today = access.today()
    if not today - BACK <= starts_on <= today + AHEAD:
        raise _invalid(
            "starts_on",
            f"交接日期只能在前 {BACK.days} 天到后 {AHEAD.days} 天之间",
            f"Between {BACK.days} days back and {AHEAD.days} days ahead",
        )
    if starts_on < grid.valid_from or (grid.valid_to and starts_on > grid.valid_to):
        raise _invalid("starts_on", "这个网格那天还没有或已经撤销", "There is no such grid then")


def _leaver(people: list[Holder], command: HandOver) -> Holder | None:
    if command.from_post_id is None:
        if command.role not in GRID_ROLES:
            raise _invalid("role", "只交接网格员、网格长", "Gridworkers and chiefs hand over")
        return None
    leaver = next((one for one in people if one.post_id == command.from_post_id), None)
    if leaver is None:
        raise NotFound(fields=["from_post_id"])
    if leaver.starts_on >= command.starts_on:
        raise _invalid(
            "starts_on",
            f"{leaver.name}的任职从 {leaver.starts_on} 才开始，交接日期要更晚",
            "The post only begins then; choose a later day",
        )
    return leaver


def _require_somebody(people: list[Holder], leaver: Holder | None, command: HandOver) -> None:
    """Without a successor a colleague must be there on that day."""
    if command.to_person_id is None:
        if leaver is None:
            raise _invalid("to_person_id", "谁走、谁来，至少选一个", "Choose who goes or comes")
        day = command.starts_on
        stays = [
            one
            for one in people
            if one.person_id != leaver.person_id
            and one.starts_on <= day
            and (one.ends_on is None or one.ends_on >= day)
        ]
        if not stays:
            raise _invalid(
                "to_person_id",
                "这个网格没有别的人了，请选接手的人",
                "Nobody else is on this grid; choose who comes",
            )
    elif leaver and leaver.person_id == command.to_person_id:
        raise _invalid("to_person_id", "走的和来的是同一个人", "It is the same person")


async def _end(session: AsyncSession, actor: Actor, leaver: Holder, last_day: date) -> None:
    """A post that ends sooner anyway stays as it is."""
    if leaver.ends_on is None or leaver.ends_on > last_day:
        await accounts.edit_post(session, actor, leaver.post_id, EditPost(ends_on=last_day))


async def _tell(session: AsyncSession, found: FoundHandover, whole: Pack) -> None:
    """Who comes also hears of instructions that wait: their lines went to who goes."""
    row = found.handover
    waiting = sum(one.waits for one in whole.instructions or ())
    params = {
        "grid": found.grid.name,
        "day": row.starts_on.isoformat(),
        "cases": len(whole.cases),
        "tasks": len(whole.tasks),
        "instructions": waiting,
        "by": found.leaver or "",
        "to": found.comer or "",
    }
    told = [(row.to_person_id, "grid.taken_over"), (row.from_person_id, "grid.handed_over")]
    if waiting:
        told.append((row.to_person_id, "grid.instructions_wait"))
    await notifications.deliver(
        session,
        [Message([id_], kind, None, params, f"{row.id}:{kind}") for id_, kind in told if id_],
    )


def _invalid(field: str, zh: str, en: str) -> Invalid:
    return Invalid(fields=[field], reason_zh=zh + "。", reason_en=en + ".")
