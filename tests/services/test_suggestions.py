"""意见建议: open to every role, answered into the inbox."""

from uuid import uuid4

import pytest
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.errors import NotFound, NotPermitted, SameIdOtherContent
from app.services import notifications
from app.services.notifications import AnswerSuggestion, Suggest
from tests import factories
from tests.actors import actor_of
from tests.factories import County

WISH = Suggest(text="照片太大，村里传不动")
EVERYBODY = [
    "gridworker",
    "chief",
    "clerk",
    "township_officer",
    "county_officer",
    "supervisor",
    "handler",
    "leader",
    "administrator",
]


@pytest.fixture
async def county(session: AsyncSession) -> County:
    return await factories.county(session)


@pytest.mark.parametrize("who", EVERYBODY)
async def test_everybody_may_say_what_is_wrong(
    session: AsyncSession, settings: Settings, county: County, who: str
) -> None:
    person = getattr(county, who)
    actor = await actor_of(session, settings, person)
    await notifications.suggest(session, actor, uuid4(), WISH)
    (found,) = await notifications.suggestions(session, actor)
    assert (found.person, found.suggestion.text) == (person.name, WISH.text)


async def test_a_repeat_is_the_same_suggestion(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    actor = await actor_of(session, settings, county.gridworker)
    other = await actor_of(session, settings, county.clerk)
    wish_id = uuid4()
    first = await notifications.suggest(session, actor, wish_id, WISH)
    again = await notifications.suggest(session, actor, wish_id, WISH)
    assert again.suggestion.at == first.suggestion.at
    with pytest.raises(SameIdOtherContent):
        await notifications.suggest(session, actor, wish_id, Suggest(text="别的话"))
    with pytest.raises(SameIdOtherContent):
        await notifications.suggest(session, other, wish_id, WISH)
    (kept,) = await notifications.suggestions(session, actor)
    assert kept.suggestion.text == WISH.text


async def test_only_administrators_see_and_answer_all(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    administrator = await actor_of(session, settings, county.administrator)
    for who in EVERYBODY:
        actor = await actor_of(session, settings, getattr(county, who))
        found = await notifications.suggest(session, actor, uuid4(), WISH)
        if who != "administrator":
            assert len(await notifications.suggestions(session, actor)) == 1
            answer = AnswerSuggestion(answer="好的")
            with pytest.raises(NotPermitted):
                await notifications.answer(session, actor, found.suggestion.id, answer)
    assert len(await notifications.suggestions(session, administrator)) == len(EVERYBODY)


async def test_the_answer_comes_to_the_inbox_once_for_each_wording(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    author = await actor_of(session, settings, county.gridworker)
    administrator = await actor_of(session, settings, county.administrator)
    wish_id = uuid4()
    await notifications.suggest(session, author, wish_id, WISH)
    for words, lines in (("已调小", 1), ("已调小", 1), ("已调到 300 KB", 2)):
        answer = AnswerSuggestion(answer=words)
        found = await notifications.answer(session, administrator, wish_id, answer)
        assert (found.person, found.suggestion.answer) == (county.gridworker.name, words)
        assert await notifications.unread(session, author.person_id) == lines
    page = await notifications.inbox(session, author)
    assert {line.kind for line in page["items"]} == {"suggestion_answered"}
    with pytest.raises(NotFound):
        await notifications.answer(session, administrator, uuid4(), AnswerSuggestion(answer="好"))


@pytest.mark.parametrize("text", ["", "   ", "\x00", "\u202e\u2066", "长" * 2001])
def test_a_suggestion_has_something_to_say(text: str) -> None:
    with pytest.raises(ValidationError):
        Suggest(text=text)
