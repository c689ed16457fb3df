"""An outline is corrected by hand and by keyboard: what it lies on is said, undone, kept."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from shapely import Point, Polygon, union_all
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from tests.e2e.accessibility import violations
from tests.e2e.desk import Desk

pytestmark = pytest.mark.e2e
ADMINISTRATOR = "郑凯"
NEAR = 1e-4  # degrees, some 10 m
FAR_IN_PX = 45  # well beyond what the snapping reaches
Spot = tuple[float, float]


class Drawing:
    """The page where a grid's outline is drawn, and where its corners lie on the screen."""

    def __init__(self, desk: Desk, grid: dict[str, Any]) -> None:
        self.desk, self.page, self.grid = desk, desk.page, grid
        self.open()

    def open(self) -> None:
        self.desk.visit(f"/desk/places/grids/{self.grid['id']}/outline")
        expect(self.page.get_by_text("面积")).to_be_visible()
        expect(self.page.locator(".outline-corner").first).to_be_visible()

    @property
    def ring(self) -> list[Spot]:
        """As the server has it."""
        url = f"{self.desk.origin}/api/grids/{self.grid['id']}"
        return corners(self.page.request.get(url).json())

    def handle(self, corner: int) -> Locator:
        return self.page.locator(f'.outline-corner[title="第 {corner + 1} 个拐点"]')

    def pixel(self, corner: int) -> Spot:
        box = self.handle(corner).bounding_box()
        assert box is not None
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def toward(self, corner: int, ring: list[Spot], aim: Point, far: float) -> Spot:
        """So many pixels from a corner towards a place: the map is straight within a village."""
        scale = self._pixels_a_degree(ring)
        lon, lat = ring[corner]
        step = ((aim.x - lon) * scale[0], (lat - aim.y) * scale[1])
        length = (step[0] ** 2 + step[1] ** 2) ** 0.5
        x, y = self.pixel(corner)
        return x + step[0] / length * far, y + step[1] / length * far

    def _pixels_a_degree(self, ring: list[Spot]) -> Spot:
        lons, lats = [lon for lon, _ in ring], [lat for _, lat in ring]
        west, east = lons.index(min(lons)), lons.index(max(lons))
        south, north = lats.index(min(lats)), lats.index(max(lats))
        x = (self.pixel(east)[0] - self.pixel(west)[0]) / (max(lons) - min(lons))
        y = (self.pixel(south)[1] - self.pixel(north)[1]) / (max(lats) - min(lats))
        return x, y

    def drag(self, corner: int, to: Spot) -> None:
        mouse = self.page.mouse
        mouse.move(*self.pixel(corner))
        mouse.down()
        mouse.move(*to, steps=8)
        mouse.up()

    def nudge(self, corner: int, to: Spot) -> None:
        """Choose the corner with PageDown, then arrows: ten pixels with Shift, one without."""
        from_ = self.pixel(corner)
        self.choose(corner)
        for way, (less, more) in enumerate((("ArrowLeft", "ArrowRight"), ("ArrowUp", "ArrowDown"))):
            far = round(to[way] - from_[way])
            for key, times in (("Shift+", abs(far) // 10), ("", abs(far) % 10)):
                for _ in range(times):
                    self.page.keyboard.press(key + (more if far > 0 else less))

    def choose(self, corner: int) -> None:
        """From the first one on, whatever was chosen before."""
        self.page.get_by_role("application", name="边界图").focus()
        for key in ("Escape", *["PageDown"] * (corner + 1)):
            self.page.keyboard.press(key)

    def undo_everything(self, ring: list[Spot]) -> None:
        undo = self.page.get_by_role("button", name="撤销", exact=True)
        self.page.get_by_role("application", name="边界图").focus()
        while undo.is_enabled():
            self.page.keyboard.press("Control+z")
        expect(self.page.get_by_text(re.compile("压着.+公顷"))).to_have_count(0)
        assert self.ring == ring

    def save(self) -> None:
        self.desk.button("保存边界").click()
        expect(self.page.get_by_text("已保存。").first).to_be_visible()


def corners(grid: dict[str, Any]) -> list[Spot]:
    return [(x, y) for x, y in grid["outline"]["coordinates"][0][:-1]]


def at_the_edge(
    page: Page, origin: str
) -> list[tuple[dict[str, Any], int, int, BaseGeometry, str]]:
    """Villages with a corner that no neighbour has, and one that is shared: both, and with whom."""
    grids = page.request.get(f"{origin}/api/grids").json()
    drawn = [(one, shape(one["outline"])) for one in grids if one["outline"]]
    found = []
    for grid, ground in drawn:
        if not isinstance(ground, Polygon) or not 6 <= len(corners(grid)) <= 40:
            continue
        beside = [
            (other["name"], its)
            for other, its in drawn
            if other is not grid and its.distance(ground) < NEAR
        ]
        others = union_all([its for _, its in beside])
        ring = corners(grid)
        alone = [others.distance(Point(spot)) > 20 * NEAR for spot in ring]
        free = next((n for n in range(len(ring)) if alone[n - 1] and alone[n]
                     and alone[(n + 1) % len(ring)]), None)  # fmt: skip
        shared = next(((n, its, name) for name, its in beside for n in range(len(ring))
                       if its.distance(Point(ring[n])) < NEAR), None)  # fmt: skip
        if free is not None and shared is not None:
            found.append((grid, free, *shared))
    return found


@pytest.mark.parametrize(("nth", "way"), [(0, "drag"), (1, "nudge")])
def test_a_corner_is_moved_onto_the_neighbour_back_and_to_a_good_place(
    desk: Callable[[str], Desk], nth: int, way: str
) -> None:
    officer = desk(ADMINISTRATOR)
    grid, free, shared, neighbour, name = at_the_edge(officer.page, officer.origin)[nth]
    drawing = Drawing(officer, grid)
    page, ring = officer.page, drawing.ring
    move = getattr(drawing, way)

    move(shared, drawing.toward(shared, ring, neighbour.representative_point(), FAR_IN_PX))
    expect(page.get_by_text(re.compile(f"压着{re.escape(name)} [0-9.]+ 公顷"))).to_be_visible()
    assert not violations(page)
    drawing.undo_everything(ring)

    inside = shape(grid["outline"]).representative_point()
    move(free, drawing.toward(free, ring, inside, 25))
    expect(page.get_by_text("在县里，不压别的网格。")).to_be_visible()
    drawing.save()

    kept = drawing.ring
    assert [one for n, one in enumerate(kept) if n != free] == [
        one for n, one in enumerate(ring) if n != free
    ]
    assert Point(kept[free]).distance(Point(ring[free])) > NEAR
    assert shape(grid["outline"]).buffer(NEAR).contains(Point(kept[free]))
    drawing.open()
    drawing.choose(free)
    shown = tuple(float(page.get_by_label(axis).input_value()) for axis in ("经度", "纬度"))
    assert shown == pytest.approx(kept[free])


def test_a_draft_of_a_code_alone_gets_a_line_when_it_is_mended(desk: Callable[[str], Desk]) -> None:
    """From the grid's own line as it is now, and it says so: none that is newer is lost."""
    officer = desk("赵立新")
    page, url = officer.page, f"{officer.origin}/api"
    mine = page.request.get(f"{url}/grids?is_mine=true").json()
    grid = next(one for one in mine if one["outline"])
    code = grid["official_code"][:-3] + "998"
    proposal = {"grid_id": grid["id"], "edit": {"official_code": code}}
    made = page.request.post(
        f"{url}/division-drafts",
        data={"proposal": proposal, "reason": "编码要换"},
        headers={"Origin": officer.origin},
    )
    officer.visit(f"/desk/places/drafts/{made.json()['id']}")
    officer.button("改一改，再报").click()
    expect(page.get_by_label("四至")).to_have_count(0)
    officer.button("在地图上改边界").click()
    expect(page.locator(".outline-corner").first).to_be_visible()
    page.get_by_role("application", name="边界图").focus()
    for key in ("PageDown", "Shift+ArrowRight"):
        page.keyboard.press(key)
    officer.button("改好了，再报县里").click()
    expect(page.get_by_text("已报县里").first).to_be_visible()
    read = page.request.get(f"{url}/division-drafts/{made.json()['id']}").json()
    asked = read["proposal"]["edit"]
    assert set(asked) == {
        "official_code", "outline", "outline_crs", "drawn_from", "is_correction",
    }  # fmt: skip
    assert asked["drawn_from"] == grid["outline_version"]
    assert corners(read["after"][0]) != corners(grid) == corners(read["before"][0])
