"""Planning an inspection under the desk's id, and changing the plan while it runs."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import delete, exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.errors import Invalid, NotFound
from app.models.inspection import (
    Inspection,
    InspectionAnswer,
    InspectionKind,
    InspectionPlace,
    InspectionStatus,
    Inspector,
    JoiningBody,
)
from app.services import access, audit, notifications
from app.services.access import Actor
from app.services.arrivals import digest_of, stranger
from app.services.audit import Kind, Subject
from app.services.inspections import accompanying, choosing, reach
from app.services.inspections.commands import MOST_PLACES, EditInspection, PlanInspection
from app.services.inspections.standing import require_open
from app.services.permissions import Permission

LONGEST_DAYS = 366
_LISTS = {"joining_ids", "inspector_ids", "object_ids", "accompanying"}


async def plan(
    session: AsyncSession, actor: Actor, inspection_id: UUID, command: PlanInspection, body: bytes
) -> None:
    """Safe to repeat under the desk's id; other content under it is kept aside."""
    access.require(actor, Permission.INSPECT)
    digest = digest_of(body)
    known = await session.get(Inspection, inspection_id)
    if known is None and await _begin(session, actor, inspection_id, command, digest):
        return
    known = await session.get_one(Inspection, inspection_id)
    if known.planned_by_id != actor.person_id:
        raise NotFound
    if known.sha256 != digest:
        raise await stranger(session, actor, "inspection", known.id, digest, command)


async def _begin(
    session: AsyncSession, actor: Actor, inspection_id: UUID, command: PlanInspection, digest: str
) -> bool:
    """False: somebody else has used this id in the same moment."""
    if command.lead_id not in reach.inspecting_bodies(actor):
        raise NotFound(fields=["lead_id"])
    _require_days(command.starts_on, command.until)
    _require_partner(command.kind, command.joining_ids)
    values = {
        **command.model_dump(include={"kind", "name", "plan", "basis", "starts_on", "until"}),
        "id": inspection_id,
        "sha256": digest,
        "status": InspectionStatus.OPEN,
        "checklist_version_id": await choosing.list_of(session, command.checklist_key),
        "lead_id": command.lead_id,
        "planned_by_id": actor.person_id,
        "planned_at": clock.now(),
        "conclusion": "",
        "end_reason": "",
    }
    new = insert(Inspection).values(**values).on_conflict_do_nothing().returning(Inspection.id)
    if await session.scalar(new) is None:
        return False
    row = await session.get_one(Inspection, inspection_id)
    await _set_bodies(session, row, command.joining_ids)
    await _set_people(session, actor, row, command.inspector_ids)
    drawn = await choosing.drawn(session, actor, command.draw) if command.draw else []
    await choosing.require_places(session, actor, command.object_ids)
    await _add_places(session, row, command.object_ids, drawn)
    told = command.model_dump(mode="json", include={"kind", "name", "starts_on", "until"})
    await _note(session, Kind.INSPECTION_PLANNED, actor, row, {**told, "drawn": len(drawn)})
    return True


async def edit(
    session: AsyncSession, actor: Actor, inspection_id: UUID, command: EditInspection
) -> None:
    """By the leading body, until it is closed."""
    row = await reach.locked(session, actor, inspection_id)
    reach.require_lead(actor, row)
    require_open(row)
    sent = command.model_dump(
        exclude_none=True, include={"name", "plan", "basis", "starts_on", "until"}
    )
    if command.checklist_key is not None:
        sent["checklist_version_id"] = await _other_list(session, row, command.checklist_key)
    _require_days(sent.get("starts_on", row.starts_on), sent.get("until", row.until))
    difference = audit.changed(row, sent)
    for name, value in sent.items():
        setattr(row, name, value)
    await session.flush()
    await _edit_lists(session, actor, row, command)
    if difference.keys() & {"starts_on", "until"}:
        await accompanying.tell_days(session, row)
    await accompanying.name(session, row, command.accompanying)
    lists = command.model_dump(mode="json", exclude_unset=True, exclude_none=True, include=_LISTS)
    await _note(session, Kind.INSPECTION_EDITED, actor, row, {**difference, **lists})


async def _edit_lists(
    session: AsyncSession, actor: Actor, row: Inspection, command: EditInspection
) -> None:
    if command.joining_ids is not None:
        _require_partner(row.kind, command.joining_ids)
        await _set_bodies(session, row, command.joining_ids)
        if command.inspector_ids is None:
            await _drop_people_of_others(session, row, command.joining_ids)
    if command.inspector_ids is not None:
        await _set_people(session, actor, row, command.inspector_ids)
    if command.object_ids is not None:
        await _set_places(session, actor, row, command.object_ids)


