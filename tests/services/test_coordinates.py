"""Vectors are those of two published libraries, which agree to the last digit given here."""

from collections.abc import Callable
from math import cos, hypot, radians

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.coordinates import (
    LonLat,
    bd09_to_gcj02,
    bd09_to_wgs84,
    gcj02_to_bd09,
    gcj02_to_wgs84,
    is_in_china,
    wgs84_to_bd09,
    wgs84_to_gcj02,
)

BEIJING = LonLat(116.404, 39.915)
COUNTIES = st.builds(LonLat, st.floats(100, 120), st.floats(25, 42))


def metres(one: LonLat, other: LonLat) -> float:
    east = (one.lon - other.lon) * cos(radians(one.lat))
    return hypot(east, one.lat - other.lat) * 111_320


@pytest.mark.parametrize(
    ("convert", "lon", "lat"),
    [
        (wgs84_to_gcj02, 116.410244499169, 39.916404281502),
        (gcj02_to_wgs84, 116.397755754575, 39.913596235609),
        (gcj02_to_bd09, 116.410369493710, 39.921336993510),
        (bd09_to_gcj02, 116.397627291232, 39.908656739576),
    ],
)
def test_the_published_vector_is_met(
    convert: Callable[[LonLat], LonLat], lon: float, lat: float
) -> None:
    found = convert(BEIJING)
    assert found.lon == pytest.approx(lon, abs=1e-9)
    assert found.lat == pytest.approx(lat, abs=1e-9)


def test_subtracting_the_offset_once_is_not_the_way_back() -> None:
    shifted = wgs84_to_gcj02(BEIJING)
    naive = LonLat(2 * BEIJING.lon - shifted.lon, 2 * BEIJING.lat - shifted.lat)
    assert naive.lon == pytest.approx(116.397755500831, abs=1e-9)
    assert naive.lat == pytest.approx(39.913595718498, abs=1e-9)
    assert metres(wgs84_to_gcj02(naive), BEIJING) > 0.05
    assert metres(wgs84_to_gcj02(gcj02_to_wgs84(BEIJING)), BEIJING) < 1e-6


@pytest.mark.parametrize(
    ("name", "point", "offset"),
    [
        ("台儿庄", LonLat(117.734414, 34.56244), 544),
        ("赤壁", LonLat(113.90038, 29.725184), 603),
        ("银川", LonLat(106.230909, 38.487193), 387),
        ("南昌", LonLat(115.858197, 28.682892), 604),
    ],
)
def test_the_offset_in_known_counties(name: str, point: LonLat, offset: float) -> None:
    assert metres(point, wgs84_to_gcj02(point)) == pytest.approx(offset, abs=3)


@given(COUNTIES)
def test_there_and_back_is_the_same_place(point: LonLat) -> None:
    assert metres(gcj02_to_wgs84(wgs84_to_gcj02(point)), point) < 1e-3


@given(COUNTIES)
def test_baidu_and_back_is_within_decimetres(point: LonLat) -> None:
    assert metres(bd09_to_wgs84(wgs84_to_bd09(point)), point) < 0.6


def test_outside_china_nothing_is_shifted() -> None:
    paris = LonLat(2.35, 48.86)
    assert not is_in_china(paris)
    assert wgs84_to_gcj02(paris) == paris
    assert gcj02_to_wgs84(paris) == paris
