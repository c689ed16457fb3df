"""What is handed over with a grid: open cases, tasks, instructions, objects to keep an eye on.

It is kept as it was, so it says no more than a paper needs: no contact, no number of a phone.
"""

from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.models.hazard import OPEN_STATES, Hazard, State
from app.models.instruction import Addressee, Instruction, InstructionStatus
from app.models.ledger import Licence
from app.models.organization import Organization
from app.models.patrol import PatrolTask, TaskStatus
from app.models.person import IS_BEHIND, Role, SignIn
from app.models.recheck import Recheck
from app.models.supervised_object import ObjectKind, SupervisedObject
from app.services import access, hazards
from app.services.access import Actor
from app.services.patrols.mine import select_tasks

EXPIRES_WITHIN = timedelta(days=60)


class Waits(StrEnum):
    """What the person who goes still had to do on site."""

    VERIFY = "verify"
    RECHECK = "recheck"


class Warned(StrEnum):
    EXPIRED = "expired"
    EXPIRES = "expires"
    KEY = "key"
    MAJOR_SOURCE = "major_source"
    UNCONFIRMED = "unconfirmed"


class PackCase(BaseModel):
    id: UUID
    number: str
    state: State
    what: str
    place: str
    received_at: datetime
    due_at: datetime | None
    waits: Waits | None


class PackTask(BaseModel):
    duty: str
    place: str | None
    due_on: date
    original_due_on: date
    rollovers: int


class PackWarning(BaseModel):
    """`what` and `on`: the licence and its last day."""

    kind: Warned
    what: str = ""
    on: date | None = None


class PackObject(BaseModel):
    id: UUID
    name: str
    kind: ObjectKind
    address: str
    warnings: list[PackWarning]


class PackInstruction(BaseModel):
    """`is_read`, `is_answered`: by somebody of the grid, at any time."""

    id: UUID
    subject: str
    sender: str
    sent_at: datetime
    due_on: date | None
    wants_feedback: bool
    is_read: bool
    is_answered: bool

    @property
    def waits(self) -> bool:
        return not self.is_read or (self.wants_feedback and not self.is_answered)


class Pack(BaseModel):
    """`objects`: only those with a warning, of `object_count`. `unsent`: records that the phone
    of who goes still holds, as it last told. `instructions` None: a paper from before they were
    listed.
    """

    as_of: date
    cases: list[PackCase]
    tasks: list[PackTask]
    instructions: list[PackInstruction] | None = None
    objects: list[PackObject]
    object_count: int
    unsent: int


async def build(
    session: AsyncSession,
    settings: Settings,
    actor: Actor,
    grid_id: UUID,
    leaver_id: UUID | None,
    role: Role,
) -> Pack:
    """Of this grid, and what else still waits for the one who goes."""
    today = access.today()
    return Pack(
        as_of=today,
        cases=await _cases(session, settings, actor, grid_id, leaver_id),
        tasks=await _tasks(session, grid_id, leaver_id, role),
        instructions=await _instructions(session, grid_id),
        objects=await _objects(session, grid_id, today),
        object_count=await _count(session, grid_id),
        unsent=await _unsent(session, leaver_id),
    )


async def _cases(
    session: AsyncSession, settings: Settings, actor: Actor, grid_id: UUID, leaver_id: UUID | None
) -> list[PackCase]:
    """The most urgent first; a case found elsewhere too, if the one who goes must look again."""
    second_look = select(Recheck.hazard_id).where(
        Recheck.person_id == leaver_id, Recheck.answered_at.is_(None)
    )
    looks = set(await session.scalars(second_look)) if leaver_id else set()
    waiting = (Hazard.reporter_id == leaver_id) & (Hazard.state == State.DONE)
    rows = await session.scalars(
        select(Hazard)
        .where(
            access.can_see(actor),
            or_(Hazard.state.in_(OPEN_STATES), Hazard.id.in_(looks)),
            or_(Hazard.grid_id == grid_id, waiting, Hazard.id.in_(looks)),
        )
        .order_by(Hazard.sort_key, Hazard.id)
    )
    return [_case(settings, row, _waits(row, leaver_id, looks)) for row in rows]


def _waits(row: Hazard, leaver_id: UUID | None, looks: set[UUID]) -> Waits | None:
    if row.id in looks:
        return Waits.RECHECK
    is_theirs = leaver_id is not None and row.reporter_id == leaver_id
    return Waits.VERIFY if is_theirs and row.state is State.DONE else None


