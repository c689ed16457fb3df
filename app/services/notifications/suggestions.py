"""意见建议: every role may say what is wrong; the answer comes to the inbox (S3-13)."""

import hashlib
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.errors import NotFound, SameIdOtherContent
from app.models.notification import Suggestion
from app.models.person import Person
from app.services import access, audit
from app.services.access import Actor
from app.services.audit import Kind, Subject
from app.services.notifications.commands import AnswerSuggestion, Suggest
from app.services.notifications.inbox import tell
from app.services.permissions import Permission

_MOST = 500


@dataclass(frozen=True)
class FoundSuggestion:
    suggestion: Suggestion
    person: str


async def suggest(
    session: AsyncSession, actor: Actor, suggestion_id: UUID, command: Suggest
) -> FoundSuggestion:
    """Safe to repeat; the same id with other words is refused, the first words stay."""
    await session.execute(
        insert(Suggestion)
        .values(id=suggestion_id, person_id=actor.person_id, text=command.text, at=clock.now())
        .on_conflict_do_nothing()
    )
    row = await session.get_one(Suggestion, suggestion_id)
    if (row.person_id, row.text) != (actor.person_id, command.text):
        raise SameIdOtherContent
    return FoundSuggestion(row, actor.name)


async def suggestions(session: AsyncSession, actor: Actor) -> list[FoundSuggestion]:
    """Newest first, at most 500: all of them for those who answer, else one's own."""
    query = select(Suggestion, Person.name).join(Person, Person.id == Suggestion.person_id)
    if Permission.READ_SUGGESTIONS not in actor.permissions:
        query = query.where(Suggestion.person_id == actor.person_id)
    order = (Suggestion.at.desc(), Suggestion.id)
    rows = await session.execute(query.order_by(*order).limit(_MOST))
    return [FoundSuggestion(row, name) for row, name in rows]


async def answer(
    session: AsyncSession, actor: Actor, suggestion_id: UUID, command: AnswerSuggestion
) -> FoundSuggestion:
    """Answer, or better an answer; its author is told once for each wording."""
    access.require(actor, Permission.READ_SUGGESTIONS)
    row = await session.get(Suggestion, suggestion_id, with_for_update=True)
    if row is None:
        raise NotFound
    row.answer, row.answered_at = command.answer, clock.now()
    await session.flush()
    about = Subject("suggestion", row.id)
    await audit.record(session, Kind.SUGGESTION_ANSWERED, actor, about)
    wording = hashlib.sha256(command.answer.encode()).hexdigest()[:16]
    await tell(
        session,
        [row.person_id],
        "suggestion_answered",
        None,
        {"text": row.text[:60], "answer": command.answer},
        f"suggestion:{row.id}:{wording}",
    )
    author = await session.get_one(Person, row.person_id)
    return FoundSuggestion(row, author.name)
