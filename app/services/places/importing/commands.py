"""What comes with a file of outlines."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.services.commands import Input, Line
from app.services.coordinates import Crs


class Match(StrEnum):
    """By what the file's features know their grids."""

    CODE = "code"
    NAME = "name"


class ImportOutlines(Input):
    """`named_by`: the property of the features that holds the code or the name."""

    crs: Crs
    match: Match
    named_by: Annotated[Line, Field(min_length=1, max_length=100)]
    township_id: UUID | None = Field(
        None, description="only its grids; needed where they are matched by name"
    )


class TakeOutlines(ImportOutlines):
    """As it was checked: the seal of that check. Refused when an outline has moved since."""

    seal: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
    is_correction: bool = Field(
        False, description="the same ground, only drawn better: is not to be filed"
    )
