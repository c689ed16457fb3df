"""Which case happens where, to whom, and when: everything decided before anything is done."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from random import Random
from typing import Any

from app import clock
from app.services import presets
from app.services.demo.dice import dice
from app.services.demo.enterprises import Company
from app.services.demo.worktime import WorkTime
from app.services.presets import Division

_SCATTER = (0.6, 1.5)  # times the mean of a gap
_WEIGHTS = {"370405100": 8, "370405001": 24, "370405104": 17, "370405102": 14, "370405103": 12}
_OTHERS = 8
_EARLY, _LATE = 7, 20  # hours of the day in which gridworkers are out
_SMALL = frozenset({"fix", "to_station"})  # steps that suit no serious hazard
_AT_ONCE = frozenset({"fix", "archive"})  # while one stands there, whatever the hour
_IN_TOWN = re.compile("小区|新区|新村|公寓|家属|农贸市场|宿舍楼|商住")
_PLACES = 4  # drawn places per stage
_FREE_REPORTS = 0.3  # share of reports outside office hours
_TRIAGE = 1.0  # a gap of so many hours means that a desk had to look first


@dataclass(frozen=True)
class Found:
    """One row of hazards.toml."""

    stage: str
    category: str
    sector: str
    place: str
    note: str
    fixed: str
    done: str
    level: str = "general"


@dataclass(frozen=True)
class Pin:
    """Where a case has to lie, what it has to show, at which sector's first company it happens."""

    village: str = ""
    stage: str = ""
    company: str = ""


@dataclass
class Case:
    """One case before it begins. `steps`: what happens when, in order."""

    number: int
    story: str
    found: Found
    village: Division
    company: Company | None
    scene_seed: int
    steps: list[tuple[str, datetime]]
    duplicate_of: "Case | None" = None
    by_officer: bool = False


def plan(seed: int, companies: Sequence[Company], work: WorkTime) -> list[Case]:
    """All cases. The merged ones repeat a case that was reported before."""
    chance = dice(seed, "stories")
    rows = presets.read("demo/stories")["story"]
    open_rows = [Found(**row) for row in presets.read("demo/hazards")["hazard"]]
    chance.shuffle(open_rows)
    wishes = sorted(_wishes(rows), key=lambda wish: _freedom(*wish))
    cases: list[Case] = []
    for row, pin in wishes:
        if "merge" not in row["steps"]:
            found, village, company = _choose(open_rows, row, pin, companies, chance)
            cases.append(_case(len(cases), row, found, village, company, chance, work))
    merged = [row for row, _ in wishes if "merge" in row["steps"]]
    return cases + [_twin(len(cases) + n, row, cases, chance, work) for n, row in enumerate(merged)]


def _wishes(rows: Sequence[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], Pin | None]]:
    for row in rows:
        pins = [Pin(*(text + " ").split(" ")[:2]) for text in row.get("pins", [])]
        pins += [Pin(company=row["company"])] * row["count"] if "company" in row else []
        yield from ((row, pins[n] if n < len(pins) else None) for n in range(row["count"]))


def _freedom(row: dict[str, Any], pin: Pin | None) -> tuple[bool, bool, bool]:
    """Who can be content with anything chooses last."""
    is_fixed = bool(pin and (pin.stage or pin.company))
    return "major" not in row["key"], not is_fixed, pin is None


def _choose(
    rows: list[Found],
    story: dict[str, Any],
    pin: Pin | None,
    companies: Sequence[Company],
    chance: Random,
) -> tuple[Found, Division, Company | None]:
    """Takes what suits best out of the rows that are left."""
    places = [(row, _site(row, pin, companies, chance)) for row in rows]
    suiting = [(row, site) for row, site in places if site and _suits(row, story)]
    assert suiting, story["key"]
    wanted = pin.stage if pin else ""
    row, site = next((pair for pair in suiting if pair[0].stage == wanted), suiting[0])
    rows.remove(row)
    assert site is not None
    return row, *site


def _suits(row: Found, story: dict[str, Any]) -> bool:
    steps = story["steps"].replace("@", " ").split()
    is_small = not _SMALL.isdisjoint(steps)
    return (
        ("fix" not in steps or bool(row.fixed))
        and (not is_small or row.level == "general")
        and ("confirm" not in steps or row.level == "major")
        and (row.level != "major" or "confirm" in steps or "up" in steps)
    )


