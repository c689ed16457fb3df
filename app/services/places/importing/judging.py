"""Each feature against its grid, the others of the file, and what lies around; nothing is asked."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any
from uuid import UUID

import shapely
from shapely import STRtree, affinity, box
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from app.models.grid import Grid
from app.models.organization import Organization
from app.services.coordinates import Crs, LonLat, to_wgs84
from app.services.places import neighbours, outlines
from app.services.places.importing.commands import ImportOutlines, Match
from app.services.places.importing.reading import Feature
from app.services.places.importing.running import Step, Tell
from app.services.places.known import KnownGrid
from app.services.places.neighbours import NEAR, SMALL, area, strips_between

_ELSEWHERE = 0.5  # of its area outside the county: not a grid of ours, or other coordinates
_MISFIT = 0.02
_MUCH_BETTER = 0.4
_THIN = 0.0001  # degrees: some 10 m, enough to look at


class Verdict(StrEnum):
    GOOD = "good"
    SAME = "same"  # as it stands already
    NOT_FOUND = "not_found"
    AMBIGUOUS = "ambiguous"  # two grids have this name
    TWICE = "twice"  # two features for one grid
    BROKEN = "broken"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True)
class Overlap:
    name: str
    square_metres: int


@dataclass(frozen=True)
class Row:
    """`outside`: share outside the county. `share`: of all ground that differs from what stands.

    `free`: m² in `strips` strips between it and its neighbours. `preview`: thinned, GeoJSON.
    """

    n: int
    label: str
    verdict: Verdict
    why: tuple[str, str]
    grid_id: UUID | None
    grid: str
    square_metres: int
    outside: float
    share: float | None
    overlaps: list[Overlap]
    strips: int
    free: int
    preview: dict[str, Any] | None


@dataclass(frozen=True)
class Checked:
    """`seal`: of what it was checked against. `drawn` and `versions`: of the good ones, by grid."""

    rows: list[Row]
    looks_like: Crs | None
    seal: str
    drawn: Mapping[UUID, BaseGeometry]
    versions: Mapping[UUID, str]


@dataclass(frozen=True)
class Scene:
    """As it is now. `grids`: that may be meant; `known`: all in force; `hung`: below, above."""

    grids: Sequence[Grid]
    known: Mapping[UUID, KnownGrid]
    bodies: Mapping[UUID, Organization]
    hung: Sequence[tuple[UUID, UUID]]


def judge(
    features: Sequence[Feature], scene: Scene, command: ImportOutlines, digest: str, tell: Tell
) -> Checked:
    called = _called(scene.grids, command.match)
    meant = [called.get(_key(one.label, command.match), []) for one in features]
    times = Counter(grids[0].id for grids in meant if len(grids) == 1)
    pairs = [
        (one, grids, _verdict(one, grids, times))
        for one, grids in zip(features, meant, strict=True)
    ]
    new = {
        grids[0].id: one.drawn
        for one, grids, verdict in pairs
        if verdict is Verdict.GOOD and one.drawn is not None
    }
    after = _After(scene, new)
    rows = []
    for one, grids, verdict in pairs:
        tell(Step.COMPARING, one.n, len(features))
        rows.append(_row(one, grids, verdict, after))
    tell(Step.WEIGHING, 0, 0)
    versions = {one.id: outlines.version(one.outline) for one in scene.grids}
    around = {id_: after.wkb(id_) for id_ in after.seen}
    stuff = [
        digest,
        command.model_dump(mode="json", exclude={"seal", "is_correction"}),
        [(row.n, str(row.grid_id), row.verdict) for row in rows],
        sorted((str(id_), versions[id_]) for id_ in new),
        sorted((str(id_), word) for id_, word in around.items()),
    ]
    seal = sha256(json.dumps(stuff, ensure_ascii=False).encode()).hexdigest()[:16]
    return Checked(rows, _looks_like(after, command.crs), seal, new, versions)


def _called(grids: Sequence[Grid], match: Match) -> dict[str, list[Grid]]:
    found: dict[str, list[Grid]] = {}
    for grid in grids:
        word = grid.official_code if match is Match.CODE else grid.name
        if word:
            found.setdefault(_key(word, match), []).append(grid)
    return found


def _key(label: str, match: Match) -> str:
    return label.upper() if match is Match.CODE else "".join(label.split())


def _verdict(one: Feature, grids: Sequence[Grid], times: Mapping[UUID, int]) -> Verdict:
    if len(grids) != 1:
        return Verdict.AMBIGUOUS if grids else Verdict.NOT_FOUND
    if times[grids[0].id] > 1:
        return Verdict.TWICE
    if one.drawn is None:
        return Verdict.BROKEN
    if _outside(one.drawn) >= _ELSEWHERE:
        return Verdict.ELSEWHERE
    was = grids[0].outline
    return Verdict.SAME if was and shape(was).equals(one.drawn) else Verdict.GOOD


def _row(one: Feature, grids: Sequence[Grid], verdict: Verdict, after: "_After") -> Row:
    grid = grids[0] if len(grids) == 1 else None
    drawn = one.drawn
    others = after.beside(grid, drawn) if grid and drawn and verdict is Verdict.GOOD else []
    strips = strips_between(drawn, [found for _, found in others]) if drawn and others else []
    return Row(
        n=one.n,
        label=one.label,
        verdict=verdict,
        why=one.why,
        grid_id=grid.id if grid else None,
        grid=grid.name if grid else "",
        square_metres=round(area(drawn)) if drawn else 0,
        outside=round(_outside(drawn), 3) if drawn else 0.0,
        share=_share(grid, drawn),
        overlaps=_overlaps(drawn, others) if drawn else [],
        strips=len(strips),
        free=round(sum(map(area, strips))),
        preview=_thinned(drawn) if drawn else None,
    )


class _After:
    """The county as it would be: outlines of the file in the place of those that stand."""

    def __init__(self, scene: Scene, new: Mapping[UUID, BaseGeometry]) -> None:
        self.scene, self.new = scene, new
        stands = {id_: one.outline for id_, one in scene.known.items() if one.outline is not None}
        self.ground = {**stands, **new}
        self.ids = list(self.ground)
        self.tree = STRtree([self.ground[id_] for id_ in self.ids])
        self.seen: set[UUID] = set()  # grids not of the file that something was compared with

    def beside(self, grid: Grid, drawn: BaseGeometry) -> list[tuple[str, BaseGeometry]]:
        """As for one outline (neighbours.beside), in memory."""
        body = self.scene.bodies[grid.organization_id]
        family = neighbours.family(self.scene.hung, grid.id)
        reach = box(*drawn.bounds).buffer(NEAR)
        near = sorted(self.ids[at] for at in self.tree.query(reach, predicate="intersects"))
        found = [
            id_
            for id_ in near
            if id_ != grid.id
            and id_ not in family
            and neighbours.is_of_level(self.scene.known[id_], body)
        ]
        self.seen |= {id_ for id_ in found if id_ not in self.new}
        return [(self.scene.known[id_].name, self.ground[id_]) for id_ in found]

    def wkb(self, id_: UUID) -> str:
        return sha256(shapely.to_wkb(self.ground[id_])).hexdigest()[:16]


def _overlaps(drawn: BaseGeometry, others: Sequence[tuple[str, BaseGeometry]]) -> list[Overlap]:
    sizes = [(name, area(drawn.intersection(its))) for name, its in others if drawn.intersects(its)]
    found = [Overlap(name, round(size)) for name, size in sizes if size > SMALL]
    return sorted(found, key=lambda one: -one.square_metres)


def _outside(drawn: BaseGeometry) -> float:
    return float(drawn.difference(outlines.county_shape()).area / drawn.area)


def _share(grid: Grid | None, drawn: BaseGeometry | None) -> float | None:
    """None where nothing stands yet."""
    if grid is None or drawn is None or not grid.outline:
        return None
    was = shape(grid.outline)
    return round(float(was.symmetric_difference(drawn).area / was.union(drawn).area), 4)


def _thinned(drawn: BaseGeometry) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        shapely.to_geojson(shapely.transform(drawn.simplify(_THIN), lambda xy: xy.round(6)))
    )
    return found


def _looks_like(after: _After, crs: Crs) -> Crs | None:
    """Of the file as a whole: its features fit each other in any coordinates.

    Chinese maps are some 500 m off, everywhere in a county by nearly the same way: moved by that,
    do they lie better in the county and on what stands?
    """
    whole = sum(one.area for one in after.new.values())
    misfit = _misfit(after, (0.0, 0.0))
    if not whole or misfit / whole < _MISFIT:
        return None
    tried = {
        other: _misfit(after, _way(after, crs, other))
        for other in (Crs.WGS84, Crs.GCJ02, Crs.BD09)
        if other is not crs and not (other is Crs.WGS84 and crs is Crs.CGCS2000)
    }
    best = min(tried, key=lambda other: tried[other])
    return best if tried[best] < misfit * _MUCH_BETTER else None


def _way(after: _After, claimed: Crs, other: Crs) -> tuple[float, float]:
    """Degrees from where the file lies now to where it would, read in other coordinates."""
    middle = shapely.MultiPoint([one.centroid for one in after.new.values()]).centroid
    here = LonLat(middle.x, middle.y)
    there = to_wgs84(_drawn_in(here, claimed), other)
    return there.lon - here.lon, there.lat - here.lat


def _drawn_in(point: LonLat, crs: Crs) -> LonLat:
    """Where a map in these coordinates shows a point; to a metre, which is enough to compare."""
    back = to_wgs84(point, crs)
    return LonLat(2 * point.lon - back.lon, 2 * point.lat - back.lat)


def _misfit(after: _After, way: tuple[float, float]) -> float:
    """Area outside the county, or apart from what stands for the same grids."""
    bad = 0.0
    for id_, drawn in after.new.items():
        moved = affinity.translate(drawn, *way)
        bad += moved.difference(outlines.county_shape()).area
        was = after.scene.known[id_].outline
        bad += was.symmetric_difference(moved).area / 2 if was is not None else 0.0
    return bad
