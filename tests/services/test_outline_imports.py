"""Many outlines from one file: what fits which grid, what is wrong, none behind a back."""

import json
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.errors import ChangedMeanwhile, Invalid, NotPermitted
from app.models.audit import AuditEntry
from app.models.grid import Grid, OutlineSource
from app.models.organization import OrganizationKind
from app.services import places
from app.services.access import Actor
from app.services.coordinates import Crs
from app.services.places import EditGrid, importing
from app.services.places.importing import (
    Checked,
    ImportOutlines,
    Match,
    Row,
    Run,
    Step,
    TakeOutlines,
    Verdict,
    apart,
    reading,
)
from tests import factories
from tests.actors import actor_of
from tests.factories import County
from tests.services.test_fitting import CELL_M2, as_drawn, square

BOW_TIE = {
    "type": "Polygon",
    "coordinates": [
        [[117.71, 34.55], [117.72, 34.56], [117.72, 34.55], [117.71, 34.56], [117.71, 34.55]]
    ],
}
V = Verdict


@dataclass(frozen=True)
class Scene:
    """Three villages side by side, coded A, B and C; C is drawn."""

    session: AsyncSession
    county: County
    actor: Actor
    grids: list[Grid]

    async def check(self, *features: tuple[str, dict[str, Any]], **asked: Any) -> Checked:
        return await importing.check(self.session, self.actor, asking(**asked), file_of(*features))

    async def row(self, code: str, outline: dict[str, Any]) -> Row:
        (found,) = (await self.check((code, outline))).rows
        return found

    async def take(self, seal: str, *features: tuple[str, dict[str, Any]], **asked: Any) -> int:
        command = TakeOutlines.model_validate(asking().model_dump() | asked | {"seal": seal})
        body = file_of(*features)
        return await importing.take(self.session, self.actor, command, body, "边界.geojson")


def asking(**asked: Any) -> ImportOutlines:
    given = {"crs": Crs.CGCS2000, "match": Match.CODE, "named_by": "编码", **asked}
    return ImportOutlines.model_validate(given)


def file_of(*features: tuple[Any, dict[str, Any]], named: str = "编码") -> bytes:
    made = [
        {"type": "Feature", "properties": {named: word, "备注": 1}, "geometry": outline}
        for word, outline in features
    ]
    return json.dumps({"type": "FeatureCollection", "features": made}, ensure_ascii=False).encode()


@pytest.fixture
async def scene(session: AsyncSession, settings: Settings) -> Scene:
    county = await factories.county(session)
    grids = [county.grids[0]]
    for name in ("河西村", "河东村"):
        village = await factories.organization(
            session, OrganizationKind.VILLAGE, name, county.townships[0]
        )
        made = await factories.grid(session, village, county.township_grids[0], outline=None)
        grids.append(made)
    for grid, code in zip(grids, "ABC", strict=True):
        grid.official_code = f"370405{code}"
    grids[2].outline = square(2)
    await session.flush()
    return Scene(session, county, await actor_of(session, settings, county.administrator), grids)


async def test_the_good_ones_are_taken_and_stand_in_the_history(scene: Scene) -> None:
    file = (("370405A", square(0)), ("370405b", square(1)))
    found = await scene.check(*file)
    assert [row.verdict for row in found.rows] == [V.GOOD, V.GOOD]
    assert [row.grid_id for row in found.rows] == [grid.id for grid in scene.grids[:2]]
    assert found.rows[0].square_metres == pytest.approx(CELL_M2, rel=0.01)
    assert scene.grids[1].outline is None, "a look keeps nothing"

    assert await scene.take(found.seal, *file) == 2
    assert scene.grids[1].centre_lat == pytest.approx(34.555, abs=0.005)
    (now,) = await places.outlines_of(scene.session, scene.grids[1].id)
    assert (now.row.source, now.row.crs) == (OutlineSource.IMPORTED, "cgcs2000")
    assert now.by == scene.actor.name
    ids = [str(grid.id) for grid in scene.grids[:2]]
    told = select(AuditEntry).where(AuditEntry.subject_id.in_(ids))
    entries = list(await scene.session.scalars(told))
    assert {entry.data["file"] for entry in entries} == {"边界.geojson"}
    assert len(entries) == 2


