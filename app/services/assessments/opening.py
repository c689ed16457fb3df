"""Opening a year with the form as it then stands, and taking back what was opened by mistake."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.errors import ChangedMeanwhile, Invalid, NotFound, NotYet, SameIdOtherContent
from app.models.assessment import Assessment, AssessmentPaper, PaperStatus
from app.models.base import new_id
from app.models.organization import Organization
from app.services import access, schemes
from app.services.access import Actor
from app.services.arrivals import digest_of
from app.services.assessments import flow, reach, telling
from app.services.assessments.commands import OpenAssessment, TakeBack
from app.services.permissions import Permission
from app.services.schemes import AssessmentForm

MOST_BODIES = 2000
_FALLBACK = "s2"  # whose six dimensions are proposed where a scheme says nothing (S2-53)


@dataclass(frozen=True)
class Proposal:
    """`is_own`: as the county has worded it for its last year."""

    form: AssessmentForm
    is_own: bool


def form_of(row: Assessment) -> AssessmentForm:
    return AssessmentForm.model_validate(row.form)


async def propose(session: AsyncSession, actor: Actor) -> Proposal:
    """The form of the county's last year; of the first year that of its scheme."""
    access.require(actor, Permission.ASSESS_BODIES)
    query = select(Assessment).order_by(Assessment.opened_at.desc()).limit(1)
    last = await session.scalar(query)
    if last is not None:
        return Proposal(form_of(last), is_own=True)
    scheme = await schemes.in_force(session)
    key = scheme.key if scheme else _FALLBACK
    known = schemes.available()  # a scheme that was applied before it had a form has one here
    named = (scheme, known.get(key), known[_FALLBACK])
    return Proposal(next(one.assessment for one in named if one and one.assessment), is_own=False)


async def open_year(
    session: AsyncSession, actor: Actor, assessment_id: UUID, command: OpenAssessment, body: bytes
) -> Assessment:
    """A paper for each body of the chosen kinds. The same id with the same bytes: as it is."""
    access.require(actor, Permission.ASSESS_BODIES)
    digest = digest_of(body)
    known = await session.get(Assessment, assessment_id)
    if known is not None:
        if (known.sha256, known.opened_by_id) != (digest, actor.person_id):
            raise SameIdOtherContent(id=str(assessment_id))
        return known
    _require_day(command)
    bodies = await _bodies(session, command.form)
    row = await _insert(session, actor, assessment_id, command, digest)
    papers = [
        AssessmentPaper(
            id=new_id(),
            assessment_id=row.id,
            organization_id=one.id,
            status=PaperStatus.SELF,
            version=1,
            said={},
        )
        for one in bodies
    ]
    session.add_all(papers)
    await session.flush()
    await telling.opened(session, row, command.form.name, papers)
    return row


async def take_back(
    session: AsyncSession, actor: Actor, assessment_id: UUID, command: TakeBack
) -> None:
    """What was opened by mistake, while no body has been told a result."""
    access.require(actor, Permission.ASSESS_BODIES)
    query = select(Assessment).where(Assessment.id == assessment_id).with_for_update()
    row = await session.scalar(query)
    if row is None:
        raise NotFound
    if row.withdrawn_at is not None:
        return
    told = select(AssessmentPaper.id).where(
        AssessmentPaper.assessment_id == row.id, AssessmentPaper.status.in_(flow.TOLD)
    )
    if await session.scalar(told.limit(1)):
        raise NotYet(
            reason_zh="已有单位看到了结果，不能撤回。",
            reason_en="A body has been told its result: it can no longer be taken back.",
        )
    row.withdrawn_at, row.withdrawn_by_id = clock.now(), actor.person_id
    row.withdrawn_because = command.because
    await session.flush()


def _require_day(command: OpenAssessment) -> None:
    if command.self_until < access.today():
        raise Invalid(
            fields=["self_until"],
            reason_zh="自评的最后一天已经过了。",
            reason_en="The last day for self-assessments has passed.",
        )
    if command.year > access.today().year:
        raise Invalid(
            fields=["year"], reason_zh="这一年还没到。", reason_en="That year is still to come."
        )


async def _bodies(session: AsyncSession, form: AssessmentForm) -> list[Organization]:
    query = select(Organization).where(reach.assessed(form.kinds)).limit(MOST_BODIES + 1)
    found = list(await session.scalars(query))
    if not 0 < len(found) <= MOST_BODIES:
        raise Invalid(
            fields=["kinds"],
            reason_zh=f"考核的单位要有 1 到 {MOST_BODIES} 个，现在选出来 {len(found)} 个。",
            reason_en=f"Between 1 and {MOST_BODIES} bodies can be assessed.",
        )
    return found


async def _insert(
    session: AsyncSession, actor: Actor, id_: UUID, command: OpenAssessment, digest: str
) -> Assessment:
    """Invalid if the year stands already, also when somebody else has just opened it."""
    standing = select(Assessment.id).where(
        Assessment.year == command.year, Assessment.withdrawn_at.is_(None)
    )
    if await session.scalar(standing):
        raise Invalid(
            fields=["year"],
            reason_zh=f"{command.year} 年已经开了考核。",
            reason_en=f"The assessment of {command.year} is open already.",
        )
    values = {
        "id": id_,
        "sha256": digest,
        "year": command.year,
        "form": command.form.model_dump(mode="json"),
        "self_until": command.self_until,
        "opened_by_id": actor.person_id,
        "opened_at": clock.now(),
        "withdrawn_because": "",
    }
    made = insert(Assessment).values(values).on_conflict_do_nothing().returning(Assessment.id)
    if await session.scalar(made) is None:
        raise ChangedMeanwhile
    return await session.get_one(Assessment, id_)
