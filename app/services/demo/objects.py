"""Invented objects of every kind beside the sixty enterprises; a few wait to be confirmed."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from app.models.supervised_object import ObjectKind, SmallKind, SupervisedObject
from app.services import presets
from app.services.demo.dice import dice, identity
from app.services.demo.land import Ground, inside
from app.services.presets import Division

_UNCONFIRMED = 0.08  # of the key locations and households came from a phone lately
_COLLECTED_DAYS = 172, 198  # after everything else was there


def found(seed: int, land: dict[str, Ground], since: datetime) -> list[SupervisedObject]:
    """Of every village, in the order of the list; a bundle comes before its members."""
    known = presets.read("demo/objects")
    words = {
        "brand": presets.read("demo/enterprises")["brands"],
        "surname": presets.read("demo/people")["surnames"],
    }
    rows: list[SupervisedObject] = []
    for village in presets.villages():
        at = _Village(seed, village, land[village.code], since, words)
        rows += at.bundle(known["bundle"])
        rows += [row for place in known["place"] for row in at.place(place)]
    return rows


class _Village:
    """Makes the objects of one village, each with its own chance."""

    def __init__(
        self,
        seed: int,
        village: Division,
        ground: Ground,
        since: datetime,
        words: dict[str, list[str]],
    ) -> None:
        self.seed, self.village, self.ground, self.since = seed, village, ground, since
        self.words = words
        self.chance = dice(seed, f"objects/{village.code}")

    def bundle(self, known: dict[str, Any]) -> Iterator[SupervisedObject]:
        whole = self._row(ObjectKind.BUNDLE, known["name"], known["sector"])
        yield whole
        few, many = known["members"]
        for name in self.chance.sample(known["names"], self.chance.randint(few, many)):
            is_small = self.chance.random() < known["three_small_share"]
            kinds = ObjectKind.THREE_SMALL_PLACE, ObjectKind.INDIVIDUAL_BUSINESS
            member = self._row(kinds[not is_small], name, known["sector"])
            member.bundle_id = whole.id
            if is_small:
                member.small_kind = _small_kind(name, known["small"])
            yield member

    def place(self, known: dict[str, Any]) -> Iterator[SupervisedObject]:
        if self.chance.random() < known["share"]:
            kind = ObjectKind(known["kind"])
            row = self._row(kind, self.chance.choice(known["names"]), known["sector"])
            is_from_phone = kind in {ObjectKind.KEY_LOCATION, ObjectKind.HOUSEHOLD}
            if is_from_phone and self.chance.random() < _UNCONFIRMED:
                row.confirmed_at = None
                lately = dice(self.seed, f"collected/{row.id}").randint(*_COLLECTED_DAYS)
                row.created_at = self.since + timedelta(days=lately)
            yield row

    def _row(self, kind: ObjectKind, form: str, sector: str) -> SupervisedObject:
        chosen = {name: self.chance.choice(some) for name, some in self.words.items()}
        name = form.format(village=self.village.short_name, **chosen)
        spot = inside(self.ground, self.chance)
        return SupervisedObject(
            id=identity(self.seed, f"object/{self.village.code}/{kind}/{form}"),
            kind=kind,
            name=name,
            grid_id=presets.grid_id(self.village.code),
            address=f"{self.village.short_name}{_house(self.chance)}",
            sector=sector,
            is_registered=False,
            lat=spot.lat,
            lon=spot.lon,
            created_at=self.since,
            confirmed_at=self.since,
        )


def _small_kind(name: str, known: dict[str, list[str]]) -> SmallKind:
    told = (kind for kind, ends in known.items() if name.endswith(tuple(ends)))
    return SmallKind(next(told, SmallKind.SHOP))


def _house(chance: Random) -> str:
    return f"{chance.choice(('中心路', '沿街', '村东', '村西'))}{chance.randint(1, 120)}号"
