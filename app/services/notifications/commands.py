"""What people send about what they were told, keep, and want changed."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.services.commands import Input, Line, Text
from app.services.hazards import HazardFilters

Said = Annotated[Text, Field(min_length=1)]


class MarkRead(Input):
    """Which lines were read; an empty list means all of them."""

    ids: list[UUID] = Field(default_factory=list, max_length=500)


class SaveView(Input):
    name: Annotated[Line, Field(min_length=1, max_length=20)]
    filters: HazardFilters
    position: Annotated[int, Field(ge=0, le=999)] = 0


class Suggest(Input):
    text: Said


class AnswerSuggestion(Input):
    answer: Said
