"""Taking in a visit once and for ever under the phone's id, and doing the task it was for."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import exists, literal, or_, select
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.errors import Incomplete, Invalid, NotFound
from app.models.checklist import ChecklistItem, ItemKind
from app.models.ledger import ObjectChange
from app.models.patrol import PatrolTask
from app.models.supervised_object import SupervisedObject
from app.models.visit import Answered, Visit, VisitAnswer
from app.services import access, notifications, patrols, qualifications, situations
from app.services.access import Actor
from app.services.arrivals import digest_of, require_contract, skew_seconds, stranger
from app.services.permissions import Permission
from app.services.visits.asking import asked_at
from app.services.visits.commands import MakeVisit, SaidOfItem
from app.services.visits.spots import spots


@dataclass(frozen=True)
class MadeVisit:
    """The visit as it is kept, and the task that it has done."""

    visit: Visit
    task: PatrolTask | None


async def make(
    session: AsyncSession,
    actor: Actor,
    visit_id: UUID,
    command: MakeVisit,
    body: bytes,
    device_time: datetime | None = None,
) -> MadeVisit:
    """As `take`; then its place has been looked at, which is the last that a transaction does."""
    made = await take(session, actor, visit_id, command, body, device_time)
    await patrols.note_looks(session, [visit_id])
    return made


async def take(
    session: AsyncSession,
    actor: Actor,
    visit_id: UUID,
    command: MakeVisit,
    body: bytes,
    device_time: datetime | None = None,
) -> MadeVisit:
    """The same id with the same bytes: the first answer, whoever has lost the right meanwhile.

    For who takes in many at once, and notes at the end where they were (`patrols.note_looks`).
    """
    require_contract(command.contract)
    digest = digest_of(body)
    known = await _known(session, actor, visit_id, digest, command)
    if known is not None:
        return known
    access.require(actor, Permission.MAKE_VISITS)
    task = await patrols.task_of(session, command.task_id) if command.task_id else None
    visit = _visit(actor, visit_id, command, task)
    visit.sha256, visit.skew_seconds = digest, skew_seconds(device_time)
    await _require_right(session, actor, visit, command, task)
    day = clock.local(command.occurred_at).date()
    visit.is_unqualified = await qualifications.is_lacking(session, actor.person_id, day)
    if not await _insert(session, visit, command):
        return await _require_known(session, actor, visit_id, digest, command)
    await situations.of_visit(session, actor, visit)
    return MadeVisit(visit, await _do_task(session, actor, visit, task, day))


async def _do_task(
    session: AsyncSession, actor: Actor, visit: Visit, task: PatrolTask | None, day: date
) -> PatrolTask | None:
    """Whoever is not qualified has been there all the same, but does no task (decision 33)."""
    if visit.is_unqualified:
        await _say_why(session, actor, day)
        return None
    return await patrols.fulfil(session, actor, visit, task, day)


async def _say_why(session: AsyncSession, actor: Actor, day: date) -> None:
    """Once a day."""
    told = {"day": day.isoformat()}
    await notifications.tell(
        session, [actor.person_id], "visit.unqualified", None, told, f"unqualified:{day}"
    )


async def _known(
    session: AsyncSession, actor: Actor, visit_id: UUID, digest: str, command: MakeVisit
) -> MadeVisit | None:
    """Whose id it is learns what became of it; to others other content is all it can be."""
    visit = await session.get(Visit, visit_id)
    if visit is None:
        return None
    if visit.sha256 != digest or visit.person_id != actor.person_id:
        raise await stranger(session, actor, "visit", visit_id, digest, command)
    task = select(PatrolTask).where(PatrolTask.done_visit_id == visit_id)
    return MadeVisit(visit, await session.scalar(task))


async def _require_known(
    session: AsyncSession, actor: Actor, visit_id: UUID, digest: str, command: MakeVisit
) -> MadeVisit:
    known = await _known(session, actor, visit_id, digest, command)
    assert known is not None, "it has just been in the way"
    return known


def _visit(actor: Actor, visit_id: UUID, command: MakeVisit, task: PatrolTask | None) -> Visit:
    where = command.position
    return Visit(
        id=visit_id,
        person_id=actor.person_id,
        object_id=task.object_id if task else command.object_id,
        grid_id=task.grid_id if task else command.grid_id,
        checklist_version_id=command.checklist_version_id,
        started_at=command.started_at,
        occurred_at=command.occurred_at,
        received_at=clock.now(),
        asked=command.asked,
        rest_fine=command.rest_fine,
        issue_count=sum(_is_found(said) for said in command.answers),
        note=command.note,
        lat=where.lat if where else None,
        lon=where.lon if where else None,
        accuracy_m=where.accuracy_m if where else None,
    )


def _is_found(said: SaidOfItem) -> bool:
    return said.answer is Answered.ISSUE and not said.is_discarded


async def _require_right(
    session: AsyncSession,
    actor: Actor,
    visit: Visit,
    command: MakeVisit,
    task: PatrolTask | None,
) -> None:
    """The place is one's own, the list is known, and every question has its answer."""
    if command.task_id and task is None:
        raise NotFound
    if visit.object_id is None and visit.grid_id is None and task is None:
        raise _incomplete(["object_id"], "看的是哪里", "where it was")
    if not await _is_own_ground(session, actor, visit, task):
        raise NotFound
    items = await asked_at(session, visit)
    _require_answers(visit.id, command, items)
    await _require_members(session, visit, command.answers)


