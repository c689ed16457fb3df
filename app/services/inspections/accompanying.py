"""陪同网格员: a gridworker goes along to a place, is told before, and stands in the record (S1-29).

It is a request. Nobody is asked whether they came: who went along is named with the result, and
that somebody did not is written nowhere.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Invalid, NotFound
from app.models.base import new_id
from app.models.inspection import HIDDEN_KINDS, Inspection, InspectionPlace
from app.models.organization import Organization
from app.models.supervised_object import SupervisedObject
from app.services import notifications
from app.services.inspections import facts
from app.services.inspections.commands import Accompany
from app.services.inspections.companions import could, day_of
from app.services.notifications import Message


async def name(session: AsyncSession, inspection: Inspection, wanted: Sequence[Accompany]) -> None:
    """Before anybody has looked; whoever is named, or named no more, is told once."""
    if inspection.kind in HIDDEN_KINDS and any(each.person_id for each in wanted):
        raise _hidden()
    places = {row.object_id: row for row in await facts.places_of(session, inspection.id)}
    new = {e.object_id: e.person_id for e in wanted if _names_anew(places, e)}
    await _require_companions(session, inspection, new)
    asked: dict[UUID, list[UUID]] = {}
    spared: dict[UUID, list[UUID]] = {}
    for object_id, person_id in new.items():
        place = places[object_id]
        if place.accompanied_by_id:
            spared.setdefault(place.accompanied_by_id, []).append(object_id)
        if person_id:
            asked.setdefault(person_id, []).append(object_id)
        place.accompanied_by_id = person_id
    await session.flush()
    await _tell(session, inspection, "inspection.accompany_off", spared)
    await _tell(session, inspection, "inspection.accompany", asked)


def _names_anew(places: Mapping[UUID, InspectionPlace], wanted: Accompany) -> bool:
    place = places.get(wanted.object_id)
    if place is None:
        raise NotFound(fields=["accompanying.object_id"])
    if place.accompanied_by_id == wanted.person_id:
        return False
    if place.recorded_at:
        raise Invalid(
            fields=["accompanying"],
            reason_zh="这家已经有结果了，陪同的人在“改结果”里改。",
            reason_en="There is a result already; correct who went along in the result.",
        )
    return True


def _hidden() -> Invalid:
    return Invalid(
        fields=["accompanying"],
        reason_zh="暗访、四不两直到现场以前不告诉网格员，谁陪同了，记结果时再填。",
        reason_en="Nobody on the ground is told of an unannounced inspection; "
        "name who went along with the result.",
    )


async def _require_companions(
    session: AsyncSession, inspection: Inspection, new: Mapping[UUID, UUID | None]
) -> None:
    days = {object_id: day_of(inspection) for object_id, person in new.items() if person}
    found = await could(session, days) if days else {}
    for object_id in days:
        if new[object_id] not in {each.id for each in found.get(object_id, ())}:
            raise NotFound(fields=["accompanying.person_id"])


async def went_along(
    session: AsyncSession, place: InspectionPlace, day: date, person_id: UUID | None
) -> None:
    """With a result: who was there. Nobody is told; a name that stands already may stay."""
    if person_id and person_id != place.accompanied_by_id:
        found = await could(session, {place.object_id: day})
        if person_id not in {each.id for each in found.get(place.object_id, ())}:
            raise NotFound(fields=["accompanied_by_id"])
    place.accompanied_by_id = person_id


async def tell_days(session: AsyncSession, inspection: Inspection) -> None:
    """Other days: all who are asked to come are told anew."""
    await _tell(session, inspection, "inspection.accompany", await _asked(session, inspection))


async def spare(
    session: AsyncSession, inspection: Inspection, only: Collection[UUID] | None = None
) -> None:
    """They need not come, to these places or to any: it was called off."""
    asked = await _asked(session, inspection)
    chosen = {
        person: [id_ for id_ in ids if only is None or id_ in only] for person, ids in asked.items()
    }
    await _tell(session, inspection, "inspection.accompany_off", chosen)


async def _asked(session: AsyncSession, inspection: Inspection) -> dict[UUID, list[UUID]]:
    """Places without a result, by the gridworker who is asked to come there."""
    found: dict[UUID, list[UUID]] = {}
    for place in await facts.places_of(session, inspection.id):
        if place.accompanied_by_id and not place.recorded_at:
            found.setdefault(place.accompanied_by_id, []).append(place.object_id)
    return found


async def _tell(
    session: AsyncSession, inspection: Inspection, kind: str, places: Mapping[UUID, Sequence[UUID]]
) -> None:
    """One line each, however many places."""
    by_person = {person: ids for person, ids in places.items() if ids}
    if not by_person:
        return
    lead = await session.get_one(Organization, inspection.lead_id)
    query = select(SupervisedObject.id, SupervisedObject.name).where(
        SupervisedObject.id.in_([id_ for ids in by_person.values() for id_ in ids])
    )
    names = {row.id: row.name for row in await session.execute(query)}
    told = {
        "name": inspection.name,
        "day": inspection.starts_on.isoformat(),
        "lead": lead.short_name,
        "call": " ".join(filter(None, (lead.short_name, lead.phone))),
    }
    dedup = f"{kind}:{new_id()}"  # said again after it was taken back, it is another line
    await notifications.deliver(
        session,
        [
            Message([person], kind, None, {**told, "place": names[ids[0]], "n": len(ids)}, dedup)
            for person, ids in by_person.items()
        ],
    )
