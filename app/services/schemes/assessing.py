"""The form by which a county assesses its bodies: what a scheme proposes, the county words anew."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from app.models.organization import OrganizationKind
from app.services.commands import Input, Line

Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Name = Annotated[Line, Field(min_length=1, max_length=60)]
Points = Annotated[float, Field(gt=0, le=1000, multiple_of=0.5)]
Kind = Annotated[
    OrganizationKind, Field(description="township_subcentre, department, village or enterprise")
]
ASSESSED = frozenset(
    {
        OrganizationKind.TOWNSHIP_SUBCENTRE,
        OrganizationKind.DEPARTMENT,
        OrganizationKind.VILLAGE,
        OrganizationKind.ENTERPRISE,
    }
)


class AssessedItem(Input):
    """`how`: what is looked at, in words."""

    key: Key
    name: Name
    points: Points
    how: Line = ""


class Dimension(Input):
    name: Name
    items: Annotated[tuple[AssessedItem, ...], Field(min_length=1, max_length=20)]


class AssessmentTarget(Input):
    """Another assessment into which the result goes, and how many points it has there (S3-40)."""

    name: Name
    points: Points


class AssessmentForm(Input):
    """`way`: how it is assessed, in words (S1-52). `veto`: when, in words; "" = there is none."""

    name: Name
    basis: Annotated[Line, Field(description="numbers of the requirements, words of the paper")] = (
        ""
    )
    kinds: Annotated[tuple[Kind, ...], Field(min_length=1, max_length=4)]
    way: Line = ""
    dimensions: Annotated[tuple[Dimension, ...], Field(min_length=1, max_length=12)]
    controls: Annotated[tuple[Name, ...], Field(max_length=8, description="控制指标 (S0-34)")] = ()
    veto: Line = ""
    targets: Annotated[tuple[AssessmentTarget, ...], Field(max_length=4)] = ()
    objection_days: Annotated[int, Field(ge=1, le=60, description="after it was told")] = 5
    is_proposal: Annotated[bool, Field(description="no document gives the points")] = False

    @property
    def items(self) -> tuple[AssessedItem, ...]:
        return tuple(item for dimension in self.dimensions for item in dimension.items)

    @property
    def full(self) -> float:
        return sum(item.points for item in self.items)

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        for names in ([item.key for item in self.items], list(self.kinds), list(self.controls)):
            if len(set(names)) < len(names):
                raise ValueError("写了两次")
        if not set(self.kinds) <= ASSESSED:
            raise ValueError("kinds：只考核镇街、部门、村（社区）、企业")
        return self
