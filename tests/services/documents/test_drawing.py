"""Maps on paper: to shape, north up, neighbours cut off at the edge."""

import pytest
from shapely.geometry import box, mapping

from app.services.documents.drawing import draw, square_metres

HERE = dict(mapping(box(117.70, 34.50, 117.72, 34.52)))


def test_a_square_of_degrees_is_narrower_than_tall() -> None:
    """At 34.5 degrees a degree to the east is 0.824 of one to the north."""
    drawing = draw(HERE, [])
    assert (drawing.width, drawing.height) == (525, 600)
    corners = [tuple(map(int, one.split())) for one in drawing.own.strip("MZ").split("L")]
    wide, tall = ({at[axis] for at in corners} for axis in (0, 1))
    assert (max(wide) - min(wide)) / (max(tall) - min(tall)) == pytest.approx(0.824, abs=0.01)
    assert square_metres(HERE) == pytest.approx(2_227 * 1_835, rel=0.01)


def test_what_lies_north_is_above_and_what_lies_far_is_left_out() -> None:
    north = dict(mapping(box(117.70, 34.52, 117.72, 34.60)))
    far = dict(mapping(box(118.70, 34.50, 118.72, 34.52)))
    (seen,) = draw(HERE, [("北村", north), ("远村", far)]).around
    assert seen.name == "北村"
    assert seen.y < 100
    assert all(int(one.split()[1]) >= 0 for one in seen.path.strip("MZ").split("L"))


def test_holes_and_islands_are_drawn_too() -> None:
    holed = box(0, 0, 4, 4).difference(box(1, 1, 2, 2)).union(box(5, 0, 6, 1))
    assert draw(dict(mapping(holed)), []).own.count("M") == 3
