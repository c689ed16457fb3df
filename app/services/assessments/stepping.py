"""The steps of one paper, each under an id of the desk, once."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.errors import Incomplete, NotFound, SameIdOtherContent
from app.models.assessment import (
    Assessment,
    AssessmentPaper,
    AssessmentStep,
    PaperStepKind,
)
from app.models.base import new_id
from app.models.organization import Organization
from app.services import access, duties
from app.services.access import Actor
from app.services.arrivals import digest_of
from app.services.assessments import evidence, facts, flow, opening, reach, scoring, telling
from app.services.assessments.commands import StepPaper
from app.services.assessments.flow import At
from app.services.duties import DutyQuery, RecordDuty
from app.services.schemes import AssessmentForm

K = PaperStepKind
DUTY = "F13-assessment"  # the yearly duty of bodies that a settled paper fulfils (decision 66)


async def step(
    session: AsyncSession,
    actor: Actor,
    paper_id: UUID,
    step_id: UUID,
    command: StepPaper,
    body: bytes,
) -> AssessmentPaper:
    """What a body says of itself, what the county finds, tells and settles."""
    at = await _lock(session, actor, paper_id)
    digest = digest_of(body)
    known = await session.get(AssessmentStep, step_id)
    if known is not None:
        same = (known.paper_id, known.person_id, known.sha256)
        if same != (paper_id, actor.person_id, digest):
            raise SameIdOtherContent(id=str(step_id))
        return at.paper
    rule = flow.require(actor, at, command)
    before = at.paper.result if command.result and at.paper.status in flow.TOLD else None
    await _take(session, actor, at, command)
    flow.move(at.paper, rule)
    at.paper.version += 1
    made = AssessmentStep(
        id=step_id,
        paper_id=paper_id,
        version=at.paper.version,
        kind=command.step,
        person_id=actor.person_id,
        text=command.text,
        before=before,
        sha256=digest,
        at=clock.now(),
    )
    session.add(made)
    await session.flush()
    if command.step is K.FINISH:
        await _count_as_duty(session, actor, at)
    await telling.stepped(session, actor, at, made)
    return at.paper


async def _take(session: AsyncSession, actor: Actor, at: At, command: StepPaper) -> None:
    form, paper = opening.form_of(at.assessment), at.paper
    if command.step is K.SUBMIT:
        paper.said = _sentences(form, command.said or {})
    if command.step in {K.ASSESS, K.CORRECT} and command.result:
        scoring.require_fitting(form, command.result)
        await evidence.require_seen(session, actor, command.result)
        paper.result = command.result.model_dump(mode="json")
    if command.step is K.SHOW:
        paper.shown_on = access.today()
        paper.facts = await facts.of(session, at.body, at.assessment.year)


def _sentences(form: AssessmentForm, said: dict[str, str]) -> dict[str, Any]:
    """A sentence for every item."""
    missing = [item.name for item in form.items if not said.get(item.key)]
    if missing:
        raise Incomplete(
            fields=["said"],
            missing=["said"],
            missing_zh="、".join(missing),
            missing_en=f"{len(missing)} items",
        )
    return {item.key: said[item.key] for item in form.items}


async def _count_as_duty(session: AsyncSession, actor: Actor, at: At) -> None:
    """A record of the body's own yearly duty, where it has one of that year without a record."""
    found = await duties.find(session, actor, DutyQuery(show="all"))
    owed = next(
        (
            one
            for one in found
            if (one.duty.key, one.of.id) == (DUTY, at.body.id)
            and one.window.end.year == at.assessment.year
            and one.may_record
            and not one.records
        ),
        None,
    )
    if owed is None:
        return
    name = opening.form_of(at.assessment).name
    said = RecordDuty(
        obligation_key=DUTY,
        organization_id=at.body.id,
        period_start=owed.window.start,
        held_on=access.today(),
        subject=f"{at.assessment.year} 年{name}"[:80],
        text="考核结果已定，见考核表。",
    )
    sent = said.model_dump_json().encode()
    kept = await duties.record(session, actor, new_id(), said, sent)
    kept.assessment_paper_id = at.paper.id
    await session.flush()


async def _lock(session: AsyncSession, actor: Actor, paper_id: UUID) -> At:
    """One step at a time; NotFound outside the actor's sight, and of a year that was taken back."""
    query = (
        select(AssessmentPaper, Organization, Assessment)
        .join(Organization, Organization.id == AssessmentPaper.organization_id)
        .join(Assessment, Assessment.id == AssessmentPaper.assessment_id)
        .where(
            AssessmentPaper.id == paper_id,
            Assessment.withdrawn_at.is_(None),
            reach.can_see(actor),
        )
        .with_for_update(key_share=True, of=[AssessmentPaper, Assessment])
        .execution_options(populate_existing=True)
    )
    row = (await session.execute(query)).one_or_none()
    if row is None:
        raise NotFound
    paper, body, year = row
    return At(paper, body, year, opening.form_of(year).objection_days)
