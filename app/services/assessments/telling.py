"""Who hears of an assessment: the body when it has something to say or to read, the county back."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.assessment import (
    Assessment,
    AssessmentPaper,
    AssessmentStep,
    BodyNote,
    PaperStepKind,
)
from app.models.organization import Organization, OrganizationKind
from app.models.person import Role
from app.services import notifications, places
from app.services.access import Actor
from app.services.assessments.flow import At
from app.services.audiences import Asked
from app.services.notifications import Message

K = PaperStepKind
_DESKS = frozenset({Role.TOWNSHIP_OFFICER, Role.HANDLER, Role.VILLAGE_CLERK})
_COUNTY = frozenset({Role.COUNTY_OFFICER, Role.SAFETY_SUPERVISOR})
_CENTRES = (OrganizationKind.COUNTY_CENTRE, OrganizationKind.SAFETY_DEPARTMENT)
_SAID = 60  # letters of a line in the inbox
_TO_BODY = {K.SHOW: "shown", K.FINISH: "final", K.CORRECT: "corrected"}
_TO_COUNTY = {K.OBJECT: "objected"}


async def opened(
    session: AsyncSession, year: Assessment, name: str, papers: Sequence[AssessmentPaper]
) -> None:
    """Each body by its own line, with the last day."""
    asked, day = Asked(session), year.self_until.isoformat()
    bodies = await places.by_id(session, [paper.organization_id for paper in papers])
    messages = [
        Message(
            await asked.at([paper.organization_id], _DESKS),
            "assessment.opened",
            None,
            {**_about(paper, bodies[paper.organization_id], year.year, name), "day": day},
            f"assessment:{paper.id}:opened",
        )
        for paper in papers
    ]
    await notifications.deliver(session, messages)


async def stepped(session: AsyncSession, actor: Actor, at: At, step: AssessmentStep) -> None:
    """Everybody but who did it."""
    asked = Asked(session)
    if step.kind in _TO_BODY:
        line, people = _TO_BODY[step.kind], await asked.at([at.body.id], _DESKS)
    elif step.kind in _TO_COUNTY:
        centres = select(Organization.id).where(Organization.kind.in_(_CENTRES))
        line = _TO_COUNTY[step.kind]
        people = await asked.at(await session.scalars(centres), _COUNTY)
    else:
        return
    about = _about(at.paper, at.body, at.assessment.year, at.assessment.form["name"])
    until = at.object_until
    more = {"day": until.isoformat() if until else "", "said": step.text[:_SAID]}
    told = people - {actor.person_id}
    kind, cause = f"assessment.{line}", f"assessment:{step.id}"
    await notifications.tell(session, told, kind, None, {**about, **more}, cause)


async def noted(session: AsyncSession, actor: Actor, note: BodyNote) -> None:
    body = (await places.by_id(session, [note.organization_id]))[note.organization_id]
    people = await Asked(session).at([note.organization_id], _DESKS) - {actor.person_id}
    params = {
        "body_note_id": str(note.id),
        "body": body.short_name,
        "day": note.said_on.isoformat(),
        "said": note.text[:_SAID],
    }
    kind = f"assessment.{note.kind}"
    await notifications.tell(session, people, kind, None, params, f"body_note:{note.id}")


def _about(paper: AssessmentPaper, body: Organization, year: int, name: str) -> dict[str, Any]:
    return {
        "assessment_paper_id": str(paper.id),
        "body": body.short_name,
        "year": str(year),
        "name": name,
    }
