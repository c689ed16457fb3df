"""The bodies of a scheme: added where they are missing, renamed where the county has not."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.organization import Organization, OrganizationKind, Variant
from app.services import presets
from app.services.presets import Division
from app.services.schemes.changes import Change, Part, Verb, merged
from app.services.schemes.shape import Body, Scheme

_K = OrganizationKind
_ZONES = range(400, 600)  # 开发区、林场…: digits 7–9 of a division code
_NAMES = ("name", "short_name")
Row = dict[str, Any]


@dataclass
class Bodies:
    """Every body of the county but enterprises, by id; and ids by what the scheme calls them.

    `ids`: "centre", department key, "office/section", "<township id>/<station>". `added`: those
    that this application brings.
    """

    rows: dict[UUID, Row]
    ids: dict[str, UUID] = field(default_factory=dict)
    added: set[UUID] = field(default_factory=set)

    def is_open(self, id_: UUID) -> bool:
        return bool(self.rows[id_]["is_active"])

    def of_kind(self, kind: OrganizationKind) -> list[Row]:
        found = (row for row in self.rows.values() if row["kind"] is kind and row["is_active"])
        return sorted(found, key=lambda row: (row["code"] or "~", row["name"], row["id"]))

    def townships(self) -> list[Row]:
        """With functional zones, without the offices of lines."""
        second = self.of_kind(_K.TOWNSHIP_SUBCENTRE)
        return [row for row in second if row["variant"] is not Variant.LINE_OFFICE]


async def load(session: AsyncSession) -> Bodies:
    columns = [getattr(Organization, name) for name in _COLUMNS]
    query = select(*columns).where(Organization.kind != _K.ENTERPRISE)
    return Bodies({row["id"]: dict(row) for row in (await session.execute(query)).mappings()})


_COLUMNS = (
    "id", "kind", "name", "short_name", "code", "parent_id", "within_id", "is_active",
    "is_summarising", "variant",
)  # fmt: skip


async def settle(
    session: AsyncSession,
    known: Bodies,
    scheme: Scheme,
    base: Scheme | None,
    divisions: list[Division],
) -> list[Change]:
    """Write what is missing; `known` then holds all of them."""
    words = _words(divisions)
    changes = await _county(session, known, scheme, base, words)
    if scheme.bodies.territory:
        changes += await _territory(session, known, scheme, divisions)
    if scheme.bodies.functional_zones:
        changes += await _zones(session, known)
    return changes + _left_over(known, scheme, base, words)


def _words(divisions: list[Division]) -> dict[str, str]:
    (county,) = presets.of_level(divisions, presets.COUNTY_LEVEL)
    return {"county": county.name, "unit": county.name[-1], "code": county.code}


def _county_rows(scheme: Scheme, words: dict[str, str]) -> Iterator[tuple[str, Row]]:
    """Centre first, then what hangs below it; parents are named by their ids of the presets."""
    centre = _row(scheme.centre, _K.COUNTY_CENTRE, words)
    yield "centre", {**centre, "code": words["code"]}
    below = {"parent_id": centre["id"]}
    yield "safety", {**_row(scheme.safety_department, _K.SAFETY_DEPARTMENT, words), **below}
    for body in scheme.department:
        yield body.key, {**_row(body, _K.DEPARTMENT, words), **below}
    for office in scheme.office:
        row = {**_row(office, _K.TOWNSHIP_SUBCENTRE, words), **below}
        within = {"within_id": row["id"]}
        yield office.key, {**row, **within, "variant": Variant.LINE_OFFICE}
        for section in office.section:
            mine = _row(section, _K.DEPARTMENT, words, under=office.key)
            yield f"{office.key}/{section.key}", {**mine, **within, "parent_id": row["id"]}


def _row(body: Body, kind: OrganizationKind, words: dict[str, str], under: str = "") -> Row:
    texts = {name: getattr(body, name) for name in ("key", *_NAMES)}
    return {**presets.body_row(texts, kind, words, under), "variant": None}


async def _county(
    session: AsyncSession,
    known: Bodies,
    scheme: Scheme,
    base: Scheme | None,
    words: dict[str, str],
) -> list[Change]:
    before = dict(_county_rows(base, words)) if base else {}
    changes: list[Change] = []
    proposed = _proposed(scheme)
    for key, wanted in _county_rows(scheme, words):
        row = _placed(known, wanted)
        present = _present(known, row)
        if present is None:
            await _add(session, known, [row])
            is_proposal = key in proposed
            changes.append(Change(Part.BODIES, Verb.ADD, row["name"], is_proposal=is_proposal))
        else:
            told = await _rename(session, present, row, before.get(key))
            changes += [replace(one, is_proposal=key in proposed) for one in told]
        known.ids[key] = present["id"] if present else row["id"]
        _remember(known, wanted["id"], known.ids[key])
    for key, row in before.items():
        known.ids.setdefault(key, row["id"])
    return changes


def _proposed(scheme: Scheme) -> dict[str, Body]:
    """By keys of `_county_rows`, those that the document does not name."""
    own = {one.key: one for one in (*scheme.department, *scheme.office)}
    own |= {
        f"{office.key}/{section.key}": section
        for office in scheme.office
        for section in office.section
    }
    return {key: one for key, one in own.items() if one.is_proposal}


def as_proposed(known: Bodies, scheme: Scheme, divisions: list[Division]) -> set[UUID]:
    """Bodies that are there under the name proposed; `known` then has the ids of all of them."""
    found, proposed = set(), _proposed(scheme)
    for key, wanted in _county_rows(scheme, _words(divisions)):
        row = _placed(known, wanted)
        present = _present(known, row)
        known.ids[key] = (present or row)["id"]
        _remember(known, wanted["id"], known.ids[key])
        if present and key in proposed and _is_called(present, proposed[key]):
            found.add(present["id"])
    for township in known.townships() if scheme.bodies.territory else []:
        for station, row in _stations_of(known, scheme, township):
            present = _present(known, row)
            if station.is_proposal and present and _is_called(present, station):
                found.add(present["id"])
    return found


def _is_called(present: Row, body: Body) -> bool:
    """Whatever the county or the township before it is called."""
    return bool(present["name"].endswith(body.name.rpartition("}")[2]))


def _remember(known: Bodies, preset_id: UUID, id_: UUID) -> None:
    """A body that the county had before the presets came stands for the preset's."""
    known.ids[str(preset_id)] = id_


