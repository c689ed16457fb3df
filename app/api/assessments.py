"""Yearly assessment of bodies over HTTP, with commendations and criticism of them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from app.api import shapes as files
from app.api.deps import RawBody, SessionDep, SettingsDep, SignedIn, refusals
from app.api.lists import OF_ONE
from app.api.shapes import assessments as shapes
from app.api.shapes.assessments import (
    AssessmentPaperView,
    AssessmentProposal,
    AssessmentYears,
    AssessmentYearView,
    BodyNotes,
)
from app.errors import (
    ChangedMeanwhile,
    Incomplete,
    Invalid,
    NotFound,
    NotPermitted,
    NotSignedIn,
    NotYet,
    SameIdOtherContent,
)
from app.services import assessments, lists
from app.services.access import Actor
from app.services.assessments import NotesQuery, OpenAssessment, StepPaper, TakeBack, WriteNote
from app.services.permissions import Permission

router = APIRouter(prefix="/api/assessments", tags=["assessments"])
MINE = (NotSignedIn, NotPermitted, NotFound)
WRITE = (*MINE, Invalid, ChangedMeanwhile, SameIdOtherContent)


@router.get("", responses=refusals(NotSignedIn))
async def read_assessments(actor: SignedIn, session: SessionDep) -> AssessmentYears:
    """Years of which I see a paper, newest first."""
    may_assess = Permission.ASSESS_BODIES in actor.permissions
    return shapes.years(await assessments.years(session, actor), may_assess=may_assess)


@router.get("/proposal", responses=refusals(NotSignedIn, NotPermitted))
async def propose_assessment(actor: SignedIn, session: SessionDep) -> AssessmentProposal:
    """The form that a new year begins with: of the last year, or of the scheme."""
    return shapes.proposal(await assessments.propose(session, actor))


@router.get("/notes", responses=refusals(NotSignedIn, Invalid))
async def read_body_notes(
    query: Annotated[NotesQuery, Query()], actor: SignedIn, session: SessionDep
) -> BodyNotes:
    """Commendations and criticism of bodies in a year, of those I see."""
    return await _notes(actor, session, query)


@router.put("/notes/{note_id}", responses=refusals(*WRITE))
async def write_body_note(
    note_id: UUID, command: WriteNote, body: RawBody, actor: SignedIn, session: SessionDep
) -> BodyNotes:
    """Commend or criticise a body. Safe to repeat. Answers the notes of that year."""
    await assessments.write_note(session, actor, note_id, command, body)
    return await _notes(actor, session, NotesQuery(year=command.said_on.year))


@router.put("/notes/{note_id}/withdrawal", status_code=204, responses=refusals(*MINE))
async def take_back_body_note(
    note_id: UUID, command: TakeBack, actor: SignedIn, session: SessionDep
) -> None:
    """It was wrong: both stay readable. Safe to repeat."""
    await assessments.take_back_note(session, actor, note_id, command)


@router.get("/papers/{paper_id}", responses=refusals(NotSignedIn, NotFound))
async def read_assessment_paper(
    paper_id: UUID, actor: SignedIn, session: SessionDep, settings: SettingsDep
) -> AssessmentPaperView:
    """One body's year: sentences, findings, facts of its ground, what was said to and fro."""
    return shapes.whole(settings, await assessments.read(session, actor, settings, paper_id))


@router.put("/papers/{paper_id}/steps/{step_id}", responses=refusals(*WRITE, Incomplete, NotYet))
async def step_assessment_paper(
    paper_id: UUID,
    step_id: UUID,
    command: StepPaper,
    body: RawBody,
    actor: SignedIn,
    session: SessionDep,
    settings: SettingsDep,
) -> AssessmentPaperView:
    """Hand in, assess, tell, agree, object, settle, correct. Safe to repeat."""
    await assessments.step(session, actor, paper_id, step_id, command, body)
    return shapes.whole(settings, await assessments.read(session, actor, settings, paper_id))


@router.put("/{assessment_id}", responses=refusals(*WRITE))
async def open_assessment(
    assessment_id: UUID,
    command: OpenAssessment,
    body: RawBody,
    actor: SignedIn,
    session: SessionDep,
) -> AssessmentYearView:
    """Open a year with the form as it is sent; it stays as it is. Safe to repeat."""
    await assessments.open_year(session, actor, assessment_id, command, body)
    return shapes.year(await assessments.read_year(session, actor, assessment_id))


@router.get("/{assessment_id}", responses=refusals(NotSignedIn, NotFound))
async def read_assessment(
    assessment_id: UUID, actor: SignedIn, session: SessionDep
) -> AssessmentYearView:
    """One year: its form, and the papers I see in the order of the bodies' codes."""
    return shapes.year(await assessments.read_year(session, actor, assessment_id))


@router.put("/{assessment_id}/withdrawal", status_code=204, responses=refusals(*MINE, NotYet))
async def take_back_assessment(
    assessment_id: UUID, command: TakeBack, actor: SignedIn, session: SessionDep
) -> None:
    """It was opened by mistake; while no body has been told a result. Safe to repeat."""
    await assessments.take_back_year(session, actor, assessment_id, command)


@router.get("/{assessment_id}/export.xlsx", **OF_ONE)
async def export_assessment(assessment_id: UUID, actor: SignedIn, session: SessionDep) -> Response:
    """What is settled, with a column for each assessment that it goes into (S3-40)."""
    asked = lists.OneYear(assessment_id=assessment_id)
    return files.excel(await lists.export(session, actor, lists.ASSESSMENT, asked))


async def _notes(actor: Actor, session: SessionDep, query: NotesQuery) -> BodyNotes:
    return shapes.notes(list(await assessments.find_notes(session, actor, query)))