def _site(
    row: Found, pin: Pin | None, companies: Sequence[Company], chance: Random
) -> tuple[Division, Company | None] | None:
    """A village for a public place, a company of the sector else; None if none lies there."""
    if pin and pin.company:
        ours = next(c for c in companies if c.sector == pin.company)
        return (ours.village, ours) if row.sector == pin.company else None
    wanted = pin.village if pin else ""
    if row.sector:
        near = [
            c for c in companies if c.sector == row.sector and c.village.code.startswith(wanted)
        ]
        company = chance.choice(near) if near else None
        return (company.village, company) if company else None
    near_villages = [
        village
        for village in presets.villages()
        if village.code.startswith(wanted)
        and ("村" not in row.place or village.short_name.endswith("村"))
        and (wanted or not _IN_TOWN.search(row.place) or village.urban_rural.startswith("1"))
    ]
    if not near_villages:
        return None
    sizes = Counter(village.township_code for village in near_villages)
    weights = [_WEIGHTS.get(v.code[:9], _OTHERS) / sizes[v.township_code] for v in near_villages]
    return chance.choices(near_villages, weights)[0], None


def _case(
    number: int,
    story: dict[str, Any],
    found: Found,
    village: Division,
    company: Company | None,
    chance: Random,
    work: WorkTime,
) -> Case:
    seed = chance.randrange(_PLACES)
    steps = _timed(story, chance, work)
    by_officer = story.get("officer", False)
    return Case(number, story["key"], found, village, company, seed, steps, by_officer=by_officer)


def _timed(story: dict[str, Any], chance: Random, work: WorkTime) -> list[tuple[str, datetime]]:
    """Counts back from now: the rest, then gap by gap."""
    names, gaps = zip(*(_gap(word) for word in story["steps"].split()), strict=True)
    ago = 0.0
    end = None
    if "hours" in story:
        end = work.anchor - timedelta(hours=chance.uniform(*story["hours"]))
    rest = work.until_now(end) if end else chance.uniform(*story["rest"])
    moments = []
    for gap in [*reversed(gaps[1:]), 0]:
        moments.append(work.ago(rest + ago))
        ago += gap * chance.uniform(*_SCATTER)
    moments[0] = end or moments[0]
    if len(gaps) > 1 and gaps[1] >= _TRIAGE:
        moments[-1] = _out_of_hours(moments[-1], chance)
    seconds = [timedelta(seconds=chance.uniform(0, 50)) for _ in moments]
    ordered = [moment + second for moment, second in zip(reversed(moments), seconds, strict=True)]
    for number in (n for n, name in enumerate(names) if name in _AT_ONCE):
        ordered[number] = ordered[number - 1] + timedelta(hours=gaps[number])
    return list(zip(names, ordered, strict=True))


def _gap(word: str) -> tuple[str, float]:
    name, _, gap = word.partition("@")
    return name, float(gap or 0)


def _out_of_hours(moment: datetime, chance: Random) -> datetime:
    """Some are reported in the evening or at the weekend before."""
    if chance.random() > _FREE_REPORTS:
        return moment
    earlier = clock.local(moment - timedelta(hours=chance.uniform(1, 40)))
    hour = min(max(earlier.hour, _EARLY), _LATE)
    return min(earlier.replace(hour=hour), moment)


def _twin(
    number: int, story: dict[str, Any], cases: Sequence[Case], chance: Random, work: WorkTime
) -> Case:
    """A second report of a case that was open at that time."""
    steps = _timed(story, chance, work)
    begins, ends = steps[0][1], steps[-1][1]
    older = [
        case
        for case in cases
        if case.steps[0][1] < begins - timedelta(hours=2)
        and case.steps[-1][1] > ends
        and case.company is None
        and case.steps[-1][0] not in {"void", "fix"}
    ]
    first = chance.choice(older)
    return Case(
        number, story["key"], first.found, first.village, None, first.scene_seed, steps, first
    )


def in_order(cases: Sequence[Case]) -> list[tuple[datetime, Case, int]]:
    """Every step of every case, as time goes by."""
    steps = chain.from_iterable(
        ((moment, case, number) for number, (_, moment) in enumerate(case.steps)) for case in cases
    )
    return sorted(steps, key=lambda step: (step[0], step[1].number, step[2]))
