"""Inbox, saved views, suggestions over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from app.api import shapes
from app.api.deps import SessionDep, SignedIn, refusals
from app.api.shapes.notifications import Inbox, SuggestionView, Views
from app.errors import Invalid, NotFound, NotPermitted, NotSignedIn, SameIdOtherContent
from app.services import notifications
from app.services.notifications import AnswerSuggestion, MarkRead, SaveView, Suggest

router = APIRouter(prefix="/api", tags=["notifications"])
READ = refusals(NotSignedIn)


@router.get("/notifications", responses=refusals(NotSignedIn, Invalid))
async def read_inbox(
    actor: SignedIn,
    session: SessionDep,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Inbox:
    """My inbox, newest first, 30 a page."""
    return Inbox.model_validate(await notifications.inbox(session, actor, cursor))


@router.post("/notifications/read", status_code=204, responses=READ)
async def mark_read(command: MarkRead, actor: SignedIn, session: SessionDep) -> None:
    """Mark lines as read; an empty list means all."""
    await notifications.mark_read(session, actor, command)


@router.get("/views", responses=READ)
async def list_views(actor: SignedIn, session: SessionDep) -> Views:
    """The queues of my posts and my saved views, each with its count."""
    return Views.model_validate(await notifications.views(session, actor))


@router.put("/views/{view_id}", responses=refusals(NotSignedIn, NotFound, Invalid))
async def save_view(
    view_id: UUID, command: SaveView, actor: SignedIn, session: SessionDep
) -> Views:
    """Keep the present filter under a name."""
    await notifications.save_view(session, actor, view_id, command)
    return Views.model_validate(await notifications.views(session, actor))


@router.delete("/views/{view_id}", responses=refusals(NotSignedIn, NotFound))
async def delete_view(view_id: UUID, actor: SignedIn, session: SessionDep) -> Views:
    """Forget a saved view."""
    await notifications.delete_view(session, actor, view_id)
    return Views.model_validate(await notifications.views(session, actor))


@router.put("/suggestions/{suggestion_id}", responses=refusals(NotSignedIn, SameIdOtherContent))
async def suggest(
    suggestion_id: UUID, command: Suggest, actor: SignedIn, session: SessionDep
) -> SuggestionView:
    """意见建议: every role may say what is wrong with the system (S3-13)."""
    return shapes.suggestion(await notifications.suggest(session, actor, suggestion_id, command))


@router.get("/suggestions", responses=READ)
async def list_suggestions(actor: SignedIn, session: SessionDep) -> list[SuggestionView]:
    """My suggestions; administrators see all."""
    rows = await notifications.suggestions(session, actor)
    return [shapes.suggestion(row) for row in rows]


@router.post(
    "/suggestions/{suggestion_id}/answer", responses=refusals(NotSignedIn, NotPermitted, NotFound)
)
async def answer_suggestion(
    suggestion_id: UUID, command: AnswerSuggestion, actor: SignedIn, session: SessionDep
) -> SuggestionView:
    """Answer a suggestion; its author finds the answer in the inbox."""
    return shapes.suggestion(await notifications.answer(session, actor, suggestion_id, command))
