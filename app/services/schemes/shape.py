"""What a scheme file says. Every key is checked; a mistake is told by its place in the file."""

import re
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.models.obligation import Duty, Period, Scope
from app.models.organization import OrganizationKind
from app.models.person import Role
from app.models.rules import Hop, Level, Unit
from app.models.slot import SlotRole
from app.models.supervised_object import ObjectKind
from app.services.schemes.assessing import AssessmentForm

Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
Name = Annotated[str, Field(min_length=1, max_length=80)]
Label = Annotated[str, Field(min_length=1, max_length=20)]
MOST_LEVELS = 5
_BLANK = re.compile(r"\{\w+\}")


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Bodies(Part):
    """Which bodies and grids there are beside the centre."""

    territory: bool = Field(description="townships and villages of the division list")
    village_summarises: bool = Field(False, description="reports pass the village first (S2-30)")
    functional_zones: bool = Field(False, description="parks are desks of their own (S1-64)")
    enterprise_grids: bool = Field(False, description="every enterprise of a line is a grid")


class GridLevel(Part):
    """A level of the tree of grids; `runner`: which kind of body runs such a grid."""

    number: Annotated[int, Field(ge=1, le=MOST_LEVELS)]
    name: Label
    runner: OrganizationKind


class Slot(Part):
    """A place for a person on every grid of a level, by the county's own name."""

    level: Annotated[int, Field(ge=1, le=MOST_LEVELS)]
    role: SlotRole
    name: Label
    who: str = Field("", max_length=40, description="who usually has it, in words")
    is_required: bool = True


class Body(Part):
    """`name` is completed with {county}, {unit} and, for stations, {township}."""

    key: Key
    name: Name
    short_name: Annotated[str, Field(min_length=1, max_length=20)]
    is_proposal: bool = Field(False, description="the document does not name it")


class Office(Body):
    """A second-level desk of a sector line, with the sections that act for it."""

    section: Annotated[tuple[Body, ...], Field(min_length=1)]


class Line(Part):
    """A sector line: an exclusive grid run by a section of an office (S1-3, S4-27)."""

    key: Key
    name: Name
    office: Key
    section: Key
    is_proposal: bool = Field(False, description="the document does not name it")


class Route(Part):
    """Category to a department of the county and a station of every township."""

    category: Key
    county: Key
    township: Key | None = None
    is_proposal: bool = Field(False, description="the document does not say whose it is")


class OfficeRoute(Part):
    """Category to a section, in the office that has it; without a category: all others."""

    category: Key | None = None
    section: Key
    is_proposal: bool = Field(False, description="the document does not say whose it is")


class Deadline(Part):
    hop: Hop
    level: Level | None = None
    category: Key | None = None
    amount: Annotated[int, Field(gt=0, le=1000)]
    unit: Unit


class AppliesTo(Part):
    """Which objects a duty is about; nothing said = all of its scope."""

    kinds: tuple[ObjectKind, ...] | None = None
    is_key: bool | None = None


class Ground(StrEnum):
    """What the body is that a grid belongs to, as its name says."""

    COMMUNITY = "community"
    VILLAGE = "village"


class ChecklistFor(Part):
    """Which list a look goes by whose duty names none; the first row that fits wins.

    No `kinds`: whatever is looked at, whole grids too. No `ground`: everywhere.
    """

    kinds: tuple[ObjectKind, ...] = ()
    ground: Ground | None = None
    checklist: Key


class Obligated(Part):
    """One of F1 to F13; `checklist` names an entry of [checklists].

    `slot`: owed by whoever has that place on the grid. `basis`: the words of the document.
    """

    key: Annotated[str, Field(pattern=r"^F\d{1,2}(-[a-z]+)?$")]
    name: Name
    role: Role | None = None
    slot: SlotRole | None = None
    duty: Duty
    min_count: Annotated[int, Field(ge=1, le=31)]
    period: Period
    scope: Scope
    checklist: Key | None = None
    seed: Annotated[str, Field(pattern=r"^S\d-\d+$")]
    applies_to: AppliesTo = AppliesTo()
    basis: Annotated[str, Field(max_length=120)] = ""
    is_proposal: bool = Field(False, description="the document gives no number")

    @property
    def number(self) -> str | None:
        return number_of(self.key)


