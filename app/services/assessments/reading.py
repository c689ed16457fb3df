"""Years, their papers in the order of the bodies' codes, and one paper with all around it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.config import Settings
from app.errors import NotFound
from app.models.assessment import Assessment, AssessmentPaper, AssessmentStep, PaperStepKind
from app.models.organization import Organization
from app.services import accounts
from app.services.access import Actor
from app.services.assessments import evidence, facts, flow, opening, reach, scoring
from app.services.assessments.commands import AssessmentResult
from app.services.assessments.evidence import NamedEvidence
from app.services.assessments.flow import At
from app.services.assessments.scoring import Score
from app.services.schemes import AssessmentForm


@dataclass(frozen=True)
class FoundPaper:
    """`result`, `score`: as far as this reader may know them."""

    paper: AssessmentPaper
    body: Organization
    result: AssessmentResult | None
    score: Score | None
    submitted_on: date | None


@dataclass(frozen=True)
class WholeYear:
    assessment: Assessment
    form: AssessmentForm
    papers: Sequence[FoundPaper]
    may_take_back: bool


@dataclass(frozen=True)
class WholePaper:
    """`offered`: what may be named as evidence, for whoever assesses."""

    at: At
    form: AssessmentForm
    found: FoundPaper
    facts: dict[str, Any]
    steps: Sequence[AssessmentStep]
    people: dict[UUID, str]
    named: dict[UUID, NamedEvidence]
    offered: list[NamedEvidence]
    may: list[PaperStepKind]


async def years(session: AsyncSession, actor: Actor) -> list[Assessment]:
    """Newest first, of which the actor sees a paper."""
    seen = select(AssessmentPaper.assessment_id).where(reach.can_see(actor))
    query = select(Assessment).where(Assessment.withdrawn_at.is_(None), Assessment.id.in_(seen))
    return list(await session.scalars(query.order_by(Assessment.year.desc())))


async def year(session: AsyncSession, actor: Actor, assessment_id: UUID) -> WholeYear:
    """NotFound if the actor sees no paper of it."""
    query = _select().where(Assessment.id == assessment_id, reach.can_see(actor))
    ordered = query.order_by(Organization.code, Organization.name, Organization.id)
    rows = (await session.execute(ordered)).all()
    if not rows:
        raise NotFound
    row = rows[0][2]
    form = opening.form_of(row)
    days = await _submitted(session, [paper.id for paper, *_ in rows])
    return WholeYear(
        assessment=row,
        form=form,
        papers=[_found(actor, form, paper, body, days) for paper, body, _ in rows],
        may_take_back=reach.assesses(actor)
        and not any(paper.status in flow.TOLD for paper, *_ in rows),
    )


async def read(
    session: AsyncSession, actor: Actor, settings: Settings, paper_id: UUID
) -> WholePaper:
    """NotFound outside the actor's sight."""
    query = _select().where(AssessmentPaper.id == paper_id, reach.can_see(actor))
    row = (await session.execute(query)).one_or_none()
    if row is None:
        raise NotFound
    paper, body, of_year = row
    form = opening.form_of(of_year)
    at = At(paper, body, of_year, form.objection_days)
    taken = select(AssessmentStep).where(AssessmentStep.paper_id == paper_id)
    steps = (await session.scalars(taken.order_by(AssessmentStep.version))).all()
    found = _found(actor, form, paper, body, await _submitted(session, [paper_id]))
    results = [found.result] if found.result else []
    results += [AssessmentResult.model_validate(one.before) for one in steps if one.before]
    may = flow.possible(actor, at)
    assesses = {PaperStepKind.ASSESS, PaperStepKind.CORRECT} & set(may)
    return WholePaper(
        at=at,
        form=form,
        found=found,
        facts=paper.facts or await facts.of(session, body, of_year.year),
        steps=steps,
        people=await accounts.names_of(session, {one.person_id for one in steps}),
        named=await evidence.named(session, actor, settings, results),
        offered=await evidence.offered(session, actor, settings, body.id, of_year.year)
        if assesses
        else [],
        may=may,
    )


def _found(
    actor: Actor,
    form: AssessmentForm,
    paper: AssessmentPaper,
    body: Organization,
    days: dict[UUID, date],
) -> FoundPaper:
    """What the county still works on is nobody else's to read."""
    is_shown = paper.status in flow.TOLD or reach.assesses(actor)
    result = AssessmentResult.model_validate(paper.result) if paper.result and is_shown else None
    score = scoring.score(form, result) if result else None
    return FoundPaper(paper, body, result, score, days.get(paper.id))


async def _submitted(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, date]:
    """When the self-assessments came, the last word of each."""
    query = select(AssessmentStep.paper_id, AssessmentStep.at).where(
        AssessmentStep.paper_id.in_(ids), AssessmentStep.kind == PaperStepKind.SUBMIT
    )
    rows = await session.execute(query.order_by(AssessmentStep.version))
    return {row.paper_id: clock.local(row.at).date() for row in rows}


def _select() -> Select[*tuple[Any, ...]]:
    return (
        select(AssessmentPaper, Organization, Assessment)
        .join(Organization, Organization.id == AssessmentPaper.organization_id)
        .join(Assessment, Assessment.id == AssessmentPaper.assessment_id)
        .where(Assessment.withdrawn_at.is_(None))
    )
