"""What a township sends when somebody goes or comes on a grid."""

from uuid import UUID

from pydantic import Field

from app.models.person import Role
from app.services.commands import Day, Input, Line


class HandOver(Input):
    """The old post ends the day before `starts_on`, the new one begins on it."""

    from_post_id: UUID | None = Field(None, description="the post that ends; null = it was vacant")
    to_person_id: UUID | None = Field(
        None, description="who comes; null = colleagues on the grid go on"
    )
    role: Role = Field(Role.GRIDWORKER, description="of the new post where no old one ends")
    starts_on: Day
    note: Line = Field("", description="what both agreed on, for the paper")
