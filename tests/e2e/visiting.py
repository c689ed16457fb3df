"""How a page of the tables in screens.py is reached: with ids of what the person there sees."""

from datetime import datetime

from playwright.sync_api import Page, expect

from app.clock import COUNTY_ZONE
from app.models.base import new_id
from tests.e2e.screens import ONE

# Nothing that is in sight is being fetched any more.
STILL = """() => !document.querySelector('[aria-busy="true"]')
  && [...document.images].every((image) => image.complete || image.getClientRects().length === 0
    || image.getBoundingClientRect().top > window.innerHeight)"""
_WALK = """path => document.getElementById('app').__vue_app__.config.globalProperties.$router
  .push(path).then(() => true)"""


class Cases:
    """The id of a case in a wanted state, among those that the person of this page sees."""

    def __init__(self, page: Page, origin: str) -> None:
        self.page, self.origin = page, origin

    def __getitem__(self, state: str) -> str:
        if state == "task":
            mine = self.page.request.get(f"{self.origin}/api/patrols/mine").json()
            return str(mine["tasks"][0]["id"])
        if state == "ground":
            drawn = self.page.request.get(f"{self.origin}/api/grids").json()
            return next(str(one["id"]) for one in drawn if one["outline"])
        if state == "own":
            mine = self.page.request.get(f"{self.origin}/api/grids?is_mine=true").json()
            return next(str(one["id"]) for one in mine if one["gridworkers"])
        if state == "visit":
            shows = (f"{self.origin}/api/visits?show={show}" for show in ("issues", "all"))
            found = (self.page.request.get(url).json()["items"] for url in shows)
            return str(next(rows[0]["id"] for rows in found if rows))
        makers = {
            "accident": self._accident,
            "inspection": self._inspection,
            "asked": self._asked,
            "answered": self._answered,
            "reported": self._reported,
            "settled": self._settled,
            "kept": self._kept,
            "assessed": self._assessed,
            "told": self._told,
            "paper": self._paper,
            "handover": self._handed_over,
            "drafted": self._drafted,
            "changed": self._changed,
        }
        if state in makers:
            return makers[state]()
        answer = self.page.request.get(f"{self.origin}/api/hazards", params={"state": state})
        return str(answer.json()["items"][0]["id"])

    def _paper(self) -> str:
        """The newest document that this person sees."""
        found = self.page.request.get(f"{self.origin}/api/library").json()
        return str(found["items"][0]["id"])

    def _accident(self) -> str:
        """Anybody reports one; to this desk it is as good as from the scene."""
        id_, now = str(new_id()), datetime.now(COUNTY_ZONE).isoformat()
        self.page.request.put(
            f"{self.origin}/api/accidents/{id_}",
            data={"kind": "fire", "dead": 0, "injured": 2, "place": "电动车棚", "occurred_at": now},
            headers={"Origin": self.origin},
        )
        return id_

    def _inspection(self) -> str:
        """Planned by this desk, looked at once, nothing found."""
        get, day = self.page.request.get, datetime.now(COUNTY_ZONE).date().isoformat()
        body = get(f"{self.origin}/api/session").json()["seats"][0]["organization"]["id"]
        works = get(f"{self.origin}/api/objects?kind=enterprise&limit=2").json()["items"]
        one = f"{self.origin}/api/inspections/{new_id()}"
        ids, days = [row["id"] for row in works], {"starts_on": day, "until": day}
        plan = {
            "kind": "routine", "name": "冬季燃气检查", "lead_id": body, "object_ids": ids,
            "plan": "两人一组，逐家看气瓶间、软管、报警器。", "checklist_key": "leader-inspection",
        }  # fmt: skip
        for path, data in ((one, {**plan, **days}), (f"{one}/places/{ids[0]}", {"looked_on": day})):
            made = self.page.request.put(path, data=data, headers={"Origin": self.origin})
            assert made.ok, made.text()
        return one.rpartition("/")[2]

    def _asked(self) -> str:
        """A gridworker asks for a place."""
        id_ = str(new_id())
        said = {"subject": "路灯不亮", "text": "请修一下", "place": "文化路口"}
        url = f"{self.origin}/api/appeals/{id_}"
        self.page.request.put(url, data=said, headers={"Origin": self.origin})
        return id_

    def _answered(self) -> str:
        """The oldest appeal that this desk sees: one of the demo county, at its end."""
        seen = self.page.request.get(f"{self.origin}/api/appeals?show=all").json()
        return str(seen["items"][-1]["id"])

    def _reported(self) -> str:
        """The newest situation that is open."""
        return self._situations()[0]

    def _settled(self) -> str:
        """The oldest one of the demo county, at its end."""
        return self._situations()[-1]

    def _situations(self) -> list[str]:
        seen = self.page.request.get(f"{self.origin}/api/situations?show=all").json()
        return [str(one["id"]) for one in seen["items"]]

    def _kept(self) -> str:
        """The newest record with figures that the county of the demo has kept."""
        found = self.page.request.get(f"{self.origin}/api/duties?show=all&whose=own").json()
        kept = [one for one in found["occurrences"] if one["records"]]
        return str(next(one for one in kept if one["duty"] == "summary")["records"][0]["id"])

    def _assessed(self) -> str:
        """The paper of the demo county whose result was told."""
        get = self.page.request.get
        years = get(f"{self.origin}/api/assessments").json()["items"]
        found = [get(f"{self.origin}/api/assessments/{one['id']}").json() for one in years]
        papers = [paper for year in found for paper in year["papers"]]
        return str(next(one["id"] for one in papers if one["status"] == "shown"))

    def _told(self) -> str:
        """An instruction of the demo county: at a desk one that it has sent."""
        for box in ("sent", "received"):
            found = self.page.request.get(f"{self.origin}/api/instructions?box={box}").json()
            if found["items"]:
                return str(found["items"][0]["id"])
        raise AssertionError

    def _handed_over(self) -> str:
        """A clerk takes the vacant post of a chief over."""
        people = self.page.request.get(f"{self.origin}/api/people?role=village_clerk").json()
        body = {"to_person_id": people["items"][0]["id"], "role": "grid_chief"}
        made = self.page.request.post(
            f"{self.origin}/api/grids/{self['own']}/handovers",
            data={**body, "starts_on": datetime.now(COUNTY_ZONE).date().isoformat()},
            headers={"Origin": self.origin},
        )
        return str(made.json()["id"])

    def _changed(self) -> str:
        """The change of the demo county that has been carried out."""
        made = self.page.request.get(f"{self.origin}/api/division-changes").json()["items"]
        return next(str(one["id"]) for one in made if one["done_at"] and not one["undone"])

    def _drafted(self) -> str:
        """A township would have one of its grids be a little smaller."""
        grids = self.page.request.get(f"{self.origin}/api/grids?is_mine=true").json()
        grid = next(one for one in grids if one["outline"] and one["gridworkers"])
        rings = grid["outline"]["coordinates"]
        (east, north), *_ = rings[0]
        smaller = [[[x + (east - x) / 9, y + (north - y) / 9] for x, y in ring] for ring in rings]
        outline = {"type": "Polygon", "coordinates": smaller}
        edit = {"bounds": "东至运河西岸", "outline": outline, "drawn_from": grid["outline_version"]}
        made = self.page.request.post(
            f"{self.origin}/api/division-drafts",
            data={"proposal": {"grid_id": grid["id"], "edit": edit}, "reason": "河东归了邻村"},
            headers={"Origin": self.origin},
        )
        assert made.ok, made.text()
        return str(made.json()["id"])

    def fill(self, path: str) -> str:
        return path.format_map(self) if "{first}" not in path else path.removesuffix(ONE)


def walk_to(page: Page, path: str) -> None:
    """As a link within the pages would: loading everything anew costs most of a visit."""
    page.evaluate(_WALK, path)
    expect(page.get_by_text("正在打开…")).to_have_count(0)
    page.wait_for_function(STILL)


def settle(page: Page) -> None:
    """Until the page has said what it has to say."""
    page.wait_for_load_state("networkidle")
    expect(page.get_by_text("正在打开…")).to_have_count(0)


def open_first(page: Page, path: str) -> None:
    """Where the path asks for it: the first row of the list."""
    if path.endswith(ONE):
        page.get_by_role("main").locator("a[href*='-']").first.click()
        settle(page)
