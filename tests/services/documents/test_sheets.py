"""Papers as files: well-formed SVG with all that the page shows, within the sheet's edges."""

from typing import Any
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.api.shapes.sheets.ink import EDGE, INNER, broken_into
from app.models.grid import Grid
from tests import factories
from tests.conftest import SignInAs
from tests.factories import County

_SVG = "{http://www.w3.org/2000/svg}"
LONG = "从京杭运河北岸台儿庄大桥起沿箭道街一直到文化路东段老供销社大院西墙根为止含两侧门店" * 2
SQUARE: dict[str, Any] = {
    "type": "Polygon",
    "coordinates": [[[117.7, 34.55], [117.71, 34.55], [117.71, 34.56], [117.7, 34.55]]],
}


@pytest.fixture
async def county(session: AsyncSession) -> County:
    return await factories.county(session)


async def test_every_paper_is_a_file_that_holds_what_the_page_shows(
    session: AsyncSession, county: County, sign_in_as: SignInAs
) -> None:
    """Names that look like markup, and words too long for a line."""
    grid = await session.get_one(Grid, county.grids[0].id)
    grid.name, grid.bounds, grid.outline = "<b>&</b>网格", LONG, SQUARE
    await session.flush()
    client = await sign_in_as(county.township_officer)
    for paper, name, told in (
        ("network", "责任网络示意图", ("张网格", "区消防救援大队", "网格员：")),
        ("map", "网格范围图", (LONG, "区域范围", "北")),
        ("cards", "责任告知卡", ("张网格", "怎么报", "119")),
    ):
        answer = await client.get(f"/api/grids/{grid.id}/papers/{paper}.svg")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("image/svg+xml")
        assert "attachment" in answer.headers["content-disposition"]
        drawn = ET.fromstring(answer.content)  # noqa: S314 - our own
        assert drawn.findtext(f"{_SVG}title") == f"{grid.name} {name}"
        words = "".join(text.text or "" for text in drawn.iter(f"{_SVG}text"))
        assert [one for one in told if one not in words] == []
        assert _beyond_the_edge(drawn) == []
    assert (await client.get(f"/api/grids/{county.grids[1].id}/papers/map.svg")).status_code == 404


def _beyond_the_edge(drawn: ET.Element) -> list[str]:
    """Lines of text that would not fit onto the sheet, and boxes that reach below it."""
    bottom = float(drawn.attrib["viewBox"].split()[3])
    wide = [
        str(text.text)
        for text in drawn.iter(f"{_SVG}text")
        if len(broken_into(str(text.text), INNER + EDGE, float(text.attrib["font-size"]))) > 1
    ]
    low = [
        box.attrib["y"]
        for box in drawn.iter(f"{_SVG}rect")
        if "y" in box.attrib and float(box.attrib["y"]) + float(box.attrib["height"]) > bottom
    ]
    return [*wide, *low]


def test_words_are_broken_by_their_width_and_no_line_begins_with_a_stop() -> None:
    assert broken_into("一二三四五六", 3, 1) == ["一二三", "四五六"]
    assert broken_into("一二三，四", 3, 1) == ["一二三，", "四"]
    assert broken_into("ABCDE", 1.2, 1) == ["AB", "CD", "E"]
    assert broken_into("", 3, 1) == []
