"""What a county sends when it edits a checklist."""

from typing import Annotated

from pydantic import Field

from app.models.checklist import ItemKind
from app.models.supervised_object import ObjectKind
from app.services.commands import Code, Input, Line, Sha256, Text

ItemCode = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9+_.-]{0,19}$", examples=["SQ-05"])]


class AppliesTo(Input):
    """For which objects; nothing named = for all."""

    kinds: Annotated[list[ObjectKind], Field(max_length=20)] = []
    is_key: bool | None = None


Division = Annotated[str, Field(pattern=r"^[A-T][0-9]{2}$", examples=["H62"])]


class MeantFor(AppliesTo):
    """One question's own: also of which divisions (GB/T 4754), and whether of the 九小 alone."""

    divisions: Annotated[list[Division], Field(max_length=100)] = []
    is_small: bool | None = None


class EditItem(Input):
    """One question. `category_code` is what a finding is reported as; reports need none.

    `picture` names a drawn pair, `photo_…` pictures of the county's own: the one or the other.
    """

    code: ItemCode
    question: Annotated[Line, Field(min_length=1)]
    how_to: Text = ""
    picture: Code | None = None
    photo_right: Sha256 | None = None
    photo_wrong: Sha256 | None = None
    photo_caption: Annotated[Line, Field(min_length=1, max_length=60)] | None = None
    kind: ItemKind = ItemKind.HAZARD
    category_code: Code | None = None
    applies_to: MeantFor = MeantFor()


class EditChecklist(Input):
    """The whole list as it shall be. `based_on`: number of the version that was edited, 0 = new."""

    name: Annotated[Line, Field(min_length=1, max_length=60)]
    applies_to: AppliesTo = AppliesTo()
    is_active: bool = True
    items: Annotated[list[EditItem], Field(min_length=1, max_length=60)]
    change: Annotated[Line, Field(min_length=1, examples=["第 5 条补上看压力表"])]
    based_on: Annotated[int, Field(ge=0)]
