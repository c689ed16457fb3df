"""What was found at one place. Findings are cases of the main loop, reported by who was there."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.errors import Incomplete, NotFound, NotPermitted
from app.models.checklist import ChecklistItem, ItemKind
from app.models.hazard import Hazard, Party
from app.models.inspection import Inspection, InspectionAnswer, InspectionPlace, JoiningBody
from app.models.visit import Answered
from app.services import access, audit, situations, sync
from app.services.access import Actor
from app.services.audit import Kind, Subject
from app.services.inspections import accompanying, reach
from app.services.inspections.commands import RecordResult, SaidOnSpot
from app.services.inspections.planning import invalid
from app.services.inspections.standing import require_open


async def record(
    session: AsyncSession,
    actor: Actor,
    inspection_id: UUID,
    object_id: UUID,
    command: RecordResult,
) -> None:
    """The result of one place as it is known now; the same sent again changes nothing."""
    inspection = await reach.locked(session, actor, inspection_id)
    if not await reach.records(session, actor, inspection):
        raise NotPermitted(why="由参加检查的人记。", why_en="Those who inspect put this down.")
    require_open(inspection)
    place = await session.get(InspectionPlace, (inspection_id, object_id))
    if place is None:
        raise NotFound
    _require_whole(inspection, command)
    await _require_questions(session, inspection, command.answers)
    before = await _linked(session, place)
    named = [said.hazard_id for said in command.answers if said.hazard_id]
    await _require_cases(session, actor, inspection, place, before, named)
    await _accompany(session, place, command)
    _put(actor, place, command)
    await _answer(session, place, command.answers)
    await situations.of_inspection(session, actor, inspection, place)
    await _involve(session, inspection, set(named) - before)
    told = {"object_id": object_id, "issues": _count(command.answers)}
    if place.accompanied_by_id:
        told["accompanied_by_id"] = place.accompanied_by_id
    about = Subject("inspection", inspection_id)
    await audit.record(session, Kind.INSPECTION_RECORDED, actor, about, told)


def _put(actor: Actor, place: InspectionPlace, command: RecordResult) -> None:
    place.looked_on = command.looked_on
    place.left_out_reason = command.left_out_reason
    place.note = command.note
    place.recorded_at = place.recorded_at or clock.now()
    place.recorded_by_id = actor.person_id


async def _accompany(session: AsyncSession, place: InspectionPlace, command: RecordResult) -> None:
    """Where nobody has looked, nobody went along."""
    if command.looked_on is None:
        place.accompanied_by_id = None
    elif "accompanied_by_id" in command.model_fields_set:
        person = command.accompanied_by_id
        await accompanying.went_along(session, place, command.looked_on, person)


def _require_whole(inspection: Inspection, command: RecordResult) -> None:
    """Looked at on a day that has come, or left out for a reason; what is wrong in words."""
    if command.left_out_reason:
        if command.looked_on or command.answers:
            raise invalid(
                "left_out_reason", "查了就不填没查的原因", "It was looked at, or left out"
            )
        return
    missing = [] if command.looked_on else [("looked_on", "哪天查的", "the day")]
    issues = (said for said in command.answers if said.answer is Answered.ISSUE)
    if not all(said.note for said in issues):
        missing.append(("answers", "每个问题是什么", "what each finding is"))
    if missing:
        fields, zh, en = zip(*missing, strict=True)
        raise Incomplete(
            fields=list(fields),
            missing=list(fields),
            missing_zh="、".join(zh),
            missing_en=", ".join(en),
        )
    assert command.looked_on is not None
    if not inspection.starts_on <= command.looked_on <= access.today():
        raise invalid(
            "looked_on",
            "检查日期要在开始日期和今天之间",
            "The day lies between the first day and today",
        )


async def _require_questions(
    session: AsyncSession, inspection: Inspection, answers: Collection[SaidOnSpot]
) -> None:
    """Each of the list, at most once; what is dangerous has become a case."""
    of_list = ChecklistItem.version_id == inspection.checklist_version_id
    kinds = {
        item.code: item.kind for item in await session.scalars(select(ChecklistItem).where(of_list))
    }
    codes = [said.code for said in answers if said.code]
    if set(codes) - set(kinds) or len(codes) != len(set(codes)):
        raise invalid("answers", "清单里没有这一条，或者答了两次", "Not on the list, or said twice")
    loose = [said for said in answers if _is_loose(said, kinds)]
    if loose:
        raise Incomplete(
            fields=["answers.hazard_id"],
            missing=["hazard_id"],
            missing_zh="这几个问题的隐患上报：" + "、".join(said.note for said in loose),
            missing_en="a reported hazard for each finding",
        )


def _is_loose(said: SaidOnSpot, kinds: Mapping[str, ItemKind]) -> bool:
    """A finding that nobody would put right; situation reports are told in words."""
    is_hazard = said.code is None or kinds[said.code] is ItemKind.HAZARD
    return said.answer is Answered.ISSUE and is_hazard and said.hazard_id is None


async def _linked(session: AsyncSession, place: InspectionPlace) -> set[UUID]:
    query = select(InspectionAnswer.hazard_id).where(
        InspectionAnswer.inspection_id == place.inspection_id,
        InspectionAnswer.object_id == place.object_id,
        InspectionAnswer.hazard_id.is_not(None),
    )
    return {id_ for id_ in await session.scalars(query) if id_}


async def _require_cases(
    session: AsyncSession,
    actor: Actor,
    inspection: Inspection,
    place: InspectionPlace,
    before: Collection[UUID],
    named: Collection[UUID],
) -> None:
    """Reported here and by whoever records, in these days; a finding never leaves the record."""
    if set(before) - set(named) or len(named) != len(set(named)):
        raise invalid(
            "answers", "已经上报的隐患不能从记录里去掉", "A reported hazard stays on the record"
        )
    new = set(named) - set(before)
    query = select(Hazard.id).where(
        Hazard.id.in_(new),
        access.can_see(actor),
        Hazard.enterprise_id == place.object_id,
        Hazard.reporter_id == actor.person_id,
        Hazard.received_at >= inspection.planned_at,
    )
    taken = select(InspectionAnswer.hazard_id).where(InspectionAnswer.hazard_id.in_(new))
    if set(await session.scalars(query)) != new or (await session.scalars(taken)).first():
        raise NotFound(fields=["answers.hazard_id"])


async def _answer(
    session: AsyncSession, place: InspectionPlace, answers: Collection[SaidOnSpot]
) -> None:
    await session.execute(
        delete(InspectionAnswer).where(
            InspectionAnswer.inspection_id == place.inspection_id,
            InspectionAnswer.object_id == place.object_id,
        )
    )
    session.add_all(
        InspectionAnswer(
            inspection_id=place.inspection_id,
            object_id=place.object_id,
            position=position,
            **said.model_dump(),
        )
        for position, said in enumerate(answers, start=1)
    )
    await session.flush()


async def _involve(
    session: AsyncSession, inspection: Inspection, hazard_ids: Collection[UUID]
) -> None:
    """The bodies that inspect follow what they have found to its end."""
    if not hazard_ids:
        return
    query = select(JoiningBody.organization_id).where(JoiningBody.inspection_id == inspection.id)
    bodies = [inspection.lead_id, *await session.scalars(query)]
    rows = [{"hazard_id": h, "organization_id": b} for h in sorted(hazard_ids) for b in bodies]
    await session.execute(insert(Party).values(rows).on_conflict_do_nothing())
    for id_ in hazard_ids:
        await sync.record_change(session, "hazard", hazard_id=id_)


def _count(answers: Collection[SaidOnSpot]) -> int:
    return sum(said.answer is Answered.ISSUE for said in answers)
