"""Taking in what is reported of an accident: once and for ever under the sender's id (sync)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.errors import NotFound
from app.models.accident import (
    Accident,
    AccidentPhoto,
    AccidentReport,
    AccidentStatus,
    ReportKind,
)
from app.models.supervised_object import SupervisedObject
from app.services import photos
from app.services.access import Actor
from app.services.accidents import facts, flow, reach, telling
from app.services.accidents.commands import ReportAccident, SupplementAccident, TellAccident
from app.services.arrivals import digest_of, require_contract, skew_seconds, stranger
from app.services.hazards import placing


@dataclass(frozen=True)
class Taken:
    """`accident` None: the sender has lost sight of it."""

    report: AccidentReport
    accident: Accident | None


async def report(
    session: AsyncSession,
    actor: Actor,
    accident_id: UUID,
    command: ReportAccident,
    body: bytes,
    device_time: datetime | None = None,
) -> Taken:
    """首报. Whoever is signed in may: nobody on the scene is told that it is not for him.

    Nothing about time, place or numbers is ever a reason to refuse; what is doubtful is marked.
    """
    require_contract(command.contract)
    row = _row(actor, accident_id, accident_id, ReportKind.FIRST, command, body, device_time)
    known = await _known(session, actor, row, command)
    if known is not None:
        return known
    accident = await _new(session, actor, command, row)
    if accident is None:
        return await _require_known(session, actor, row, command)
    await _keep(session, row, command)
    await session.flush()
    await telling.reported(session, actor, accident, row)
    return Taken(row, accident)


async def supplement(
    session: AsyncSession,
    actor: Actor,
    accident_id: UUID,
    report_id: UUID,
    command: SupplementAccident,
    body: bytes,
    device_time: datetime | None = None,
) -> Taken:
    """补报 by whoever sees the accident, also after it was closed; 终报 by the county closes it."""
    require_contract(command.contract)
    row = _row(actor, accident_id, report_id, command.report, command, body, device_time)
    known = await _known(session, actor, row, command)
    if known is not None:
        return known
    accident = await lock(session, actor, accident_id)
    if (known := await _known(session, actor, row, command)) is not None:
        return known
    if command.report is ReportKind.FINAL:
        flow.require(actor, accident, flow.CLOSING)
        flow.move(accident, flow.CLOSING, row.received_at)
    else:
        row.is_after_end = accident.status is not AccidentStatus.OPEN
    await _keep(session, row, command)
    facts.fold(accident, await _reports(session, accident_id))
    await session.flush()
    await telling.reported(session, actor, accident, row)
    return Taken(row, accident)


async def lock(session: AsyncSession, actor: Actor, accident_id: UUID) -> Accident:
    """One at a time for each accident; NotFound outside the actor's sight."""
    query = select(Accident).where(Accident.id == accident_id, reach.can_see(actor))
    query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    found = await session.scalar(query)
    if found is None:
        raise NotFound
    return found


def _row(
    actor: Actor,
    accident_id: UUID,
    report_id: UUID,
    kind: ReportKind,
    command: TellAccident,
    body: bytes,
    device_time: datetime | None,
) -> AccidentReport:
    now, skew = clock.now(), skew_seconds(device_time)
    return AccidentReport(
        id=report_id,
        accident_id=accident_id,
        report_kind=kind,
        person_id=actor.person_id,
        organization_id=actor.seats[0].organization_id if actor.seats else None,
        sha256=digest_of(body),
        occurred_at=command.occurred_at,
        said_at=facts.said_at(command.occurred_at, skew, now),
        received_at=now,
        skew_seconds=skew,
        is_after_end=False,
        **facts.told(command),
    )


async def _known(
    session: AsyncSession, actor: Actor, row: AccidentReport, command: TellAccident
) -> Taken | None:
    """Whose id it is learns what became of it; to others other content is all it can be."""
    known = await session.get(AccidentReport, row.id)
    if known is None:
        return None
    same = ("sha256", "person_id", "accident_id")
    if any(getattr(known, name) != getattr(row, name) for name in same):
        sent = {**command.model_dump(mode="json"), "accident_id": str(row.accident_id)}
        raise await stranger(session, actor, "accident", row.id, row.sha256, sent)
    return Taken(known, await session.scalar(_visible(actor, known.accident_id)))


async def _require_known(
    session: AsyncSession, actor: Actor, row: AccidentReport, command: TellAccident
) -> Taken:
    known = await _known(session, actor, row, command)
    assert known is not None, "it has just been in the way"
    return known


def _visible(actor: Actor, accident_id: UUID) -> Select[Accident]:
    return select(Accident).where(Accident.id == accident_id, reach.can_see(actor))


async def _new(
    session: AsyncSession, actor: Actor, command: ReportAccident, row: AccidentReport
) -> Accident | None:
    """None: another request has just reported it under the same id."""
    place = await session.get(SupervisedObject, command.object_id) if command.object_id else None
    object_id = place.id if place else None
    spot = await placing.place(session, actor, command.position, command.grid_id, object_id)
    accident = Accident(
        id=row.accident_id,
        status=AccidentStatus.OPEN,
        reporter_id=actor.person_id,
        object_id=object_id,
        received_at=row.received_at,
        grid_id=spot.grid_id,
        village_id=spot.village_id,
        township_id=spot.township_id,
        is_outside_county=spot.is_outside_county,
    )
    facts.fold(accident, [row])
    if accident.place is None and place is not None:
        accident.place = place.name
    columns = [column.key for column in Accident.__table__.columns if column.key != "number"]
    values = {name: getattr(accident, name) for name in columns}
    made = insert(Accident).values(values).on_conflict_do_nothing(index_elements=[Accident.id])
    found = await session.scalars(made.returning(Accident))
    return found.one_or_none()


async def _keep(session: AsyncSession, row: AccidentReport, command: TellAccident) -> None:
    photos.require_distinct(command.photos)
    session.add(row)
    await session.flush()
    owner = {"report_id": row.id, "accident_id": row.accident_id}
    session.add_all(AccidentPhoto(**owner, **one.model_dump()) for one in command.photos)
    await session.flush()


async def _reports(session: AsyncSession, accident_id: UUID) -> Sequence[AccidentReport]:
    query = select(AccidentReport).where(AccidentReport.accident_id == accident_id)
    return (await session.scalars(query)).all()