@pytest.mark.parametrize(
    ("code", "outline", "verdict"),
    [
        ("370405X", square(0), V.NOT_FOUND),
        ("", square(0), V.NOT_FOUND),
        ("370405A", BOW_TIE, V.BROKEN),
        ("370405A", {"type": "Point", "coordinates": [117.7, 34.5]}, V.BROKEN),
        ("370405C", square(2), V.SAME),
        ("370405A", square(0, row=400), V.ELSEWHERE),
    ],
    ids=["unknown", "unnamed", "crossing", "a point", "as it stands", "far away"],
)
async def test_what_is_wrong_is_said_and_left_out(
    scene: Scene, code: str, outline: dict[str, Any], verdict: Verdict
) -> None:
    good = ("370405B", square(1))
    found = await scene.check((code, outline), good)
    assert [row.verdict for row in found.rows] == [verdict, V.GOOD]
    assert await scene.take(found.seal, (code, outline), good) == 1


async def test_an_outline_that_crosses_itself_says_so(scene: Scene) -> None:
    row = await scene.row("370405A", BOW_TIE)
    assert row.why[0] == "边界有交叉或没有面积"


async def test_metres_on_a_plane_are_named_as_such(scene: Scene) -> None:
    plane = {"type": "Polygon", "coordinates": [[[39472000, 3823000], [39473000, 3823000],
             [39473000, 3824000], [39472000, 3823000]]]}  # fmt: skip
    row = await scene.row("370405A", plane)
    assert "平面坐标" in row.why[0]


async def test_two_features_of_one_grid_are_both_left_out(scene: Scene) -> None:
    file = (("370405A", square(0)), ("370405A", square(1)), ("370405B", square(3)))
    found = await scene.check(*file)
    assert [row.verdict for row in found.rows] == [V.TWICE, V.TWICE, V.GOOD]
    assert await scene.take(found.seal, *file) == 1
    assert scene.grids[0].outline is None


async def test_names_count_within_a_township_and_only_if_they_are_one(scene: Scene) -> None:
    with pytest.raises(Invalid) as refused:
        await scene.check(("x", square(0)), match=Match.NAME)
    assert refused.value.fields == ["township_id"]
    scene.grids[0].name, scene.grids[1].name, scene.grids[2].name = "一 网格", "二网格", "二网格"
    await scene.session.flush()
    asked = {"match": Match.NAME, "township_id": scene.county.townships[0].id}
    found = await scene.check(("一网格 ", square(0)), ("二网格", square(1)), **asked)
    assert [row.verdict for row in found.rows] == [V.GOOD, V.AMBIGUOUS]
    elsewhere = {**asked, "township_id": scene.county.townships[1].id}
    found = await scene.check(("一网格", square(0)), **elsewhere)
    assert [row.verdict for row in found.rows] == [V.NOT_FOUND]


async def test_neighbours_are_those_of_the_file_where_it_has_them(scene: Scene) -> None:
    """C stands on cell 2 and goes to cell 3: what the file does to B is measured against that."""
    assert [one.name for one in (await scene.row("370405B", square(2))).overlaps] == [
        scene.grids[2].name
    ]
    found = await scene.check(("370405B", square(2)), ("370405C", square(3)))
    assert [row.overlaps for row in found.rows] == [[], []]
    found = await scene.check(("370405A", square(0)), ("370405B", square(0, size=0.005)))
    assert found.rows[0].overlaps[0].square_metres == pytest.approx(CELL_M2 / 4, rel=0.02)


async def test_strips_between_are_told(scene: Scene) -> None:
    row = await scene.row("370405B", square(1, shift=-0.0003))
    assert row.strips == 1
    assert row.free == pytest.approx(CELL_M2 * 0.03, rel=0.1)


@pytest.mark.parametrize("drawn_in", [Crs.GCJ02, Crs.BD09])
async def test_a_chinese_map_given_as_plain_degrees_is_seen(scene: Scene, drawn_in: Crs) -> None:
    """The whole file is shifted alike: only what stands, and the county, can tell."""
    scene.grids[0].outline, scene.grids[1].outline = square(0), square(1)
    await scene.session.flush()
    cells = [("370405A", square(0, size=0.0099)), ("370405B", square(1, size=0.0099))]
    shifted = [(code, as_drawn(outline, drawn_in)) for code, outline in cells]
    assert (await scene.check(*shifted)).looks_like is drawn_in
    right = await scene.check(*shifted, crs=drawn_in)
    assert right.looks_like is None
    assert right.rows[0].share == pytest.approx(0.02, abs=0.005)


async def test_what_moved_since_the_look_is_refused(scene: Scene) -> None:
    """Its own outline, and one beside it that it was compared with."""
    file = (("370405B", square(1)),)
    for grid in (scene.grids[1], scene.grids[2]):
        seal = (await scene.check(*file)).seal
        edit = EditGrid(outline=square(1, size=0.004) if grid is scene.grids[1] else square(4))
        await places.edit_grid(scene.session, scene.actor, grid.id, edit)
        if grid is scene.grids[2]:
            assert (await scene.check(*file)).seal != seal
        with pytest.raises(ChangedMeanwhile):
            await scene.take(seal, *file)