def _case(settings: Settings, row: Hazard, waits: Waits | None) -> PackCase:
    return PackCase(
        id=row.id,
        number=hazards.number(settings, row.number, row.received_at),
        state=row.state,
        what=row.note,
        place=row.place,
        received_at=row.received_at,
        due_at=row.clock_due_at or row.due_at,
        waits=waits,
    )


async def _tasks(
    session: AsyncSession, grid_id: UUID, leaver_id: UUID | None, role: Role
) -> list[PackTask]:
    """Of this duty on the grid, and in person; the longest due first."""
    of_grid = (
        (PatrolTask.grid_id == grid_id) & (PatrolTask.role == role) & PatrolTask.person_id.is_(None)
    )
    query = (
        select_tasks()
        .where(PatrolTask.status == TaskStatus.OPEN)
        .where(or_(of_grid, PatrolTask.person_id == leaver_id) if leaver_id else of_grid)
        .order_by(PatrolTask.due_on, PatrolTask.original_due_on, PatrolTask.id)
    )
    return [
        PackTask(
            duty=duty,
            place=place.name if place else None,
            due_on=task.due_on,
            original_due_on=task.original_due_on,
            rollovers=task.rollovers,
        )
        for task, duty, place, _ in await session.execute(query)
    ]


async def _instructions(session: AsyncSession, grid_id: UUID) -> list[PackInstruction]:
    """Not ended by who sent them; what still wants something comes first, then the newest.

    No text: the paper is also seen by the township, which the sender need not have told
    (decision 38).
    """
    query = (
        select(Instruction, Organization.short_name, Addressee.read_at, Addressee.answered_at)
        .join(Addressee, Addressee.instruction_id == Instruction.id)
        .join(Organization, Organization.id == Instruction.organization_id)
        .where(Addressee.grid_id == grid_id, Instruction.status == InstructionStatus.OPEN)
        .order_by(Instruction.sent_at.desc(), Instruction.id)
    )
    found = [
        PackInstruction(
            id=row.id,
            subject=row.subject,
            sender=sender,
            sent_at=row.sent_at,
            due_on=row.due_on,
            wants_feedback=row.wants_feedback,
            is_read=read_at is not None,
            is_answered=answered_at is not None,
        )
        for row, sender, read_at, answered_at in await session.execute(query)
    ]
    return sorted(found, key=lambda one: not one.waits)


async def _objects(session: AsyncSession, grid_id: UUID, today: date) -> list[PackObject]:
    """By name; whatever has nothing to be warned of is only counted."""
    here = (SupervisedObject.grid_id == grid_id, SupervisedObject.closed_on.is_(None))
    papers: dict[UUID, list[PackWarning]] = {}
    soon = (
        select(Licence)
        .join(SupervisedObject, SupervisedObject.id == Licence.object_id)
        .where(*here, Licence.expires_on <= today + EXPIRES_WITHIN)
        .order_by(Licence.expires_on, Licence.kind)
    )
    for paper in await session.scalars(soon):
        is_over = paper.expires_on is not None and paper.expires_on < today
        kind = Warned.EXPIRED if is_over else Warned.EXPIRES
        warning = PackWarning(kind=kind, what=paper.kind, on=paper.expires_on)
        papers.setdefault(paper.object_id, []).append(warning)
    query = (
        select(SupervisedObject)
        .where(*here)
        .where(
            or_(
                SupervisedObject.is_key,
                SupervisedObject.major_source_level.is_not(None),
                SupervisedObject.confirmed_at.is_(None),
                SupervisedObject.id.in_(papers),
            )
        )
        .order_by(SupervisedObject.name, SupervisedObject.id)
    )
    return [
        PackObject(
            id=row.id,
            name=row.name,
            kind=row.kind,
            address=row.address,
            warnings=[*papers.get(row.id, ()), *_flags(row)],
        )
        for row in await session.scalars(query)
    ]


def _flags(row: SupervisedObject) -> list[PackWarning]:
    flags = (
        (Warned.MAJOR_SOURCE, row.major_source_level is not None),
        (Warned.KEY, row.is_key),
        (Warned.UNCONFIRMED, row.confirmed_at is None),
    )
    return [PackWarning(kind=kind) for kind, is_so in flags if is_so]


async def _count(session: AsyncSession, grid_id: UUID) -> int:
    query = select(func.count()).where(
        SupervisedObject.grid_id == grid_id, SupervisedObject.closed_on.is_(None)
    )
    return await session.scalar(query) or 0


async def _unsent(session: AsyncSession, leaver_id: UUID | None) -> int:
    if leaver_id is None:
        return 0
    query = select(func.sum(SignIn.unsent_count)).where(SignIn.person_id == leaver_id, IS_BEHIND)
    return int(await session.scalar(query) or 0)