def _placed(known: Bodies, row: Row) -> Row:
    """Parents as they are in this county."""
    own = {name: known.ids.get(str(row[name]), row[name]) for name in ("parent_id", "within_id")}
    return {**row, **own}


def _present(known: Bodies, wanted: Row) -> Row | None:
    """By id; there is one centre; others by their name under the same body."""
    if wanted["id"] in known.rows:
        return known.rows[wanted["id"]]
    if wanted["kind"] in (_K.COUNTY_CENTRE, _K.SAFETY_DEPARTMENT):
        return next(iter(known.of_kind(wanted["kind"])), None)
    same = (row for row in known.of_kind(wanted["kind"]) if row["name"] == wanted["name"])
    return next((row for row in same if row["within_id"] == wanted["within_id"]), None)


async def _rename(
    session: AsyncSession, present: Row, wanted: Row, base: Row | None
) -> list[Change]:
    """Full and short name each on its own: only while it still is what the last scheme gave."""
    if base is None:
        return []
    verdicts = {name: merged(base[name], present[name], wanted[name]) for name in _NAMES}
    changes = [
        Change(Part.BODIES, Verb.KEEP, present[name], after=wanted[name])
        for name, verb in verdicts.items()
        if verb is Verb.KEEP
    ]
    new = {name: wanted[name] for name, verb in verdicts.items() if verb is Verb.CHANGE}
    if new:
        own = Organization.id == present["id"]
        await session.execute(update(Organization).where(own).values(**new))
        told, to = next(iter(new.items()))  # one line for both: one row is touched
        changes.append(Change(Part.BODIES, Verb.CHANGE, present["name"], present[told], to))
        present |= new
    return changes


