"""An appeal is made, and goes on step by step; each under an id of its sender, once."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.errors import Invalid, NotFound, SameIdOtherContent
from app.models.appeal import Appeal, AppealStatus, AppealStep, AppealStepKind
from app.models.grid import Grid
from app.models.organization import Organization
from app.models.supervised_object import SupervisedObject
from app.services import access, places
from app.services.access import Actor
from app.services.appeals import flow, reach, telling
from app.services.appeals.commands import SUBJECT, MakeAppeal, StepAppeal
from app.services.arrivals import digest_of, require_contract
from app.services.permissions import Permission


@dataclass(frozen=True)
class Heard:
    """What somebody heard at a place, under an id that follows from the record of the visit."""

    id: UUID
    subject: str
    text: str
    place: SupervisedObject
    grid_id: UUID


async def make(
    session: AsyncSession, actor: Actor, appeal_id: UUID, command: MakeAppeal, body: bytes
) -> Appeal:
    """It goes to the township of its ground (S4-30).

    The same id and bytes: nothing twice, whoever has lost the right meanwhile.
    """
    require_contract(command.contract)
    digest = digest_of(body)
    first = await session.get(AppealStep, appeal_id)
    if first is not None and (first.person_id, first.sha256) == (actor.person_id, digest):
        return await session.get_one(Appeal, appeal_id)
    access.require(actor, Permission.MAKE_APPEALS)
    appeal = await _appeal(session, actor, appeal_id, command)
    if not await _insert(session, appeal):
        return await _known(session, actor, appeal_id, digest)
    return await _ask(session, actor, appeal, command.text, digest)


async def hear(session: AsyncSession, actor: Actor, heard: Heard) -> None:
    """What a visit was told (JT-07, LD-06); nothing where it is known.

    The enterprise sees it as its own, and may confirm the answer; so may whoever heard it.
    """
    appeal = await _put(session, actor, heard.id, heard.grid_id, heard.place)
    appeal.subject, appeal.place = heard.subject[:SUBJECT], heard.place.name
    if await _insert(session, appeal):
        await _ask(session, actor, appeal, heard.text, digest_of(heard.text.encode()))


async def _ask(
    session: AsyncSession, actor: Actor, appeal: Appeal, text: str, digest: str
) -> Appeal:
    """Its first step, and the word to whoever has to answer."""
    asked = _step(actor, appeal.id, appeal.id, AppealStepKind.ASK, text, digest)
    asked.organization_id, asked.target_id = appeal.enterprise_id, appeal.holder_id
    session.add(asked)
    await session.flush()
    kept = await session.get_one(Appeal, appeal.id)
    await telling.stepped(session, actor, kept, asked)
    return kept


async def step(
    session: AsyncSession,
    actor: Actor,
    appeal_id: UUID,
    step_id: UUID,
    command: StepAppeal,
    body: bytes,
) -> Appeal:
    """Pass it on, answer, confirm, ask again; no day is set for any of them."""
    appeal = await _lock(session, actor, appeal_id)
    digest = digest_of(body)
    known = await session.get(AppealStep, step_id)
    if known is not None:
        if (known.person_id, known.sha256) != (actor.person_id, digest):
            raise SameIdOtherContent(id=str(step_id))
        return appeal
    rule = flow.require(actor, appeal, command)
    made = _step(actor, appeal_id, step_id, command.step, command.text, digest)
    made.organization_id = appeal.holder_id if rule.by is flow.Side.HOLDER else appeal.enterprise_id
    if command.step is AppealStepKind.PASS_ON:
        await _require_target(session, appeal, command.target_id)
        made.target_id = appeal.holder_id = command.target_id  # type: ignore[assignment]
    flow.move(appeal, rule)
    session.add(made)
    await session.flush()
    await telling.stepped(session, actor, appeal, made)
    return appeal


async def _appeal(
    session: AsyncSession, actor: Actor, appeal_id: UUID, command: MakeAppeal
) -> Appeal:
    """Of the enterprise whose officer one is, else of the own ground."""
    mine = select(SupervisedObject).where(SupervisedObject.organization_id.in_(actor.body_ids))
    company = await session.scalar(mine.order_by(SupervisedObject.id).limit(1))
    grid_id = company.grid_id if company else command.grid_id or min(actor.grid_ids, default=None)
    if grid_id is None or (company is None and grid_id not in actor.grid_ids):
        raise NotFound(fields=["grid_id"])
    place = company.name if company else command.place
    if not place:
        raise Invalid(
            fields=["place"],
            reason_zh="写一下是哪里、哪一家。",
            reason_en="Say which place it is about.",
        )
    appeal = await _put(session, actor, appeal_id, grid_id, company)
    appeal.subject, appeal.place = command.subject, place
    return appeal


async def _put(
    session: AsyncSession,
    actor: Actor,
    appeal_id: UUID,
    grid_id: UUID,
    company: SupervisedObject | None,
) -> Appeal:
    """To the township of the ground, or to the body of a line that has none."""
    grid = await session.get_one(Grid, grid_id)
    known = (await places.known_grids(session)).get(grid_id)
    township_id = known.township_id if known else None
    return Appeal(
        id=appeal_id,
        asker_id=actor.person_id,
        enterprise_id=company.organization_id if company else None,
        grid_id=grid_id,
        township_id=township_id,
        holder_id=township_id or grid.organization_id,
        status=AppealStatus.OPEN,
        received_at=clock.now(),
    )


async def _insert(session: AsyncSession, appeal: Appeal) -> bool:
    """False: the id is known."""
    columns = [column.key for column in Appeal.__table__.columns if column.key != "number"]
    values = {name: getattr(appeal, name) for name in columns}
    made = insert(Appeal).values(values).on_conflict_do_nothing(index_elements=[Appeal.id])
    return await session.scalar(made.returning(Appeal.id)) is not None


async def _known(session: AsyncSession, actor: Actor, appeal_id: UUID, digest: str) -> Appeal:
    first = await session.get_one(AppealStep, appeal_id)
    if (first.person_id, first.sha256) != (actor.person_id, digest):
        raise SameIdOtherContent(id=str(appeal_id))
    return await session.get_one(Appeal, appeal_id)


async def _lock(session: AsyncSession, actor: Actor, appeal_id: UUID) -> Appeal:
    """One step at a time; NotFound outside the actor's sight."""
    query = select(Appeal).where(Appeal.id == appeal_id, reach.can_see(actor))
    query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    found = await session.scalar(query)
    if found is None:
        raise NotFound
    return found


async def _require_target(session: AsyncSession, appeal: Appeal, target_id: UUID | None) -> None:
    query = select(Organization.id).where(Organization.id == target_id, reach.targets(appeal))
    if await session.scalar(query) is None:
        raise NotFound(fields=["target_id"])


def _step(
    actor: Actor,
    appeal_id: UUID,
    step_id: UUID,
    kind: AppealStepKind,
    words: str,
    digest: str,
) -> AppealStep:
    return AppealStep(
        id=step_id,
        appeal_id=appeal_id,
        kind=kind,
        person_id=actor.person_id,
        text=words,
        sha256=digest,
        at=clock.now(),
    )