async def _is_own_ground(
    session: AsyncSession, actor: Actor, visit: Visit, task: PatrolTask | None
) -> bool:
    """My task, my enterprise, or the ground that I had on that day."""
    day = clock.local(visit.occurred_at).date()
    if task is not None and await patrols.is_task_of(session, actor, task.id, day):
        return True
    if visit.object_id:
        place = await session.get(SupervisedObject, visit.object_id)
        if place is None:
            return False
        visit.grid_id = place.grid_id
        if place.organization_id in actor.body_ids:
            return True
    return await patrols.was_there(session, actor, visit.grid_id, day)


def _require_answers(visit_id: UUID, command: MakeVisit, items: Collection[ChecklistItem]) -> None:
    by_code = {item.code: item for item in items}
    if not items or {said.code for said in command.answers} - set(by_code):
        raise Invalid(
            fields=["checklist_version_id"],
            reason_zh="没有这张清单，或者清单里没有这一条。",
            reason_en="There is no such checklist, or it has no such question.",
        )
    said = {each.code for each in command.answers}
    drawn = spots(visit_id, (c for c, item in by_code.items() if item.kind is ItemKind.HAZARD))
    wanted = drawn if command.rest_fine else list(by_code)
    missing = [code for code in wanted if code not in said]
    loose = [each.code for each in command.answers if _is_loose(each, by_code[each.code])]
    if missing or loose:
        codes = "、".join([*missing, *loose])
        raise _incomplete(["answers"], f"这几条的回答：{codes}", f"answers to {codes}")


def _is_loose(said: SaidOfItem, item: ChecklistItem) -> bool:
    """A finding without what follows from it: a case or that there will be none, or words."""
    if said.answer is not Answered.ISSUE:
        return False
    if item.kind is ItemKind.HAZARD:
        return (said.hazard_id is None) != said.is_discarded
    return not said.note


async def _require_members(
    session: AsyncSession, visit: Visit, answers: Collection[SaidOfItem]
) -> None:
    """Those of today, and those that have left since: the phone asked with the list of its day."""
    named = {said.member_id for said in answers if said.member_id}
    if not named:
        return
    was_one = exists().where(
        ObjectChange.object_id == SupervisedObject.id,
        ObjectChange.field == "bundle_id",
        ObjectChange.old == literal(str(visit.object_id), JSONB),
    )
    query = select(SupervisedObject.id).where(
        SupervisedObject.id.in_(named),
        or_(SupervisedObject.bundle_id == visit.object_id, was_one),
    )
    if visit.object_id is None or set(await session.scalars(query)) != named:
        raise Invalid(
            fields=["answers.member_id"],
            reason_zh="打包名单里没有这一家。",
            reason_en="The bundle has no such member.",
        )


def _incomplete(fields: list[str], zh: str, en: str) -> Incomplete:
    return Incomplete(fields=fields, missing=fields, missing_zh=zh, missing_en=en)


async def _insert(session: AsyncSession, visit: Visit, command: MakeVisit) -> bool:
    """False: the same visit has just been written by another request."""
    columns = [column.key for column in Visit.__table__.columns if column.key != "seq"]
    values = {name: getattr(visit, name) for name in columns}
    statement = insert(Visit).values(values).on_conflict_do_nothing(index_elements=[Visit.id])
    seq = await session.scalar(statement.returning(Visit.seq))
    if seq is None:
        return False
    visit.seq = seq
    session.add_all(_answers(visit.id, command))
    await session.flush()
    return True


def _answers(visit_id: UUID, command: MakeVisit) -> list[VisitAnswer]:
    return [
        VisitAnswer(
            visit_id=visit_id,
            position=position,
            code=said.code,
            answer=said.answer,
            member_id=said.member_id,
            hazard_id=said.hazard_id,
            is_discarded=said.is_discarded,
            note=said.note,
        )
        for position, said in enumerate(command.answers, start=1)
    ]
