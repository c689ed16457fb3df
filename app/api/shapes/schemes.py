"""Schemes as they are shown."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from app.api.views import View
from app.models.obligation import Duty, Period, Scope
from app.models.organization import OrganizationKind
from app.models.person import Role
from app.models.slot import SlotRole
from app.services.commands import Input
from app.services.schemes import Difference, Part, Scheme, Verb
from app.services.schemes.shape import Body, plain


class LevelView(View):
    number: int
    name: str
    runner: OrganizationKind


class SlotView(View):
    level: int
    role: SlotRole
    name: str
    who: str
    is_required: bool


class SchemeInForce(View):
    """`labels`: what posts are called here, where it differs from the product's own words."""

    key: str | None
    name: str | None
    levels: list[LevelView]
    slots: list[SlotView]
    labels: dict[Role, str]

    @classmethod
    def of(cls, scheme: Scheme | None) -> Self:
        if scheme is None:
            return cls(key=None, name=None, levels=[], slots=[], labels={})
        return cls(
            key=scheme.key,
            name=scheme.name,
            levels=[LevelView.model_validate(one) for one in scheme.level],
            slots=[SlotView.model_validate(one) for one in scheme.slot],
            labels=scheme.labels,
        )


class SchemeLine(View):
    key: str
    name: str
    name_en: str
    seed: str
    about: str
    is_in_force: bool

    @classmethod
    def of(cls, scheme: Scheme, now: Scheme | None) -> Self:
        own = {name: getattr(scheme, name) for name in ("key", "name", "name_en", "seed", "about")}
        return cls(**own, is_in_force=now is not None and now.key == scheme.key)


class DutyView(View):
    """`number`: F1 to F13 of the requirements; of a duty of the county's own: none."""

    key: str
    number: str | None
    name: str
    role: Role | None
    duty: Duty
    min_count: int
    period: Period
    scope: Scope
    seed: str
    is_proposal: bool


class NamedPartView(View):
    """A body or a line. `is_proposal`: the document does not name it."""

    name: str
    is_proposal: bool


class RouteView(View):
    """`category` None: all others. `to`: short names, the county's and the township's.

    `is_proposal`: the document does not say whose it is.
    """

    category: str | None
    to: list[str]
    is_proposal: bool


class ProposalsView(View):
    """What of the county still is as proposed. `routes`: numbers of the rules."""

    bodies: list[UUID]
    routes: list[int]


class SchemeView(SchemeLine):
    """The whole scheme, for the page that explains it."""

    levels: list[LevelView]
    slots: list[SlotView]
    labels: dict[Role, str]
    village_summarises: bool
    functional_zones: bool
    enterprise_grids: bool
    lines: list[NamedPartView]
    bodies: list[NamedPartView]
    routes: list[RouteView]
    checklists: dict[str, str]
    duties: list[DutyView]


class ChangeView(View):
    """`since`: from which day a duty counts so; `not_before`: until then applying is refused."""

    part: Part
    verb: Verb
    name: str
    before: str | None
    after: str | None
    count: int
    since: date | None
    not_before: date | None
    number: str | None
    is_proposal: bool = Field(description="the document of the scheme does not say so")


class DifferenceView(View):
    """`touched`: rows that would be added, changed or switched off."""

    key: str
    touched: int
    fingerprint: str
    changes: list[ChangeView]


class Agreement(Input):
    """The difference that the administrator has looked at."""

    fingerprint: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", examples=["ab" * 32])]


class AppliedView(View):
    key: str
    touched: int


def scheme_view(scheme: Scheme, now: Scheme | None) -> SchemeView:
    names = SchemeInForce.of(scheme)
    return SchemeView(
        **SchemeLine.of(scheme, now).model_dump(),
        levels=names.levels,
        slots=names.slots,
        labels=names.labels,
        village_summarises=scheme.bodies.village_summarises,
        functional_zones=scheme.bodies.functional_zones,
        enterprise_grids=scheme.bodies.enterprise_grids,
        lines=[NamedPartView.model_validate(line) for line in scheme.line],
        bodies=[
            NamedPartView(name=plain(one.name), is_proposal=one.is_proposal)
            for one in scheme.named_bodies
        ],
        routes=list(_routes(scheme)),
        checklists=scheme.checklists,
        duties=[DutyView.model_validate(one) for one in scheme.obligation],
    )


def _routes(scheme: Scheme) -> Iterator[RouteView]:
    """A department, a station and a section may have the same key."""
    departments, stations = _names(scheme.department), _names(scheme.station)
    for route in scheme.route:
        to = [departments[route.county]]
        if route.township:
            to.append(stations[route.township])
        yield RouteView(category=route.category, to=to, is_proposal=route.is_proposal)
    sections = _names(section for office in scheme.office for section in office.section)
    for rule in scheme.office_route:
        to = [sections[rule.section]]
        yield RouteView(category=rule.category, to=to, is_proposal=rule.is_proposal)


def _names(bodies: Iterable[Body]) -> dict[str, str]:
    return {one.key: plain(one.short_name) for one in bodies}


def difference_view(found: Difference) -> DifferenceView:
    return DifferenceView(
        key=found.scheme.key,
        touched=found.touched,
        fingerprint=found.fingerprint,
        changes=[ChangeView.model_validate(change) for change in found.changes],
    )