async def _territory(
    session: AsyncSession, known: Bodies, scheme: Scheme, divisions: list[Division]
) -> list[Change]:
    """The division list where the county has no township yet; stations where they are missing."""
    changes = []
    if not known.townships():
        rows = _division_rows(known, divisions)
        for verb_name, some in rows.items():
            await _add(session, known, some)
            changes.append(Change(Part.BODIES, Verb.ADD, verb_name, count=len(some)))
    added = 0
    for township in known.townships():
        missing = _stations(known, scheme, township)
        await _add(session, known, missing)
        added += len(missing)
    if added:
        is_proposal = any(one.is_proposal for one in scheme.station)
        told = Change(Part.BODIES, Verb.ADD, "镇街站所", count=added, is_proposal=is_proposal)
        changes.append(told)
    return [change for change in changes if change.count]


def _division_rows(known: Bodies, divisions: list[Division]) -> dict[str, list[Row]]:
    townships = [
        presets.place_row(row, f"{row.short_name}网格化服务分中心", known.ids["centre"])
        for row in presets.of_level(divisions, presets.TOWNSHIP_LEVEL)
    ]
    villages = [
        presets.place_row(row, row.name, presets.body_id(row.township_code))
        for row in presets.of_level(divisions, presets.VILLAGE_LEVEL)
    ]
    return {"镇街分中心": townships, "村（社区）": villages}


def _stations(known: Bodies, scheme: Scheme, township: Row) -> list[Row]:
    """Those of this township that are not there."""
    rows = [row for _, row in _stations_of(known, scheme, township)]
    return [row for row in rows if _present(known, row) is None]


def _stations_of(known: Bodies, scheme: Scheme, township: Row) -> Iterator[tuple[Body, Row]]:
    """Their ids are noted on the way."""
    key = township["code"] or str(township["id"])
    short = township["short_name"]
    for station in scheme.station:
        row = _row(station, _K.DEPARTMENT, {"township": short}, under=key)
        row |= {"parent_id": township["id"], "within_id": township["id"]}
        present = _present(known, row)
        known.ids[f"{township['id']}/{station.key}"] = (present or row)["id"]
        yield station, row


async def _zones(session: AsyncSession, known: Bodies) -> list[Change]:
    """Parks, told by their division codes, are desks that say so."""
    zones = [
        row
        for row in known.townships()
        if row["variant"] is None and row["code"] and int(row["code"][6:9]) in _ZONES
    ]
    if not zones:
        return []
    ids = [row["id"] for row in zones]
    variant = Variant.FUNCTIONAL_ZONE
    await session.execute(
        update(Organization).where(Organization.id.in_(ids)).values(variant=variant)
    )
    for row in zones:
        row["variant"] = variant
    names = "、".join(row["short_name"] for row in zones)
    return [Change(Part.BODIES, Verb.CHANGE, names, "镇街", "功能区", len(zones))]


def _left_over(
    known: Bodies, scheme: Scheme, base: Scheme | None, words: dict[str, str]
) -> list[Change]:
    """Bodies of the last scheme that this one does not name: they stay, somebody may close them."""
    named = {key for key, _ in _county_rows(scheme, words)}
    old = dict(_county_rows(base, words)) if base else {}
    rows = (known.rows.get(row["id"]) for key, row in old.items() if key not in named)
    return [Change(Part.BODIES, Verb.KEEP, row["name"]) for row in rows if row and row["is_active"]]


async def _add(session: AsyncSession, known: Bodies, rows: list[Row]) -> None:
    if not rows:
        return
    defaults = {"is_active": True, "is_summarising": False, "variant": None}
    whole = [{**defaults, **row} for row in rows]
    await presets.add_missing(session, Organization, whole)
    known.rows |= {row["id"]: row for row in whole}
    known.added |= {row["id"] for row in whole}
