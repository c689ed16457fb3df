"""Papers as the desk prints them."""

from datetime import date
from uuid import UUID

from pydantic import Field

from app.api.views import View
from app.models.supervised_object import UnitKind
from app.services.documents import Cards, Network, Node, Notice, WorkCards


class NeighbourView(View):
    name: str
    path: str
    x: int
    y: int


class DrawingView(View):
    """SVG path data within `width` x `height`; `metres`: how far `width` reaches."""

    width: int
    height: int
    own: str
    around: list[NeighbourView]
    metres: int


class NoticeLineView(View):
    """`name` None: nobody has the place today."""

    place: str
    name: str | None
    title: str
    phone: str | None


class NoticeView(View):
    """`link` and `picture` (its QR code as a data address): only where boards are public."""

    grid_id: UUID
    name: str
    official_code: str | None
    county: str
    level_name: str | None
    runner: str
    township: str | None
    bounds: str | None
    square_metres: int | None = Field(description="None: no outline is drawn")
    lines: list[NoticeLineView]
    complaint_phone: str | None
    drawing: DrawingView | None
    as_of: date
    link: str | None
    picture: str | None


def notice_view(found: Notice) -> NoticeView:
    return NoticeView(
        grid_id=found.grid.id,
        name=found.grid.name,
        official_code=found.grid.official_code,
        county=found.county,
        level_name=found.level_name,
        runner=found.runner.name,
        township=found.township.name if found.township else None,
        bounds=found.grid.bounds,
        square_metres=found.square_metres,
        lines=[NoticeLineView.model_validate(line) for line in found.lines],
        complaint_phone=found.complaint_phone,
        drawing=DrawingView.model_validate(found.drawing) if found.drawing else None,
        as_of=found.as_of,
        link=found.link,
        picture=found.picture,
    )


class PlaceView(View):
    """`people` empty: nobody has the place today."""

    name: str
    people: list[str]


class NodeView(View):
    grid_id: UUID
    name: str
    official_code: str | None
    level_name: str | None
    runner: str
    places: list[PlaceView]


class CompetentView(View):
    """`is_county`: a department of the county, not of the township."""

    name: str
    is_county: bool
    categories: list[str]


class NetworkUnitView(View):
    """A 科室, 车间, 班组 or 岗位; `depth` 0: right below the enterprise."""

    kind: UnitKind
    name: str
    person: str
    depth: int


class NetworkView(View):
    """`chain` ends with the grid itself; `parts` hang directly below it.

    `units`: of the enterprise whose grid it is, each right after what it belongs to.
    """

    county: str
    chain: list[NodeView]
    parts: list[NodeView]
    departments: list[CompetentView]
    units: list[NetworkUnitView]
    as_of: date


def network_view(county: str, found: Network) -> NetworkView:
    return NetworkView(
        county=county,
        chain=[_node(one) for one in found.chain],
        parts=[_node(one) for one in found.parts],
        departments=[CompetentView.model_validate(one) for one in found.departments],
        units=[NetworkUnitView.model_validate(one) for one in found.units],
        as_of=found.as_of,
    )


def _node(one: Node) -> NodeView:
    return NodeView(
        grid_id=one.grid.id,
        name=one.grid.name,
        official_code=one.grid.official_code,
        level_name=one.manned.level_name,
        runner=one.runner.short_name,
        places=[
            PlaceView(
                name=place.name,
                people=[" ".join(filter(None, (h.name, h.title))) for h in place.holders],
            )
            for place in one.manned.places
        ],
    )


class CardTaskView(View):
    """`is_proposal`: how often is in no document, and the county has not decided it yet."""

    name: str
    is_proposal: bool


class CardView(View):
    """`tasks`: the duties in force for this place, as the county says them."""

    place: str
    name: str
    tasks: list[CardTaskView]


class CallView(View):
    office: str
    phone: str


class CardsView(View):
    """One card for each chief and gridworker; numbers are those of offices alone."""

    county: str
    name: str
    official_code: str | None
    runner: str
    township: str | None
    cards: list[CardView]
    categories: list[str]
    calls: list[CallView]
    complaint_phone: str | None
    as_of: date


def cards_view(county: str, found: Cards) -> CardsView:
    return CardsView(
        county=county,
        name=found.grid.name,
        official_code=found.grid.official_code,
        runner=found.runner.short_name,
        township=found.township.short_name if found.township else None,
        cards=[CardView.model_validate(one) for one in found.cards],
        categories=found.categories,
        calls=[CallView.model_validate(one) for one in found.calls],
        complaint_phone=found.complaint_phone,
        as_of=found.as_of,
    )


class WorkCardView(View):
    """`valid_until` None: while the post is held. `picture`: the code, as a data address."""

    number: str
    name: str
    place: str
    grid: str
    body: str
    township: str | None
    valid_until: date | None
    link: str | None
    picture: str | None


class WorkCardsView(View):
    """`unqualified`: who gets none before a training. `is_cut`: print the grids below one by one.

    `is_public`: whether the county lets everybody verify; without, the cards bear no code.
    """

    county: str
    name: str
    cards: list[WorkCardView]
    unqualified: list[str]
    is_cut: bool
    is_public: bool
    as_of: date


def work_cards_view(county: str, found: WorkCards) -> WorkCardsView:
    return WorkCardsView(
        county=county,
        name=found.grid.name,
        cards=[
            WorkCardView(
                number=one.number,
                name=one.name,
                place=one.place,
                grid=one.grid.name,
                body=one.body.name,
                township=one.township.short_name if one.township else None,
                valid_until=one.valid_until,
                link=one.link,
                picture=one.picture,
            )
            for one in found.cards
        ],
        unqualified=found.unqualified,
        is_cut=found.is_cut,
        is_public=found.is_public,
        as_of=found.as_of,
    )
