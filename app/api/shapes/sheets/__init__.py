"""Papers of a grid as files of pure vectors (SVG): sharp at any size, without a browser."""

from collections.abc import Mapping
from enum import StrEnum
from urllib.parse import quote

from starlette.responses import Response

from app.api.shapes.sheets import cards as _cards
from app.api.shapes.sheets import ground as _ground
from app.api.shapes.sheets import network as _network
from app.errors import NotFound
from app.services.documents import Cards, Network, Notice

SVG = "image/svg+xml"


class Paper(StrEnum):
    NETWORK = "network"
    MAP = "map"
    CARDS = "cards"


NAMES: Mapping[Paper, str] = {
    Paper.NETWORK: "责任网络示意图",
    Paper.MAP: "网格范围图",
    Paper.CARDS: "责任告知卡",
}


def network(county: str, found: Network) -> Response:
    return _file(found.chain[-1].grid.name, Paper.NETWORK, _network.drawn(county, found))


def cards(county: str, found: Cards) -> Response:
    return _file(found.grid.name, Paper.CARDS, _cards.drawn(county, found))


def ground(found: Notice) -> Response:
    """NotFound: the grid is not drawn."""
    if found.drawing is None:
        raise NotFound(fields=["outline"])
    return _file(found.grid.name, Paper.MAP, _ground.drawn(found, found.drawing))


def _file(grid: str, paper: Paper, text: str) -> Response:
    """As an attachment under its Chinese name; never kept: who it was yesterday may have gone."""
    told = f"attachment; filename*=UTF-8''{quote(f'{grid} {NAMES[paper]}.svg')}"
    headers = {"Content-Disposition": told, "Cache-Control": "private, no-store"}
    return Response(text, media_type=SVG, headers=headers)
