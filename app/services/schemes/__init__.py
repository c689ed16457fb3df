"""Schemes: five real ways of dividing a county, its people and its duties, as data."""

from app.services.schemes.applying import (
    Difference,
    apply,
    begin,
    difference,
    in_force,
    labels,
    offered,
    one_offered,
)
from app.services.schemes.assessing import AssessedItem, AssessmentForm, Dimension
from app.services.schemes.changes import Change, Part, Verb
from app.services.schemes.duties import Origin, origins
from app.services.schemes.files import available, named, read
from app.services.schemes.grids import leaf
from app.services.schemes.proposals import Proposals, proposals
from app.services.schemes.shape import Ground, Scheme

__all__ = [
    "AssessedItem",
    "AssessmentForm",
    "Change",
    "Difference",
    "Dimension",
    "Ground",
    "Origin",
    "Part",
    "Proposals",
    "Scheme",
    "Verb",
    "apply",
    "available",
    "begin",
    "difference",
    "in_force",
    "labels",
    "leaf",
    "named",
    "offered",
    "one_offered",
    "origins",
    "proposals",
    "read",
]