async def test_another_file_is_not_what_was_looked_at(scene: Scene) -> None:
    seal = (await scene.check(("370405A", square(0)))).seal
    with pytest.raises(ChangedMeanwhile):
        await scene.take(seal, ("370405A", square(0, size=0.009)))
    with pytest.raises(ChangedMeanwhile):
        await scene.take(seal, ("370405A", square(0)), crs=Crs.GCJ02)


async def test_what_an_import_did_is_put_back_one_by_one(scene: Scene) -> None:
    await places.edit_grid(
        scene.session, scene.actor, scene.grids[0].id, EditGrid(outline=square(0))
    )
    file = (("370405A", square(1)),)
    assert await scene.take((await scene.check(*file)).seal, *file) == 1
    _, old = await places.outlines_of(scene.session, scene.grids[0].id)
    edit = EditGrid(outline=old.row.outline)
    await places.edit_grid(scene.session, scene.actor, scene.grids[0].id, edit)
    sources = [one.row.source for one in await places.outlines_of(scene.session, scene.grids[0].id)]
    assert sources == [OutlineSource.REDRAWN, OutlineSource.IMPORTED, OutlineSource.REDRAWN]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"PK\x03\x04", "file"),
        (b"[]", "file"),
        (b'{"features": [1]}', "file"),
        (b'{"features": []}', "file"),
        (b"[" * 100_000, "file"),
        (file_of(("370405A", square(0)), named="name"), "named_by"),
    ],
    ids=["a zip", "a list", "numbers", "nothing", "too deep", "another property"],
)
async def test_what_is_no_such_file_is_refused(scene: Scene, body: bytes, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        await importing.check(scene.session, scene.actor, asking(), body)
    assert refused.value.fields == [field]


async def test_too_many_corners_are_refused(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_CORNERS", 4)
    with pytest.raises(Invalid, match="invalid") as refused:
        await scene.check(("370405A", square(0)))
    assert "拐点太多" in refused.value.details["reason_zh"]


async def test_numbers_serve_as_codes(scene: Scene) -> None:
    scene.grids[0].official_code = "370405001"
    await scene.session.flush()
    for code in (370405001, 370405001.0):
        body = file_of((code, square(0)))
        found = await importing.check(scene.session, scene.actor, asking(), body)
        assert found.rows[0].verdict is V.GOOD


async def test_only_who_edits_places_may(scene: Scene, settings: Settings) -> None:
    officer = await actor_of(scene.session, settings, scene.county.township_officer)
    with pytest.raises(NotPermitted):
        await importing.check(scene.session, officer, asking(), file_of(("370405A", square(0))))


async def test_a_large_file_is_judged_in_another_process_to_the_same_end(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`SMALL` is all that decides; what the child says is what a thread says, to the last digit."""
    file = (("370405A", square(0)), ("370405B", square(4)), ("370405C", BOW_TIE))
    here = await scene.check(*file, crs=Crs.GCJ02)
    monkeypatch.setattr(apart, "SMALL", 0)
    apart_ = await scene.check(*file, crs=Crs.GCJ02)
    assert apart_ == here
    assert len(here.drawn) == 2
    with pytest.raises(Invalid) as refused:
        await scene.check(*file, named_by="没有的属性")
    assert refused.value.fields == ["named_by"]


@pytest.fixture
def steps_told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Step, int, int]]:
    """Every step, however short."""
    told: list[tuple[Step, int, int]] = []
    tell = Run.tell

    def tell_and_note(run: Run, step: Step, done: int = 0, total: int = 0) -> None:
        tell(run, step, done, total)
        told.append((run.step, run.done, run.total))

    monkeypatch.setattr(Run, "tell", tell_and_note)
    return told


async def test_each_step_says_how_far_it_is(
    scene: Scene, steps_told: list[tuple[Step, int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "SMALL", 0)
    file = (("370405A", square(0)), ("370405B", square(1)))
    found = await scene.check(*file)
    steps = {(step, total) for step, _, total in steps_told}
    assert steps_told[0] == (Step.READING, 0, 0), "the other process only starts now"
    assert steps >= {(Step.READING, 2), (Step.COMPARING, 2)}
    assert all(0 <= done <= total for _, done, total in steps_told)

    await scene.take(found.seal, *file)
    assert steps_told[-2:] == [(Step.TAKING, 0, 2), (Step.TAKING, 2, 2)]