def number_of(key: str) -> str | None:
    """F13 of F13-assessment; none of a key that the county's own duty has."""
    found = re.match(r"F\d{1,2}(?=-|$)", key)
    return found.group() if found else None


class Training(Part):
    """First training, then the post (S1-16, S4-35); the county first gets time to train."""

    gate: bool = False
    roles: tuple[Role, ...] = (Role.GRIDWORKER, Role.GRID_CHIEF)
    after_days: Annotated[int, Field(ge=0, le=366)] = 90


class Scheme(Part):
    """One way of dividing a county, its people and its duties."""

    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,31}$")]
    name: Name
    name_en: Name
    seed: Annotated[str, Field(max_length=20)]
    about: Annotated[str, Field(max_length=200)]
    bodies: Bodies
    level: Annotated[tuple[GridLevel, ...], Field(min_length=1)]
    labels: dict[Role, Label] = {}
    slot: tuple[Slot, ...] = ()
    checklists: dict[Key, str] = {}
    checklist_for: tuple[ChecklistFor, ...] = ()
    centre: Body
    safety_department: Body
    department: tuple[Body, ...] = ()
    station: tuple[Body, ...] = ()
    office: tuple[Office, ...] = ()
    line: tuple[Line, ...] = ()
    route: tuple[Route, ...] = ()
    office_route: tuple[OfficeRoute, ...] = ()
    deadline: tuple[Deadline, ...] = ()
    obligation: tuple[Obligated, ...] = ()
    training: Training = Training()
    assessment: AssessmentForm | None = None

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        wrong = [*_unknown(self), *_twice(self)]
        if wrong:
            raise ValueError("；".join(wrong))
        return self

    @property
    def has_base_grids(self) -> bool:
        """Villages have a level of their own above the grids in them (S2)."""
        return sum(level.runner is OrganizationKind.VILLAGE for level in self.level) > 1

    @property
    def named_bodies(self) -> tuple[Body, ...]:
        """All that it names itself, the sections of offices included."""
        sections = [section for office in self.office for section in office.section]
        return (*self.department, *self.station, *self.office, *sections)


def plain(name: str) -> str:
    """Of a body, without the names of the county and the township, which a scheme does not know."""
    return _BLANK.sub("", name)


def _unknown(scheme: Scheme) -> list[str]:
    """References to what the file does not have."""
    levels = {str(level.number) for level in scheme.level}
    departments = {body.key for body in scheme.department}
    stations = {body.key for body in scheme.station}
    offices = {f"{office.key}/{one.key}" for office in scheme.office for one in office.section}
    sections = {name.partition("/")[2] for name in offices}
    asked = [
        *(("slot.level", str(slot.level), levels) for slot in scheme.slot),
        *(("route.county", route.county, departments) for route in scheme.route),
        *(("route.township", r.township, stations) for r in scheme.route if r.township),
        *(("line", f"{line.office}/{line.section}", offices) for line in scheme.line),
        *(("office_route.section", route.section, sections) for route in scheme.office_route),
        *(
            ("obligation.checklist", one.checklist, set(scheme.checklists))
            for one in scheme.obligation
            if one.checklist
        ),
        *(("checklist_for", one.checklist, set(scheme.checklists)) for one in scheme.checklist_for),
    ]
    return [f"{where} = {name!r}：文件里没有" for where, name, known in asked if name not in known]


def _twice(scheme: Scheme) -> list[str]:
    """Keys that name two things."""
    keys = {
        "level": [f"{level.number} {level.runner}" for level in scheme.level],
        "slot": [f"{slot.level} {slot.role}" for slot in scheme.slot],
        "department": [body.key for body in (*scheme.department, *scheme.office)],
        "line": [line.key for line in scheme.line],
        "route": [route.category for route in scheme.route],
        "obligation": [one.key for one in scheme.obligation],
        "deadline": [f"{one.hop} {one.level} {one.category}" for one in scheme.deadline],
    }
    return [
        f"{name} {key!r}：写了两次"
        for name, known in keys.items()
        for key in sorted({key for key in known if known.count(key) > 1})
    ]
