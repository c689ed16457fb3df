"""Text search without a dictionary: pieces of one and two characters in a GIN index.

A query is found where all its pieces are (index) and its text is (recheck). No extension needed.
"""

import re
from itertools import pairwise

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.hazard import Hazard, SearchText
from app.models.supervised_object import SupervisedObject
from app.services import access

_NUMBER = re.compile(r"^(?:[a-z]+-)?(?:\d{4}-)?0*(\d{1,12})$")  # TEZ-2026-000123, 000123, 123
_HAN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


def pieces(text: str) -> list[str]:
    """Every two neighbouring characters, and every Chinese character alone; lower case."""
    squeezed = _squeeze(text)
    pairs = {first + second for first, second in pairwise(squeezed)}
    return sorted(pairs | set(_HAN.findall(squeezed)))


def _squeeze(text: str) -> str:
    return " ".join(text.lower().split())


async def remember(session: AsyncSession, hazard: Hazard) -> None:
    """Note, place and object of a case, to be found from now on."""
    row = await text_of(session, hazard)
    members = {"hazard_id": row.hazard_id, "text": row.text, "pieces": row.pieces}
    statement = insert(SearchText).values(members)
    changed = {"text": statement.excluded.text, "pieces": statement.excluded.pieces}
    await session.execute(
        statement.on_conflict_do_update(index_elements=[SearchText.hazard_id], set_=changed)
    )


async def text_of(session: AsyncSession, hazard: Hazard) -> SearchText:
    place = None
    if hazard.enterprise_id:
        place = await session.get(SupervisedObject, hazard.enterprise_id)
    text = _squeeze(" ".join([hazard.note, hazard.place, place.name if place else ""]))
    return SearchText(hazard_id=hazard.id, text=text, pieces=pieces(text))


def matches(query: str) -> ColumnElement[bool]:
    """Cases with this text in note, place or object, or with this number."""
    wanted = _squeeze(query)
    found = select(SearchText.hazard_id).where(
        SearchText.pieces.contains(pieces(wanted)),
        SearchText.text.contains(wanted, autoescape=True),
    )
    by_number = _NUMBER.match(wanted)
    in_text = access.one_of(found)
    return or_(in_text, Hazard.number == int(by_number[1])) if by_number else in_text