async def _other_list(session: AsyncSession, row: Inspection, key: str) -> UUID | None:
    """Answers belong to the questions of one version."""
    version = await choosing.list_of(session, key)
    answered = exists().where(
        InspectionAnswer.inspection_id == row.id, InspectionAnswer.code.is_not(None)
    )
    if version != row.checklist_version_id and await session.scalar(select(answered)):
        raise invalid(
            "checklist_key",
            "已经按原来的清单记了结果，不能换清单",
            "There are results by the present list; it cannot be changed",
        )
    return version


async def _set_bodies(session: AsyncSession, row: Inspection, ids: Collection[UUID]) -> None:
    await choosing.require_joining(session, row.lead_id, ids)
    await session.execute(delete(JoiningBody).where(JoiningBody.inspection_id == row.id))
    session.add_all(JoiningBody(inspection_id=row.id, organization_id=id_) for id_ in set(ids))
    await session.flush()


async def _bodies(session: AsyncSession, row: Inspection) -> set[UUID]:
    query = select(JoiningBody.organization_id).where(JoiningBody.inspection_id == row.id)
    return {row.lead_id, *await session.scalars(query)}


async def _set_people(
    session: AsyncSession, actor: Actor, row: Inspection, ids: Collection[UUID]
) -> None:
    """Whoever is named is told; nobody else is (四不两直)."""
    found = await choosing.going(session, ids, await _bodies(session, row)) if ids else {}
    await session.execute(delete(Inspector).where(Inspector.inspection_id == row.id))
    session.add_all(
        Inspector(inspection_id=row.id, person_id=person, organization_id=body)
        for person, body in found.items()
    )
    await session.flush()
    told = {"inspection_id": str(row.id), "name": row.name, "day": row.starts_on.isoformat()}
    others = set(found) - {actor.person_id}
    if others:
        dedup = f"inspection:{row.id}"
        await notifications.tell(session, others, "inspection.planned", None, told, dedup)


async def _drop_people_of_others(
    session: AsyncSession, row: Inspection, joining: Collection[UUID]
) -> None:
    """Whose body does not take part any more does not go either."""
    await session.execute(
        delete(Inspector).where(
            Inspector.inspection_id == row.id,
            Inspector.organization_id.not_in({row.lead_id, *joining}),
        )
    )


async def _set_places(
    session: AsyncSession, actor: Actor, row: Inspection, ids: Collection[UUID]
) -> None:
    query = select(InspectionPlace).where(InspectionPlace.inspection_id == row.id)
    known = {place.object_id: place for place in await session.scalars(query)}
    gone = [place for id_, place in known.items() if id_ not in ids]
    if any(place.recorded_at for place in gone):
        raise invalid(
            "object_ids", "已经有结果的场所不能去掉", "A place that has a result stays on the list"
        )
    new = set(ids) - set(known)
    await choosing.require_places(session, actor, new)
    await accompanying.spare(session, row, {place.object_id for place in gone})
    for place in gone:
        await session.delete(place)
    await session.flush()
    await _add_places(session, row, new, [])


async def _add_places(
    session: AsyncSession, row: Inspection, picked: Iterable[UUID], drawn: Iterable[UUID]
) -> None:
    by_lot = dict.fromkeys(drawn, True) | dict.fromkeys(picked, False)
    query = select(InspectionPlace.object_id).where(InspectionPlace.inspection_id == row.id)
    known = set(await session.scalars(query))
    if not by_lot and not known:
        raise invalid("object_ids", "没有符合条件的场所", "No place fits")
    if len(by_lot) + len(known) > MOST_PLACES:
        raise invalid(
            "object_ids", f"一次检查最多 {MOST_PLACES} 家", f"At most {MOST_PLACES} places"
        )
    session.add_all(
        InspectionPlace(inspection_id=row.id, object_id=id_, is_drawn=is_drawn)
        for id_, is_drawn in by_lot.items()
    )
    await session.flush()


async def _note(
    session: AsyncSession, kind: Kind, actor: Actor, row: Inspection, told: dict[str, Any]
) -> None:
    await audit.record(session, kind, actor, Subject("inspection", row.id), told)


def _require_days(starts_on: date, until: date) -> None:
    if not 0 <= (until - starts_on).days <= LONGEST_DAYS:
        raise invalid(
            "until", "结束日期不能早于开始日期，最长一年", "It must end after it starts, in a year"
        )


def _require_partner(kind: InspectionKind, joining: Collection[UUID]) -> None:
    if kind is InspectionKind.JOINT and not joining:
        raise invalid(
            "joining_ids", "联合检查要有参加的部门", "A joint inspection needs another body"
        )


def invalid(field: str, zh: str, en: str) -> Invalid:
    return Invalid(fields=[field], reason_zh=zh + "。", reason_en=en + ".")
